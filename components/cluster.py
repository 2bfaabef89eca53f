"""Cluster: a Kubernetes cluster of EKS whose machines AWS runs, a group of your own, or both, from stage 6 on."""

import json
from enum import StrEnum
from typing import Any, NotRequired, TypedDict

import pulumi
import pulumi_aws as aws

from tenfold.components.encryption import key_policy
from tenfold.components.host.image import architecture
from tenfold.components.parts import cluster_roles, policies
from tenfold.components.parts.component import Component
from tenfold.components.parts.kubeconfig import kubeconfig
from tenfold.components.parts.launch import latest, root_disk
from tenfold.components.parts.log_group import log_group
from tenfold.components.parts.order import after
from tenfold.components.plans import addons
from tenfold.components.plans.choices import check_choice

# In standard support until 2027-03-27 (EKS User Guide, "Kubernetes versions", release calendar).
VERSION = "1.35"
NO_GROUP_YET = "sg-00000000000000000"  # stands in a plan for the group that EKS makes with the cluster
LOGS = ("audit", "authenticator")  # who did what; the other three are for the control plane's own faults
POLICY = "arn:{partition}:eks::aws:cluster-access-policy/{policy}"


class Access(StrEnum):
    """Policies of EKS for people and pipelines ("Review access policy permissions")."""

    CLUSTER_ADMIN = "cluster-admin"
    ADMIN = "admin"
    EDIT = "edit"
    VIEW = "view"


ACCESS_POLICIES = {
    Access.CLUSTER_ADMIN: "AmazonEKSClusterAdminPolicy",
    Access.ADMIN: "AmazonEKSAdminPolicy",
    Access.EDIT: "AmazonEKSEditPolicy",
    Access.VIEW: "AmazonEKSViewPolicy",
}


class AccessArgs(TypedDict):
    principal_arn: pulumi.Input[str]
    """The IAM role (not the session) that may come in. Change: replaces the entry."""
    may: Access
    """`cluster-admin`, `admin`, `edit` or `view`. Change: replaces the policy."""
    namespaces: NotRequired[list[str]]
    """Only in these. Default: everywhere. Change: replaces the policy."""


class GroupArgs(TypedDict):
    instance_type: str
    """One type: the launch template holds it, so that a change is a rollout. Its processor decides the image. Change:
    rollout; another processor replaces the group."""
    servers: int
    """Number of machines, at least 2, by turns in the zones of the subnets. Change: in place."""
    servers_max: NotRequired[int]
    """Maximum number, where an autoscaler that you install moves it; `servers` is the minimum then. Default: as
    `servers`. Change: in place."""
    disk_gib: NotRequired[int]
    """GiB of the root disk. Default: 20. Change: rollout."""


class ClusterArgs(TypedDict):
    cluster_name: NotRequired[str]
    """Its name at EKS, unique in an account and region. Default: the component's name. Change: replaces everything."""
    subnet_ids: pulumi.Input[list[str]]
    """Private subnets in at least two zones, for the control plane's network interfaces and for machines. Change: in
    place; replaces a group of machines."""
    kms_key_arn: pulumi.Input[str]
    """Key of logs and disks. Secrets of Kubernetes have a key of their own. Change: in place; rollout of machines."""
    version: NotRequired[str]
    """Version of Kubernetes. Default: `1.35`. Change: in place, one minor version a step, never back; machines
    follow."""
    access: dict[str, AccessArgs]
    """Who may use the cluster, by role; nobody else can, not even its creator. Name whoever runs `up` as
    `cluster-admin`. Change: adds and removes entries."""
    reachable_from: NotRequired[list[str]]
    """Networks that reach the control plane from outside (CIDR). Without one `up` has to run inside of the network.
    Default: none. Change: in place."""
    group: NotRequired[GroupArgs]
    """A group of machines of your choice, and its add-ons. Default: none. Change: in place; pods move to the other
    machines."""
    auto_mode: NotRequired[bool]
    """EKS Auto Mode: machines as pods need them, and AWS's controller that registers pods at balancers, wherever they
    run. Default: true without `group`. Change: in place; its machines and balancers end with it."""
    addon_versions: NotRequired[dict[str, str]]
    """Versions of add-ons, by name: `{"metrics-server": "v0.8.0-eksbuild.2"}`. Default: the one that EKS chose when the
    add-on was made, which stays. Change: in place."""
    log_retention_days: NotRequired[pulumi.Input[int]]
    """Days that logs are kept: the control plane's, and what pods print. Default: 30. Change: in place."""
    throwaway: NotRequired[bool]
    """No protection. Default: false. Change: in place."""
    tags: NotRequired[dict[str, pulumi.Input[str]]]
    """On every child and machine. Default: none. Change: in place; machines with the next rollout."""


