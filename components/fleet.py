"""Fleet: interchangeable servers in private subnets behind a balancer, from stage 3 on."""

from typing import Any, NotRequired, TypedDict

import pulumi
import pulumi_aws as aws

from tenfold.components.host.role import host_statements, instance_profile
from tenfold.components.parts.component import Component
from tenfold.components.parts.launch import (
    BOOT,
    GROUP_METRICS,
    LIFETIME,
    group_tags,
    groups_called,
    latest,
    launch_template,
)
from tenfold.components.parts.log_group import log_group
from tenfold.components.parts.policies import Statement, complete_lifecycle, leave_group
from tenfold.components.parts.reach import ReachArgs, let_in, let_out, let_reach
from tenfold.components.parts.scaler import ScalingArgs, graceful, make_elastic, rollout_alarm, tell_failures
from tenfold.components.plans import mixed_instances
from tenfold.components.plans.mixed_instances import SpotArgs
from tenfold.components.plans.rollout import healthy, refresh
from tenfold.components.plans.scaling import Plan, intent, plan


class BalancerMetricsArgs(TypedDict):
    load_balancer: pulumi.Input[str]
    """ARN suffix of an application balancer (`arn_suffix`). Change: in place."""
    target_group: pulumi.Input[str]
    """ARN suffix of its target group (`target_group_arn_suffix`). Change: in place."""


class FleetArgs(TypedDict):
    vpc_id: pulumi.Input[str]
    """The VPC. Change: replaces the group and every server."""
    subnet_ids: pulumi.Input[list[str]]
    """Private subnets of all zones; servers are spread over them. Change: in place."""
    instance_type: str
    """Also decides the image: Graviton types boot arm64. Change: rollout."""
    alternatives: NotRequired[list[str]]
    """Other types that AWS may take where it has none of `instance_type`, the best first: same architecture, at least
    as large. Default: none. Change: rollout."""
    spot: NotRequired[SpotArgs]
    """Servers that AWS may take back. Default: none. Change: rollout."""
    servers: int
    """Minimum number of servers; two survive the loss of one. Change: in place."""
    servers_max: NotRequired[int]
    """Maximum number of servers; more than `servers` only with scaling. Default: `servers`. Change: in place."""
    paused: NotRequired[bool]
    """No servers for now, while all that they need is made: the promotion from stage 1 waits so for its data. Default:
    false. Change: in place; its end starts `servers`."""
    port: int
    """TCP port of the application. Change: in place; the balancer's target group is replaced."""
    target_group_arn: pulumi.Input[str]
    """Where servers register, and whose health check decides about them. Change: in place."""
    balancer_security_group_id: pulumi.Input[str]
    """The only one that may enter, on `port`. Change: in place."""
    user_data: pulumi.Input[str]
    """What a server does on its first start, as text (`cloud_config`). Change: rollout."""
    log_group_name: str
    """Log group that `user_data` names; the fleet makes it. Change: replaces it with its logs."""
    kms_key_arn: pulumi.Input[str]
    """Key of disks, logs and secrets. Its policy must let Auto Scaling's service role use it (`Encryption` does), or no
    server starts. Change: rollout."""
    parameters_arns: pulumi.Input[list[str]]
    """The settings that the servers read (`Settings`). Change: in place."""
    secret_arns: NotRequired[list[pulumi.Input[str]]]
    """Secrets that servers read, besides `secrets_statement(…)` of settings. Default: none. Change: in place."""
    repository_arns: NotRequired[list[pulumi.Input[str]]]
    """Private ECR repositories of the images. Default: none. Change: in place."""
    statements: NotRequired[list[Statement]]
    """What else they may do at AWS (components/policies), such as `cache.connect_statement`. Default: none. Change: in
    place."""
    reaches: NotRequired[dict[str, ReachArgs]]
    """What the servers may connect to inside the network, by role: each becomes a rule in that group. Default: none.
    Change: in place."""
    starts_in_seconds: NotRequired[int]
    """Seconds from the container's start until it is healthy; with 180 s for boot and image this is the grace period.
    Default: 60. Change: in place."""
    warmup_seconds: NotRequired[int]
    """Seconds until a new server counts in averages. Default: 120. Change: in place."""
    keep_healthy_fraction: NotRequired[float]
    """Fraction in service during a rollout. When not even one server may be missing (two servers), a new one is started
    first. Default: 0.9. Change: in place."""
    checkpoint_seconds: NotRequired[int]
    """Seconds to wait after the first replaced server, in which a bad release shows before all have it; 0 for none.
    Default: 600. Change: in place."""
    scaling: NotRequired[ScalingArgs]
    """When servers come and go between `servers` and `servers_max`. Default: none. Change: in place."""
    balancer: NotRequired[BalancerMetricsArgs]
    """Where requests and errors are counted: `load_balancer` and `target_group`; for
    `track_requests_per_minute` and `stop_at_error_fraction`. Default: none. Change: in place."""
    stop_at_error_fraction: NotRequired[float]
    """Fraction of failing answers (5xx) that stops a rollout. Default: none. Change: in place."""
    drain_seconds: NotRequired[int]
    """Seconds that containers may take to stop when a server leaves; only with `scaling`. Default: 30. Change: in
    place."""
    failures_topic_arn: NotRequired[pulumi.Input[str]]
    """Topic that is notified when a server cannot be started or stopped; CloudWatch has no metric for it. Default:
    none. Change: replaces the notification."""
    disk_gib: NotRequired[int]
    """GiB of the root disk. Default: 20. Change: rollout."""
    log_retention_days: NotRequired[pulumi.Input[int]]
    """Days that logs are kept. Default: 30. Change: in place."""
    throwaway: NotRequired[bool]
    """Destroying does not wait for servers to drain. Default: false. Change: in place."""
    tags: NotRequired[dict[str, pulumi.Input[str]]]
    """On every child, server and disk. Default: none. Change: in place; servers with the next rollout."""


