"""Shards beside the primary: what they add, and that nothing that is there becomes another thing."""

import os
from collections.abc import Mapping
from functools import cache
from pathlib import Path

import pytest
import yaml

from tenfold.blueprints.architecture import Architecture
from tenfold.blueprints.resolve import load
from tenfold.blueprints.rules.families import family_settings
from tenfold.blueprints.shards.shard_map import parse
from tenfold.graph import Graph
from tenfold.promotion.facts import State
from tenfold.recorder.light.record import record
from tenfold.recorder.program import run_of
from tenfold.refusals.permanent import as_state, changed_choices
from tests.stacks import golden, graphs

BLUEPRINTS = Path(__file__).parents[2] / "blueprints"
TRIED = ["queries", "machine", "replicas", "cache", "archive", "pooling"]
SHARDS = {"key": "tenant_id", "count": 3, "i_have_tried": TRIED}


@cache
def _resolved(stage: int, count: int, extra: tuple[tuple[str, object], ...]) -> Architecture:
    """The shop at a stage, with so many shards; 0 for none."""
    document = yaml.safe_load((BLUEPRINTS / "shop.yaml").read_bytes())
    document["database"] = {"pooling": {"via": "proxy"}}
    if count:
        document["with"] = ["shards"]
        document["database"]["shards"] = {**SHARDS, "count": count, **dict(extra)}
    content = yaml.safe_dump(document).encode()
    found = load(BLUEPRINTS / "shop.yaml", environment="prod", stage=stage, content=content)
    assert found.architecture is not None, found.problems
    return found.architecture


def architecture(stage: int = 5, count: int = 3, **extra: object) -> Architecture:
    return _resolved(stage, count, tuple(extra.items()))


@cache
def graph(stage: int, count: int) -> Graph:
    return record(run_of(architecture(stage, count)))


# What has to know of the new databases: who may reach and read them, who watches them, which settings there are.
INFORMED = {
    "shop-signals",
    "shop-signals-dashboard",
    "shop-settings",
    "shop-fleet",
    "shop-fleet-secrets",
    "shop-server",
    "shop-server-secrets",
    "shop-workers",
}


@pytest.mark.parametrize("stage", [2, 3, 4, 5, 6])
def test_what_is_there_stays_as_it_is(stage):
    """Shard 0 is the primary: same URN, same inputs, so no row moves by an `up`."""
    before, after = graph(stage, 0), graph(stage, 3)
    assert set(before.resources) <= set(after.resources)
    changed = {r.name for r in before if r.inputs != after.resources[r.urn].inputs and r.name not in INFORMED}
    assert {name for name in changed if not name.endswith(("-role", "-policy"))} == set()
    for name in ("shop-database-primary", "shop-database-subnets", "shop-database-login"):
        (old,), (new,) = ([r for r in g if r.name == name] for g in (before, after))
        assert (old.urn, old.inputs, old.protect) == (new.urn, new.inputs, new.protect)


def test_one_more_shard_only_adds():
    before, after = graph(5, 2), graph(5, 3)
    added = {after.resources[urn].name for urn in set(after.resources) - set(before.resources)}
    assert set(before.resources) <= set(after.resources)
    assert "shop-database-shard-2-primary" in added and "shop-replicas-shard-2-1" in added
    parts = ("shard-2", "from-shard", "to-shard", "setting-shard")
    assert all(any(part in name for part in parts) for name in added), added


def test_every_shard_is_a_database_of_its_own():
    """Own subnets, parameters, login, standby, proxy, replicas and alarms; and one that can be copied."""
    found = {r.name: r for r in graph(5, 3)}
    for shard in ("database", "database-shard-1", "database-shard-2"):
        instance = found[f"shop-{shard}-primary"]
        assert instance.protect and instance.inputs["multiAz"] and instance.inputs["storageEncrypted"]
        assert "manageMasterUserPassword" not in instance.inputs  # RDS makes no replica of those
        for part in ("subnets", "parameters", "login", "proxy", "group"):
            assert f"shop-{shard}-{part}" in found
    for number in (1, 2):
        assert f"shop-replicas-shard-{number}-1" in found
        assert any(name.startswith(f"shop-signals-database-shard-{number}-") for name in found)
    zones = [str(r.inputs["name"]) for r in graph(5, 3) if r.type == "aws:route53/zone:Zone"]
    assert sorted(zones) == sorted(set(zones)), "private zones of one network have different names"


