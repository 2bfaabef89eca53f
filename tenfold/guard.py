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
from tenfold.graph import lost_with

if TYPE_CHECKING:
    from tenfold.diff.model import Change, Difference

Held = Iterable[Mapping[str, Any]]


def losses(held: Held, difference: "Difference", accepted: Collection[str] = ()) -> "list[Change]":
    """Removals and replacements of resources that the state protects and nobody has named as acceptable."""
    protected = {resource["urn"] for resource in held if resource.get("protect")} - set(accepted)
    return [c for c in difference.changes if c.op in ("delete", "replace") and {c.urn, c.moved_from} & protected]


def refuse_loss(found: "list[Change]", wanted: Architecture, deployed: int | None) -> None:
    """Raises `Failure` (refused) when there is anything to lose. `deployed` is the stage that is there."""
    if not found:
        return
    many, below = len(found) > 1, deployed is not None and deployed > wanted.stage
    verbs = {change.op: {"delete": "removed", "replace": "made anew"}[change.op] for change in found}
    remedies = [f"write `stage: {deployed}` again, which is what is deployed, or"] if below else []
    raise Failure(
        f"{len(found)} resources that hold data or identity would be {' or '.join(verbs.values())}."
        if many
        else f"{found[0].name} would be {verbs[found[0].op]}, and what it holds lost.",
        why="\n".join(f"{change.name}: {_why(change)}" for change in found),
        remedies=(
            *remedies,
            *_kept(found, wanted),
            f"name {'each' if many else 'it'} to lose it for good, and run this again with",
            *(f"--accept-loss '{change.urn}'" for change in found),
            "Nothing was changed.",
        ),
        code=exits.REFUSED,
    )


def refuse_leap(outputs: Mapping[str, Any], values: Mapping[str, Any], wanted: Architecture, flags: str) -> None:
    """Raises `Failure` (refused) for a stage that data or traffic would have to move to, without their being moved, and
    for a promotion that would begin elsewhere than the stack is. `values` are the blueprint's, by dotted path."""
    deployed, before = outputs.get("stage"), outputs.get("promotion") or {}
    if wanted.throwaway or deployed is None:
        return
    if wanted.promotion:
        began = int(before.get("from", deployed))
        if began != wanted.promotion.from_stage:
            raise Failure(
                f"A promotion from stage {wanted.promotion.from_stage} does not begin at stage {began}, where it is.",
                why="the application would go back to what the earlier stage has of its data, which is old by now",
                remedies=("take `promoting_from` out, or name the stage that is there. Nothing was changed.",),
                code=exits.REFUSED,
            )
        return
    if deployed == wanted.stage and before.get("waiting"):
        raise Failure(
            f"The promotion from stage {int(before['from'])} cannot end: "
            f"{' and '.join(before['waiting'])} has not moved yet.",
            why="what only the earlier stage has is still in use, and would go",
            remedies=(
                f"tenfold promote {flags}   with `promoting_from: {int(before['from'])}` again says what is next",
            ),
            code=exits.REFUSED,
        )
    had = shape.capabilities(int(deployed), None, values.get("with") or (), values.get("without") or ())
    waiting = promotion.moves(had, wanted.capabilities)
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
    return "; ".join(filter(None, (lost_with(change.type), change.because)))


def _kept(found: "list[Change]", wanted: Architecture) -> Iterable[str]:
    """What a promotion leaves over may stay without being of use."""
    known = {f"{wanted.name}-{name}" for name in promotion.known_leftovers()}
    if names := [change.name for change in found if change.op == "delete" and change.name in known]:
        said = ", ".join([*wanted.leftovers, *sorted(names)])
        yield f"keep what is left over: `leftovers: [{said}]` in environments.{wanted.environment}, or"
