"""Overrides that hit nothing: known only after planning, when the children's names and types are."""

from collections.abc import Iterable, Iterator

from blueprints.draft import Draft, Route
from blueprints.problem import Problem, nearest, one_of, severity
from blueprints.resolve import Resolution
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


def _problem(draft: Draft, code: str, environment: str, route: Route, message: str, hint: str) -> Problem:
    inner = ("environments", environment, *route)
    return draft.problem(code, severity(code), inner if draft.span(inner) else route, message, hint, key=True)
