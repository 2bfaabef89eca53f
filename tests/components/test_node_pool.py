"""Machines of EKS Auto Mode: known to a budget, encrypted, patched, and no more than a limit."""

from typing import Any, cast

import pulumi
import pulumi_kubernetes as kubernetes
import pytest
from examples import documented_arguments, example
from recording import Graph, assert_house_rules, record

from tenfold.components.node_pool import NodePool, NodePoolArgs


def pool(**args: Any) -> Graph:
    inputs = {
        "pool": "graviton",
        "node_role_name": "nodes",
        "subnet_ids": ["subnet-a", "subnet-b"],
        "cluster_security_group_id": "sg-cluster",
        "kms_key_arn": "arn:aws:kms:us-east-1:123456789012:key/k",
        "tags": {"stack": "shop-prod"},
        **args,
    }

    def program() -> Any:
        provider = kubernetes.Provider("objects", kubeconfig="{}", cluster_identifier="shop")
        opts = pulumi.ResourceOptions(providers={"kubernetes": provider})
        return NodePool("shop-nodes", cast(NodePoolArgs, inputs), opts).pool_name

    return record(program)


def requirements(graph: Graph) -> dict[str, list[str]]:
    rows = graph["shop-nodes-pool"].inputs["spec"]["template"]["spec"]["requirements"]
    assert {row["operator"] for row in rows} == {"In"}
    return {row["key"]: row["values"] for row in rows}


def test_house_rules() -> None:
    graph = pool()
    assert_house_rules(graph, "shop-nodes")
    assert graph.result == "graviton"


def test_its_machines_carry_the_tags_and_the_key() -> None:
    spec = pool()["shop-nodes-class"].inputs["spec"]
    assert spec["tags"] == {"stack": "shop-prod"}
    assert spec["ephemeralStorage"] == {"size": "80Gi", "kmsKeyID": "arn:aws:kms:us-east-1:123456789012:key/k"}
    assert spec["subnetSelectorTerms"] == [{"id": "subnet-a"}, {"id": "subnet-b"}]
    assert spec["securityGroupSelectorTerms"] == [{"id": "sg-cluster"}]


def test_there_are_never_more_than_the_limit_and_each_ends() -> None:
    spec = pool(cpu_limit=64, lifetime_days=7)["shop-nodes-pool"].inputs["spec"]
    assert spec["limits"] == {"cpu": "64"}
    assert spec["template"]["spec"]["expireAfter"] == "168h"
    assert spec["template"]["spec"]["nodeClassRef"]["name"] == "graviton"


def test_processors_and_spot_are_a_choice() -> None:
    assert requirements(pool())["kubernetes.io/arch"] == ["arm64"]
    assert requirements(pool())["karpenter.sh/capacity-type"] == ["on-demand"]
    found = requirements(pool(processors=["amd64", "arm64"], categories=["c"], on_spot=True))
    assert found["kubernetes.io/arch"] == ["amd64", "arm64"]
    assert found["eks.amazonaws.com/instance-category"] == ["c"]
    assert found["karpenter.sh/capacity-type"] == ["spot", "on-demand"]


@pytest.mark.parametrize(
    ("args", "said"),
    [
        ({"pool": "default"}, "not `default`, which is EKS's own"),
        ({"pool": "My_Pool"}, "'My_Pool' is not a name"),
        ({"processors": ["x86"]}, 'must be "arm64" or "amd64", not'),
        ({"categories": []}, "categories: none"),
        ({"cpu_limit": -1}, "cpu_limit: -1"),
        ({"disk_gib": 0}, "disk_gib: 0; 1 to 59,000"),
        ({"lifetime_days": 30}, "lifetime_days: 30; 1 to 21"),
    ],
)
def test_what_would_make_no_machine_is_refused(args, said) -> None:
    with pytest.raises(ValueError, match=said):
        pool(**args)


def test_the_page_shows_it_and_knows_every_argument() -> None:
    assert example("node_pool")["shop-nodes-pool"].inputs["spec"]["limits"] == {"cpu": "64"}
    assert set(NodePoolArgs.__annotations__) <= documented_arguments("node_pool")
