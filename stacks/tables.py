"""Tables as the stack wires them: of services, and of read models."""

import pulumi

from tenfold.blueprints.architecture.services import Key, ServiceTable, TableCapacity
from tenfold.blueprints.value import Value
from tenfold.components.table import CapacityArgs, KeyArgs, KeyType, Table, TableArgs
from tenfold.stacks.ground import Ground
from tenfold.stacks.tier import Tier


class RegionTable(Value):
    """A table as a region uses it, and what a standby region needs to find its copy."""

    name: pulumi.Input[str]
    arn: pulumi.Input[str]
    shared: Tier


def table(ground: Ground, tier: str, described: ServiceTable, keep_days: int) -> RegionTable:
    """`tier`: `service-search-table`. In a standby region the first region's table is there too, under its name."""
    at = ground.place
    if not at.primary:
        return RegionTable(at.source(f"{tier}-name"), at.here(tier), Tier())
    args: TableArgs = {
        **at.keeping,
        "partition_key": _key(described.key[0]),
        "keep_days": keep_days,
        "kms_key_arn": ground.encryption.key_arn,
    }
    if described.key[1:]:
        args["sort_key"] = _key(described.key[1])
    if described.indexes:
        args["indexes"] = {
            index: {"partition_key": _key(keys[0]), "sort_key": _key(keys[1])}
            if keys[1:]
            else {"partition_key": _key(keys[0])}
            for index, keys in described.indexes.items()
        }
    if described.expires:
        args["expires"] = described.expires
    if described.capacity:
        args["capacity"] = _capacity(described.capacity)
    if ground.secret_copies:
        args["copies"] = ground.secret_copies
    built = Table(at.name(tier), args, at.options)
    sources = {tier: built.arn, f"{tier}-name": built.table_name} if ground.secret_copies else {}
    return RegionTable(built.table_name, built.arn, Tier(sources=sources))


def _key(key: Key) -> KeyArgs:
    return {"name": key.name, "type": KeyType(key.type)}


def _capacity(capacity: TableCapacity) -> CapacityArgs:
    return {
        "reads": {"units": capacity.reads[0], "units_max": capacity.reads[1]},
        "writes": {"units": capacity.writes[0], "units_max": capacity.writes[1]},
        "track_fraction": capacity.track,
        "cooldown_out_seconds": capacity.cooldown_out,
        "cooldown_in_seconds": capacity.cooldown_in,
    }