def test_no_urn_of_a_shard_changes_unseen():
    """Under another URN a database is another database. Where a change is meant: TENFOLD_GOLDEN=write."""
    file = Path(__file__).with_name("shards.urns")
    found = "".join(line for line in golden.urns(graph(5, 3)).splitlines(keepends=True) if "shard" in line)
    if os.environ.get("TENFOLD_GOLDEN") == "write":
        file.write_text(found)
    assert file.read_text() == found


@pytest.mark.parametrize(("stage", "replicas"), [(3, False), (5, True)])
def test_the_rule_that_keeps_the_settings_of_shards_free_knows_the_same_names(stage: int, replicas: bool) -> None:
    found = {key for key in settings(graph(stage, 3)) if key.startswith("SHARD_") and key != "SHARD_MAP"}
    assert found == set(family_settings(architecture(stage, 3)))
    assert ("SHARD_2_READ_HOST" in found) == replicas


def settings(of: Graph) -> Mapping[str, object]:
    kept = (r for r in of if r.name.startswith("shop-settings-setting-"))
    return {str(r.inputs["name"]).rpartition("/")[2]: r.inputs["value"] for r in kept}


def test_the_application_finds_every_shard_and_the_map():
    found = settings(graph(5, 3))
    for number in range(3):
        for part in ("HOST", "DIRECT_HOST", "READ_HOST", "SECRET_ARN"):
            assert f"SHARD_{number}_{part}" in found
    assert found["SHARD_0_HOST"] == found["DATABASE_HOST"]
    assert found["SHARD_0_SECRET_ARN"] == found["DATABASE_SECRET_ARN"]
    assert "SHARD_MAP" in found and "SHARD_3_HOST" not in found
    assert not [key for key in settings(graph(5, 0)) if key.startswith("SHARD")]


def test_the_first_map_is_all_primary_and_later_ones_are_left_alone():
    (parameter,) = [r for r in graph(5, 3) if r.name == "shop-shards-map"]
    value = parameter.inputs["value"]
    assert isinstance(value, Mapping)  # marked as a secret, as the SDK does with every parameter's value
    first = parse(str(value["value"]))
    assert set(first.table) == {0} and first.version == 1
    assert parameter.options["ignoreChanges"] == ["value"] and parameter.protect


def deployed(stage: int = 5, count: int = 3) -> State:
    return as_state(graph(stage, count))


def refusals(wanted: Architecture) -> list[str]:
    return [refusal.what for refusal in changed_choices(deployed(), wanted)]


def test_key_and_buckets_are_for_life():
    assert refusals(architecture()) == []
    assert refusals(architecture(count=4)) == []
    assert refusals(architecture(key="user_id")) == ["The key of the shards would change from tenant_id to user_id."]
    assert refusals(architecture(strategy="tenant")) == []  # the same buckets
    asked = refusals(_resolved(5, 3, (("strategy", "range"), ("count", 1))))
    assert asked == ["The way from key to bucket of the shards would change from hash to month."]
    assert refusals(architecture(count=0)) == ["The shards of the database would go."]


def test_another_number_of_buckets_is_refused():
    """A fork with 1,024 buckets, and its stack."""
    state = [{**r, "inputs": {**r["inputs"], "buckets": 1024}} if "ShardMap" in r["type"] else r for r in deployed()]
    (refusal,) = changed_choices(state, architecture())
    assert refusal.what == "The number of buckets of the shards would change from 1024 to 960."
    assert "for life" in refusal.why


def test_the_blueprint_of_the_tests_is_planned():
    assert load(Path(__file__).parents[1] / "data/shards.yaml").architecture is not None


@pytest.mark.parametrize("example", graphs.examples())
def test_shard_0_is_the_same_database_at_every_stage(example: str) -> None:
    """By URN and by the name that RDS has it under, from the stage on at which there is one."""
    databases = [
        graphs.graph(graphs.Case(example, n, "prod")).resources_named(f"{example}-database-primary")
        for n in range(2, 8)
    ]
    assert len({(one.urn, one.inputs["identifier"]) for (one,) in databases}) == 1
