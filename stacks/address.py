"""Where users go: the domain's records, and the address that `tenfold up` ends with."""

from typing import Any

import pulumi

from components.records import Records
from stacks.base import Base
from stacks.edge import Edge
from stacks.hosts import Hosts


def point(given: Base, front: Edge, running: Hosts) -> None:
    """The domain's records: the server's address, or an alias of the CDN or the balancer. While a stack is
    promoted from server to fleet both are there, and traffic stays where it is until the promotion ends."""
    if not front.domain:
        return
    args: Any = {"domain": given.architecture.domain, "zone_id": front.domain.zone_id}
    if running.server:
        args["addresses"] = [running.server.address]
    elif front.cdn:
        args["alias"] = {"dns_name": front.cdn.domain_name, "zone_id": front.cdn.zone_id, "follows_health": False}
    elif front.balancer:
        args["alias"] = {"dns_name": front.balancer.dns_name, "zone_id": front.balancer.zone_id}
    Records(given.name("records"), args, given.options)


def url(given: Base, front: Edge, running: Hosts) -> pulumi.Input[str]:
    if given.architecture.domain:
        return f"https://{given.architecture.domain}"
    if front.cdn:
        return front.cdn.url
    if front.balancer:
        return front.balancer.url
    return pulumi.Output.concat("http://", running.server.address) if running.server else ""
