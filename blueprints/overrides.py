"""Mistakes in overrides that are known only after planning, when the names and types of the resources are."""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from tenfold.blueprints.resolve import Resolution
from tenfold.blueprints.source.document import Route
from tenfold.blueprints.source.problem import Problem
from tenfold.blueprints.source.report import problem_at
from tenfold.blueprints.source.words import nearest, one_of
from tenfold.blueprints.value import Value


class Unknown(Value):
    """A property that a type does not have: keys and indices down to it, as written; the type or block that lacks it;
    whether the type has an output of that name; the properties it has there."""

    at: Route
    owner: str
    computed: bool
    known: list[str]


def unmatched_children(resolution: Resolution, children: Iterable[str]) -> list[Problem]:
    """A problem (TF-O001) for every override whose child is not among the planned resources' names."""
    if resolution.draft is None or resolution.architecture is None:
        return []
    names = sorted(children)
    missing = [child for child in resolution.architecture.overrides if child not in names]
    return [_unmatched(resolution, child, names) for child in missing]


def _unmatched(resolution: Resolution, child: str, names: list[str]) -> Problem:
    near = nearest(child, names, 2)
    hint = f"Did you mean {one_of(near)}?" if near else f"Names in this plan: {', '.join(names[:8])}."
    return _problem(resolution, "TF-O001", (child,), f"The plan has no resource `{child}`.", hint)


def misnamed_properties(resolution: Resolution, child: str, unknown: Iterable[Unknown]) -> Iterator[Problem]:
    """A problem (TF-O002) for every property of one child's override that its type does not have."""
    for property_ in unknown:
        name, known = property_.at[-1], property_.known
        reason = ": it is an output, which AWS decides" if property_.computed else ""
        message = f"{property_.owner} takes no `{name}`{reason}."
        near = nearest(name.replace("_", ""), known, 2)
        hint = f"It takes {', '.join(known[:8])}{', …' if len(known) > 8 else ''}."
        hint = f"Did you mean {one_of(near)}?" if near else "Leave it out." if property_.computed else hint
        yield _problem(resolution, "TF-O002", (child, *property_.at), message, hint)


def refused_property(
    resolution: Resolution, child: str, path: str, reason: str, before: str, code: str = "TF-O003"
) -> Problem:
    """A problem for a property of a child, `path` (`healthCheck.interval`), that AWS would refuse: at the override's
    value, or at the child where the override does not set that property. `before` is its value without the override."""
    hint = f"Without the override it is {before}." if before else ""
    return _problem(resolution, code, _written(resolution, child, path), f"{path}: {reason}.", hint, key=False)


def in_clear(resolution: Resolution, child: str, path: str) -> Problem:
    """A warning (TF-O004) for a secret in the file."""
    message = f"{path} is a secret, and anyone who can read this file can read it. It stays in the history of git."
    hint = "Leave it out, and change it where it is in use. Secrets Manager keeps secrets: `app: {secrets: [NAME]}`."
    return _problem(resolution, "TF-O004", _written(resolution, child, path), message, hint)


def _written(resolution: Resolution, child: str, path: str) -> Route:
    """The child, and the keys and indices down a path as the file writes them, as far as it has them."""
    assert resolution.architecture is not None
    value: Any = resolution.architecture.overrides[child]
    route: list[str] = [child]
    for part in re.findall(r"[^.\[\]]+", path):
        if isinstance(value, Mapping):
            key = next((key for key in value if _plain(key) == _plain(part)), None)
        else:
            key = part if isinstance(value, list | tuple) and part.isdigit() and int(part) < len(value) else None
        if key is None:
            break
        route.append(key)
        value = value[key] if isinstance(value, Mapping) else value[int(key)]
    return tuple(route)


def _plain(name: str) -> str:
    return name.replace("_", "").lower()


def _problem(resolution: Resolution, code: str, below: Route, message: str, hint: str, key: bool = True) -> Problem:
    """In the environment's part of the file where that has the override, else at its top."""
    assert resolution.draft is not None
    source, route = resolution.draft.source, ("overrides", *below)
    return problem_at(source, code, source.place(route, resolution.environment) or route, message, hint, key=key)
