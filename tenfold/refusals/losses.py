"""Stops a change that would lose what holds data or identity, before the engine starts.

The engine stops at a protected resource too (`protect`), but only when it comes to it: what was to be removed before is
gone by then. Compared are the stack's state and the plan, so it needs no engine.
"""

from collections.abc import Collection, Iterable, Mapping
from typing import TYPE_CHECKING, Any

from blueprints.architecture import Architecture
from blueprints.stages import promotion
from stacks import standing
from stacks.standing import Standing
from tenfold import exits
from tenfold.failure import Failure
from tenfold.graph import lost_with

if TYPE_CHECKING:
    from tenfold.diff.model import Change, Difference

_verbs = {"delete": "it would be removed", "replace": "it would be replaced"}

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


def refuse_unprotection(
    difference: "Difference", wanted: Architecture, throwaway: bool, flags: str, accepted: Collection[str] = ()
) -> None:
    """Raises `Failure` (refused) where a resource that keeps data or identity would lose its protection and is not in
    `accepted`, and always where something protected would go in the same run. `throwaway` is whether the stack is a
    throw-away one already."""
    off = [c for c in difference.unprotected if c.keeps and not c.ends] if not throwaway else []
    lifted = [c for c in off if "protect" in c.taken_off]
    going = [c for c in difference.changes if c.op in ("delete", "replace") and c.protect_before]
    if lifted and going:
        raise Failure(
            "Protection is taken off in a run of its own, in which nothing protected goes.",
            why="\n".join(
                [
                    f"{lifted[0].name}{f' and {len(lifted) - 1} more' if lifted[1:] else ''}: protection goes",
                    *(f"{c.name}: {_verbs[c.op]}; {_why(c)}" for c in going),
                ]
            ),
            remedies=(
                f"take one of the two changes out, tenfold up {flags}; then the other one. Nothing was changed.",
            ),
            code=exits.REFUSED,
        )
    found = [c for c in off if c.urn not in set(accepted)]
    if not found:
        return
    from tenfold.render.diff import protection

    many = len(found) > 1
    kept = [f"leave `throwaway` out in environments.{wanted.environment}, or"] if wanted.throwaway and lifted else []
    raise Failure(
        f"{len(found)} resources that hold data or identity would lose their protection."
        if many
        else f"{found[0].name} would lose its protection.",
        why="\n".join(f"{change.name}: {protection(change)}; it keeps {lost_with(change.type)}" for change in found),
        remedies=(
            *kept,
            f"name {'each' if many else 'it'}, and run this again with",
            *(f"--accept-loss '{change.urn}'" for change in found),
            "From then on it goes without a question. Nothing was changed.",
        ),
        code=exits.REFUSED,
    )


def refuse_leap(
    before: Standing | None, wanted: Architecture, values: Mapping[str, Any], flags: str, asked: Collection[str] = ()
) -> None:
    """Raises `Failure` (refused) where blueprint and stack disagree on a promotion: `before` is where the stack stands,
    `values` are the blueprint's, by dotted path, `asked` is what may move back."""
    for one in standing.objections(before, wanted, values, f"tenfold promote {flags}", asked):
        raise Failure(one.what, why=one.why, remedies=(*one.instead, "Nothing was changed."), code=exits.REFUSED)


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
