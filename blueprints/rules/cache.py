"""Rules of the cache's engines: what Memcached is not, and how shards and nodes go together."""

from collections.abc import Callable, Iterator

from blueprints.rules.scene import Finding, Scene

NODES_OF_A_SHARD = 6  # a primary and five replicas (ElastiCache quotas)
NODES_IN_ALL = 500  # of a group in cluster mode, once AWS has raised its quota
QUOTA = 90  # of it before ("Working with shards", ElastiCache User Guide)


def memcached_keeps_no_sessions(s: Scene) -> Iterator[Finding]:
    a = s.architecture
    if a.cache and a.cache.engine == "memcached" and a.sessions.store == "cache":
        message = "Memcached copies nothing: a failed node, a larger one or a new version signs its visitors out."
        yield Finding("TF-R080", "cache.engine", message, "Use valkey, or keep sessions elsewhere: `store: database`.")


def memcached_has_no_such_thing(s: Scene) -> Iterator[Finding]:
    cache = s.architecture.cache
    lacks = {
        "eviction": "what was not read for longest goes first, always",
        "keep_snapshots": "it has no snapshots",
        "shards": "its data is divided among all nodes anyway",
    }
    for field, why in lacks.items() if cache and cache.engine == "memcached" else ():
        if s.stated(f"cache.{field}"):
            message = f"Memcached has no choice of this: {why}."
            yield Finding("TF-R081", f"cache.{field}", message, "Leave it out, or use valkey.", key=True)


def shards_fail_over(s: Scene) -> Iterator[Finding]:
    cache = s.architecture.cache
    if cache and cache.cluster_mode != "disabled" and cache.nodes < 2:
        message = "In cluster mode each shard fails over by itself, so ElastiCache wants a second node in each."
        yield Finding("TF-R082", "cache.nodes", message, "Use 2 nodes or more, or `shards: none`.")


def shards_hold_their_nodes(s: Scene) -> Iterator[Finding]:
    cache = s.architecture.cache
    if not cache or cache.engine == "memcached":
        return
    total = cache.nodes * cache.shards
    if cache.nodes > NODES_OF_A_SHARD:
        message = f"{cache.nodes} nodes; {cache.engine} takes a primary and up to 5 replicas, 6 in all."
        hint = "More memory or writes: `shards`. Up to 40 nodes without copies: `engine: memcached`."
        yield Finding("TF-R083", "cache.nodes", message, hint)
    elif total > NODES_IN_ALL:
        message = f"{cache.shards} shards of {cache.nodes} nodes are {total} nodes; ElastiCache takes {NODES_IN_ALL}."
        yield Finding("TF-R083", "cache.shards", message, "Fewer shards of a larger `node`, or fewer nodes in each.")
    elif total > QUOTA:
        message = f"{cache.shards} shards of {cache.nodes} nodes are {total} nodes; an account begins with {QUOTA}."
        hint = 'Have the quota "Nodes per cluster per instance type" raised before, or use a larger `node`.'
        yield Finding("TF-R084", "cache.shards", message, hint)


CACHE_RULES: tuple[Callable[[Scene], Iterator[Finding]], ...] = (
    memcached_keeps_no_sessions,
    memcached_has_no_such_thing,
    shards_fail_over,
    shards_hold_their_nodes,
)
