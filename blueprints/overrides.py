"""Overrides that hit nothing: known only after planning, when the children's names are."""

from collections.abc import Iterable

from blueprints.problem import Problem, nearest, one_of, severity
from blueprints.resolve import Resolution


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
        route = next(
            (r for r in (("environments", resolution.environment, "overrides", child),) if draft.span(r)),
            ("overrides", child),
        )
        message = f"The plan has no resource `{child}`."
        found.append(draft.problem("TF-O001", severity("TF-O001"), route, message, hint, key=True))
    return found
