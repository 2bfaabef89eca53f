"""KubernetesService: a service of its own in a Kubernetes cluster, as many pods as its load needs, from stage 6 on."""

from typing import Any, NotRequired, TypedDict

import pulumi
import pulumi_aws as aws
import pulumi_kubernetes as kubernetes

from tenfold.components.balancer import HealthArgs
from tenfold.components.parts import policies
from tenfold.components.parts.component import Component
from tenfold.components.parts.reach import ReachArgs, let_in, let_reach
from tenfold.components.plans import pods
from tenfold.components.plans.pod_scaling import PodScaling, scaler
from tenfold.components.plans.pods import Pods

# The load-balancer controller of EKS Auto Mode has an API group of its own: EKS User Guide, "Auto Mode".
BINDING = {"api_version": "eks.amazonaws.com/v1", "kind": "TargetGroupBinding"}


class TargetArgs(TypedDict):
    target_group_arn: pulumi.Input[str]
    """Group of type `ip` that nothing else registers in: the controller takes all other targets out. Change: replaces
    the binding."""
    security_group_id: pulumi.Input[str]
    """The balancer's group, which is let in on the port. Change: new rule first."""
    cidrs: list[pulumi.Input[str]]
    """Blocks of the balancer's subnets: what pods see as the sender. Change: in place."""


class KubernetesServiceArgs(TypedDict):
    service: str
    """Its name in the cluster: of its namespace and all that is in it; others reach it as
    `http://<service>.<service>`. Change: replaces everything."""
    cluster_name: pulumi.Input[str]
    """The EKS cluster, for the role that the pods get. Change: replaces the association."""
    cluster_security_group_id: pulumi.Input[str]
    """The group that EKS gives nodes and pods. Change: new rules first."""
    network_cidr: pulumi.Input[str]
    """Block of the VPC, where `reaches` are. Change: in place."""
    image: str
    """Its program must not run as root. Change: rollout."""
    command: NotRequired[list[str]]
    """In place of the image's own command. Default: the image's. Change: rollout."""
    port: int
    """TCP port of the program. Change: rollout."""
    health: NotRequired[HealthArgs]
    """When a pod gets requests. Default: `/` every 15 s. Change: rollout."""
    starts_in_seconds: NotRequired[int]
    """Seconds a pod may take to start before it is restarted. Default: 60. Change: rollout."""
    drain_seconds: NotRequired[int]
    """Seconds a pod may take to end what it has; it gets nothing new for 15 s before. Default: 30. Change: rollout."""
    cpu_millicores: int
    """Thousandths of a vCPU that a pod requests: nodes reserve them, and `target_cpu_fraction` is a fraction of them.
    Change: rollout."""
    cpu_limit_millicores: NotRequired[int]
    """Thousandths of a vCPU that it may not exceed; a limit slows a pod down although its node is idle. Default: none.
    Change: rollout."""
    memory_mib: int
    """MiB that a pod requests, and may not exceed. Change: rollout."""
    pods: NotRequired[int]
    """Minimum number of pods; two survive the loss of one. Default: 2. Change: in place."""
    pods_max: NotRequired[int]
    """Maximum number of pods. Default: 50. Change: in place."""
    paused: NotRequired[bool]
    """No pod runs, and the autoscaler rests: for a region that another one has taken over from. Default: false. Change:
    in place; taken back, the autoscaler starts as many as there are at least."""
    target_cpu_fraction: NotRequired[float]
    """Use of the requested CPU that scaling aims at. Default: 0.7. Change: in place."""
    target_memory_fraction: NotRequired[float]
    """Use of the requested memory that scaling aims at; only for programs that give memory back. Default: none. Change:
    in place."""
    backlogs: NotRequired[dict[str, int]]
    """External metric -> messages that one pod may have. The cluster must have an adapter that serves it, such as KEDA.
    Default: none. Change: in place."""
    settle_out_seconds: NotRequired[int]
    """Seconds that a need for more pods must last. Default: 0. Change: in place."""
    settle_in_seconds: NotRequired[int]
    """Seconds that a need for fewer pods must last; then half of them go, at most once a minute. Default: 300. Change:
    in place."""
    settings: NotRequired[dict[str, pulumi.Input[str]]]
    """Settings that the program finds in its environment; no secrets. Default: none. Change: rollout."""
    writable: NotRequired[list[str]]
    """Folders for temporary files, 64 MiB each, gone with the pod; everything else is read-only. Default: `/tmp`.
    Change: rollout."""
    user_id: NotRequired[int]
    """The user it runs as. Default: the image's. Change: rollout."""
    priority: NotRequired[int]
    """Where nodes are full, pods with more are placed first, and those with less make room. Default: 0. Change:
    rollout."""
    callers: NotRequired[list[str]]
    """Other services of the cluster that may connect to it. Default: none. Change: in place."""
    target: NotRequired[TargetArgs]
    """The balancer in front of it. Default: none. Change: in place."""
    reaches: NotRequired[dict[str, ReachArgs]]
    """What it connects to inside the network, by role: each becomes a rule in that group. The rule lets all pods of the
    cluster in; the namespace's policy lets out only this one. Default: none. Change: in place."""
    statements: NotRequired[list[policies.Statement]]
    """What its pods may do at AWS. Default: nothing. Change: in place."""
    tags: NotRequired[dict[str, pulumi.Input[str]]]
    """Tags of the resources at AWS. Default: none. Change: in place."""


