"""NodePool: machines of your choice for a cluster in EKS Auto Mode, with your tags and your key."""

from enum import StrEnum
from typing import NotRequired, TypedDict

import pulumi
import pulumi_kubernetes as kubernetes

from tenfold.components.parts.component import Component
from tenfold.components.plans import nodes
from tenfold.components.plans.choices import check_choice
from tenfold.components.plans.nodes import Nodes


class Processor(StrEnum):
    """What images must be built for."""

    ARM64 = "arm64"
    """Graviton: about a fifth less for the same work."""
    AMD64 = "amd64"


class NodePoolArgs(TypedDict):
    pool: str
    """Its name in the cluster; not `default`. Change: replaces all machines."""
    node_role_name: pulumi.Input[str]
    """Role of the machines. It needs an access entry of the kind EC2 with `AmazonEKSAutoNodePolicy`; EKS makes that for
    the role that the cluster itself names. Change: replaces all machines."""
    subnet_ids: pulumi.Input[list[str]]
    """Private subnets of all zones. Change: machines follow one after the other."""
    cluster_security_group_id: pulumi.Input[str]
    """The group that EKS gives nodes and pods. Change: machines follow one after the other."""
    kms_key_arn: pulumi.Input[str]
    """Key of the disks. The cluster's role must be allowed to use it and to grant its use, and to give machines `tags`,
    as that of `Cluster` is; else no machine can be made. Change: machines follow one after the other."""
    processors: NotRequired[list[Processor]]
    """`arm64`, `amd64` or both; images must be built for each. Default: `arm64`. Change: machines follow one after the
    other."""
    categories: NotRequired[list[str]]
    """First letters of instance types: `m` balanced, `c` more CPU, `r` more memory. Default: `c`, `m`, `r`. Change:
    machines follow one after the other."""
    cpu_limit: NotRequired[int]
    """Maximum vCPUs of all its machines together, which limits the cost; further pods wait. 0 makes no machines, but
    keeps existing ones. Default: 200. Change: in place."""
    disk_gib: NotRequired[int]
    """GiB of the disk that images and temporary files are on. Default: 80. Change: machines follow one after the
    other."""
    lifetime_days: NotRequired[int]
    """Days after which a machine is replaced, 1 to 21, so that each is patched. Default: 14. Change: in place."""
    on_spot: NotRequired[bool]
    """Machines that AWS may take back with two minutes' notice, where there are any. Default: false. Change: in
    place."""
    keeps_policies: NotRequired[bool]
    """Makes the cluster enforce network policies, which Auto Mode does not by default; set it in one pool of a cluster.
    Default: false. Change: in place."""
    tags: NotRequired[dict[str, pulumi.Input[str]]]
    """Tags of machines and disks, by which a budget finds them. Default: none. Change: in place; on machines as they
    are replaced."""


class NodePool(Component[NodePoolArgs]):
    """What EKS Auto Mode makes machines by, when pods wait for them, in place of its own pools: those have no tags.

    The provider is the stack's (`opts.providers`); `opts.deleted_with` should be the cluster. Raises ValueError, with
    what is valid, for what EKS refuses.
    """

    pool_name: pulumi.Output[str]
    """Name of the node pool."""

    def __init__(self, name: str, args: NodePoolArgs, opts: pulumi.ResourceOptions | None = None):
        super().__init__(name, args, opts)
        plan = _nodes(args)
        plan.check()
        ends_with = opts.deleted_with if opts else None
        node_class = kubernetes.apiextensions.CustomResource(
            f"{name}-class",
            api_version="eks.amazonaws.com/v1",
            kind="NodeClass",
            metadata={"name": plan.pool},
            spec=nodes.node_class(
                plan,
                args["node_role_name"],
                pulumi.Output.from_input(args["subnet_ids"]).apply(lambda ids: [{"id": one} for one in ids]),
                args["cluster_security_group_id"],
                args["kms_key_arn"],
                args.get("tags") or {},
            ),
            opts=self._child(deleted_with=ends_with),
        )
        kubernetes.apiextensions.CustomResource(
            f"{name}-pool",
            api_version="karpenter.sh/v1",
            kind="NodePool",
            metadata={"name": plan.pool},
            spec=nodes.node_pool(plan),
            opts=self._child(deleted_with=ends_with, depends_on=[node_class]),
        )
        if args.get("keeps_policies", False):
            kubernetes.core.v1.ConfigMap(
                f"{name}-policies",
                # EKS User Guide, "Use network policies with EKS Auto Mode".
                metadata={"name": "amazon-vpc-cni", "namespace": "kube-system"},
                data={"enable-network-policy-controller": "true"},
                opts=self._child(deleted_with=ends_with),
            )
        self.pool_name = pulumi.Output.from_input(plan.pool)
        self._register()


def _nodes(args: NodePoolArgs) -> Nodes:
    processors = args.get("processors") or [Processor.ARM64]
    return Nodes(
        args["pool"],
        [check_choice("processors", processor, Processor).value for processor in processors],
        args.get("categories", ["c", "m", "r"]),
        args.get("cpu_limit", 200),
        args.get("disk_gib", 80),
        args.get("lifetime_days", 14),
        args.get("on_spot", False),
    )
