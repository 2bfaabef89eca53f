"""Records: where a domain name points to. The same record under the same name in every stage, changed in place."""

from typing import Any, NamedTuple, NotRequired, TypedDict

import pulumi
import pulumi_aws as aws

from tenfold.components.parts.component import Component

TTL = 60  # seconds; how long clients still go to the old address after a move
CURRENT, FOLLOWING = "current", "following"


class AliasArgs(TypedDict):
    dns_name: pulumi.Input[str]
    """Name of a balancer or CDN. Change: in place."""
    zone_id: pulumi.Input[str]
    """Hosted zone of that name, an output of the balancer or CDN. Change: in place."""
    follows_health: NotRequired[bool]
    """Whether an unhealthy target is not answered with. False for CloudFront, whose health Route 53 does not know.
    Default: true. Change: in place."""


class FollowingArgs(TypedDict):
    alias: AliasArgs
    """What answers for the name next. Change: in place."""
    percent: int
    """Percent of the answers that name it already, 0 to 100. Change: in place."""


class RecordsArgs(TypedDict):
    domain: str
    """The name, e.g. `shop.example.com`. Change: replaces the records."""
    zone_id: pulumi.Input[str]
    """Hosted zone that holds the name. Change: replaces the records."""
    alias: NotRequired[AliasArgs]
    """A balancer's or CDN's `dns_name` and `zone_id`; follows its addresses, and its health. Default: none. Change: in
    place."""
    addresses: NotRequired[pulumi.Input[list[str]]]
    """Or IPv4 addresses: the elastic IP of a server. Answered for 60 s, so that a move is quick. Default: none. Change:
    in place."""
    ipv6: NotRequired[bool]
    """Answer AAAA too, for an alias that is reachable over IPv6 (a CDN is; a balancer in an IPv4 network is not).
    Default: false. Change: one record more or less."""
    following: NotRequired[FollowingArgs]
    """Where traffic is on its way to: `alias`, and the `percent` of answers that name it already; the records are
    weighted from the start, for a simple one cannot become weighted without a gap. Default: none. Change: one record
    more or less; the percentage in place."""


class Records(Component[RecordsArgs]):
    """A (and AAAA) of one name. Raises ValueError unless exactly one of alias and addresses is given, and for a share
    that is not from 0 to 100.

    Records are weighted from the start, though there is only one: a simple record could not become a weighted one
    without a moment in which the name has no answer.

    An existing record of that name is never taken over in silence: `up` then fails and says so.
    """

    fqdn: pulumi.Output[str]
    """The whole name that the records are of."""

    def __init__(self, name: str, args: RecordsArgs, opts: pulumi.ResourceOptions | None = None):
        super().__init__(name, args, opts)
        child = self._child()
        types = {"ipv4": "A"} | ({"ipv6": "AAAA"} if args.get("ipv6", False) else {})
        records = [
            aws.route53.Record(
                f"{name}-{role}-{part.identifier}" if part.identifier != CURRENT else f"{name}-{role}",
                zone_id=args["zone_id"],
                name=args["domain"],
                type=kind,
                set_identifier=part.identifier,
                weighted_routing_policies=[{"weight": part.weight}],
                **part.target,
                opts=child,
            )
            for part in parts(args)
            for role, kind in types.items()
        ]
        self.fqdn = records[0].fqdn
        self._register()


class Part(NamedTuple):
    """One of the records that share a name; of 100 answers `weight` are its."""

    identifier: str
    weight: int
    target: dict[str, Any]


def parts(args: RecordsArgs) -> list[Part]:
    """Where the name points to now, and where it is on its way to. Raises ValueError as `Records` does."""
    following = args.get("following")
    if following is None:
        return [Part(CURRENT, 100, where(args))]
    percent = following["percent"]
    if not 0 <= percent <= 100:
        raise ValueError(f"percent: {percent} must be from 0 to 100.")
    return [Part(CURRENT, 100 - percent, where(args)), Part(FOLLOWING, percent, _alias(following["alias"]))]


def where(args: RecordsArgs) -> dict[str, Any]:
    """The part of a record that says where: an alias, or addresses with a time to live."""
    alias, addresses = args.get("alias"), args.get("addresses")
    if (alias is None) == (addresses is None):
        raise ValueError("records: give alias (a balancer or CDN) or addresses (of a server), one of the two.")
    if alias is None:
        if args.get("ipv6", False):
            raise ValueError("ipv6: the addresses are IPv4; AAAA is answered through an alias only.")
        return {"records": addresses, "ttl": TTL}
    return _alias(alias)


def _alias(alias: AliasArgs) -> dict[str, Any]:
    healthy = alias.get("follows_health", True)
    return {"aliases": [{"name": alias["dns_name"], "zone_id": alias["zone_id"], "evaluate_target_health": healthy}]}
