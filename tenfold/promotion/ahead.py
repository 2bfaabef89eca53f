"""A promotion that has not begun: its steps, each with what it would do. Offline."""

from collections.abc import Callable, Mapping
from typing import Any

from tenfold.blueprints.architecture import Architecture
from tenfold.blueprints.reading.draft import Draft
from tenfold.blueprints.resolve import Resolution, resolve
from tenfold.blueprints.value import Value
from tenfold.diff import Difference, compare
from tenfold.graph import Graph
from tenfold.promotion import steps
from tenfold.promotion.steps import Step

_NONE_UNDER_WAY: Mapping[tuple[str, ...], Any] = {
    ("promoting_from",): None,
    ("moved", "data"): None,
    ("moved", "traffic"): None,
}
_MOVED = {"data": (("moved", "data"), True), "traffic": (("moved", "traffic"), 1.0)}


class Phase(Value):
    """A step, and what it does to what the step before left."""

    step: Step
    architecture: Architecture
    difference: Difference


class Ahead(Value):
    """`leftovers` are the names of what stays until it is released; `whole` is what all phases do together."""

    phases: tuple[Phase, ...]
    leftovers: tuple[str, ...]
    whole: Difference


def ahead(
    draft: Draft,
    environment: str | None,
    before: Resolution,
    to: int,
    flags: str,
    record: Callable[[Resolution], Graph],
) -> Ahead | None:
    """From the stage of `before` to stage `to` of the same blueprint. None where a step cannot be planned: the stage
    alone says then what is wrong."""
    assert before.architecture is not None
    here = before.architecture
    asked = {**_NONE_UNDER_WAY, ("promoting_from",): here.stage}

    def at(asked: Mapping[tuple[str, ...], Any]) -> Resolution | None:
        resolution = resolve(draft, environment=environment, stage=to, asked=asked)
        return resolution if resolution.architecture else None

    expanded = at(asked)
    if expanded is None or expanded.architecture is None or expanded.architecture.promotion is None:
        return None
    left = tuple(dict.fromkeys([*here.leftovers, *steps.left_over(expanded.architecture)]))
    walk: list[Resolution | None] = [expanded]
    for move in expanded.architecture.promotion.moves:
        asked |= dict([_MOVED[move]])
        walk.append(at(asked))
    walk.append(at({**_NONE_UNDER_WAY, ("leftovers",): left or None}))
    planned = steps.steps(expanded.architecture, flags, expanded=False)
    first = earlier = record(before)
    phases = []
    for step, resolution in zip((s for s in planned if s.kind in ("expand", "move", "finish")), walk, strict=True):
        if resolution is None or resolution.architecture is None:
            return None
        later = record(resolution)
        phases.append(Phase(step, resolution.architecture, compare(earlier, later)))
        earlier = later
    return Ahead(tuple(phases), left, compare(first, earlier))
