"""What each action of `tenfold promote` writes into the environment's block, and when it may not. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import field
from typing import Any

from tenfold import exits
from tenfold.blueprints.architecture import Architecture
from tenfold.blueprints.stages import presets
from tenfold.blueprints.stages.promotion import Promotion
from tenfold.blueprints.value import Value
from tenfold.failure import Failure
from tenfold.promotion import steps
from tenfold.stacks.standing import Standing

ENDED: Mapping[str, Any] = {"promoting_from": None, "moved": None}


class Action(Value):
    """`change` is for `edit.edit_content`; `checked` names the checks that must not say "not yet" before it."""

    title: str
    change: Mapping[str, Any]
    checked: tuple[str, ...] = ()
    released: tuple[str, ...] = ()  # names of resources that may go although they are protected
    brings_back: bool = False  # what only the later stage has may go
    back: tuple[str, ...] = ()  # what may move back: data, traffic
    notes: tuple[str, ...] = field(default=())


def expand(
    now: Architecture, deployed: int, to: int, *, down: bool, command: str, stands: Standing | None = None
) -> Action | None:
    """`deployed` is the stage that is there; None where that is `to`, and the blueprint says so. Raises `Failure` for a
    step that cannot be taken from it."""
    _refuse_forgotten(now, stands, command)
    promotion = now.promotion
    if promotion and to != now.stage:
        raise _refused(
            f"A promotion from stage {promotion.from_stage} to {now.stage} is under way.",
            "one ends before another begins",
            (f"{command} --finish   ends it", f"{command} --abort   goes back to stage {promotion.from_stage}"),
        )
    if promotion:
        return Action(f"{promotion.from_stage} → {to}, again", {})
    if to < deployed:
        return _demote(now, deployed, to, down, command)
    if to == deployed:
        return Action(f"at stage {to}", {"stage": to}) if now.stage != to else None
    return Action(f"{deployed} → {to}", {"stage": to, "promoting_from": deployed})


def _demote(now: Architecture, deployed: int, to: int, down: bool, command: str) -> Action:
    if not down:
        later = [c for n in range(to + 1, deployed + 1) for c in presets.presets()[n].adds.values()]
        gone = [c.title for c in later if now.stage != deployed or _in_use(now, c)]
        raise _refused(
            f"Stage {to} is below stage {deployed}, which is deployed.",
            f"going down takes away: {'; '.join(gone)}" if gone else "nothing of the later stages is in use",
            (f"{command} --to {to} --down   shows what would be lost, and asks",),
        )
    return Action(f"{deployed} → {to}, down", {"stage": to, **ENDED})


def _in_use(now: Architecture, capability: presets.Capability) -> bool:
    """Stage 6 has queues, whether or not the blueprint names one."""
    section: object = now
    for name in capability.fields[0].split(".") if capability.fields else ():
        section = getattr(section, name, True)
    return now.has(capability.name) and bool(section)


def move(now: Architecture, text: str, command: str, stands: Standing | None = None) -> Action:
    """`data`, `data=false`, `traffic=25%`."""
    promotion = _under_way(now, command, stands)
    what, value = _read_move(text)
    if what not in promotion.moves:
        moves = f"only {' and '.join(promotion.moves)} does" if promotion.moves else "nothing does"
        raise Failure(
            f"Between stage {promotion.from_stage} and {now.stage} no {what} moves; {moves}.", code=exits.WRONG_INPUT
        )
    written = {"data": promotion.moved_data, "traffic": promotion.moved_traffic} | {what: value}
    kept: dict[str, Any] = {"data": True} if written["data"] else {}
    if written["traffic"]:
        kept["traffic"] = f"{written['traffic']}%"
    back = what == "data" and not value and (promotion.moved_data or bool(stands and stands.used))
    return Action(
        f"moves {what} {'back' if not value else f'to {value}%' if what == 'traffic' else ''}".rstrip(),
        {"moved": kept or None},
        (what,) if value else (),
        back=(what,),
        notes=_moves_blindly(now, what, value, back),
    )


def _moves_blindly(now: Architecture, what: str, value: int | bool, back: bool) -> tuple[str, ...]:
    """What tenfold does not do when something moves, and a person has to have done."""
    if what == "traffic":
        own = "There is no `domain`, so this switches nothing: point your own name at"
        return () if now.domain else (f"{own} {'the new entrance' if value else 'the earlier one'} first.",)
    if back:
        return (
            "What was written to the managed database since it was moved is not in the server's: copy it back first.",
        )
    return (
        ("The application finds what the managed database holds: copy the data first, as the runbook says.",)
        if value
        else ()
    )


def _read_move(text: str) -> tuple[str, int | bool]:
    what, _, value = text.partition("=")
    truth = {"": True, "true": True, "yes": True, "false": False, "no": False}
    if what == "data" and value in truth:
        return what, truth[value]
    share = value.removesuffix("%")
    if what == "traffic" and share.isascii() and share.isdigit() and int(share) <= 100:
        return what, int(share)
    raise Failure(
        f"--move {text} cannot be read.",
        remedies=("--move data", "--move data=false", "--move traffic=25%"),
        code=exits.WRONG_INPUT,
    )


def finish(now: Architecture, command: str, stands: Standing | None = None) -> Action:
    promotion = _under_way(now, command, stands)
    if promotion.waiting:
        raise _refused(
            f"What only stage {promotion.from_stage} has is still in use; moved: {steps.progress_text(promotion)}.",
            f"without it, {' and '.join(promotion.waiting)} would be lost",
            (
                *(
                    s.command
                    for s in steps.steps(now, _flags(command), expanded=True)
                    if s.kind == "move" and not s.done
                ),
            ),
        )
    leftovers = list(dict.fromkeys([*now.leftovers, *steps.left_over(now)]))
    change = {**ENDED, "leftovers": leftovers or None}
    return Action(f"ends {promotion.from_stage} → {now.stage}", change, ("data", "traffic", "finish"))


def abort(now: Architecture, command: str, stands: Standing | None = None) -> Action:
    """Back to the stage before, as long as nothing of the later one is in use: neither by the blueprint nor by what is
    deployed."""
    promotion = _under_way(now, command, stands)
    if promotion.moved_data or (stands and stands.moved_data):
        raise _refused(
            "It is too late to go back: the data has moved.",
            "what was written since is in the managed database only, and would go with it",
            (
                f"{command} --finish   resumes",
                f"{command} --runbook FILE   writes the way back, which copies the data; then --move data=false",
            ),
        )
    if traffic := max(promotion.moved_traffic, stands.moved_traffic if stands else 0):
        raise _refused(
            f"{traffic}% of the traffic use the later entrance.",
            "they would find nothing there",
            (f"{command} --move traffic=0%   first; clients keep the address for a minute",),
        )
    sessions = {"sessions", "tokens"} & set(promotion.arriving)  # these alone are in use from the first step on
    return Action(
        f"back to stage {promotion.from_stage}",
        {"stage": promotion.from_stage, **ENDED},
        brings_back=True,
        notes=("Visitors sign in again: their sessions go with the later stage.",) if sessions else (),
    )


def release(now: Architecture, names: Sequence[str]) -> Action:
    unknown = [name for name in names if name not in now.leftovers]
    if unknown:
        listed = f"left over: {', '.join(now.leftovers)}" if now.leftovers else "nothing is left over"
        raise Failure(f"{', '.join(unknown)} is not a leftover.", why=listed, code=exits.WRONG_INPUT)
    rest = [name for name in now.leftovers if name not in names]
    title = names[0] if len(names) == 1 else f"{len(names)} leftovers"
    return Action(f"releases {title}", {"leftovers": rest or None}, released=tuple(names))


def _under_way(now: Architecture, command: str, stands: Standing | None) -> Promotion:
    _refuse_forgotten(now, stands, command)
    if now.promotion is None:
        raise Failure(
            "No promotion is under way.",
            why=f"the blueprint says stage {now.stage} and no `promoting_from`",
            remedies=(
                f"{command} --to {min(now.stage + 1, max(presets.presets()))}   begins one",
                f"tenfold up {_flags(command)}   resumes where the end of one was interrupted",
            ),
            code=exits.WRONG_INPUT,
        )
    return now.promotion


def _refuse_forgotten(now: Architecture, stands: Standing | None, command: str) -> None:
    """The stack is in the middle of a promotion, and the blueprint knows nothing of it: an older copy, or the end of
    it was interrupted."""
    if now.promotion or stands is None or stands.from_stage is None or stands.throwaway:
        return
    ends = now.stage >= stands.stage and not stands.waiting
    returns = now.stage < stands.stage and not stands.used and not stands.moved_traffic
    goes_on = f"tenfold up {_flags(command)}   resumes, where the {'end' if ends else 'way back'} was interrupted"
    raise _refused(
        f"A promotion from stage {stands.from_stage} to {stands.stage} is under way; the blueprint does not say so.",
        f"environments.{now.environment} has stage {now.stage} and no `promoting_from`: perhaps an older copy",
        (
            f"write `{stands.block}` in environments.{now.environment}, which is what is deployed",
            *([goes_on] if ends or returns else []),
        ),
    )


def _flags(command: str) -> str:
    return command.removeprefix("tenfold promote ")


def _refused(what: str, why: str, remedies: tuple[str, ...]) -> Failure:
    return Failure(what, why=why, remedies=remedies, code=exits.REFUSED)
