"""A promotion that has not begun, for people and for programs: each step with its changes."""

from collections.abc import Iterable, Iterator
from typing import Any

from tenfold.promotion.ahead import Ahead
from tenfold.render import diff
from tenfold.render.lines import paint

_CHANGES = ("refused", diff.LOCKED, "loses", "replaces", "removes", "restarts", "changes", "moves", "adds")


def as_text(of: Ahead, heading: str, cost: Iterable[str] = (), *, color: bool, verbose: bool) -> str:
    """`cost` are the lines about what it costs."""
    verdict = diff.verdict(*(phase.difference for phase in of.phases))
    return "\n".join([diff.headline(heading, verdict, color=color), *_lines(of, cost, color, verbose)]) + "\n"


def _lines(of: Ahead, cost: Iterable[str], color: bool, verbose: bool) -> Iterator[str]:
    for number, phase in enumerate(of.phases, 1):
        yield paint(f"  {number} {phase.step.kind:<8} {phase.step.title}", "bold", color)
        yield from diff.lines(
            phase.difference, phase.architecture, color=color, verbose=verbose, without=(diff.LOCKED, *diff.STAYS)
        )
    yield from (f"  left over  {name}: it stays until it is released by name" for name in of.leftovers)
    last = of.phases[-1]
    yield from diff.lines(of.whole, last.architecture, color=color, verbose=verbose, without=_CHANGES)
    yield from cost
    environment = "" if last.architecture.named else " --env NAME"  # a promotion is one of an environment
    yield f"  begin      {of.phases[0].step.command}{environment}"


def as_json(of: Ahead) -> dict[str, Any]:
    """`changes`, `refused` and `summary` are of all steps together."""
    documents = [
        {
            "kind": phase.step.kind,
            "title": phase.step.title,
            "command": phase.step.command,
            **{key: value for key, value in phase.difference.as_json().items() if key != "version"},
        }
        for phase in of.phases
    ]
    return {**of.whole.as_json(), "steps": documents, "leftovers": list(of.leftovers)}
