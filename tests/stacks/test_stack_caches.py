"""The cache's other shapes: every stack's properties hold for them, and the application is told what to speak."""

import json
from collections.abc import Mapping
from pathlib import Path

import pytest

from tenfold.blueprints.architecture import Architecture
from tenfold.blueprints.resolve import load
from tenfold.graph import Graph
from tenfold.recorder.light.record import record
from tenfold.recorder.program import run_of
from tests.stacks import properties
from tests.stacks.mocks import deployed

PLAIN = {"nodes": 2}
COMPATIBLE = {"nodes": 2, "shards": "compatible"}
SHARDS = {"nodes": 2, "shards": 3}
MEMCACHED = {"engine": "memcached", "nodes": 3}


def architecture(folder: Path, cache: Mapping[str, object]) -> Architecture:
    """With the longest names, and sessions elsewhere so that any engine will do."""
    said = {
        "name": "a-name-of-24-charactersx",
        "stage": 3,
        "with": ["cache"],
        "app": {"image": "ghcr.io/acme/shop:1.4.2", "stateless": True},
        "sessions": {"store": "database"},
        "cache": cache,
    }
    file = folder / "blueprint.yaml"
    file.write_text(json.dumps(said))
    found = load(file)
    assert found.architecture and not found.problems
    return found.architecture


def graph(folder: Path, cache: Mapping[str, object]) -> Graph:
    return record(run_of(architecture(folder, cache)))


def settings(made: Graph) -> dict[str, object]:
    [component] = [resource for resource in made if resource.type == "tenfold:index:Settings"]
    values = component.inputs["values"]
    assert isinstance(values, dict)
    return {key: value for key, value in values.items() if key.startswith("CACHE_")}


@pytest.mark.parametrize(
    "cache", [PLAIN, COMPATIBLE, SHARDS, MEMCACHED], ids=["plain", "compatible", "shards", "memcached"]
)
def test_the_properties_of_every_stack_hold(tmp_path: Path, cache: Mapping[str, object]) -> None:
    wanted = architecture(tmp_path, cache)
    assert properties.complaints(record(run_of(wanted)), wanted) == []


def test_the_application_is_told_what_to_speak(tmp_path: Path) -> None:
    plain, compatible, shards, memcached = (
        settings(graph(tmp_path, cache)) for cache in (PLAIN, COMPATIBLE, SHARDS, MEMCACHED)
    )
    spoken = [said["CACHE_PROTOCOL"] for said in (plain, compatible, shards, memcached)]
    assert spoken == ["redis", "redis-cluster", "redis-cluster", "memcached"]
    assert "CACHE_READER_HOST" in plain and "CACHE_READER_HOST" not in compatible, (
        "such clients find replicas themselves"
    )
    assert compatible == shards, "they have changed over before cluster mode is on"
    assert set(plain) - set(memcached) == {"CACHE_NAME", "CACHE_USER", "CACHE_READER_HOST"}
    assert (plain["CACHE_PORT"], memcached["CACHE_PORT"]) == ("6379", "11211")


def test_nothing_that_holds_data_goes_on_the_way_to_shards(tmp_path: Path) -> None:
    kept = [{r.urn for r in graph(tmp_path, cache) if r.stateful} for cache in (PLAIN, COMPATIBLE, SHARDS)]
    assert kept[0] == kept[1] == kept[2]


def test_the_longest_names_are_what_aws_takes(tmp_path: Path) -> None:
    with deployed(architecture(tmp_path, SHARDS)) as cloud:
        (group,) = cloud.client("elasticache").describe_replication_groups()["ReplicationGroups"]
        assert (group["ClusterEnabled"], len(group["NodeGroups"]), group["MultiAZ"]) == (True, 3, "enabled")
    with deployed(architecture(tmp_path, MEMCACHED)) as cloud:
        (cluster,) = cloud.client("elasticache").describe_cache_clusters()["CacheClusters"]
        assert (cluster["NumCacheNodes"], cluster["TransitEncryptionEnabled"]) == (3, True)
