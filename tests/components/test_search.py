"""A search domain: inside the network, encrypted everywhere, for roles that may, and led when a zone fails."""

import json
from typing import Any

import pytest
from examples import documented_arguments, example
from recording import Graph, assert_house_rules, record

from tenfold.components.search import CALLS, Search, SearchArgs, check, statements

NAME = "shop-service-find-search"
KEY = "arn:aws:kms:us-east-1:123456789012:key/k"


def arguments(**args: Any) -> Any:
    base = {"vpc_id": "vpc-1", "subnet_ids": ["subnet-a", "subnet-b", "subnet-c"], "kms_key_arn": KEY}
    return {**base, "tags": {"app": "shop"}, **args}


def search(**args: Any) -> Graph:
    return record(lambda: Search(NAME, arguments(**args)).url)


def domain(**args: Any) -> Any:
    return search(**args)[f"{NAME}-domain"].inputs


def test_it_is_encrypted_at_rest_between_nodes_and_to_whoever_asks_and_protected() -> None:
    graph = search()
    assert_house_rules(graph, NAME)
    made = graph[f"{NAME}-domain"]
    assert made.protect and not search(throwaway=True)[f"{NAME}-domain"].protect
    assert made.inputs["encryptAtRest"] == {"enabled": True, "kmsKeyId": KEY}
    assert made.inputs["nodeToNodeEncryption"] == {"enabled": True}
    endpoint = made.inputs["domainEndpointOptions"]
    assert endpoint["enforceHttps"] and endpoint["tlsSecurityPolicy"].startswith("Policy-Min-TLS-1-2")
    assert made.inputs["vpcOptions"]["securityGroupIds"] and len(made.inputs["domainName"]) <= 28
    assert not {"ingress", "egress"} & graph[f"{NAME}-access"].inputs.keys()


def test_only_roles_of_the_account_may_ask_and_only_this_domain() -> None:
    made = domain()
    [allow] = json.loads(made["accessPolicies"])["Statement"]
    assert allow["Principal"] == {"AWS": "arn:aws:iam::123456789012:root"}
    assert allow["Resource"] == f"arn:aws:es:us-east-1:123456789012:domain/{made['domainName']}/*"
    assert allow["Action"] == list(CALLS)
    use = record(lambda: statements("arn:domain")[0]["Action"]).result
    assert use == list(CALLS) and "*" not in "".join(CALLS)


@pytest.mark.parametrize(
    ("args", "nodes", "zones"),
    [
        ({}, 3, 3),
        ({"nodes": 4}, 4, 2),
        ({"nodes": 6}, 6, 3),
        ({"nodes": 6, "zones": 2}, 6, 2),
        ({"nodes": 1}, 1, 1),
        ({"nodes": 5, "zones": 1}, 5, 1),
    ],
)
def test_nodes_are_spread_over_as_many_zones_as_share_them(args: dict[str, Any], nodes: int, zones: int) -> None:
    made = domain(**args)
    cluster = made["clusterConfig"]
    assert cluster["instanceCount"] == nodes and len(made["vpcOptions"]["subnetIds"]) == zones
    aware = {"zoneAwarenessEnabled": True, "zoneAwarenessConfig": {"availabilityZoneCount": zones}}
    assert zones == 1 or aware.items() <= cluster.items()
    assert zones > 1 or "zoneAwarenessEnabled" not in cluster


def test_masters_are_three_or_none() -> None:
    assert "dedicatedMasterEnabled" not in domain()["clusterConfig"]
    assert domain(masters=3)["clusterConfig"]["dedicatedMasterCount"] == 3


@pytest.mark.parametrize(
    ("args", "words"),
    [
        ({"nodes": 5}, "5 cannot be the same number in each of 2 or 3 zones"),
        ({"nodes": 3, "zones": 2}, "each of 2 zones"),
        ({"nodes": 81}, "from 1 to 80"),
        ({"masters": 2}, "must be 0 or 3"),
        ({"zones": 4}, "must be 1, 2 or 3"),
        ({"storage_gib": 5}, "at least 10"),
    ],
)
def test_what_opensearch_does_not_take_is_refused_with_what_is_right(args: dict[str, Any], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        check(arguments(**args))


def test_the_page_s_example_runs_and_its_table_is_complete() -> None:
    graph = example("search")
    assert graph["shop-service-find-search-domain"].inputs["ebsOptions"]["volumeSize"] == 50
    assert documented_arguments("search") >= set(SearchArgs.__annotations__)
