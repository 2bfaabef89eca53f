"""A service on Kubernetes under the real engine: the official provider, a real API server, the real autoscaler."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from previews import Program, Stack, at_home  # beside this file

import components.cluster
import components.kubernetes_service  # noqa: F401, here: a driver imports others on a thread of its own, and the SDK's are lazy
from tenfold.local import server
from tenfold.local.kubernetes import api, clusters, load

pytestmark = pytest.mark.proof


def program(**changed: Any) -> Program:
    """A cluster in Auto Mode and one service in it. Windows are short: the autoscaler's clock is a real one."""

    def run() -> Mapping[str, Any]:
        import pulumi
        import pulumi_aws as aws
        import pulumi_kubernetes as kubernetes

        from components.cluster import Cluster
        from components.encryption import Encryption
        from components.kubernetes_service import KubernetesService

        provider = aws.Provider("aws", region="us-east-1")
        within = pulumi.ResourceOptions(provider=provider)
        inside = pulumi.ResourceOptions(providers={"aws": provider})
        key = Encryption("key", {"throwaway": True}, inside)
        vpc = aws.ec2.Vpc("vpc", cidr_block="10.0.0.0/16", opts=within)
        subnets = [
            aws.ec2.Subnet(
                f"subnet-{zone}",
                vpc_id=vpc.id,
                cidr_block=f"10.0.{at}.0/24",
                availability_zone=f"us-east-1{zone}",
                opts=within,
            )
            for at, zone in enumerate("ab")
        ]
        access = {"deploy": {"principal_arn": "arn:aws:iam::123456789012:role/deploy", "may": "cluster-admin"}}
        cluster = Cluster(
            "cluster",
            {
                "subnet_ids": [subnet.id for subnet in subnets],
                "kms_key_arn": key.key_arn,
                "access": access,  # pyright: ignore[reportArgumentType], a choice in plain text
                "reachable_from": ["192.0.2.0/24"],
                "throwaway": True,
            },
            inside,
        )
        objects = kubernetes.Provider("objects", kubeconfig=cluster.kubeconfig, cluster_identifier=cluster.arn)
        group = aws.lb.TargetGroup("group", vpc_id=vpc.id, port=8080, protocol="HTTP", target_type="ip", opts=within)
        balancer = aws.ec2.SecurityGroup("balancer", vpc_id=vpc.id, opts=within)
        args: Any = {
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
            "target": {
                "target_group_arn": group.arn,
                "security_group_id": balancer.id,
                "cidrs": ["10.0.0.0/24"],
            },
            **changed,
        }
        opts = pulumi.ResourceOptions(providers={"aws": provider, "kubernetes": objects}, deleted_with=cluster)
        return {"url": KubernetesService("search", args, opts).url}

    return run


def test_its_pods_follow_the_load_and_nothing_that_it_does_is_a_change(tmp_path: Path) -> None:
    with at_home(tmp_path):
        server.start()
        stack = Stack("pods")
        try:
            stack.up(program())
            agreed(stack, program())
            cluster = load.of_stack(stack.deployed())
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
            assert stack.deployed() == []
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
