"""The cache; at stage 3 the session store."""

from typing import Annotated, Literal

from tenfold.blueprints.choices import CacheEngine
from tenfold.blueprints.grammar import units
from tenfold.blueprints.grammar.fields import Section, optional
from tenfold.blueprints.grammar.forms import Measured, Shards


class Cache(Section):
    """ElastiCache; at stage 3 the session store, from stage 4 for data as well."""

    engine: CacheEngine | None = optional(
        "Cache engine. From redis to valkey in place; to and from memcached another cache.", "replace"
    )
    version: str | None = optional("Engine version, in quotes.", "restart")
    node: str | None = optional("Node type. Changed in place, except memcached, which is replaced.", "in-place")
    nodes: int | None = optional(
        "Number of nodes: a primary and its replicas, in each shard; for memcached in all.", "in-place", ge=1, le=40
    )
    shards: Annotated[str | int, Shards()] | None = optional(
        "Cluster mode: the number of shards that the data is divided into; clients then speak the cluster protocol. A "
        "running cache goes from `none` over `compatible` to a number, one step per up, and never back; a number "
        "changes in place.",
        "restart",
    )
    eviction: (
        Literal[
            "volatile-lru", "allkeys-lru", "volatile-lfu", "allkeys-lfu",
            "volatile-random", "allkeys-random", "volatile-ttl", "noeviction",
        ]
        | None
    ) = optional("Which entries are evicted when memory is full.", "in-place")  # fmt: skip
    keep_snapshots: Annotated[int, Measured(units.DAYS, 0, 35, "from 0d to 35d (the limit of ElastiCache)")] | None = (
        optional("How long daily snapshots are kept.", "in-place")
    )
