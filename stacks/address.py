"""Where users go: the domain's records, and the addresses that `tenfold up` ends with."""

from collections.abc import Sequence
from typing import cast

import pulumi

from tenfold.components.domain import Domain
from tenfold.components.records import FollowingArgs, Records, RecordsArgs
from tenfold.stacks.place import Place
from tenfold.stacks.tier import Entrance


def make_records(at: Place, domain: Domain | None, entrances: Sequence[Entrance]) -> dict[str, pulumi.Input[str]]:
    """Makes the domain's records: an alias of the CDN or the balancer, or the server's address. While a stack is
    promoted, traffic stays where it is, except the share that the blueprint has moved. Returns outputs."""
    architecture = at.architecture
    current, following = _entrances(at, entrances)
    if current is None:
        return {"url": ""}
    if domain and architecture.domain:
        Records(at.name("records"), _record_args(at, domain, architecture.domain, current, following), at.options)
    next_url = {"following_url": following.url} if following else {}
    if architecture.domain:
        return {"url": f"https://{architecture.domain}", **next_url}
    moved = architecture.promotion and not architecture.promotion.holds("traffic")
    return {"url": following.url if following and moved else current.url, **next_url}


def _record_args(at: Place, domain: Domain, name: str, current: Entrance, following: Entrance | None) -> RecordsArgs:
    moving = at.architecture.promotion
    args: RecordsArgs = {"domain": name, "zone_id": domain.zone_id}
    if current.alias:
        args["alias"] = current.alias
    else:
        args["addresses"] = cast("list[str]", list(current.addresses))  # Pulumi resolves outputs in a list
    if following and following.alias and moving:
        upcoming: FollowingArgs = {"alias": following.alias, "percent": moving.moved_traffic}
        args["following"] = upcoming
    return args


def _entrances(at: Place, entrances: Sequence[Entrance]) -> tuple[Entrance | None, Entrance | None]:
    """The entrance that users have now, and the one they will have: a promotion makes the next one, which is the
    outermost, before it removes the present one."""
    moving = at.architecture.promotion
    if moving and "traffic" in moving.moves:
        before = next(entrance for entrance in entrances if entrance.capability not in moving.arriving)
        return before, entrances[0]
    return (entrances[0] if entrances else None), None
