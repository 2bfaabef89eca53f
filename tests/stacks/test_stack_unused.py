"""What `explain` calls unused changes nothing, whatever it is set to, or may not be set; elsewhere it does change
something."""

import json
from pathlib import Path
from typing import Any

import pytest

from tenfold.blueprints.resolve import Resolution, load
from tenfold.blueprints.unused_values import _FALL_AWAY, explain_unused
from tenfold.graph import Graph
from tenfold.recorder.light.record import record
from tenfold.recorder.program import run_of

Fields = dict[str, Any]  # by dotted path

LEAST = {"name": "shop", "stage": 3, "app.image": "acme/shop:1", "app.stateless": True}
DOMAIN = {"domain": "shop.example.com"}
NETWORK = {"balancer.kind": "network"}
NO_POOL = {"database.pooling.via": "none"}
TRACK = {"stage": 5, "fleet.scaling.track": "60%"}
STEPS = {"stage": 5, "fleet.scaling.steps": {"60%": 1, "80%": 3}}
THRESHOLDS = {"stage": 5, "fleet.scaling.out_at": "70%"}
MEMCACHED = {"stage": 4, "cache.engine": "memcached", "sessions.store": "database"}
TRIED = ["queries", "machine", "replicas", "cache", "archive", "pooling"]
SHARDS = {
    "stage": 6,
    "database.shards.key": "tenant_id",
    "database.shards.count": 2,
    "database.shards.i_have_tried": TRIED,
}
CERTIFICATE = "arn:aws:acm:us-east-1:123456789012:certificate/x"

SERVICE = {"stage": 6, "services.search.image": "a/b:1", "services.search.route": "/search/*"}
PODS = {
    **SERVICE,
    "services.search.runs_on": "kubernetes",
    "kubernetes.admins.deploy": "arn:aws:iam::123456789012:role/deploy",
}

GROUP = {**PODS, "kubernetes.nodes": "managed"}

SUBNETS = {"public": "subnet-0a1b2c3d", "private": "subnet-1a1b2c3d", "database": "subnet-2a1b2c3d"}
OTHERS = {"public": "subnet-3a1b2c3d", "private": "subnet-4a1b2c3d", "database": "subnet-5a1b2c3d"}
VPC = {
    "network.cidr": "10.8.0.0/16",
    "network.existing": {"vpc": "vpc-0a1b2c3d", "subnets": {"us-east-1a": SUBNETS, "us-east-1b": OTHERS}},
}
DATABASE = {
    "database.existing": {
        "address": "shop.c1a2b3c4d5e6.us-east-1.rds.amazonaws.com",
        "secret": "arn:aws:secretsmanager:us-east-1:123456789012:secret:shop-AbCdEf",
    }
}
IMPORTED = {"identifier": "legacy", "name": "orders", "user": "postgres"}

