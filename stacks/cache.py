"""The cache, and the session store: Valkey or Redis, or Memcached, which only caches."""

import pulumi

from tenfold.blueprints.architecture import stores as blueprint
from tenfold.components.cache import PORT, Cache, CacheArgs, connect_statement
from tenfold.components.memcached import PORT as MEMCACHED_PORT
from tenfold.components.memcached import Memcached, MemcachedArgs
from tenfold.components.parts.policies import Statement
from tenfold.components.plans import contract
from tenfold.components.plans.cache_engine import CacheEngine, ClusterMode, Eviction
from tenfold.components.signals import SubjectArgs
from tenfold.stacks.ground import Ground
from tenfold.stacks.subjects import cache_facts, cache_roles
from tenfold.stacks.tier import Tier, present, subject


def cache(ground: Ground) -> Tier:
    spec = ground.place.architecture.cache
    if spec is None:
        return Tier()
    return _memcached(ground, spec) if spec.engine == "memcached" else _cache(ground, spec)


def _cache(ground: Ground, spec: blueprint.Cache) -> Tier:
    at = ground.place
    args: CacheArgs = {
        **at.keeping,
        "vpc_id": ground.network.vpc_id,
        "subnet_ids": ground.network.database_subnet_ids,
        "kms_key_arn": ground.encryption.key_arn,
        "engine": CacheEngine(spec.engine),
        "version": spec.version,
        "node_type": spec.node,
        "nodes": spec.nodes,
        "cluster_mode": ClusterMode(spec.cluster_mode),
        "shards": spec.shards,
        "snapshots_keep_days": spec.keep_snapshots,
    }
    if spec.eviction:
        args["eviction"] = Eviction(spec.eviction)
    cache = Cache(at.name("cache"), args, at.options)
    sharded = spec.cluster_mode != "disabled"  # from `compatible` on: clients change over while both kinds work
    settings = contract.cache("redis-cluster" if sharded else "redis", cache.endpoint, PORT)
    settings |= contract.cache_login(cache.cache_name, present(cache.user_name))
    # In a second region also of one node: the application finds the same settings there, whatever the mode.
    if (spec.nodes > 1 or not at.primary) and not sharded:
        settings |= contract.cache_reader(present(cache.reader_endpoint))
    facts = cache_facts(at.architecture)
    observed = {
        role: subject("cache", {"CacheClusterId": node}, **facts) for role, node in _nodes(spec, cache.node_ids)
    }
    return _tier(cache, PORT, settings, observed, connect_statement(cache.connect_arns))


def _memcached(ground: Ground, spec: blueprint.Cache) -> Tier:
    at = ground.place
    args: MemcachedArgs = {
        **at.common,
        "vpc_id": ground.network.vpc_id,
        "subnet_ids": ground.network.database_subnet_ids,
        "version": spec.version,
        "node_type": spec.node,
        "nodes": spec.nodes,
    }
    cache = Memcached(at.name("cache"), args, at.options)
    observed = {
        role: subject("memcached", {"CacheClusterId": cache.cluster_id, "CacheNodeId": node})
        for role, node in _nodes(spec, cache.node_ids)
    }
    return _tier(cache, MEMCACHED_PORT, contract.cache("memcached", cache.endpoint, MEMCACHED_PORT), observed)


def _tier(
    cache: Cache | Memcached,
    port: int,
    settings: dict[str, pulumi.Input[str]],
    subjects: dict[str, SubjectArgs],
    *statements: Statement,
) -> Tier:
    return Tier(
        settings=settings,
        reaches={"cache": {"security_group_id": cache.security_group_id, "port": port}},
        statements=statements,
        outputs={"cache": cache.endpoint},
        subjects=subjects,
    )


def _nodes(spec: blueprint.Cache, ids: pulumi.Output[list[str]]) -> list[tuple[str, pulumi.Output[str]]]:
    """The observed nodes, with the identifier of each."""
    return [(role, ids.apply(lambda known, at=index: known[at])) for index, role in enumerate(cache_roles(spec))]
