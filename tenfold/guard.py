"""Stops a change that would lose what holds data or identity, before the engine starts.

The engine stops at a protected resource too (`protect`), but only when it comes to it: what was to be removed before is
gone by then. Compared are the stack's state and the plan, so it needs no engine.
"""

from collections.abc import Collection, Iterable, Mapping
from typing import TYPE_CHECKING, Any

from blueprints import promotion, shape
from blueprints.architecture import Architecture
from tenfold import exits
from tenfold.failure import Failure

if TYPE_CHECKING:
    from tenfold.diff.model import Change, Difference

Held = Iterable[Mapping[str, Any]]


def losses(held: Held, difference: "Difference", accepted: Collection[str] = ()) -> "list[Change]":
    """Removals and replacements of resources that the state protects and nobody has named as acceptable."""
    protected = {resource["urn"] for resource in held if resource.get("protect")} - set(accepted)
    return [c for c in difference.changes if c.op in ("delete", "replace") and {c.urn, c.moved_from} & protected]


def refuse_loss(found: "list[Change]", wanted: Architecture, flags: str) -> None:
    """Raises `Failure` (refused) when there is anything to lose."""
    if not found:
        return
    verbs = {"delete": "remove", "replace": "replace"}
    doing = [
        f"{verb} {', '.join(change.name for change in found if change.op == op)}"
        for op, verb in verbs.items()
        if any(change.op == op for change in found)
    ]
    raise Failure(
        f"This would {' and '.join(doing)}: {'they hold' if len(found) > 1 else 'it holds'} data or identity.",
        why="\n".join(f"{change.name}: {_why(change)}" for change in found),
        remedies=(
            *_kept(found, wanted),
            *(f"tenfold up {flags} --accept-loss '{change.urn}'" for change in found),
            "                 when it may be lost for good. Nothing was changed.",
        ),
        code=exits.REFUSED,
    )


def refuse_leap(outputs: Mapping[str, Any], wanted: Architecture, flags: str) -> None:
    """Raises `Failure` (refused) for a stage that data or traffic would have to move to, without their being moved."""
    deployed, before = outputs.get("stage"), outputs.get("promotion") or {}
    if wanted.throwaway or wanted.promotion or deployed is None:
        return
    if deployed == wanted.stage and before.get("waiting"):
        raise Failure(
            f"The promotion from stage {int(before['from'])} cannot end: "
            f"{' and '.join(before['waiting'])} has not moved yet.",
            why="what only the earlier stage has is still in use, and would go",
            remedies=(f"tenfold promote {flags}   with `promoting_from: {int(before['from'])}` again says what is next",),
            code=exits.REFUSED,
        )
    waiting = promotion.moves(shape.capabilities(int(deployed), None), wanted.capabilities)
    if deployed < wanted.stage and waiting:
        raise Failure(
            f"Stage {int(deployed)} is deployed, stage {wanted.stage} is wanted, and {' and '.join(waiting)} has to "
            "move in between.",
            why="at once, the old part would go before the new one is in use",
            remedies=(f"tenfold promote {flags} --to {wanted.stage}   does it step by step. Nothing was changed.",),
            code=exits.REFUSED,
        )


def _why(change: "Change") -> str:
    for forced in change.forced_by:
        said = f"{forced.path} {forced.old} → {forced.new} makes it anew"
        return f"{said}: {forced.because}" if forced.because else said
    return change.because or "the blueprint lacks it"


def _kept(found: "list[Change]", wanted: Architecture) -> Iterable[str]:
    """What a promotion leaves over may stay without being of use."""
    known = {f"{wanted.name}-{name}" for name in promotion.known_leftovers()}
    if names := [change.name for change in found if change.op == "delete" and change.name in known]:
        said = ", ".join([*wanted.leftovers, *names])
        yield f"keep {'them' if len(names) > 1 else 'it'}: `leftovers: [{said}]` in environments.{wanted.environment}, or"
