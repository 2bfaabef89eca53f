"""Where users go: the domain's records, and the addresses that `tenfold up` ends with."""

from typing import Any

import pulumi

from blueprints.value import Value
from components.records import Records
from stacks.base import Base
from stacks.edge import Edge
from stacks.hosts import Hosts


class Entrance(Value):
    """A way in: the capability that makes it, where a record of it points to, its own URL."""

    capability: str
    target: dict[str, Any]
    url: pulumi.Input[str]


def point(given: Base, front: Edge, running: Hosts) -> dict[str, pulumi.Input[str]]:
    """Makes the domain's records: an alias of the CDN or the balancer, or the server's address. While a stack is
    promoted traffic stays where it is, but for the share that the blueprint has moved. Returns outputs."""
    current, following = _entrances(given, front, running)
    if current is None:
        return {"url": ""}
    if front.domain:
        args: Any = {"domain": given.architecture.domain, "zone_id": front.domain.zone_id, **current.target}
        if following and given.architecture.promotion:
            args["following"] = {**following.target, "share": given.architecture.promotion.moved_traffic}
        Records(given.name("records"), args, given.options)
    told = {"following_url": following.url} if following else {}
    if given.architecture.domain:
        return {"url": f"https://{given.architecture.domain}", **told}
    moved = given.architecture.promotion and not given.architecture.promotion.holds("traffic")
    return {"url": following.url if following and moved else current.url, **told}


def _entrances(given: Base, front: Edge, running: Hosts) -> tuple[Entrance | None, Entrance | None]:
    """Where users come in, and where they will: a promotion makes the second, outermost, before the first one goes."""
    found: list[Entrance] = []
    if front.cdn:
        edge = {"dns_name": front.cdn.domain_name, "zone_id": front.cdn.zone_id, "follows_health": False}
        found.append(Entrance("cdn", {"alias": edge}, front.cdn.url))
    if front.balancer:
        alias = {"dns_name": front.balancer.dns_name, "zone_id": front.balancer.zone_id}
        found.append(Entrance("balancer", {"alias": alias}, front.balancer.url))
    if running.server:
        address = running.server.address
        found.append(Entrance("server", {"addresses": [address]}, pulumi.Output.concat("http://", address)))
    moving = given.architecture.promotion
    if moving and "traffic" in moving.moves:
        before = next(entrance for entrance in found if entrance.capability not in moving.arriving)
        return before, found[0]
    return (found[0] if found else None), None