class Fleet(Component[FleetArgs]):
    """An Auto Scaling group with its launch template, role, log group and security group.

    Newer machine images and a changed desired capacity are no differences. `up` does not wait for servers to become
    healthy: at the first one the application's secrets have no values yet. Raises ValueError for impossible numbers.
    """

    group_name: pulumi.Output[str]
    """Auto Scaling group of its servers."""
    launch_template_id: pulumi.Output[str]
    """Launch template of its servers."""
    security_group_id: pulumi.Output[str]
    """Security group of it: what may connect is a rule in it."""
    role_name: pulumi.Output[str]
    """Role of its hosts, to which policies can be added."""
    log_group_name: pulumi.Output[str]
    """Log group of its hosts."""

    def __init__(self, name: str, args: FleetArgs, opts: pulumi.ResourceOptions | None = None):
        super().__init__(name, args, opts)
        sizes(args)
        warm = bool((args.get("scaling") or {}).get("warm_pool_servers"))
        mixed_instances.check(args["instance_type"], args.get("alternatives") or [], args.get("spot"), warm)
        group, ways = self._security_group()
        # The servers know its name before they exist.
        logs = log_group(f"{name}-logs", args, self, name=args["log_group_name"])
        profile = self._profile(logs)
        template = launch_template(name, args, profile.arn, group.id, self)
        planned = self._plan()
        servers = self._group(template, planned, ways)
        if planned:
            make_elastic(name, servers, planned, args.get("tags"), self)
            starts = BOOT + args.get("starts_in_seconds", 60)
            graceful(name, servers, args.get("drain_seconds", 30), starts, bool(planned.warm_pool), self)
        if "failures_topic_arn" in args:
            tell_failures(name, servers, args["failures_topic_arn"], self)

        self.group_name, self.launch_template_id = servers.name, template.id
        self.security_group_id, self.log_group_name = group.id, logs.name
        self.role_name = profile.role.apply(str)
        self._register()

    def _plan(self) -> Plan | None:
        scaling = self._inputs.get("scaling")
        if not scaling:
            return None
        balancer = self._inputs.get("balancer")
        label = pulumi.Output.concat(balancer["load_balancer"], "/", balancer["target_group"]) if balancer else None
        return plan(*sizes(self._inputs), self._inputs.get("warmup_seconds", 120), intent(scaling, label))

    def _security_group(self) -> tuple[aws.ec2.SecurityGroup, list[pulumi.Resource]]:
        """Also its ways in and out, which no server must start without."""
        args, child = self._inputs, f"{self._logical}-access"
        group = aws.ec2.SecurityGroup(
            child,
            description="The servers",  # a change would replace the group
            vpc_id=args["vpc_id"],
            tags=self._tags(child),
            opts=self._child(),
        )
        way_in, caller = f"{self._logical}-from-balancer", args["balancer_security_group_id"]
        entered = let_in(way_in, group.id, caller, args["port"], tags=args.get("tags"), parent=self)
        reached = let_reach(self._logical, group.id, args.get("reaches"), tags=args.get("tags"), parent=self)
        out = let_out(self._logical, group.id, tags=args.get("tags"), parent=self)
        return group, [entered, *reached, out]

    def _profile(self, logs: aws.cloudwatch.LogGroup) -> aws.iam.InstanceProfile:
        args = self._inputs
        own = host_statements(
            parameters_arns=args["parameters_arns"],
            secret_arns=args.get("secret_arns") or [],
            kms_key_arn=args["kms_key_arn"],
            log_group_arn=logs.arn,
            repository_arns=args.get("repository_arns") or [],
        )
        if args.get("scaling"):
            group = groups_called(f"{self._logical}-servers", self._call())
            marks = self._tags(f"{self._logical}-servers")
            own.append(complete_lifecycle(group, marks))
            if "spot" in args:
                own.append(leave_group(group, marks))
        return instance_profile(
            self._logical,
            [*own, *(args.get("statements") or [])],
            parent=self,
            tags=args.get("tags"),
        )

    def _group(
        self, template: aws.ec2.LaunchTemplate, planned: Plan | None, ways: list[pulumi.Resource]
    ) -> aws.autoscaling.Group:
        args, child = self._inputs, f"{self._logical}-servers"
        low, high = sizes(args)
        keep, warmup = args.get("keep_healthy_fraction", 0.9), args.get("warmup_seconds", 120)
        least, most = healthy(low, keep)
        alarms = self._rollout_alarms()
        pool: dict[str, Any] = {"warm_pool": dict(planned.warm_pool)} if planned and planned.warm_pool else {}
        return aws.autoscaling.Group(
            child,
            min_size=0 if args.get("paused", False) else low,
            max_size=0 if args.get("paused", False) else high,
            vpc_zone_identifiers=args["subnet_ids"],
            **self._launched(template, low),
            target_group_arns=[args["target_group_arn"]],
            health_check_type="ELB",
            health_check_grace_period=BOOT + args.get("starts_in_seconds", 60),
            default_instance_warmup=warmup,
            instance_refresh=refresh(low, keep, args.get("checkpoint_seconds", 600), warmup, alarms),
            instance_maintenance_policy={"min_healthy_percentage": least, "max_healthy_percentage": most},
            max_instance_lifetime=LIFETIME,
            termination_policies=["OldestLaunchTemplate", "OldestInstance"],  # old versions and old images go first
            capacity_rebalance="spot" in args,  # another one before AWS takes one back
            enabled_metrics=list(GROUP_METRICS),
            metrics_granularity="1Minute",
            **pool,
            force_delete=args.get("throwaway", False),
            # Secrets get their values after the first `up`; until then no server can be healthy, and later rollouts run
            # beside `up` anyway. Alarms tell (fleet in-service, balancer healthy).
            wait_for_capacity_timeout="0",
            tags=group_tags(self._tags(child)),
            # Scaling owns it from stage 5 on; said from the start, so that nothing changes then.
            opts=self._child(ignore_changes=["desiredCapacity"], depends_on=ways),
        )

    def _launched(self, template: aws.ec2.LaunchTemplate, servers: int) -> dict[str, Any]:
        """The launch template, or several instance types over it; the same group either way."""
        args = self._inputs
        named = latest(template)
        alternatives, spot = args.get("alternatives") or [], args.get("spot")
        if not alternatives and not spot:
            return {"launch_template": named}
        types = [args["instance_type"], *alternatives]
        return {"mixed_instances_policy": mixed_instances.policy(named, types, spot, servers)}

    def _rollout_alarms(self) -> list[pulumi.Output[str]]:
        balancer, errors = self._inputs.get("balancer"), self._inputs.get("stop_at_error_fraction")
        if balancer is None or errors is None:
            return []
        return [rollout_alarm(self._logical, balancer, errors, self._inputs.get("tags"), self)]


def sizes(args: FleetArgs) -> tuple[int, int]:
    """Minimum and maximum number of servers. Raises ValueError for an invalid range."""
    low, high = args["servers"], args.get("servers_max", args["servers"])
    if not 1 <= low <= high:
        raise ValueError(
            f"servers: {low} to {high} is not a valid range; the minimum is at least 1 and at most servers_max."
        )
    return low, high
