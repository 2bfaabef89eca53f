"""What a takeover does by itself, and what it leaves to the next `up`, and says."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from tenfold import planning
from tenfold.blueprints.architecture import Architecture
from tenfold.blueprints.resolve import load
from tenfold.blueprints.standby import former_databases
from tenfold.diff import compare
from tenfold.failover import exchange, moves
from tenfold.failover.moves import Moves
from tenfold.failover.takeover import Way
from tenfold.graph import Resource
from tenfold.render import failover as render

SHOP = Path(__file__).parents[2] / "blueprints" / "shop.yaml"
AWAY, HERE = "us-east-1", "us-west-2"


@pytest.fixture(scope="module")
def asked() -> Moves:
    content = SHOP.read_text()
    before, after = (
        planning.record(load(SHOP, environment="prod", content=content.replace("prod: {}", block).encode()), warn=False)
        for block in ("prod: {stage: 7}", "prod: {stage: 7, regions: {active: standby}}")
    )
    deployed = [
        {
            "urn": resource.urn,
            "type": resource.type,
            "outputs": {"region": HERE if "-standby-" in resource.name else AWAY, "identifier": "id", "name": "name"},
        }
        for resource in before.resources.values()
    ]
    return moves.of(compare(before, after), deployed, HERE)


def test_what_users_need_is_moved_at_once(asked: Moves) -> None:
    assert [one.name for one in asked.databases] == ["shop-standby-database-primary"]
    assert [(one.name, one.least) for one in asked.raised] == [
        ("shop-standby-fleet-servers", 2),
        ("shop-standby-workers-servers", 1),
    ]
    assert {(one.name, one.least, one.most) for one in asked.fenced} == {
        ("shop-fleet-servers", 0, 0),
        ("shop-workers-servers", 0, 0),
    }


def test_what_waits_for_the_next_up_is_said(asked: Moves) -> None:
    at: Any = SimpleNamespace(moves=asked, away=AWAY, way=Way.FAILOVER, pods=())
    stops, changes, *others = render.later(at)
    assert stops == "stops what runs in us-east-1: shop-fleet-servers, shop-workers-servers"
    zones_and_nodes = "shop-standby-database-primary, shop-standby-cache-primary"
    assert changes == f"changes {zones_and_nodes}, 17 metric alarms", "those of the region that is left"
    assert others == [
        "creates shop-standby-backup-copies-plan, shop-standby-backup-copies-role, "
        "shop-standby-backup-copies-role-policy, shop-standby-backup-copies-databases, 6 metric alarms",
        "removes shop-backup-copies-databases, shop-backup-copies-role-policy, shop-backup-copies-role, "
        "shop-backup-copies-plan",
        "perhaps changes shop-standby-fleet-policy, shop-standby-workers-policy, shop-signals-dashboard",
    ]


def test_an_address_is_printed_whole_to_be_copied() -> None:
    address = "http://shop-standby-balancer-lb-09b7ed8-1.us-west-2.elb.amazonaws.com"
    assert address in render.step("switch", "done", f"without `domain` no name moves: point yours at {address}", 0.0)


WHOLE = """
name: shop
stage: 7
without: [cdn, tokens]
app: {image: "ghcr.io/acme/shop:1.4.2", stateless: true}
load: {users: 1M}
database:
  pooling: {via: proxy}
  replicas: {count: 1}
  shards: {key: customer, count: 2, i_have_tried: [queries, machine, replicas, cache, archive, pooling]}
services:
  search: {image: "ghcr.io/acme/search:1", route: /search/*, data: {engine: postgres}}
environments: {prod: {regions: {active: ACTIVE}}}
"""


def test_a_failback_brings_every_database_home_with_what_goes_by_its_name(tmp_path: Path) -> None:
    """Shards and databases of services too; their read replicas and proxies are found by the identifier."""
    before, after = (
        planning.record(
            load(tmp_path / "shop.yaml", environment="prod", content=WHOLE.replace("ACTIVE", active).encode()),
            warn=False,
        )
        for active in ("standby", "primary")
    )
    deployed = [
        {
            "urn": one.urn,
            "type": one.type,
            "id": one.name,
            "inputs": one.inputs,
            "outputs": {"region": HERE if "-standby-" in one.name else AWAY, "identifier": _identifier(one)},
        }
        for one in before.resources.values()
    ]
    pairs = moves.pairs(compare(before, after), deployed, "shop", AWAY)
    assert {(one.here.name, one.away.name): [replica.name for replica in one.replicas] for one in pairs} == {
        ("shop-database-primary", "shop-standby-database-primary"): ["shop-replicas-1"],
        ("shop-database-shard-1-primary", "shop-standby-database-shard-1-primary"): ["shop-replicas-shard-1-1"],
        ("shop-service-search-database-primary", "shop-standby-service-search-database-primary"): [],
    }
    assert [len(one.proxies) for one in pairs] == [1, 1, 0]
    for pair in pairs:
        planned = pair.away.planned_inputs()
        assert planned["replicateSourceDb"] and "engineVersion" not in planned and "allocatedStorage" not in planned
        assert exchange.leftover(pair.away.name).removeprefix("shop-") in former_databases(_whole(tmp_path))


def _whole(folder: Path) -> Architecture:
    resolution = load(
        folder / "shop.yaml", environment="prod", content=WHOLE.replace("ACTIVE", "primary").encode()
    ).architecture
    assert resolution
    return resolution


def _identifier(resource: Resource) -> object:
    """As those that name it have it in a plan."""
    return resource.inputs.get("identifier")