class KubernetesService(Component[KubernetesServiceArgs]):
    """A namespace with all that a service needs: pods that follow the load, one name for them, who may connect.

    The provider is the stack's (`opts.providers`); `opts.deleted_with` should be the
    cluster, with which everything in it ends. Raises ValueError, with what is valid, for what the API server refuses.
    """

    service_name: pulumi.Output[str]
    """Name of the service inside the cluster."""
    url: pulumi.Output[str]
    """Where it answers inside the cluster."""
    role_name: pulumi.Output[str]
    """Role of its pods."""

    def __init__(self, name: str, args: KubernetesServiceArgs, opts: pulumi.ResourceOptions | None = None):
        super().__init__(name, args, opts)
        self._ends_with = opts.deleted_with if opts else None
        plan, scaling = _pods(args), _scaling(args)
        plan.check()
        scaling.check()
        self._plan = plan
        namespace = kubernetes.core.v1.Namespace(
            f"{name}-namespace",
            metadata={"name": plan.service, "labels": {**plan.labels, **pods.namespace_labels()}},
            opts=self._object(),
        )
        walls = self._walls(namespace)
        role, rights = self._identity()
        deployment = self._deployment(namespace, [walls, *rights])
        kubernetes.autoscaling.v2.HorizontalPodAutoscaler(
            f"{name}-scaler",
            metadata=self._metadata(),
            spec=scaler(scaling, plan.service),
            opts=self._object(depends_on=[deployment]),
        )
        kubernetes.policy.v1.PodDisruptionBudget(
            f"{name}-disruption",
            metadata=self._metadata(),
            spec=pods.disruption_budget(plan),
            opts=self._object(depends_on=[namespace]),
        )
        service = kubernetes.core.v1.Service(
            f"{name}-service",
            # It is only a name for pods that `up` has waited for: waiting for its endpoints too takes 10 s.
            metadata=self._metadata(annotations={"pulumi.com/skipAwait": "true"}),
            spec=pods.service(plan),
            opts=self._object(depends_on=[namespace]),
        )
        if "target" in args:
            self._bind(args["target"], [service])

        self.service_name = pulumi.Output.from_input(plan.service)
        self.url = pulumi.Output.from_input(f"http://{plan.service}.{plan.service}")
        self.role_name = role.name
        self._register()

    def _object(self, **options: Any) -> pulumi.ResourceOptions:
        """Options of an object in the cluster, which ends with the cluster."""
        return self._child(deleted_with=self._ends_with, **options)

    def _metadata(self, **more: Any) -> pods.Manifest:
        """Always with a name, which people type in kubectl; plain text, because what takes an output of a replaced
        object into its `spec` is replaced with it."""
        plan = self._plan
        return {"name": plan.service, "namespace": plan.service, "labels": plan.labels, **more}

    def _walls(self, namespace: pulumi.Resource) -> kubernetes.networking.v1.NetworkPolicy:
        """At first, so that no pod is ever without."""
        args = self._inputs
        reaches = args.get("reaches") or {}
        let_reach(self._logical, args["cluster_security_group_id"], reaches, tags=args.get("tags"), parent=self)
        return kubernetes.networking.v1.NetworkPolicy(
            f"{self._logical}-walls",
            metadata=self._metadata(),
            spec=pods.network_policy(
                args.get("callers") or [],
                args["target"]["cidrs"] if "target" in args else [],
                [reach["port"] for reach in reaches.values()],
                args["network_cidr"],
            ),
            opts=self._object(depends_on=[namespace]),
        )

    def _identity(self) -> tuple[aws.iam.Role, list[pulumi.Resource]]:
        """A role of its own, which EKS hands to pods with this service account and to no others; and what a pod waits
        for, so that none starts without its rights."""
        name, args, service = self._logical, self._inputs, self._plan.service
        account = aws.get_caller_identity(opts=self._call()).account_id
        role = aws.iam.Role(
            f"{name}-role",
            assume_role_policy=policies.trust(policies.EKS_PODS, account, tags_sessions=True),
            tags=self._tags(f"{name}-role"),
            opts=self._child(),
        )
        rights = [self._policy(role, statements)] if (statements := args.get("statements")) else []
        association = aws.eks.PodIdentityAssociation(
            f"{name}-identity",
            cluster_name=args["cluster_name"],
            namespace=service,
            service_account=service,
            role_arn=role.arn,
            tags=self._tags(f"{name}-identity"),
            opts=self._child(),
        )
        return role, [*rights, association]

    def _policy(self, role: aws.iam.Role, statements: list[policies.Statement]) -> pulumi.Resource:
        policy = policies.document(*statements)
        return aws.iam.RolePolicy(f"{self._logical}-policy", role=role.name, policy=policy, opts=self._child())

    def _deployment(self, namespace: pulumi.Resource, first: list[pulumi.Resource]) -> kubernetes.apps.v1.Deployment:
        """With what its pods name: the account, the priority."""
        name, plan = self._logical, self._plan
        account = kubernetes.core.v1.ServiceAccount(
            f"{name}-account",
            metadata=self._metadata(),
            automount_service_account_token=False,
            opts=self._object(depends_on=[namespace]),
        )
        priority = [self._priority()] if plan.priority_class else []
        seconds = f"{plan.rollout_seconds}s"
        paused = self._inputs.get("paused", False)
        return kubernetes.apps.v1.Deployment(
            f"{name}-deployment",
            # The number is the autoscaler's by now; the API server lets nobody else set another one without force.
            metadata=self._metadata(annotations={"pulumi.com/patchForce": "true"}) if paused else self._metadata(),
            spec=pods.deployment(plan, self._inputs.get("settings") or {}, paused=paused),
            opts=self._object(
                depends_on=[*first, account, *priority],
                custom_timeouts=pulumi.CustomTimeouts(create=seconds, update=seconds),
            ),
        )

    def _priority(self) -> pulumi.Resource:
        return kubernetes.scheduling.v1.PriorityClass(
            f"{self._logical}-priority",
            metadata={"name": self._plan.priority_class, "labels": self._plan.labels},  # of no namespace
            value=self._plan.priority,
            description=f"Pods of {self._plan.service}",
            opts=self._object(),
        )

    def _bind(self, target: TargetArgs, first: list[pulumi.Resource]) -> None:
        """The controller registers pods in the group. It would edit security groups too; the rule is ours."""
        name, args = self._logical, self._inputs
        let_in(
            f"{name}-in",
            args["cluster_security_group_id"],
            target["security_group_id"],
            args["port"],
            tags=args.get("tags"),
            parent=self,
        )
        kubernetes.apiextensions.CustomResource(
            f"{name}-binding",
            **BINDING,
            metadata=self._metadata(),
            spec={
                "targetGroupARN": target["target_group_arn"],
                "targetType": "ip",
                "serviceRef": {"name": self._plan.service, "port": pods.SERVICE_PORT},
            },
            opts=self._object(depends_on=first),
        )


def _pods(args: KubernetesServiceArgs) -> Pods:
    health: dict[str, Any] = {**(args.get("health") or {})}
    path = {"health_path": health.pop("path")} if "path" in health else {}
    return Pods(**_shared(args, Pods), **health, **path)


def _scaling(args: KubernetesServiceArgs) -> PodScaling:
    return PodScaling(**{"pods": 2, "pods_max": 50, **_shared(args, PodScaling)})


def _shared(args: KubernetesServiceArgs, plan: Any) -> dict[str, Any]:
    """The arguments that the plan takes too, under the same names."""
    return {field: args[field] for field in plan._fields if field in args}
