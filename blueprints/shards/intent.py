"""The maps that a blueprint asks for: the first one, and the one that it leads to."""

from tenfold.blueprints.architecture.stores import Shards
from tenfold.blueprints.shards import buckets, table
from tenfold.blueprints.shards.shard_map import ShardMap


def target(shards: Shards) -> ShardMap:
    """Where keys are when everything has moved."""
    if shards.strategy == "hash":
        return ShardMap(table.even(shards.count), shards.pins)
    if shards.strategy == "range":
        starts = {buckets.of_month(month): shard for month, shard in shards.months.items()}
        return ShardMap(table.contiguous(starts), shards.pins, by="month")
    return ShardMap(table.even(1), shards.pins)  # the rest stays on the primary


def first(shards: Shards) -> ShardMap:
    """What is published first: of a database with data, all of it on the primary."""
    return target(shards) if shards.start == "even" else ShardMap(table.even(1), by=target(shards).by)
