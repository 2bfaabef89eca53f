"""A promotion for people and for machines: the page before it, where it stands, what AWS says."""

import difflib
import sys
import textwrap
from collections.abc import Collection, Iterator, Sequence
from dataclasses import asdict, replace
from typing import Any

from tenfold import streams
from tenfold.blueprints.architecture import Architecture
from tenfold.blueprints.stages.presets import presets
from tenfold.blueprints.value import Value
from tenfold.diff import Difference
from tenfold.foresight.cost import Estimate
from tenfold.promotion import steps
from tenfold.promotion.checks import NOT_YET, Check, due
from tenfold.render import cost, cost_document, diff
from tenfold.render.lines import labelled_lines
from tenfold.resolving import path_as_typed as short

_MARKS = {"ok": ("✓", "green"), "not yet": ("✗", "red"), "unknown": ("?", "yellow")}


class Page(Value):
    """What an action would do. `before` and `after` are the blueprint's texts, `going` URNs of what may be lost."""

    file: Any
    flags: str
    action: Any
    difference: Any
    target: Architecture
    before: bytes
    after: bytes
    going: tuple[str, ...]
    cost: tuple[Estimate, Estimate]


def page(of: Page, *, verbose: bool = False) -> str:
    target, color = of.target, streams.takes_color(sys.stdout)
    heading = f"{target.name} · {target.environment} · {of.action.title}"
    text = diff.as_text(_lifted(of.difference, of.going), heading, target, color=color, verbose=verbose)
    return "\n".join([text.rstrip("\n"), *cost.change_lines(*of.cost), *_accepted(of), *_steps(of), *_edit(of)])


def _lifted(difference: Difference, going: Collection[str]) -> Difference:
    """The difference with the protection of `going` lifted, as it is when the run begins."""
    changes = (replace(change, protect=change.protect and change.urn not in going) for change in difference.changes)
    return replace(difference, changes=tuple(changes))


def _accepted(of: Page) -> Iterator[str]:
    for urn in of.going:
        yield f"  accepted   {urn.rsplit('::', 1)[-1]} may go: {_why(of, urn)}"
    for note in (*of.action.notes, *_adds_nothing(of)):
        yield from labelled_lines("mind", note, 11)


def _adds_nothing(of: Page) -> Iterator[str]:
    """A stage whose parts nobody has asked for changes its own number, and nothing else."""
    to = of.action.change.get("stage")
    if to and of.action.change.get("promoting_from") and not of.difference.resources:
        fields = (capability.fields[0] for capability in presets()[to].adds.values() if capability.fields)
        yield f"Stage {to} adds nothing to this blueprint, which sets none of: {', '.join(dict.fromkeys(fields))}."


def _why(of: Page, urn: str) -> str:
    name = urn.rsplit("::", 1)[-1]
    if name in of.action.released:
        return "it is released by name"
    return "it came with this promotion, and nothing has moved to it" if of.action.brings_back else "--accept-loss"


def _steps(of: Page) -> Iterator[str]:
    """Changes of the whole promotion, on the page of its first step."""
    if "promoting_from" not in of.action.change or not of.target.promotion:
        return
    for number, step in enumerate(steps.steps(of.target, of.flags, expanded=False), 1):
        yield f"  {'steps' if number == 1 else '':<10} {number} {step.kind:<8} {step.title}"


def _edit(of: Page) -> Iterator[str]:
    old, new = of.before.decode("utf-8-sig").splitlines(), of.after.decode("utf-8-sig").splitlines()
    lines = [line for line in difflib.unified_diff(old, new, n=0, lineterm="") if line[:3] not in ("---", "+++")]
    if lines:
        yield f"  writes     {short(of.file)}"
    changed = [line for line in lines if not line.startswith("@@") and line[1:].strip()]
    texts = textwrap.dedent("\n".join(line[1:].expandtabs() for line in changed)).splitlines()
    yield from (f"    {line[0]} {text}" for line, text in zip(changed, texts, strict=True))


def page_document(of: Page, result: dict[str, Any] | None) -> dict[str, Any]:
    """`done` is null without a run; else how it ended."""
    return {
        **of.difference.as_json(),
        "action": of.action.title,
        "cost": cost_document.change(*of.cost),
        "accepted": list(of.going),
        "steps": [asdict(step) for step in steps.steps(of.target, of.flags, expanded=result is not None)],
        "done": result,
    }


