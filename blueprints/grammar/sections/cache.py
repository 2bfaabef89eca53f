"""The cache; at stage 3 the session store."""

from typing import Annotated, Literal

from blueprints.grammar import units
from blueprints.grammar.fields import Section, optional
from blueprints.grammar.forms import Measured, Shards


class Cache(Section):
    """ElastiCache; at stage 3 the session store, from stage 4 for data as well."""

    engine: Literal["valkey", "redis", "memcached"] | None = optional(
        "Cache engine. From redis to valkey in place; to and from memcached another cache.", "replace"
    )
    version: str | None = optional("Engine version, in quotes.", "restart")
    node: str | None = optional("Node type; in place, but for memcached, which is replaced.", "in-place")
    nodes: int | None = optional(
        "Nodes: a primary and its replicas, of each shard; of memcached all.", "in-place", ge=1, le=40
    )
    shards: Annotated[str | int, Shards()] | None = optional(
        "Cluster mode: into how many shards the data is divided; clients then speak the cluster protocol. A cache that "
        "runs goes from `none` over `compatible` to a number, one step an up, and never back; more or fewer in place.",
        "restart",
    )
    eviction: (
        Literal[
            "volatile-lru", "allkeys-lru", "volatile-lfu", "allkeys-lfu",
            "volatile-random", "allkeys-random", "volatile-ttl", "noeviction",
        ]
        | None
    ) = optional("What goes when memory is full.", "in-place")  # fmt: skip
    keep_snapshots: Annotated[int, Measured(units.DAYS, 0, 35, "from 0d to 35d (the limit of ElastiCache)")] | None = (
        optional("How long daily snapshots are kept.", "in-place")
    )
