"""A cluster on the real engine: a real API server behind it, machines that are changed in place, and nothing left."""

import base64
import json
import ssl
import urllib.request
from collections.abc import Iterator
from typing import Any

import pytest
from previews import Stack, at_home  # beside this file

from tenfold.components.cluster import Access, Cluster
from tenfold.components.encryption import Encryption
from tenfold.engine.progress import Progress
from tenfold.local import server
from tenfold.local.kubernetes import clusters, programs

NAME = "shop-cluster"


def program(**args: Any) -> Any:
    def run() -> dict[str, Any]:
        import pulumi_aws as aws

        vpc = aws.ec2.Vpc("network", cidr_block="10.0.0.0/16")
        subnets = [
            aws.ec2.Subnet(f"subnet-{z}", vpc_id=vpc.id, cidr_block=f"10.0.{i}.0/24", availability_zone=f"us-east-1{z}")
            for i, z in enumerate("abc")
        ]
        key = Encryption("shop-encryption", {"throwaway": True})
        inputs: Any = {
            "subnet_ids": [subnet.id for subnet in subnets],
            "kms_key_arn": key.key_arn,
            "access": {
                "deploy": {"principal_arn": "arn:aws:iam::123456789012:role/deploy", "may": Access.CLUSTER_ADMIN}
            },
            "version": "1.34",
            "throwaway": True,
            **args,
        }
        cluster = Cluster(NAME, inputs)
        return {"kubeconfig": cluster.kubeconfig, "group": cluster.security_group_id}

    return run


def nodes(cluster: clusters.Cluster) -> dict[str, str]:
    """{node: zone}, asked of the API server itself."""
    trusted = ssl.create_default_context(cadata=base64.b64decode(cluster.certificate).decode())
    request = urllib.request.Request(
        f"{cluster.endpoint}/api/v1/nodes", headers={"Authorization": f"Bearer {cluster.token}"}
    )
    with urllib.request.urlopen(request, context=trusted, timeout=30) as answer:
        items = json.loads(answer.read())["items"]
    return {i["metadata"]["name"]: i["metadata"]["labels"]["topology.kubernetes.io/zone"] for i in items}


@pytest.fixture
def stack(tmp_path: Any) -> Iterator[Stack]:
    with at_home(tmp_path):
        programs.ensure(print)
        server.start()
        yield Stack("shop-cluster")
        server.stop()


@pytest.mark.proof
def test_a_cluster_is_real_changes_in_place_survives_a_kill_and_leaves_nothing(stack: Stack) -> None:
    stack.up(program())
    cloud, _ = server.start()
    eks = stack.client(cloud, "eks")
    made = eks.describe_cluster(name=NAME)["cluster"]
    [running] = clusters.every()
    assert made["endpoint"] == running.endpoint and made["certificateAuthority"]["data"] == running.certificate
    assert made["accessConfig"]["authenticationMode"] == "API" and made["upgradePolicy"] == {"supportType": "STANDARD"}
    assert sorted(nodes(running).values()) == sorted(2 * ["us-east-1a", "us-east-1b", "us-east-1c"]), "Auto Mode's"
    assert changes(stack, program()) == []

    group = {"group": {"instance_type": "m7g.large", "servers": 3}, "version": "1.35"}
    stack.up(program(**group))
    [name] = eks.list_nodegroups(clusterName=NAME)["nodegroups"]
    assert eks.describe_cluster(name=NAME)["cluster"]["createdAt"] == made["createdAt"], "the same cluster"
    assert eks.describe_nodegroup(clusterName=NAME, nodegroupName=name)["nodegroup"]["version"] == "1.35"
    assert eks.list_addons(clusterName=NAME)["addons"] == [
        "amazon-cloudwatch-observability",
        *("coredns", "eks-pod-identity-agent", "kube-proxy", "metrics-server", "vpc-cni"),
    ]
    wait_for(lambda: sorted(nodes(running).values()) == ["us-east-1a", "us-east-1b", "us-east-1c"])

    clusters.stop(running)
    assert not clusters.answers(running)
    server.start()  # what every command on the local cloud does first
    [again] = clusters.every()
    assert again.port == running.port and clusters.answers(again) and len(nodes(again)) == 3
    assert changes(stack, program(**group)) == []

    outcome = stack._driver(program(**group)).destroy(Progress())
    assert not outcome.failed, outcome.progress.problems
    assert eks.list_clusters()["clusters"] == [] and clusters.every() == []


def changes(stack: Stack, of: Any) -> list[Any]:
    outcome = stack._driver(of).up(Progress())
    assert not outcome.failed, outcome.progress.problems
    return [step for step in outcome.progress.steps if step["op"] != "same"]


def wait_for(holds: Any) -> None:
    """Nodes follow their file within a second."""
    import time

    for _ in range(50):
        if holds():
            return
        time.sleep(0.2)
    pytest.fail("it does not become so within 10 s")