CASES: list[tuple[str, Any, Fields, Fields]] = [  # path, another value, unused in, used in
    ("zone", "managed", {}, DOMAIN),
    ("balancer.certificate", CERTIFICATE, {}, DOMAIN),
    ("cdn.certificate", CERTIFICATE, {"stage": 4}, {"stage": 4, **DOMAIN}),
    ("app.health.healthy_after", 5, {"stage": 1}, {}),
    ("load.growth", "90%/month", {"stage": 1}, {"stage": 2}),
    ("load.reads", "10%", {"stage": 3}, {"stage": 4}),
    ("load.campaign", 30, {"stage": 2}, {"stage": 5, "load.users": "400k"}),
    ("load.cache_hits", "90%", {"stage": 3}, {"stage": 4, "load.users": "90k", "load.reads": "95%"}),
    ("database.pooling.mode", "session", NO_POOL, {}),
    ("database.pooling.connections", 50, NO_POOL, {}),
    ("database.password.generation", 2, {"database.password.keeper": "rds"}, {}),
    ("database.shards.start", "even", {"stage": 6}, SHARDS),
    ("balancer.algorithm", "least-outstanding", NETWORK, {}),
    ("balancer.sticky", "1h", NETWORK, {}),
    ("fleet.scaling.out_at", "75%", STEPS, THRESHOLDS),
    ("fleet.scaling.out_at", "75%", TRACK, THRESHOLDS),
    ("fleet.scaling.in_at", "20%", TRACK, STEPS),
    ("fleet.scaling.cooldown.out", "5m", STEPS, THRESHOLDS),
    ("fleet.scaling.cooldown.in", "20m", TRACK, THRESHOLDS),
    ("fleet.spot.base", 5, {"stage": 5}, {"stage": 5, "fleet.spot.share": "50%"}),
    ("cache.node", "cache.r7g.large", {"sessions.store": "tokens", "with": ["tokens"]}, {}),
    ("cache.eviction", "noeviction", {"sessions.store": "none"}, {}),
    ("cache.eviction", "noeviction", MEMCACHED, {}),
    ("cache.keep_snapshots", "3d", MEMCACHED, {}),
    ("cache.shards", 2, MEMCACHED, {"stage": 4}),
    ("workers.servers", 3, {"stage": 6}, {"stage": 6, "app.jobs.command": ["worker"]}),
    ("kubernetes.cpu_limit", 40, SERVICE, PODS),
    ("kubernetes.instance", "m7g.xlarge", PODS, GROUP),
    ("kubernetes.machines", 4, PODS, GROUP),
    ("services.search.pods", "2-4", SERVICE, PODS),
    ("services.search.priority", 7, SERVICE, PODS),
    ("services.search.scaling.track_memory", "80%", SERVICE, PODS),
    ("services.search.scaling.settle", "9m", SERVICE, PODS),
    ("services.search.servers", "2-4", PODS, SERVICE),
    ("services.search.instance", "m7g.large", PODS, SERVICE),
    ("services.search.scaling.warmup", "5m", PODS, SERVICE),
    ("fleet.servers", 4, {"stage": 2}, {}),
    ("fleet.scaling.warmup", "5m", {"stage": 5, "without": ["autoscaling"]}, {"with": ["autoscaling"]}),
    ("server.disk", "99GiB", {}, {"stage": 2}),
    ("network.zones", 2, VPC, {}),
    ("network.nat", "per-zone", VPC, {}),
    ("database.version", "16", DATABASE, {}),
    ("database.instance", "db.t4g.large", DATABASE, {}),
    ("database.storage.size", "80GiB", DATABASE, {}),
    ("database.standby", False, DATABASE, {}),
    ("database.parameters", {"max_locks_per_transaction": "128"}, DATABASE, {}),
    ("database.replicas.count", 3, {"stage": 4, "without": ["replicas"], **DATABASE}, {"stage": 4}),
    ("database.imported", IMPORTED, DATABASE, {}),
]


@pytest.mark.parametrize(("path", "other", "where"), [case[:3] for case in CASES])
def test_what_is_unused_may_not_be_set_or_changes_nothing(tmp_path: Path, path: str, other: Any, where: Fields) -> None:
    base = resolved(tmp_path, where)
    part, why = reason(base, path)
    assert why and f"{path}.".startswith(f"{part}.")
    stated = resolved(tmp_path, {**where, path: other})
    if stated.architecture:
        assert graph_of(stated) == graph_of(base)
    else:
        field = path.rpartition(".")[-1]
        assert all(f"{path}.".startswith(f"{p.path}.") or f"`{field}`" in p.message for p in stated.problems)


@pytest.mark.parametrize(("path", "other", "where"), [(case[0], case[1], case[3]) for case in CASES])
def test_elsewhere_it_is_used(tmp_path: Path, path: str, other: Any, where: Fields) -> None:
    base, stated = resolved(tmp_path, where), resolved(tmp_path, {**where, path: other})
    assert reason(base, path) == ("", "")
    assert graph_of(stated) != graph_of(base)


def test_the_strategy_of_shards_is_used_where_there_are_some(tmp_path: Path) -> None:
    path = "database.shards.strategy"
    assert reason(resolved(tmp_path, {"stage": 6}), path) == ("database.shards", "there is no `database.shards.key`")
    assert reason(resolved(tmp_path, SHARDS), path) == ("", "")


def test_every_reason_is_tried() -> None:
    assert set(_FALL_AWAY) - {"load.launch_time"} <= {part for case in CASES for part in prefixes(case[0])}


def prefixes(path: str) -> set[str]:
    parts = path.split(".")
    return {".".join(parts[: end + 1]) for end in range(len(parts))}


def resolved(folder: Path, said: Fields) -> Resolution:
    nested: dict[str, Any] = {}
    for path, value in {**LEAST, **said}.items():
        *above, last = path.split(".")
        at = nested
        for part in above:
            at = at.setdefault(part, {})
        at[last] = value
    file = folder / "shop.yaml"
    file.write_text(json.dumps(nested))
    return load(file)


def reason(resolution: Resolution, path: str) -> tuple[str, str]:
    assert resolution.architecture is not None, resolution.problems
    return explain_unused(resolution.architecture, tuple(path.split(".")))


def graph_of(resolution: Resolution) -> Graph:
    assert resolution.architecture is not None, resolution.problems
    return record(run_of(resolution.architecture))
