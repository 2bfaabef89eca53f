"""Overrides that hit nothing, or that AWS would refuse: known only after planning, when the children's names and types
are."""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from blueprints.reading.draft import Draft, Route
from blueprints.resolve import Resolution
from blueprints.source.problem import Problem, nearest, one_of, severity
from blueprints.value import Value


class Unknown(Value):
    """A property that a type does not take: keys and indices down to it, as written; what it is missing from; whether
    the type has an output of that name; what it takes there."""

    at: Route
    owner: str
    computed: bool
    known: list[str]


def unmatched(resolution: Resolution, children: Iterable[str]) -> list[Problem]:
    """A problem (TF-O001) for every override whose child is not among the planned resources' names."""
    names = sorted(children)
    draft = resolution.draft
    if draft is None or resolution.architecture is None:
        return []
    found: list[Problem] = []
    for child in resolution.architecture.overrides:
        if child in names:
            continue
        near = nearest(child, names, 2)
        hint = f"Did you mean {one_of(near)}?" if near else f"Names in this plan: {', '.join(names[:8])}."
        message = f"The plan has no resource `{child}`."
        found.append(_problem(draft, "TF-O001", resolution.environment, ("overrides", child), message, hint))
    return found


def misnamed(resolution: Resolution, child: str, unknown: Iterable[Unknown]) -> Iterator[Problem]:
    """A problem (TF-O002) for every property of one child's override that its type does not take."""
    assert resolution.draft is not None
    for wrong in unknown:
        name = wrong.at[-1]
        message = f"{wrong.owner} takes no `{name}`{': it is an output, which AWS decides' * wrong.computed}."
        near = nearest(name.replace("_", ""), wrong.known, 2)
        listed = f"It takes {', '.join(wrong.known[:8])}{', …' if len(wrong.known) > 8 else ''}."
        hint = f"Did you mean {one_of(near)}?" if near else "Leave it out." if wrong.computed else listed
        route = ("overrides", child, *wrong.at)
        yield _problem(resolution.draft, "TF-O002", resolution.environment, route, message, hint)


def refused(resolution: Resolution, child: str, path: str, reason: str, before: str, code: str = "TF-O003") -> Problem:
    """A problem for what AWS would refuse of a child at `path` (`healthCheck.interval`): at the override's value, or
    at the child where the override says nothing of that property. `before`: what it is without the override."""
    assert resolution.draft is not None and resolution.architecture is not None
    below = _written(resolution.architecture.overrides[child], re.findall(r"[^.\[\]]+", path))
    hint = f"Without the override it is {before}." if before else ""
    message = f"{path}: {reason}."
    return _problem(resolution.draft, code, resolution.environment, ("overrides", child, *below), message, hint, False)


def in_clear(resolution: Resolution, child: str, path: str) -> Problem:
    """A warning (TF-O004) for a secret that stands in the file."""
    assert resolution.draft is not None and resolution.architecture is not None
    below = _written(resolution.architecture.overrides[child], re.findall(r"[^.\[\]]+", path))
    message = f"{path} is a secret, and whoever reads this file reads it. It stays in the history of git."
    hint = "Leave it out, and change it where it is in use. Secrets Manager keeps secrets: `app: {secrets: [NAME]}`."
    return _problem(resolution.draft, "TF-O004", resolution.environment, ("overrides", child, *below), message, hint)


def _written(said: Any, parts: list[str]) -> Route:
    """The keys and indices down a path, as the file spells them, as far as it says them."""
    found: list[str] = []
    for part in parts:
        if isinstance(said, Mapping):
            key = next((key for key in said if _plain(key) == _plain(part)), None)
        else:
            key = part if isinstance(said, list | tuple) and part.isdigit() and int(part) < len(said) else None
        if key is None:
            break
        found.append(key)
        said = said[key] if isinstance(said, Mapping) else said[int(key)]
    return tuple(found)


def _plain(name: str) -> str:
    return name.replace("_", "").lower()


def _problem(
    draft: Draft, code: str, environment: str, route: Route, message: str, hint: str, key: bool = True
) -> Problem:
    """In the environment's part, as far down as that says it; else at the top."""
    inner = ("environments", environment, *route)
    while len(inner) > 5 and not draft.span(inner) and not draft.span(route):
        inner, route = inner[:-1], route[:-1]
    at = inner if draft.span(inner) else route
    return draft.problem(code, severity(code), at, message, hint, key=key and bool(draft.span(at, key=True)))
