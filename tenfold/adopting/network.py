"""Finds the existing VPC, and the tier of each of its subnets."""

from collections.abc import Collection, Mapping
from typing import Any

from tenfold import exits
from tenfold.adopting.inventory import (
    DEFAULT_TABLE,
    MAIN_ROUTING,
    ROUTE,
    ROUTING,
    SUBNET,
    SUBNET_GROUP,
    TABLES,
    VPC,
    Inventory,
    Thing,
)
from tenfold.failure import Failure

ANYWHERE = "0.0.0.0/0"
MOST_ZONES = 4  # blueprints/grammar/sections/network.py


def vpc(inventory: Inventory, asked: str | None, database: Thing | None) -> Thing | None:
    """The VPC that was asked for, or the database's, or the only one. Raises `Failure` (wrong input) if it does not
    exist, or if there are several to choose from."""
    known = inventory.of(VPC)
    by_group = _vpc_of_group(inventory, str(database.facts.get("dbSubnetGroupName"))) if database else None
    identifier = asked or (database and database.facts.get("vpcId")) or by_group
    if identifier:
        chosen = inventory.thing_named(VPC, str(identifier))
        if chosen is None and asked:
            names = ", ".join(one.id for one in known) or "none"
            raise Failure(
                f"There is no VPC {asked} in {inventory.origin}.", why=f"there are: {names}", code=exits.WRONG_INPUT
            )
        return chosen
    own = [one for one in known if not one.facts.get("isDefault")] or known
    if len(own) > 1:
        remedies = tuple(f"--vpc {one.id}   {one.facts.get('cidrBlock')}" for one in own)
        raise Failure("There are several VPCs; one has to be chosen.", remedies=remedies, code=exits.WRONG_INPUT)
    return own[0] if own else None


def _vpc_of_group(inventory: Inventory, group: str) -> str | None:
    for subnet in of_group(inventory, group):
        if one := inventory.thing_named(SUBNET, subnet):
            return str(one.facts.get("vpcId"))
    return None


def of_group(inventory: Inventory, group: str) -> list[str]:
    """Ids of the subnets of a database's subnet group."""
    there = inventory.thing_named(SUBNET_GROUP, group)
    return [str(subnet) for subnet in (there.facts.get("subnetIds") or ())] if there else []


def subnets(
    inventory: Inventory, vpc: Thing, group: str | None, tiers: Collection[str]
) -> Mapping[str, Mapping[str, str]]:
    """Zone -> tier -> id of the subnet with the lowest addresses. Only zones with all `tiers`; every zone if none has
    all. `group`: the database's subnet group. Its subnets are taken for databases, and last for other tiers."""
    zones: dict[str, dict[str, str]] = {}
    of_databases = set(of_group(inventory, group)) if group else set[str]()
    own = [one for one in inventory.of(SUBNET) if one.facts.get("vpcId") == vpc.id and _in_region(inventory, one)]
    for subnet in sorted(own, key=lambda one: (one.id in of_databases, _order(one.facts))):
        zone = zones.setdefault(str(subnet.facts.get("availabilityZone")), {})
        way = _way_out(inventory, subnet)
        if way != "closed":
            zone.setdefault(way, subnet.id)
        if subnet.id in of_databases or (not of_databases and way == "closed"):
            zone.setdefault("database", subnet.id)
    complete = {zone: ids for zone, ids in zones.items() if ids.keys() >= set(tiers)}
    return dict([(zone, ids) for zone, ids in sorted((complete or zones).items()) if ids][:MOST_ZONES])


def _in_region(inventory: Inventory, subnet: Thing) -> bool:
    """Whether the zone is the region's own, and not a local zone such as eu-central-1-ham-1a."""
    return str(subnet.facts.get("availabilityZone"))[:-1] == inventory.region


def _order(facts: Mapping[str, Any]) -> tuple[int, ...]:
    return tuple(int(part) for part in str(facts.get("cidrBlock")).replace("/", ".").split(".") if part.isdigit())


def _way_out(inventory: Inventory, subnet: Thing) -> str:
    """By the default route: public (internet gateway), private (NAT, transit gateway or other), closed (none)."""
    tables = _tables(inventory, subnet)
    routes = [one.facts for one in inventory.of(ROUTE) if str(one.facts.get("routeTableId")) in tables]
    routes += [route for one in inventory.of(*TABLES) if one.id in tables for route in one.facts.get("routes") or ()]
    out = [route for route in routes if ANYWHERE in (route.get("destinationCidrBlock"), route.get("cidrBlock"))]
    if any(str(route.get("gatewayId") or "").startswith("igw-") for route in out):
        return "public"
    return "private" if out else "closed"


def _tables(inventory: Inventory, subnet: Thing) -> set[str]:
    """The subnet's route tables; if it has none, the VPC's main one."""
    vpc = subnet.facts.get("vpcId")
    own = {str(one.facts["routeTableId"]) for one in inventory.of(ROUTING) if one.facts.get("subnetId") == subnet.id}
    chosen = {str(one.facts["routeTableId"]) for one in inventory.of(MAIN_ROUTING) if one.facts.get("vpcId") == vpc}
    return own or chosen or {one.id for one in inventory.of(DEFAULT_TABLE) if one.facts.get("vpcId") == vpc}
