"""Kubernetes: one cluster in a region, and the services that run in it. Imported only where one does: the package of
the provider is large."""

from collections.abc import Mapping, Sequence

import pulumi
import pulumi_kubernetes as kubernetes

from tenfold.blueprints.architecture.services import Service
from tenfold.blueprints.value import Value
from tenfold.components.balancer import Balancer
from tenfold.components.cluster import Access, Cluster, ClusterArgs
from tenfold.components.kubernetes_service import KubernetesService, KubernetesServiceArgs
from tenfold.components.node_pool import NodePool, NodePoolArgs, Processor
from tenfold.components.parts.policies import Statement
from tenfold.components.parts.reach import ReachArgs
from tenfold.components.service_route import ServiceRoute
from tenfold.stacks.edge import health
from tenfold.stacks.ground import Ground
from tenfold.stacks.place import stack_tag
from tenfold.stacks.service_data import service_tier

POOL = "services"


class Home(Value):
    """Where services on Kubernetes live: the cluster, and the options of what is in it."""

    cluster: Cluster
    options: pulumi.ResourceOptions


def make_home(ground: Ground) -> Home:
    """The cluster, its provider, and the machines that its pods get. The provider must not take the cluster for another
    one while its address is unknown, nor replace what others name (docs/decisions, Kubernetes objects)."""
    at = ground.place
    cluster = _cluster(ground)
    objects = kubernetes.Provider(
        f"kubernetes-{at.role}",
        kubeconfig=cluster.kubeconfig,
        cluster_identifier=cluster.arn,
        enable_config_map_mutable=True,
        enable_secret_mutable=True,
    )
    options = pulumi.ResourceOptions(providers={"aws": at.provider, "kubernetes": objects}, deleted_with=cluster)
    spec = at.architecture.kubernetes
    assert spec
    args: NodePoolArgs = {
        **at.common,
        "pool": POOL,
        "node_role_name": cluster.node_role_name,
        "subnet_ids": ground.network.private_subnet_ids,
        "cluster_security_group_id": cluster.security_group_id,
        "kms_key_arn": ground.encryption.key_arn,
        "processors": [Processor(spec.processor)],
        "cpu_limit": spec.auto_cpus,
        "keeps_policies": True,
    }
    NodePool(at.name("nodes"), args, options)
    return Home(cluster, options)


def _cluster(ground: Ground) -> Cluster:
    at, spec = ground.place, ground.place.architecture.kubernetes
    assert spec
    args: ClusterArgs = {
        **at.keeping,
        "cluster_name": stack_tag(at.architecture),  # names at EKS are one for all environments of an account
        "subnet_ids": ground.network.private_subnet_ids,
        "kms_key_arn": ground.encryption.key_arn,
        "version": spec.version,
        "access": {
            name: {"principal_arn": arn, "may": may}
            for may, roles in ((Access.CLUSTER_ADMIN, spec.admins), (Access.VIEW, spec.viewers))
            for name, arn in roles.items()
        },
        "reachable_from": list(spec.reachable_from),
        # Also beside a group: its controller registers pods at the balancer (docs/decisions, "A group of machines").
        "auto_mode": True,
    }
    if spec.group:
        args["group"] = {"instance_type": spec.group.instance, "servers": spec.group.machines}
    return Cluster(at.name("cluster"), args, at.options)


def make_pods(
    ground: Ground,
    home: Home,
    balancer: Balancer,
    spec: Service,
    way: ServiceRoute,
    settings: Mapping[str, pulumi.Input[str]],
    statements: Sequence[Statement],
    reaches: Mapping[str, ReachArgs],
) -> KubernetesService:
    at, network = ground.place, ground.place.architecture.network
    args: KubernetesServiceArgs = {
        **at.common,
        "service": spec.known_as,
        "cluster_name": home.cluster.cluster_name,
        "cluster_security_group_id": home.cluster.security_group_id,
        "network_cidr": network.cidr,
        "image": spec.image,
        "port": spec.port,
        "health": health(spec.health),
        "starts_in_seconds": spec.health.starts_in,
        "drain_seconds": spec.drain,
        "cpu_millicores": round(spec.cpu * 1000),
        "memory_mib": round(spec.memory * 1024),
        "pods": spec.copies_min,
        "pods_max": spec.copies_max,
        "settle_in_seconds": spec.settle,
        "settings": {**settings},
        "target": {
            "target_group_arn": way.target_group_arn,
            "security_group_id": balancer.security_group_id,
            "cidrs": [*ground.network.public_cidrs],
        },
        "statements": [*statements],
        "reaches": {**reaches},
    }
    if at.primary and at.architecture.idle:  # another region has taken over: nothing may write here
        args["paused"] = True
    if spec.scaling.track_cpu:
        args["target_cpu_fraction"] = spec.scaling.track_cpu
    if spec.track_memory:
        args["target_memory_fraction"] = spec.track_memory
    if spec.priority is not None:
        args["priority"] = spec.priority
    return KubernetesService(service_tier(at, spec, "pods"), args, home.options)
