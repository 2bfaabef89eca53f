"""The cache: what its engine can do, how its nodes fail over, and what it may evict."""

from tenfold.blueprints.rules.rule import Context, Finding, Findings, rule

NODES_OF_A_SHARD = 6  # a primary and five replicas (ElastiCache quotas)
NODES_IN_ALL = 500  # of a group in cluster mode, the highest quota
QUOTA = 90  # of a new account ("Working with shards", ElastiCache User Guide)


@rule
def cache_is_used(c: Context) -> Findings:
    a = c.architecture
    if a.has("sessions") and a.cache is None and c.is_set("cache"):
        message = f"Sessions live in `{a.sessions.store}`, and nothing else uses a cache at this stage."
        yield Finding("TF-R018", "cache", message, "Remove `cache`, or use `sessions: {store: cache}`.", key=True)


@rule
def cached_data_survives_a_node(c: Context) -> Findings:
    a = c.architecture
    if a.has("cache") and a.cache and a.cache.nodes < 2 and not a.throwaway:
        message = "With one node nothing takes over: when it fails, every read falls on the database at once."
        yield Finding("TF-R060", "cache.nodes", message, "Use two nodes, in two zones, or set `throwaway: true`.")


@rule
def nodes_are_in_two_zones(c: Context) -> Findings:
    a = c.architecture
    if a.cache and a.cache.nodes > 1 and a.network.zones < 2:
        message = f"{a.cache.nodes} nodes can take over for each other only in two zones; the network has one."
        yield Finding("TF-R061", "cache.nodes", message, "Use 2 zones or more, or one node.")


@rule
def sessions_are_not_evicted(c: Context) -> Findings:
    cache = c.architecture.cache
    if cache and (cache.eviction or "").startswith("allkeys"):
        message = f"When memory is full, {cache.eviction} evicts sessions that are still valid."
        yield Finding("TF-R017", "cache.eviction", message, "Use volatile-lru, and set an expiry on other entries.")


@rule
def memcached_stores_no_sessions(c: Context) -> Findings:
    a = c.architecture
    if a.cache and a.cache.engine == "memcached" and a.sessions.store == "cache":
        message = "Memcached copies nothing: a failed node, a larger one or a new version signs its visitors out."
        yield Finding("TF-R080", "cache.engine", message, "Use valkey, or keep sessions elsewhere: `store: database`.")


@rule
def memcached_has_fewer_fields(c: Context) -> Findings:
    cache = c.architecture.cache
    reasons = {
        "eviction": "it always evicts the entries that were not read for longest",
        "keep_snapshots": "it has no snapshots",
        "shards": "its data is divided among all nodes anyway",
    }
    for field, reason in reasons.items() if cache and cache.engine == "memcached" else ():
        if c.is_set(f"cache.{field}"):
            message = f"Memcached has no `{field}`: {reason}."
            yield Finding("TF-R081", f"cache.{field}", message, "Leave it out, or use valkey.", key=True)


@rule
def shards_fail_over(c: Context) -> Findings:
    cache = c.architecture.cache
    if cache and cache.cluster_mode != "disabled" and cache.nodes < 2:
        message = "In cluster mode each shard fails over alone, so ElastiCache requires a second node in each."
        yield Finding("TF-R082", "cache.nodes", message, "Use 2 nodes or more, or `shards: none`.")


@rule
def nodes_are_within_the_limits(c: Context) -> Findings:
    cache = c.architecture.cache
    if not cache or cache.engine == "memcached":
        return
    total = cache.nodes * cache.shards
    product = f"{cache.shards} shards of {cache.nodes} nodes are {total} nodes"
    if cache.nodes > NODES_OF_A_SHARD:
        message = f"{cache.nodes} nodes; {cache.engine} takes a primary and up to 5 replicas, 6 in all."
        hint = "For more memory or writes: `shards`. For up to 40 nodes without copies: `engine: memcached`."
        yield Finding("TF-R083", "cache.nodes", message, hint)
    elif total > NODES_IN_ALL:
        message = f"{product}; ElastiCache takes at most {NODES_IN_ALL}."
        yield Finding("TF-R083", "cache.shards", message, "Use fewer shards of a larger `node`, or fewer `nodes`.")
    elif total > QUOTA:
        message = f"{product}; the quota of a new account is {QUOTA}."
        hint = 'Have the quota "Nodes per cluster per instance type" raised first, or use a larger `node`.'
        yield Finding("TF-R084", "cache.shards", message, hint)
