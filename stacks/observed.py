"""What Signals observes: every tier, by role, with the dimensions of its metrics and the facts its thresholds need."""

from typing import Any

from blueprints import architecture
from blueprints.architecture import Architecture
from components.cache import Cache
from components.memcached import Memcached
from components.network import Network
from components.plans import rds
from stacks.base import Base
from stacks.data import Data
from stacks.edge import Edge
from stacks.hosts import Hosts

WATCHED_NODES = 40  # of a cache, with nine graphs each: a dashboard of CloudWatch takes 500 (user guide, quotas)


def subjects(given: Base, network: Network, held: Data, front: Edge, running: Hosts) -> dict[str, Any]:
    wanted = given.architecture
    found: dict[str, Any] = {}
    if running.server and wanted.server:
        burstable = float(wanted.server.instance.startswith("t"))
        found["server"] = _subject("server", {"InstanceId": running.server.instance_id}, burstable=burstable)
    if front.cdn:
        found["cdn"] = _subject("cdn", {"DistributionId": front.cdn.distribution_id, "Region": "Global"})
    serving = not given.database_on_host  # else no server of the fleet runs yet
    if front.balancer and wanted.balancer and serving:
        kind = "balancer" if wanted.balancer.kind == "application" else "network-balancer"
        arns = {"LoadBalancer": front.balancer.arn_suffix, "TargetGroup": front.balancer.target_group_arn_suffix}
        found["balancer"] = _subject(kind, arns)
    if running.fleet and wanted.fleet and serving:
        dimensions = {"AutoScalingGroupName": running.fleet.group_name}
        burstable = float(wanted.fleet.instance.startswith("t"))
        facts = {"servers": float(wanted.fleet.servers_min), "burstable": burstable}
        if wanted.fleet.scaling and wanted.fleet.servers_min < wanted.fleet.servers_max:
            facts["scaling"] = 1.0
        found["fleet"] = _subject("fleet", dimensions, **facts)
    if held.database:
        identifiers = {"DBInstanceIdentifier": held.database.identifier}
        found["database"] = {"kind": "database", "identifiers": identifiers, "facts": _database_facts(wanted)}
    if held.replicas and wanted.database.replicas:
        facts = {
            "max_lag": float(wanted.database.replicas.max_lag),
            "memory": float(rds.memory_gib(wanted.database.replicas.instance)),
        }
        for ordinal in range(1, wanted.database.replicas.count + 1):
            identifier = held.replicas.identifiers.apply(lambda names, at=ordinal - 1: names[at])
            found[f"replica-{ordinal}"] = _subject("replica", {"DBInstanceIdentifier": identifier}, **facts)
    if held.cache and wanted.cache:
        found |= _cache_nodes(wanted, wanted.cache, held.cache)
    return found


def _cache_nodes(wanted: Architecture, cache: architecture.Cache, made: Cache | Memcached) -> dict[str, Any]:
    facts = {"sessions": float(wanted.sessions.store == "cache"), "burstable": float("cache.t" in cache.node)}
    found: dict[str, Any] = {}
    for ordinal in range(1, min(cache.nodes * cache.shards, WATCHED_NODES) + 1):
        node = made.node_ids.apply(lambda ids, at=ordinal - 1: ids[at])
        role = "cache" if ordinal == 1 else f"cache-{ordinal}"
        if isinstance(made, Memcached):
            found[role] = _subject("memcached", {"CacheClusterId": made.cluster_id, "CacheNodeId": node})
        else:
            found[role] = _subject("cache", {"CacheClusterId": node}, **facts)
    return found


def _subject(kind: str, identifiers: dict[str, Any], **facts: float) -> dict[str, Any]:
    return {"kind": kind, "identifiers": identifiers, "facts": facts}


def _database_facts(wanted: Architecture) -> dict[str, float]:
    database = wanted.database
    return {
        "storage": float(database.storage.size),
        "memory": float(rds.memory_gib(database.instance)),
        "max_connections": float(rds.max_connections(database.engine, database.instance, database.parameters)),
        "burstable": float(database.instance.startswith("db.t")),
        "postgres": float(database.engine == "postgres"),
    }
