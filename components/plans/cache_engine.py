"""What an ElastiCache engine and its version decide: parameter groups, authentication, eviction, shards. Pure."""

import re
from enum import StrEnum
from typing import Any

from tenfold.components.plans.choices import check_choice


class CacheEngine(StrEnum):
    VALKEY = "valkey"
    """A fifth cheaper on AWS."""
    REDIS = "redis"


# maxmemory-policy of Valkey and Redis. For sessions: volatile-ttl lets those go first that end soonest, while
# noeviction refuses every new login once memory is full, and an allkeys policy may drop a session that is in use.
class Eviction(StrEnum):
    VOLATILE_TTL = "volatile-ttl"
    VOLATILE_LRU = "volatile-lru"
    VOLATILE_LFU = "volatile-lfu"
    VOLATILE_RANDOM = "volatile-random"
    ALLKEYS_LRU = "allkeys-lru"
    ALLKEYS_LFU = "allkeys-lfu"
    ALLKEYS_RANDOM = "allkeys-random"
    NOEVICTION = "noeviction"


class ClusterMode(StrEnum):
    """In the only order they can be passed through, never back (API reference, ModifyReplicationGroup)."""

    DISABLED = "disabled"
    """One primary takes all writes; any client works."""
    COMPATIBLE = "compatible"
    """The way from one to the other, in which both kinds of clients work."""
    ENABLED = "enabled"
    """Several shards; clients speak the cluster protocol."""


NODES = (1, 6)  # a primary and up to five replicas: ElastiCache quota for a shard, and for a group without shards
MOST_NODES = 500  # of a group with shards; more than 90 after the quota was raised (User Guide, "Working with shards")

MEMCACHED_NODES = (1, 40)  # API reference, CreateCacheCluster
MEMCACHED_TLS = (1, 6, 12)  # the first version that encrypts on the way
# Memcached asks nobody who he is, so that nobody may empty it at once. What must go when memory is full is what was not
# read for longest; that is its default, and a value equal to the default would be no value of ours to AWS.
MEMCACHED_PARAMETERS: list[Any] = [{"name": "disable_flush_all", "value": "1"}]

# Everything but what endangers the data or other clients; INFO is allowed, for client libraries ask it on connecting.
# What clients of a cluster ask (CLUSTER SLOTS, SHARDS, NODES) is not among the dangerous ones since 7.0.
ACCESS = "on ~* &* +@all -@dangerous +info"
NO_ACCESS = "off -@all"


def family(engine: str, version: str) -> str:
    """The parameter group family: `valkey8` for 8.1, `redis7` for 7.1. Raises ValueError for what has no IAM
    authentication (Redis below 7.0) or is not written as major.minor."""
    check_choice("engine", engine, CacheEngine)
    if not re.fullmatch(r"\d+\.\d+", version):
        raise ValueError(f"version: {version!r} is not written as major.minor, like 8.1.")
    if int(version.partition(".")[0]) < 7:
        raise ValueError(f"version: {engine} {version} cannot authenticate by IAM; 7.0 and later can.")
    return f"{engine}{version.partition('.')[0]}"


def memcached_family(version: str) -> str:
    """`memcached1.6` for 1.6.22. Raises ValueError for what is not written as major.minor.patch or has no TLS."""
    if not re.fullmatch(r"\d+\.\d+\.\d+", version):
        raise ValueError(f"version: {version!r} is not written as major.minor.patch, like 1.6.22.")
    if tuple(map(int, version.split("."))) < MEMCACHED_TLS:
        raise ValueError(f"version: Memcached {version} does not encrypt on the way; 1.6.12 and later do.")
    return f"memcached{version.rpartition('.')[0]}"


def parameters(eviction: str, cluster_mode: str = "disabled") -> list[Any]:
    settings = [{"name": "maxmemory-policy", "value": check_choice("eviction", eviction, Eviction).value}]
    return settings if cluster_mode == "disabled" else [*settings, {"name": "cluster-enabled", "value": "yes"}]


def layout(nodes: int, cluster_mode: str = "disabled", shards: int = 1) -> dict[str, Any]:
    """How many nodes there are, as arguments of a replication group; `nodes` are those of each shard.

    Raises ValueError for what ElastiCache does not make. Cluster mode needs automatic failover (API reference,
    CreateReplicationGroup), hence a second node."""
    cluster_mode = check_choice("cluster_mode", cluster_mode, ClusterMode).value
    if not NODES[0] <= nodes <= NODES[1]:
        raise ValueError(f"nodes: {nodes}; {NODES[0]} (no failover) to {NODES[1]}.")
    if cluster_mode != "disabled" and nodes < 2:
        raise ValueError("nodes: 1; cluster mode fails over by itself, and that needs 2 in each shard.")
    if shards < 1 or shards * nodes > MOST_NODES:
        raise ValueError(f"shards: {shards} of {nodes} nodes; 1 shard or more, and {MOST_NODES} nodes in all at most.")
    if shards > 1 and cluster_mode != "enabled":
        raise ValueError(f"shards: {shards}; more than one only with cluster_mode enabled.")
    failover = {"automatic_failover_enabled": nodes > 1, "multi_az_enabled": nodes > 1, "cluster_mode": cluster_mode}
    if cluster_mode == "enabled":
        return failover | {"num_node_groups": shards, "replicas_per_node_group": nodes - 1}
    return failover | {"num_cache_clusters": nodes}


def memcached_layout(nodes: int) -> dict[str, Any]:
    """As `layout`: nodes over the zones. Raises ValueError for a number that ElastiCache does not make."""
    if not MEMCACHED_NODES[0] <= nodes <= MEMCACHED_NODES[1]:
        raise ValueError(f"nodes: {nodes}; {MEMCACHED_NODES[0]} to {MEMCACHED_NODES[1]}.")
    return {"num_cache_nodes": nodes, "az_mode": "cross-az" if nodes > 1 else "single-az"}
