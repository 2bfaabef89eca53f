"""The cache, and the session store: Valkey or Redis, or Memcached, which only caches."""

import pulumi

from blueprints.architecture import Cache as Wanted
from components.cache import PORT, Cache, CacheArgs, connect_statement
from components.memcached import PORT as MEMCACHED_PORT
from components.memcached import Memcached, MemcachedArgs
from components.parts.policies import Statement
from components.plans import contract
from components.signals import SubjectArgs
from stacks.ground import Ground
from stacks.tier import Tier, present, subject

OBSERVED_NODES = 40  # with nine graphs each: a dashboard of CloudWatch takes 500 (user guide, quotas)


def cache(ground: Ground) -> Tier:
    wanted = ground.place.architecture.cache
    if wanted is None:
        return Tier()
    return _memcached(ground, wanted) if wanted.engine == "memcached" else _cache(ground, wanted)


def _cache(ground: Ground, wanted: Wanted) -> Tier:
    at = ground.place
    args: CacheArgs = {
        **at.keeping,
        "vpc_id": ground.network.vpc_id,
        "subnet_ids": ground.network.database_subnet_ids,
        "kms_key_arn": ground.encryption.key_arn,
        "engine": wanted.engine,
        "version": wanted.version,
        "node_type": wanted.node,
        "nodes": wanted.nodes,
        "cluster_mode": wanted.cluster_mode,
        "shards": wanted.shards,
        "keep_snapshots": wanted.keep_snapshots,
    }
    if wanted.eviction:
        args["eviction"] = wanted.eviction
    made = Cache(at.name("cache"), args, at.options)
    sharded = wanted.cluster_mode != "disabled"  # from `compatible` on: clients change over while both kinds work
    settings = contract.cache("redis-cluster" if sharded else "redis", made.endpoint, PORT)
    settings |= contract.cache_login(made.cache_name, present(made.user_name))
    if wanted.nodes > 1 and not sharded:
        settings |= contract.cache_reader(present(made.reader_endpoint))
    facts = {"sessions": at.architecture.sessions.store == "cache", "burstable": "cache.t" in wanted.node}
    observed = {
        role: subject("cache", {"CacheClusterId": node}, **facts) for role, node in _nodes(wanted, made.node_ids)
    }
    return _tier(made, PORT, settings, observed, connect_statement(made.connect_arns))


def _memcached(ground: Ground, wanted: Wanted) -> Tier:
    at = ground.place
    args: MemcachedArgs = {
        **at.common,
        "vpc_id": ground.network.vpc_id,
        "subnet_ids": ground.network.database_subnet_ids,
        "version": wanted.version,
        "node_type": wanted.node,
        "nodes": wanted.nodes,
    }
    made = Memcached(at.name("cache"), args, at.options)
    observed = {
        role: subject("memcached", {"CacheClusterId": made.cluster_id, "CacheNodeId": node})
        for role, node in _nodes(wanted, made.node_ids)
    }
    return _tier(made, MEMCACHED_PORT, contract.cache("memcached", made.endpoint, MEMCACHED_PORT), observed)


def _tier(
    made: Cache | Memcached,
    port: int,
    settings: dict[str, pulumi.Input[str]],
    subjects: dict[str, SubjectArgs],
    *statements: Statement,
) -> Tier:
    return Tier(
        settings=settings,
        reaches={"cache": {"security_group_id": made.security_group_id, "port": port}},
        statements=statements,
        outputs={"cache": made.endpoint},
        subjects=subjects,
    )


def _nodes(wanted: Wanted, ids: pulumi.Output[list[str]]) -> list[tuple[str, pulumi.Output[str]]]:
    """The observed nodes: `cache`, `cache-2` … with the identifier of each."""
    count = min(wanted.nodes * wanted.shards, OBSERVED_NODES)
    roles = ["cache", *(f"cache-{number}" for number in range(2, count + 1))]
    return [(role, ids.apply(lambda known, at=index: known[at])) for index, role in enumerate(roles)]
