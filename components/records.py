"""Records: where a domain name points to. The same record under the same name in every stage, changed in place."""

from typing import Any, NotRequired, TypedDict

import pulumi
import pulumi_aws as aws

TTL = 60  # seconds; how long clients still go to the old address after a move


class AliasArgs(TypedDict):
    dns_name: pulumi.Input[str]
    """Name of a balancer or CDN."""
    zone_id: pulumi.Input[str]
    """Hosted zone of that name, as the balancer or CDN tells it."""
    follows_health: NotRequired[bool]
    """Whether an unhealthy target is not answered with; default true. False for CloudFront, whose health Route 53 does
    not know."""


class RecordsArgs(TypedDict):
    domain: str
    """The name, e.g. `shop.example.com`. A change replaces the records."""
    zone_id: pulumi.Input[str]
    """Hosted zone that holds the name. A change replaces the records."""
    alias: NotRequired[AliasArgs]
    """A balancer or CDN that answers for the name; follows its addresses and its health. In place."""
    addresses: NotRequired[pulumi.Input[list[str]]]
    """IPv4 addresses that answer instead (the elastic IP of a server). In place."""
    ipv6: NotRequired[bool]
    """Also answer AAAA, for an alias that is reachable over IPv6; default false. Adds or removes one record."""


class Records(pulumi.ComponentResource):
    """A (and AAAA) of one name. Raises ValueError unless exactly one of alias and addresses is given.

    An existing record of that name is never taken over in silence: `up` then fails and says so.
    """

    fqdn: pulumi.Output[str]

    def __init__(self, name: str, args: RecordsArgs, opts: pulumi.ResourceOptions | None = None):
        super().__init__("tenfold:index:Records", name, dict(args), opts)
        child = pulumi.ResourceOptions(parent=self)
        target = where(args)
        types = {"ipv4": "A"} | ({"ipv6": "AAAA"} if args.get("ipv6", False) else {})
        made = [
            aws.route53.Record(
                f"{name}-{role}", zone_id=args["zone_id"], name=args["domain"], type=kind, **target, opts=child
            )
            for role, kind in types.items()
        ]
        self.fqdn = made[0].fqdn
        self.register_outputs({"fqdn": self.fqdn})


def where(args: RecordsArgs) -> dict[str, Any]:
    """The part of a record that says where: an alias, or addresses with a time to live."""
    alias, addresses = args.get("alias"), args.get("addresses")
    if (alias is None) == (addresses is None):
        raise ValueError("records: give alias (a balancer or CDN) or addresses (of a server), one of the two.")
    if alias is None:
        if args.get("ipv6", False):
            raise ValueError("ipv6: the addresses are IPv4; AAAA is answered through an alias only.")
        return {"records": addresses, "ttl": TTL}
    healthy = alias.get("follows_health", True)
    return {"aliases": [{"name": alias["dns_name"], "zone_id": alias["zone_id"], "evaluate_target_health": healthy}]}
