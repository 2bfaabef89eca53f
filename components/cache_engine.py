"""What an ElastiCache engine version decides: parameter group family, authentication, eviction. Pure."""

import re
from typing import Any

ENGINES = ("valkey", "redis")
# maxmemory-policy of Valkey and Redis. For sessions: volatile-ttl lets those go first that end soonest, while
# noeviction refuses every new login once memory is full, and an allkeys policy may drop a session that is in use.
EVICTIONS = (
    "volatile-ttl",
    "volatile-lru",
    "volatile-lfu",
    "volatile-random",
    "allkeys-lru",
    "allkeys-lfu",
    "allkeys-random",
    "noeviction",
)
NODES = (1, 6)  # a primary and up to five replicas: ElastiCache quota without shards

# Everything but what endangers the data or other clients; INFO is allowed, for client libraries ask it on connecting.
ACCESS = "on ~* &* +@all -@dangerous +info"
NO_ACCESS = "off -@all"


def family(engine: str, version: str) -> str:
    """The parameter group family: `valkey8` for 8.1, `redis7` for 7.1. Raises ValueError for what has no IAM
    authentication (Redis below 7.0) or is not written as major.minor."""
    if engine not in ENGINES:
        raise ValueError(f"engine: {engine!r} is none of {', '.join(ENGINES)}.")
    if not re.fullmatch(r"\d+\.\d+", version):
        raise ValueError(f"version: {version!r} is not written as major.minor, like 8.1.")
    if int(version.partition(".")[0]) < 7:
        raise ValueError(f"version: {engine} {version} cannot authenticate by IAM; 7.0 and later can.")
    return f"{engine}{version.partition('.')[0]}"


def parameters(eviction: str) -> list[Any]:
    if eviction not in EVICTIONS:
        raise ValueError(f"eviction: {eviction!r} is none of {', '.join(EVICTIONS)}.")
    return [{"name": "maxmemory-policy", "value": eviction}]


def checked(nodes: int) -> int:
    if not NODES[0] <= nodes <= NODES[1]:
        raise ValueError(f"nodes: {nodes}; {NODES[0]} (no failover) to {NODES[1]}.")
    return nodes
