"""Sizing: more load never means less machine, and what is chosen exists."""

import gzip
import json
from importlib.resources import files
from itertools import pairwise
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from tenfold.blueprints.sizes import offerings
from tenfold.blueprints.sizes.needs import Needs
from tenfold.blueprints.sizes.queueing import busiest
from tenfold.blueprints.sizes.sizing import RULES

ALL = frozenset({"server", "database", "balancer", "fleet", "sessions"})
REGIONS = st.sampled_from(offerings.regions())
USERS = st.integers(0, 10_000_000)


def sized(users: int, region: str = "us-east-1", engine: str = "postgres", data: int | None = None) -> dict[str, Any]:
    """All sizing rules over one load, in their order."""
    values: dict[str, Any] = {
        "load.users": users, "load.growth": 0.1, "load.slowest_acceptable": 0.5, "region": region,
        "load.cpu_per_request": 0.02, "load.queries_per_request": 20, "load.cache_hits": 0.0, "load.campaign": 1,
        "load.working_set": 0.25, "load.reads": 0.8, "database.engine": engine, "cache.engine": "valkey",
        "cache.shards": "none", "cache.nodes": 1, "workers.at_once": 1,
        "kubernetes.processor": "arm64",
    }  # fmt: skip
    if data is not None:
        values["load.data"] = data
    for path, rule in RULES.items():
        if path not in values:
            values[path] = rule(Needs(values, ALL)).value
    return values


def rank(what: str, name: object) -> int:
    return next(index for index, row in enumerate(offerings.sizes(what)) if name in row.names)


@given(users=USERS, region=REGIONS, engine=st.sampled_from(["postgres", "mysql"]))
@settings(max_examples=200, deadline=None)
def test_what_is_chosen_is_offered_there(users: int, region: str, engine: str) -> None:
    found = sized(users, region, engine)
    assert found["server.instance"] in offerings.instance_types(region)
    assert found["fleet.instance"] in offerings.instance_types(region)
    assert found["cache.node"] in offerings.cache_nodes(region)
    version = str(found["database.version"])
    assert found["database.instance"] in offerings.database_classes(engine, version, region)


@given(one=USERS, other=USERS)
@settings(deadline=None)
def test_more_users_never_get_less(one: int, other: int) -> None:
    less, more = (sized(users) for users in sorted((one, other)))
    for what, path in (("server", "server.instance"), ("cache", "cache.node")):
        assert rank(what, less[path]) <= rank(what, more[path])
    for path in ("load.peak", "load.data", "server.disk", "database.storage.size", "database.storage.up_to"):
        assert less[path] <= more[path]
    assert capacity(less) <= capacity(more)


def capacity(found: dict[str, Any]) -> float:
    """vCPUs the fleet may use at the peak."""
    row = offerings.sizes("fleet")[rank("fleet", found["fleet.instance"])]
    servers: tuple[int, int] = found["fleet.servers"]
    return servers[0] * row.vcpus


@given(data=st.integers(1, 60_000), more=st.integers(0, 5_000))
@settings(deadline=None)
def test_more_data_never_gets_less_memory(data: int, more: int) -> None:
    one, other = sized(5000, data=data), sized(5000, data=data + more)
    assert rank("database", one["database.instance"]) <= rank("database", other["database.instance"])


@given(users=USERS)
@settings(deadline=None)
def test_the_fleet_carries_the_peak_with_one_server_gone(users: int) -> None:
    found = sized(users)
    peak: float = found["load.peak"]
    servers: tuple[int, int] = found["fleet.servers"]
    row = offerings.sizes("fleet")[rank("fleet", found["fleet.instance"])]
    assert servers[0] >= 2
    if servers[0] < 500:
        assert (servers[0] - 1) * row.vcpus * busiest(row.vcpus) >= peak * 0.02 * 0.999


@given(users=USERS)
@settings(deadline=None)
def test_storage_has_room_to_grow(users: int) -> None:
    found = sized(users)
    size: int = found["database.storage.size"]
    up_to: int = found["database.storage.up_to"]
    assert 20 <= size <= 65536
    assert up_to >= 1.1 * size or up_to == 65536


def test_the_arithmetic_is_shown() -> None:
    values = {"load.users": 5000}
    assert RULES["load.peak"](Needs(values, ALL)).why == "5k users × 3 % at once × a request every 10 s = 15 requests/s"


def test_rows_grow_and_agree_with_the_table_of_instance_types() -> None:
    """moto carries AWS's own DescribeInstanceTypes: vCPUs and memory of the rows must be those."""
    described = json.loads(gzip.decompress((files("moto.ec2") / "resources" / "instance_types.json.gz").read_bytes()))
    for what in ("server", "fleet", "database", "cache"):
        rows = offerings.sizes(what)
        for smaller, larger in pairwise(rows):
            assert smaller.vcpus * smaller.baseline <= larger.vcpus * larger.baseline
            assert smaller.memory <= larger.memory
        for name in (name for row in rows if what in ("server", "fleet") for name in row.names):
            row = rows[rank(what, name)]
            assert described[name]["VCpuInfo"]["DefaultVCpus"] == row.vcpus, name
            assert described[name]["MemoryInfo"]["SizeInMiB"] == row.memory * 1024, name