def unfinished_text(at: Any) -> str:
    """After a run that failed or was interrupted. How to continue has been printed before."""
    lines = [f"  written   {short(at.target.file)} states what this action was to do"]
    if at.now.promotion:
        lines.append(f"  back      {at.command} --abort")
    return "\n".join(lines)


def standing(at: Any, runbook: str) -> str:
    lines = [at.target.title, *standing_lines(at.now, at.target.place, at.expanded), *_runbook(runbook)]
    if not at.now.promotion:
        there, stands = at.deployed, at.standing
        if stands and stands.from_stage is not None:
            lines.append(
                f"  deployed    a promotion from stage {stands.from_stage} to {there}, of which the blueprint says"
            )
            lines.append(f"              nothing; as it is: `{stands.block}` in environments.{at.now.environment}")
        elif there != at.now.stage:
            up = f"`tenfold up {at.target.flags}`"
            lines.append(f"  deployed    stage {there}; {up} would bring stage {at.now.stage}")
        if there < max(presets()):
            lines.append(f"  further     {at.command} --to {there + 1}")
    return "\n".join(lines)


def standing_lines(now: Architecture, flags: str, expanded: bool) -> Iterator[str]:
    """Where the promotion stands, what is left over, and what is next; also part of `tenfold status`."""
    if now.promotion:
        before = presets()[now.promotion.from_stage]
        way = f"{before.number} {before.name} → {now.stage} {now.stage_name}"
        yield f"  promotion   {way}; moved: {steps.progress_text(now.promotion)}"
    todo = steps.steps(now, flags, expanded=expanded)
    following = steps.next_step(todo)
    if not now.promotion:
        for step in todo:
            yield f"  left over   {step.title}"
            yield f"              {step.command}"
        return
    for number, step in enumerate(todo, 1):
        mark = "✓" if step.done else "→" if step is following else " "
        yield f"  {mark} {number} {step.kind:<8} {step.title}"
    if following:
        yield f"  next        {following.command}"


def standing_document(at: Any, runbook: str) -> dict[str, Any]:
    return {
        "stack": at.target.where.stack,
        "stage": at.now.stage,
        **facts(at.now, at.target.place, at.expanded),
        "runbook": runbook or None,
    }


def facts(now: Architecture, flags: str, expanded: bool) -> dict[str, Any]:
    promotion, todo = now.promotion, steps.steps(now, flags, expanded=expanded)
    following = steps.next_step(todo)
    moved = {"data": promotion.moved_data, "traffic": promotion.moved_traffic} if promotion else {}
    return {
        "promotion": {
            "from": promotion.from_stage,
            "to": now.stage,
            "expanded": expanded,
            "moved": {move: moved[move] for move in promotion.moves},
        }
        if promotion
        else None,
        "leftovers": list(now.leftovers),
        "steps": [asdict(step) for step in todo],
        "next": following.command if following else None,
    }


def _runbook(written: str) -> list[str]:
    return [f"  runbook     {written}"] if written else []


def checks(at: Any, results: Sequence[Check]) -> str:
    lines = [at.target.title]
    for one in results:
        mark, colour = _MARKS[one.result]
        line = streams.style_text(f"  {mark} {one.result:<8} {one.what}", sys.stdout, fg=colour)
        lines.append(line + (f": {one.why}" if one.why else ""))
    waiting = in_the_way(at, results)
    following = steps.next_step(steps.steps(at.now, at.target.place, expanded=at.expanded))
    if following and waiting:
        lines.append(f"{_count(waiting)} in the way of the next step: {following.command}")
    elif following:
        lines.append(f"Nothing known stands in the way of the next step: {following.command}")
    return "\n".join(lines)


def in_the_way(at: Any, results: Sequence[Check]) -> list[Check]:
    """Checks that must succeed before the next step."""
    return [one for one in results if one.result == NOT_YET and one.about in due(at.now.promotion)]


def checks_document(at: Any, results: Sequence[Check]) -> dict[str, Any]:
    waiting = in_the_way(at, results)
    return {"checks": [{**asdict(one), "in_the_way": one in waiting} for one in results]}


def _count(waiting: Sequence[Check]) -> str:
    return "1 thing stands" if len(waiting) == 1 else f"{len(waiting)} things stand"
