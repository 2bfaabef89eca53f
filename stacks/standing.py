"""The stage and the promotion of a deployed stack, from its own outputs, and what a later run must not undo by itself.

The blueprint alone does not show it: an older copy of the file does not mention that data has moved since.
Pure: the guard of `tenfold` and the program of raw `pulumi` use the same rules.
"""

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from tenfold.blueprints.architecture import Architecture
from tenfold.blueprints.stages import promotion, selection
from tenfold.blueprints.value import Value


class Standing(Value):
    """What the last complete run of a stack left."""

    stage: int
    throwaway: bool = False
    from_stage: int | None = None  # of the promotion under way
    waiting: tuple[str, ...] = ()
    moved_data: bool = False
    moved_traffic: int = 0  # percent
    used: bool = False  # data has once been moved, whatever `moved_data` says now

    @property
    def block(self) -> str:
        """What the blueprint's environment has to say of it: `{stage: 2, promoting_from: 1, moved: {data: true}}`."""
        moved = [*(["data: true"] if self.moved_data else []), *self._traffic()]
        parts = [f"stage: {self.stage}"]
        if self.from_stage is not None:
            parts.append(f"promoting_from: {self.from_stage}")
        if moved:
            parts.append(f"moved: {{{', '.join(moved)}}}")
        return "{" + ", ".join(parts) + "}"

    def _traffic(self) -> list[str]:
        return [f"traffic: {self.moved_traffic}%"] if self.moved_traffic else []


class Objection(Value):
    what: str
    why: str
    instead: tuple[str, ...]


def outputs(target: Architecture, used: bool = False) -> dict[str, object]:
    """The outputs that `read` reads. `used`: whether data had been moved before this run."""
    moving = target.promotion
    values: dict[str, object] = {"stage": target.stage}
    if target.throwaway:
        values["throwaway"] = True
    if target.standby:
        values |= {"active": target.active, "standby_region": target.standby.region}
    if moving:
        has = {"data": moving.moved_data, "traffic": moving.moved_traffic}
        values["promotion"] = {
            "from": moving.from_stage,
            "waiting": list(moving.waiting),
            "moved": {move: has[move] for move in moving.moves},
            **({"used": True} if "data" in moving.moves and (used or moving.moved_data) else {}),
        }
    return values


def read(outputs: Mapping[str, Any]) -> Standing | None:
    """From a stack's outputs; None where nothing has been deployed to the end."""
    if outputs.get("stage") is None:
        return None
    stage, during = int(outputs["stage"]), outputs.get("promotion") or {}
    throwaway = bool(outputs.get("throwaway"))
    if not during:
        return Standing(stage, throwaway)
    began, waiting = int(during["from"]), tuple(during.get("waiting") or ())
    moved = during.get("moved")
    if moved is None:  # written by a release that did not say it
        moves = promotion.moves(selection.capabilities(began, None), selection.capabilities(stage, None))
        moved = {"data": "data" in moves and "data" not in waiting, "traffic": 0}
        moved["traffic"] = 100 if "traffic" in moves and "traffic" not in waiting else 0
    data = bool(moved.get("data"))
    used = data or bool(during.get("used"))
    return Standing(stage, throwaway, began, waiting, data, int(moved.get("traffic") or 0), used)


def objections(
    before: Standing | None,
    target: Architecture,
    values: Mapping[str, Any],
    promote: str,
    asked: Collection[str] = (),
) -> Iterator[Objection]:
    """Everything in `target` that would move data or traffic, or begin or end a promotion, outside the steps of one.

    `values` are the blueprint's, by dotted path; `promote` is the command with file and environment; `asked` is what
    may move back (`data`, `traffic`), for somebody has asked for it."""
    if before is None or before.throwaway:
        return
    if before.from_stage is None:
        yield from _beginning(before, target, values, promote)
    elif target.promotion is None:
        yield from _end(before, target, promote)
    else:
        yield from _during(before, target, promote, asked)


