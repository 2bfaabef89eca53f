"""A service on Kubernetes under the real engine: the official provider, a real API server, the real autoscaler.

Components are imported here, not in the program: a driver imports others on a thread of its own, and the SDK's imports
are lazy.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pulumi
import pulumi_aws as aws
import pulumi_kubernetes as kubernetes
import pytest
from previews import Program, Stack, at_home  # beside this file

from tenfold.components.cluster import Cluster
from tenfold.components.encryption import Encryption
from tenfold.components.kubernetes_service import KubernetesService
from tenfold.local import server
from tenfold.local.kubernetes import api, clusters, load
from tenfold.recorder import SDK

pytestmark = pytest.mark.proof


def program(**changed: Any) -> Program:
    """A cluster in Auto Mode and one service in it. Windows are short: the autoscaler's clock is a real one."""

    def run() -> Mapping[str, Any]:
        provider = aws.Provider("aws", region="us-east-1")
        inside = pulumi.ResourceOptions(providers={"aws": provider})
        vpc, subnet_ids = network(provider)
        cluster = make_cluster(subnet_ids, inside)
        objects = kubernetes.Provider("objects", kubeconfig=cluster.kubeconfig, cluster_identifier=cluster.arn)
        opts = pulumi.ResourceOptions(providers={"aws": provider, "kubernetes": objects}, deleted_with=cluster)
        args = service(cluster, vpc, pulumi.ResourceOptions(provider=provider)) | changed
        return {"url": KubernetesService("search", args, opts).url}

    return run


def network(provider: aws.Provider) -> tuple[aws.ec2.Vpc, list[pulumi.Output[str]]]:
    """A VPC and the ids of its subnets in two zones."""
    opts = pulumi.ResourceOptions(provider=provider)
    vpc = aws.ec2.Vpc("vpc", cidr_block="10.0.0.0/16", opts=opts)
    subnets = [
        aws.ec2.Subnet(
            f"subnet-{zone}",
            vpc_id=vpc.id,
            cidr_block=f"10.0.{at}.0/24",
            availability_zone=f"us-east-1{zone}",
            opts=opts,
        )
        for at, zone in enumerate("ab")
    ]
    return vpc, [subnet.id for subnet in subnets]


def make_cluster(subnet_ids: list[pulumi.Output[str]], opts: pulumi.ResourceOptions) -> Cluster:
    deploy = {"principal_arn": "arn:aws:iam::123456789012:role/deploy", "may": "cluster-admin"}
    args: Any = {  # with a choice in plain text
        "subnet_ids": subnet_ids,
        "kms_key_arn": Encryption("key", {"throwaway": True}, opts).key_arn,
        "access": {"deploy": deploy},
        "reachable_from": ["192.0.2.0/24"],
        "throwaway": True,
    }
    return Cluster("cluster", args, opts)


def service(cluster: Cluster, vpc: aws.ec2.Vpc, opts: pulumi.ResourceOptions) -> Any:
    """Its arguments, behind a target group."""
    group = aws.lb.TargetGroup("group", vpc_id=vpc.id, port=8080, protocol="HTTP", target_type="ip", opts=opts)
    balancer = aws.ec2.SecurityGroup("balancer", vpc_id=vpc.id, opts=opts)
    return {
        "service": "search",
        "cluster_name": cluster.cluster_name,
        "cluster_security_group_id": cluster.security_group_id,
        "network_cidr": "10.0.0.0/16",
        "image": "search:1",
        "port": 8080,
        "cpu_millicores": 250,
        "memory_mib": 256,
        "settle_in_seconds": 5,
        "priority": 5,
        "settings": {"URL": vpc.id},
        "target": {"target_group_arn": group.arn, "security_group_id": balancer.id, "cidrs": ["10.0.0.0/24"]},
    }


def test_its_pods_follow_the_load_and_nothing_that_it_does_is_a_change(tmp_path: Path) -> None:
    with at_home(tmp_path):
        server.start()
        stack = Stack("pods", recorder=SDK)
        try:
            stack.up(program())
            agreed(stack, program())
            cluster = load.of_stack(stack.deployed_resources())
            assert pods(cluster) == 2
            load.put(cluster, "search", "1600m")  # 1,600 ÷ (250 × 70 %) = 9.1
            assert [seen.pods for seen in load.watch(cluster, "search", 90)][-1] == 10
            agreed(stack, program())
            stack.up(program())
            assert pods(cluster) == 10
            load.put(cluster, "search", "0")
            assert [seen.pods for seen in load.watch(cluster, "search", 90)][-1] == 2
            changes(stack)
            stack.destroy(program())
            assert stack.deployed_resources() == []
            assert clusters.every() == []
        finally:
            server.stop()
            clusters.forget_all()


def agreed(stack: Stack, after: Program) -> None:
    """The diffs without an engine say what the engine's preview says."""
    assert not (found := stack.disagreements(after)), "\n".join(found)


def changes(stack: Stack) -> None:
    """What the engine would do with other arguments is what is said of it without one."""
    for changed in (
        {"image": "search:2"},
        {"pods": 3, "pods_max": 9, "target_cpu_fraction": 0.5},
        {"drain_seconds": 60, "callers": ["checkout"]},
        {"priority": 6},
        {"service": "find"},
    ):
        agreed(stack, program(**changed))


def pods(cluster: clusters.Cluster) -> int:
    found = api.read(cluster, "/apis/apps/v1/namespaces/search/deployments/search")
    assert found is not None
    return found["status"]["readyReplicas"]
