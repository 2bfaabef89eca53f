"""Stops a change that would lose what holds data or identity, before the engine starts.

The engine stops at a protected resource too (`protect`), but only when it comes to it: what was to be removed before is
gone by then. Compared are the stack's state and the plan, so it needs no engine.
"""

import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from tenfold import exits
from tenfold.blueprints.architecture import Architecture
from tenfold.blueprints.stages import promotion
from tenfold.blueprints.standby import former_databases
from tenfold.failure import Failure
from tenfold.graph import lost_with

if TYPE_CHECKING:
    from tenfold.diff.model import Change, Difference

_VERBS = {"delete": "removed", "replace": "replaced"}
# What they let go after a shorter time is what a time was set for; nobody restores anything from it.
_RECORDS = frozenset({"aws:cloudwatch/logGroup:LogGroup"})


def losses(
    deployed: Iterable[Mapping[str, Any]], difference: "Difference", accepted: Collection[str] = ()
) -> "list[Change]":
    """Removals and replacements of resources that the state protects and nobody has named as acceptable."""
    protected, named = {resource["urn"] for resource in deployed if resource.get("protect")}, set(accepted)
    going = [change for change in difference.changes if change.op in ("delete", "replace")]
    return [change for change in going if (urns := {change.urn, change.moved_from}) & protected and not urns & named]


def refuse_loss(changes: "list[Change]", target: Architecture, deployed: int | None) -> None:
    """Raises `Failure` (refused) when there is anything to lose. `deployed` is the stage that is deployed."""
    if not changes:
        return
    verbs = " or ".join({_VERBS[change.op]: None for change in changes})
    below = deployed is not None and deployed > target.stage
    raise _unless_named(
        changes,
        what=f"{len(changes)} resources that hold data or identity would be {verbs}."
        if len(changes) > 1
        else f"{changes[0].name} would be {verbs}, and what it holds lost.",
        why=_why,
        remedies=[
            *([f"`stage: {deployed}` in the blueprint, which is what is deployed, or"] if below else []),
            *_kept(changes, target),
        ],
        to="to lose it for good, and",
    )


def refuse_shortening(difference: "Difference", throwaway: bool, accepted: Collection[str] = ()) -> None:
    """Raises `Failure` (refused) where a resource that stays would let go a part of what it keeps (backups, messages,
    archived events, earlier versions of objects: a shorter time, or fewer of them) and is not in `accepted`.
    `throwaway` is whether the stack is a throw-away one already."""
    shortened = [
        change
        for change in difference.losses
        if change.op == "update" and change.type not in _RECORDS and change.urn not in set(accepted)
    ]
    if throwaway or not shortened:
        return
    raise _unless_named(
        shortened,
        what=f"{len(shortened)} resources would let go a part of what they keep."
        if len(shortened) > 1
        else f"{shortened[0].name} would let go a part of what it keeps.",
        why=_shorter,
        remedies=["write what is deployed again, or"],
        to="to lose that for good, and",
    )


def _shorter(change: "Change") -> str:
    from tenfold.diff.texts import property_text

    properties = (each for each in change.properties if each.effect == "data-loss")
    return "; ".join(f"{property_text(each)}, {each.because}" for each in properties)


def refuse_unprotection(
    difference: "Difference", target: Architecture, throwaway: bool, flags: str, accepted: Collection[str] = ()
) -> None:
    """Raises `Failure` (refused) where a resource that keeps data or identity would lose its protection and is not in
    `accepted`, and always where something protected would go in the same run. `throwaway` is whether the stack is a
    throw-away one already."""
    from tenfold.diff.texts import protection_text

    off = [c for c in difference.unprotected if c.keeps and not c.ends] if not throwaway else []
    lifted = [c for c in off if "protect" in c.taken_off]
    _refuse_at_once(lifted, [c for c in difference.changes if c.op in _VERBS and c.protect_before], flags)
    lost = [c for c in off if c.urn not in set(accepted)]
    if not lost:
        return
    kept = [f"leave `throwaway` out in environments.{target.environment}, or"] if target.throwaway and lifted else []
    raise _unless_named(
        lost,
        what=f"{len(lost)} resources that hold data or identity would lose their protection."
        if len(lost) > 1
        else f"{lost[0].name} would lose its protection.",
        why=lambda change: f"{protection_text(change)}; it keeps {lost_with(change.type)}",
        remedies=kept,
        to="and",
        end="From then on it goes without a question. ",
    )


def _unless_named(
    changes: "Sequence[Change]",
    *,
    what: str,
    why: "Callable[[Change], str]",
    remedies: Iterable[str],
    to: str,
    end: str = "",
) -> Failure:
    """Refused, unless each is named on the command line."""
    it = "each" if len(changes) > 1 else "it"
    return Failure(
        what,
        why="\n".join(f"{change.name}: {why(change)}" for change in changes),
        remedies=(
            *remedies,
            f"name {it}{',' if to == 'and' else ''} {to} run this again with",
            *(f"--accept-loss '{change.urn}'" for change in changes),
            f"{end}Nothing was changed.",
        ),
        code=exits.REFUSED,
    )


def _refuse_at_once(lifted: "Sequence[Change]", going: "Sequence[Change]", flags: str) -> None:
    """Raises `Failure` where protection is taken off in the run in which something protected goes."""
    if not lifted or not going:
        return
    more = f" and {len(lifted) - 1} more" if lifted[1:] else ""
    raise Failure(
        "Protection is taken off in a run of its own, in which nothing protected goes.",
        why="\n".join(
            [
                f"{lifted[0].name}{more}: protection goes",
                *(f"{change.name}: it would be {_VERBS[change.op]}; {_why(change)}" for change in going),
            ]
        ),
        remedies=(f"take one of the two changes out, tenfold up {flags}; then the other one. Nothing was changed.",),
        code=exits.REFUSED,
    )


def _why(change: "Change") -> str:
    from tenfold.diff.texts import property_text

    for forced in change.forced_by:
        cause = f"{property_text(forced)} replaces it"
        return f"{cause}: {forced.because}" if forced.because else cause
    return "; ".join(filter(None, (lost_with(change.type), change.because)))


def _kept(changes: "list[Change]", target: Architecture) -> Iterable[str]:
    """What a promotion or a failback leaves over may stay without being of use; nothing copies data into an
    existing database."""
    if (there := target.database.existing) and any(
        change.name == f"{target.name}-database-primary" for change in changes
    ):
        yield "take `database.existing` out again, or"
        yield f"copy the data to {there.address}, which nothing else does; then"
    known = {f"{target.name}-{name}" for name in (*promotion.known_leftovers(), *former_databases(target))}
    if names := [change.name for change in changes if change.op == "delete" and change.name in known]:
        leftovers = ", ".join([*target.leftovers, *sorted(names)])
        yield f"keep what is left over: `leftovers: [{leftovers}]` in environments.{target.environment}, or"
    if any(forced.path == "fifoQueue" for change in changes for forced in change.forced_by):
        yield 'leave the queue as it is, and go by a second one: docs/queues.md, "Another order", or'
    owners = {service.known_as for service in target.services.values()}
    for service in sorted({_service(change.name, target.name) for change in changes} - owners - {""}):
        yield f"keep what the service owned: write services.{service} again, with `retired: true`, or"
        yield f"if the service has another name now: `was: {service}` under that name, or"


def _service(resource: str, blueprint: str) -> str:
    """Whose data it is: `search` of shop-service-search-database-primary; empty for the application's."""
    named = re.match(rf"{re.escape(blueprint)}-service-(.+?)-(database|data|search|settings|table)-", resource)
    return named[1] if named else ""