class Cluster(Component[ClusterArgs]):
    """A control plane with a private address, its machines, and who may come in.

    What cannot be changed later is right from the start: access by entries alone, secrets encrypted, no add-ons that
    EKS does not manage, so that Auto Mode and a group of machines can take each other's place. Raises ValueError for
    arguments that EKS does not take.
    """

    cluster_name: pulumi.Output[str]
    """Name of the cluster."""
    arn: pulumi.Output[str]
    """ARN of the cluster."""
    endpoint: pulumi.Output[str]
    """Address of its API server."""
    version: pulumi.Output[str]
    """Release of Kubernetes, as 1.33."""
    security_group_id: pulumi.Output[str]
    """Of the control plane and of every machine: who shall reach pods is let in here."""
    node_role_name: pulumi.Output[str]
    """Role of the machines; Auto Mode's NodeClass names it."""
    kubeconfig: pulumi.Output[str]
    """For `kubernetes.Provider`; it exists once everybody is let in."""

    def __init__(self, name: str, args: ClusterArgs, opts: pulumi.ResourceOptions | None = None):
        super().__init__(name, args, opts)
        check(args)
        self._called = args.get("cluster_name", name)
        invoke = self._call()
        self._partition = aws.get_partition(opts=invoke).partition
        self._region = aws.get_region(opts=invoke).region
        machines = args.get("group")
        auto = has_auto_mode(args)
        role, attached = self._role(
            f"{name}-control",
            "eks.amazonaws.com",
            (*cluster_roles.CLUSTER_POLICIES, *(cluster_roles.AUTO_POLICIES if auto else ())),
            tags_sessions=auto,
        )
        if auto:
            attached.append(self._auto_rights(role))
        logs = log_group(f"{name}-logs", self._inputs, self, name=f"/aws/eks/{self._called}/cluster")
        cluster = self._cluster(role, auto, [*attached, logs])
        let_in = self._access(cluster)
        self.cluster_name, self.arn, self.endpoint = cluster.name, cluster.arn, cluster.endpoint
        self.version = cluster.version
        self.security_group_id = cluster.vpc_config.apply(
            lambda network: network.get("cluster_security_group_id") or NO_GROUP_YET
        )
        auto_role, joined = self._auto_nodes(cluster) if auto else (None, [])
        group_role, group = self._group(cluster, machines) if machines else (None, [])
        joined = [*joined, *group]  # the group first: what fits on it needs no other machine
        self._addons(cluster, addons.AFTER_NODES if machines else addons.AFTER_NODES[-1:], joined)
        self._watch(cluster, joined)
        nodes = auto_role or group_role
        assert nodes  # check()
        self.node_role_name = after(nodes.name, *joined)
        certificate = cluster.certificate_authority.apply(lambda authority: authority["data"])
        self.kubeconfig = after(kubeconfig(cluster.name, cluster.endpoint, certificate, self._region), *let_in)
        self._register()

    def _cluster(self, role: aws.iam.Role, auto: bool, first: list[pulumi.Resource]) -> aws.eks.Cluster:
        name, args = self._logical, self._inputs
        outside = args.get("reachable_from") or []
        network: Any = {
            "subnet_ids": args["subnet_ids"],
            "endpoint_private_access": True,
            "endpoint_public_access": bool(outside),
            **({"public_access_cidrs": outside} if outside else {}),
        }
        return aws.eks.Cluster(
            f"{name}-cluster",
            name=self._called,
            role_arn=role.arn,
            version=args.get("version", VERSION),
            vpc_config=network,
            access_config={"authentication_mode": "API", "bootstrap_cluster_creator_admin_permissions": False},
            bootstrap_self_managed_addons=False,
            compute_config={"enabled": auto},
            kubernetes_network_config={"elastic_load_balancing": {"enabled": auto}},
            storage_config={"block_storage": {"enabled": auto}},
            encryption_config={"provider": {"key_arn": self._secrets_key().arn}, "resources": ["secrets"]},
            upgrade_policy={"support_type": "STANDARD"},  # extended support costs six times as much
            enabled_cluster_log_types=list(LOGS),
            deletion_protection=self._keeps,
            tags=self._tags(f"{name}-cluster"),
            opts=self._child(protect=self._keeps, depends_on=first),
        )

    def _watch(self, cluster: aws.eks.Cluster, joined: list[pulumi.Resource]) -> None:
        """What containers print; and what alarms about pods and nodes are computed from: the agent writes counts as log
        lines, CloudWatch makes metrics of them. Of CloudWatchAgentServerPolicy its role has what that needs."""
        name, groups = self._logical, f"/aws/containerinsights/{self._called}"
        counts = log_group(f"{name}-counts", self._inputs, self, name=f"{groups}/performance")
        prints = log_group(f"{name}-pods", self._inputs, self, name=f"{groups}/application")
        account = aws.get_caller_identity(opts=self._call()).account_id
        role, _ = self._role(f"{name}-watch", policies.EKS_PODS, (), account, tags_sessions=True)
        rights = aws.iam.RolePolicy(
            f"{name}-watch-policy",
            role=role.name,
            policy=policies.document(policies.write_logs(counts.arn, prints.arn), policies.describe_own_tags()),
            opts=self._child(),
        )
        identity: Any = [{"service_account": addons.WATCH_ACCOUNT, "role_arn": role.arn}]
        settings = {
            "configuration_values": json.dumps(addons.WATCH_SETTINGS, sort_keys=True),
            "pod_identity_associations": identity,
        }
        self._addon(cluster, addons.WATCH, [*joined, rights], **settings)

    def _secrets_key(self) -> aws.kms.Key:
        """A key of its own: whoever may use it reads every secret of the cluster."""
        name = f"{self._logical}-secrets-key"
        account = aws.get_caller_identity(opts=self._call()).account_id
        return aws.kms.Key(
            name,
            description=f"Kubernetes secrets of {self._logical}",
            enable_key_rotation=True,
            deletion_window_in_days=30 if self._keeps else 7,
            policy=policies.text(key_policy(account, self._region, self._partition)),
            tags=self._tags(name),
            opts=self._child(protect=self._keeps),
        )

    def _role(
        self,
        name: str,
        service: str,
        managed: tuple[str, ...],
        account: str | None = None,
        *,
        tags_sessions: bool = False,
    ) -> tuple[aws.iam.Role, list[pulumi.Resource]]:
        role = aws.iam.Role(
            f"{name}-role",
            assume_role_policy=policies.trust(service, account, tags_sessions=tags_sessions),
            tags=self._tags(f"{name}-role"),
            opts=self._child(),
        )
        attached: list[pulumi.Resource] = [
            aws.iam.RolePolicyAttachment(
                f"{name}-{policy}",
                role=role.name,
                policy_arn=f"arn:{self._partition}:iam::aws:policy/{policy}",
                opts=self._child(),
            )
            for policy in managed
        ]
        return role, attached

    def _auto_rights(self, role: aws.iam.Role) -> pulumi.Resource:
        account = aws.get_caller_identity(opts=self._call()).account_id
        machines = f"arn:{self._partition}:ec2:{self._region}:{account}:*/*"
        return aws.iam.RolePolicy(
            f"{self._logical}-control-policy",
            role=role.name,
            policy=policies.document(*cluster_roles.auto_statements(machines, self._inputs["kms_key_arn"])),
            opts=self._child(),
        )

    def _access(self, cluster: aws.eks.Cluster) -> list[pulumi.Resource]:
        return [
            self._entry(
                cluster,
                role,
                one["principal_arn"],
                ACCESS_POLICIES[Access(one["may"])],
                scope(one.get("namespaces")),
            )
            for role, one in self._inputs["access"].items()
        ]

    def _entry(
        self,
        cluster: aws.eks.Cluster,
        role: str,
        principal_arn: pulumi.Input[str],
        policy: str,
        where: Any,
        kind: str = "STANDARD",
    ) -> pulumi.Resource:
        name = f"{self._logical}-access-{role}"
        entry = aws.eks.AccessEntry(
            name,
            cluster_name=cluster.name,
            principal_arn=principal_arn,
            type=kind,
            tags=self._tags(name),
            opts=self._child(),
        )
        return aws.eks.AccessPolicyAssociation(
            f"{name}-policy",
            cluster_name=cluster.name,
            principal_arn=entry.principal_arn,
            policy_arn=POLICY.format(partition=self._partition, policy=policy),
            access_scope=where,
            opts=self._child(),
        )

    def _auto_nodes(self, cluster: aws.eks.Cluster) -> tuple[aws.iam.Role, list[pulumi.Resource]]:
        """The role of Auto Mode's machines, and that they may join. Which machines, a NodePool says (Kubernetes)."""
        role, attached = self._role(f"{self._logical}-auto", "ec2.amazonaws.com", cluster_roles.AUTO_NODE_POLICIES)
        joined = self._entry(cluster, "auto", role.arn, "AmazonEKSAutoNodePolicy", scope(None), "EC2")
        return role, [*attached, joined]

    def _group(self, cluster: aws.eks.Cluster, machines: GroupArgs) -> tuple[aws.iam.Role, list[pulumi.Resource]]:
        """Machines of one type. Where their number is an autoscaler's, no `up` sets it again."""
        name, args, servers = self._logical, self._inputs, machines["servers"]
        role, attached = self._role(f"{name}-nodes", "ec2.amazonaws.com", cluster_roles.GROUP_NODE_POLICIES)
        first = [*attached, *self._addons(cluster, addons.BEFORE_NODES, [])]
        arm = architecture(machines["instance_type"]) == "arm64"
        group = aws.eks.NodeGroup(
            f"{name}-nodes",
            cluster_name=cluster.name,
            node_role_arn=role.arn,
            subnet_ids=args["subnet_ids"],
            version=cluster.version,
            ami_type="AL2023_ARM_64_STANDARD" if arm else "AL2023_x86_64_STANDARD",
            launch_template=latest(self._template(machines)),
            scaling_config={
                "min_size": servers,
                "desired_size": servers,
                "max_size": machines.get("servers_max", servers),
            },
            update_config={"max_unavailable_percentage": 33},
            node_repair_config={"enabled": True},
            tags=self._tags(f"{name}-nodes"),
            opts=self._child(
                depends_on=first, ignore_changes=["scalingConfig.desiredSize"] if "servers_max" in machines else None
            ),
        )
        return role, [group]

    def _template(self, group: GroupArgs) -> aws.ec2.LaunchTemplate:
        name = f"{self._logical}-nodes-template"
        interface: Any = {
            "device_index": 0,
            "associate_public_ip_address": "false",
            "delete_on_termination": "true",
            "security_groups": [self.security_group_id],
        }
        return aws.ec2.LaunchTemplate(
            name,
            instance_type=group["instance_type"],
            network_interfaces=[interface],
            block_device_mappings=[
                {
                    "device_name": "/dev/xvda",
                    "ebs": root_disk(group.get("disk_gib", 20), self._inputs["kms_key_arn"]),
                }
            ],
            # One hop: pods do not get at the machine's own role.
            metadata_options={"http_endpoint": "enabled", "http_tokens": "required", "http_put_response_hop_limit": 1},
            tag_specifications=[
                {"resource_type": kind, "tags": self._tags(f"{self._logical}-node")} for kind in ("instance", "volume")
            ],
            update_default_version=True,
            tags=self._tags(name),
            opts=self._child(),
        )

    def _addons(
        self, cluster: aws.eks.Cluster, names: tuple[str, ...], first: list[pulumi.Resource]
    ) -> list[pulumi.Resource]:
        return [self._addon(cluster, addon, first, **addons.SETTINGS.get(addon, {})) for addon in names]

    def _addon(
        self, cluster: aws.eks.Cluster, addon: str, first: list[pulumi.Resource], **settings: Any
    ) -> aws.eks.Addon:
        return aws.eks.Addon(
            f"{self._logical}-addon-{addon}",
            cluster_name=cluster.name,
            addon_name=addon,
            addon_version=(self._inputs.get("addon_versions") or {}).get(addon),
            resolve_conflicts_on_create="OVERWRITE",
            resolve_conflicts_on_update="PRESERVE",  # what somebody set by hand stays
            tags=self._tags(f"{self._logical}-addon-{addon}"),
            opts=self._child(depends_on=first),
            **settings,
        )


