"""Memcached: over the zones, encrypted on the way, closed; it holds nothing that anybody relies on."""

from typing import Any, cast

import pulumi
import pytest
from examples import documented_arguments, example
from recording import Graph, assert_house_rules, record

from tenfold.components.memcached import Memcached, MemcachedArgs
from tenfold.graph import Resource


def memcached(name: str = "shop-cache", **args: Any) -> Graph:
    inputs = {"vpc_id": "vpc-1", "subnet_ids": ["a", "b", "c"], "tags": {"app": "shop"}, **args}

    def program() -> Any:
        made = Memcached(name, cast(MemcachedArgs, inputs))
        return pulumi.Output.all(**{key: getattr(made, key) for key in Memcached.__annotations__})

    return record(program)


def test_house_rules() -> None:
    assert_house_rules(memcached(), "shop-cache")


def test_nodes_are_spread_encrypted_on_the_way_and_closed() -> None:
    graph = memcached()
    nodes = graph["shop-cache-nodes"].inputs
    assert (nodes["engine"], nodes["numCacheNodes"], nodes["azMode"]) == ("memcached", 2, "cross-az")
    assert nodes["transitEncryptionEnabled"] and nodes["port"] == 11211
    assert not graph.of("vpc/securityGroupIngressRule:SecurityGroupIngressRule"), "who comes in is said elsewhere"
    assert not graph["shop-cache-access"].inputs.get("ingress")
    assert memcached(nodes=1)["shop-cache-nodes"].inputs["azMode"] == "single-az"


def test_nobody_empties_it_at_once() -> None:
    parameters = memcached()["shop-cache-parameters"].inputs
    assert parameters["family"] == "memcached1.6"
    assert parameters["parameters"] == [{"name": "disable_flush_all", "value": "1"}]


def test_clients_find_the_nodes_at_one_address() -> None:
    graph = memcached(nodes=3)
    assert graph.result["endpoint"] == "shop-cache-nodes.clusterAddress"
    assert graph.result["node_ids"] == ["0001", "0002", "0003"]


def test_it_may_be_made_anew_and_what_redis_holds_may_not() -> None:
    made = memcached()["shop-cache-nodes"]
    assert not made.protect
    common = {"urn": made.urn, "type": made.type, "name": made.name, "parent": "", "component": "", "custom": True}
    assert not Resource(**common, inputs=made.inputs).stateful
    assert Resource(**common, inputs={**made.inputs, "engine": "redis"}).stateful


@pytest.mark.parametrize(
    ("args", "text"),
    [
        ({"version": "1.6"}, "major.minor.patch"),
        ({"version": "1.6.6"}, "1.6.12 and later"),
        ({"nodes": 0}, "1 to 40"),
        ({"nodes": 41}, "1 to 40"),
    ],
)
def test_what_does_not_exist_is_refused(args: dict[str, Any], text: str) -> None:
    with pytest.raises(ValueError, match=text):
        memcached(**args)


def test_names_fit_the_longest_blueprint_name() -> None:
    graph = memcached("a-name-of-twenty-four-xx-cache")
    assert all(len(name) + 8 <= 50 for name in graph.names("elasticache/cluster:Cluster"))


def test_documentation() -> None:
    assert_house_rules(example("memcached"), "shop-cache")
    assert documented_arguments("memcached") >= set(MemcachedArgs.__annotations__)