def unprotection(before: Standing | None, target: Architecture, up: str) -> Iterator[Objection]:
    """What makes an environment a throw-away one, where nobody can be asked for each resource. `up` is the command."""
    if before and target.throwaway and not before.throwaway:
        yield Objection(
            "Everything that holds data would lose its protection.",
            "`throwaway` has been set; from then on Pulumi lets every replacement and removal through",
            (
                f"leave `throwaway` out in environments.{target.environment}, or",
                f"{up}   asks for each resource by name, and takes protection off in a run of its own",
            ),
        )


def _beginning(before: Standing, target: Architecture, values: Mapping[str, Any], promote: str) -> Iterator[Objection]:
    moving = target.promotion
    if moving and moving.from_stage != before.stage:
        yield Objection(
            f"The stack is at stage {before.stage}, so a promotion from stage {moving.from_stage} cannot start.",
            "the application would go back to what the earlier stage has of its data, which is old by now",
            (f"write `{before.block}` in environments.{target.environment}",),
        )
    elif moving and (moving.moved_data or moving.moved_traffic):
        what = "data" if moving.moved_data else "traffic"
        yield Objection(
            f"Stage {target.stage} is not there yet, so no {what} has moved to it.",
            f"the blueprint says `moved`, but the stack is at stage {before.stage} alone",
            ("take `moved` out, and run `tenfold up`", f"{promote}   names the steps then"),
        )
    if moving or target.stage <= before.stage:
        return
    had = selection.capabilities(before.stage, None, values.get("with") or (), values.get("without") or ())
    if waiting := promotion.moves(had, target.capabilities):
        yield Objection(
            f"Stage {before.stage} is deployed, stage {target.stage} is wanted, and {' and '.join(waiting)} has to "
            "move in between.",
            "at once, the old part would go before the new one is in use",
            (f"{promote} --to {target.stage}   does it step by step",),
        )


def _end(before: Standing, target: Architecture, promote: str) -> Iterator[Objection]:
    if target.stage >= before.stage:
        if before.waiting:
            yield Objection(
                f"The promotion from stage {before.from_stage} cannot end: "
                f"{' and '.join(before.waiting)} has not moved yet.",
                "what only the earlier stage has is still in use, and would go",
                (_as_it_is(before, target), f"{promote}   names the next step then"),
            )
        return
    if before.moved_data:
        yield Objection(
            "It is too late to go back: the data has moved.",
            "what was written since is in the managed database only, and would go with it",
            (
                _as_it_is(before, target),
                f"{promote} --finish   continues then, or",
                f"{promote} --move data=false   goes back, once what was written since is copied back",
            ),
        )
    elif before.moved_traffic:
        yield Objection(
            f"{before.moved_traffic}% of the traffic use the later entrance.",
            "they would find nothing there",
            (
                _as_it_is(before, target),
                f"{promote} --move traffic=0%   goes back then; clients keep the address for a minute",
            ),
        )


def _during(before: Standing, target: Architecture, promote: str, asked: Collection[str]) -> Iterator[Objection]:
    moving = target.promotion
    assert moving
    if (moving.from_stage, target.stage) != (before.from_stage, before.stage):
        yield Objection(
            f"A promotion from stage {before.from_stage} to {before.stage} is under way, so one from stage "
            f"{moving.from_stage} to {target.stage} cannot start.",
            "one ends before another begins",
            (_as_it_is(before, target),),
        )
        return
    if before.moved_data and not moving.moved_data and "data" not in asked:
        yield Objection(
            "The data has moved, and the blueprint does not say so.",
            "the application would be pointed at the earlier stage's database, which is old by now",
            (
                f"{_as_it_is(before, target)}, or",
                f"{promote} --move data=false   goes back, once what was written since is copied back",
            ),
        )
    if moving.moved_traffic < before.moved_traffic and "traffic" not in asked:
        yield Objection(
            f"{before.moved_traffic}% of the traffic has moved, and the blueprint says {moving.moved_traffic}%.",
            "the application's name would be pointed back at the earlier entrance",
            (f"{_as_it_is(before, target)}, or", f"{promote} --move traffic={moving.moved_traffic}%   goes back"),
        )


def _as_it_is(before: Standing, target: Architecture) -> str:
    return f"write `{before.block}` in environments.{target.environment}, which is what is deployed"