def has_auto_mode(args: ClusterArgs) -> bool:
    return args.get("auto_mode", "group" not in args)


def scope(namespaces: list[str] | None) -> dict[str, Any]:
    return {"type": "namespace", "namespaces": namespaces} if namespaces else {"type": "cluster"}


def check(args: ClusterArgs) -> None:
    """Raises ValueError, with what is right, for arguments that EKS does not take."""
    for role, one in args["access"].items():
        check_choice(f"access.{role}.may", one["may"], Access)
    if not any(one["may"] == Access.CLUSTER_ADMIN for one in args["access"].values()):
        raise ValueError("access: nobody is cluster-admin; without one nobody, not even `up`, can put anything into it")
    group = args.get("group")
    known = (*(addons.BEFORE_NODES + addons.AFTER_NODES if group else addons.AFTER_NODES[-1:]), addons.WATCH)
    for addon in args.get("addon_versions") or {}:
        if addon not in known:
            raise ValueError(f"addon_versions: {addon} is not one of this cluster's add-ons: {', '.join(known)}")
    if not group and not has_auto_mode(args):
        raise ValueError(
            "auto_mode: without it and without a group there are no machines; leave it out, or add `group`"
        )
    if group and not 2 <= group["servers"] <= group.get("servers_max", group["servers"]):
        raise ValueError(f"group: servers {group['servers']} must be from 2 to servers_max, so that one may go")
    if "0.0.0.0/0" in (args.get("reachable_from") or []):
        raise ValueError("reachable_from: 0.0.0.0/0 is everybody; name the networks that you come from")
