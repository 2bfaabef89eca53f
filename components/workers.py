"""Workers: servers that work on messages, as many as keep the acceptable delay, from stage 6 on."""

from typing import Any, NotRequired, TypedDict

import pulumi
import pulumi_aws as aws

from tenfold.components.host.role import host_statements, instance_profile
from tenfold.components.parts.component import Component
from tenfold.components.parts.launch import GROUP_METRICS, LIFETIME, group_tags, groups_called, latest, launch_template
from tenfold.components.parts.log_group import log_group
from tenfold.components.parts.policies import Statement, complete_lifecycle, hold_lifecycle
from tenfold.components.parts.reach import ReachArgs, let_out, let_reach
from tenfold.components.parts.scaler import DRAIN, tell_failures
from tenfold.components.plans import backlog
from tenfold.components.plans.rollout import refresh

# A worker that leaves answers every 30 s (components/host/files/tenfold-worker); one that does not is dead. AWS waits
# for at most 100 time-outs, 8 h, which is longer than any message. A hook of its own, so that it changes in place.
HEARTBEAT = 300


class BacklogArgs(TypedDict):
    queue_name: pulumi.Input[str]
    """Name of the queue (`Queue.queue_name`), which is CloudWatch's dimension. Change: in place."""
    acceptable_delay_seconds: int
    """Seconds that a message may wait. Change: in place."""
    message_takes_seconds: float
    """Seconds that a worker needs for one message. Change: in place."""
    at_once: NotRequired[int]
    """Messages that one server works on at the same time. Default: 1. Change: in place."""


class WorkersArgs(TypedDict):
    vpc_id: pulumi.Input[str]
    """The VPC. Change: replaces the group and every server."""
    subnet_ids: pulumi.Input[list[str]]
    """Private subnets of all zones; servers are spread over them. Change: in place."""
    instance_type: str
    """Also decides the image: Graviton types boot arm64. Change: rollout."""
    servers: int
    """Minimum number of workers; 0 only where messages may wait for 20 minutes. Change: in place."""
    servers_max: NotRequired[int]
    """Maximum number; more than `servers` only with queues. Default: `servers`. Change: in place."""
    paused: NotRequired[bool]
    """No workers for now, while all that they need is made: the promotion from stage 1 waits so for its data. Default:
    false. Change: in place; its end starts `servers`."""
    queues: NotRequired[dict[str, BacklogArgs]]
    """The queues whose backlog decides about the number, by role; without them the number is fixed. Default: none.
    Change: in place."""
    user_data: pulumi.Input[str]
    """What a server does on its first start, as text: `cloud_config` of a plan with `jobs` and `worker`. Change:
    rollout."""
    log_group_name: str
    """Log group that `user_data` names; the component makes it. Change: replaces it with its logs."""
    kms_key_arn: pulumi.Input[str]
    """Key of disks, logs and secrets. Its policy must let Auto Scaling's service role use it (`Encryption` does), or no
    server starts. Change: rollout."""
    parameters_arns: pulumi.Input[list[str]]
    """The settings that the servers read (`Settings`). Change: in place."""
    secret_arns: NotRequired[list[pulumi.Input[str]]]
    """Secrets that they read. Default: none. Change: in place."""
    repository_arns: NotRequired[list[pulumi.Input[str]]]
    """Private ECR repositories of the images. Default: none. Change: in place."""
    statements: NotRequired[list[Statement]]
    """What the jobs may do at AWS: `work_statement` and `send_statement` of queues. Default: none. Change: in place."""
    reaches: NotRequired[dict[str, ReachArgs]]
    """What the jobs connect to inside the network, by role: each becomes a rule in that group. Default: none. Change:
    in place."""
    failures_topic_arn: NotRequired[pulumi.Input[str]]
    """Topic that is notified when a server cannot be started or stopped. Default: none. Change: replaces the
    notice."""
    disk_gib: NotRequired[int]
    """GiB of the root disk. Default: 20. Change: rollout."""
    log_retention_days: NotRequired[int]
    """Days that logs are kept. Default: 30. Change: in place."""
    throwaway: NotRequired[bool]
    """Servers end at once when the group is deleted. Default: false. Change: in place."""
    tags: NotRequired[dict[str, pulumi.Input[str]]]
    """Tags of everything. Default: none. Change: in place; on servers with the next rollout."""


class Workers(Component[WorkersArgs]):
    """A launch template and an Auto Scaling group in private subnets, without a balancer: nobody connects to a worker.

    Their number follows the backlog, and `up` leaves the number that scaling has set. One that leaves finishes the
    message it has. Raises ValueError, with the arithmetic, for a delay that cannot be kept.
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

    def __init__(self, name: str, args: WorkersArgs, opts: pulumi.ResourceOptions | None = None):
        super().__init__(name, args, opts)
        low, high = args["servers"], args.get("servers_max", args["servers"])
        queues = {role: _backlog(queue) for role, queue in (args.get("queues") or {}).items()}
        backlog.check(low, high, backlog.STARTS, queues)
        group, ways = self._security_group()
        # The servers know its name before they exist.
        logs = log_group(f"{name}-logs", args, self, name=args["log_group_name"])
        profile = self._profile(logs)
        template = launch_template(name, args, profile.arn, group.id, self)
        servers = self._group(template, low, high, ways)
        self._scale(servers, backlog.policies(low, high, backlog.STARTS, queues, servers.name))
        aws.autoscaling.LifecycleHook(
            f"{name}-{DRAIN}",
            name=DRAIN,
            autoscaling_group_name=servers.name,
            lifecycle_transition="autoscaling:EC2_INSTANCE_TERMINATING",
            heartbeat_timeout=HEARTBEAT,
            default_result="CONTINUE",
            opts=self._child(),
        )
        if "failures_topic_arn" in args:
            tell_failures(name, servers, args["failures_topic_arn"], self)

        self.group_name, self.launch_template_id = servers.name, template.id
        self.security_group_id, self.log_group_name = group.id, logs.name
        self.role_name = profile.role.apply(str)
        self._register()

    def _security_group(self) -> tuple[aws.ec2.SecurityGroup, list[pulumi.Resource]]:
        """Also the ways out, which no server must start without. There is none in."""
        args, child = self._inputs, f"{self._logical}-access"
        group = aws.ec2.SecurityGroup(
            child,
            description="The workers",  # a change would replace the group
            vpc_id=args["vpc_id"],
            tags=self._tags(child),
            opts=self._child(),
        )
        out = let_out(self._logical, group.id, tags=args.get("tags"), parent=self)
        reached = let_reach(self._logical, group.id, args.get("reaches"), tags=args.get("tags"), parent=self)
        return group, [out, *reached]

    def _profile(self, logs: aws.cloudwatch.LogGroup) -> aws.iam.InstanceProfile:
        args, child = self._inputs, f"{self._logical}-servers"
        groups, marks = groups_called(child, self._call()), self._tags(child)
        own = host_statements(
            parameters_arns=args["parameters_arns"],
            secret_arns=args.get("secret_arns") or [],
            kms_key_arn=args["kms_key_arn"],
            log_group_arn=logs.arn,
            repository_arns=args.get("repository_arns") or [],
        )
        statements = [*own, complete_lifecycle(groups, marks), hold_lifecycle(groups, marks)]
        return instance_profile(
            self._logical, [*statements, *(args.get("statements") or [])], parent=self, tags=args.get("tags")
        )

    def _group(
        self, template: aws.ec2.LaunchTemplate, low: int, high: int, ways: list[pulumi.Resource]
    ) -> aws.autoscaling.Group:
        args, child = self._inputs, f"{self._logical}-servers"
        rollout = refresh(max(low, 1), 0.5, 0, backlog.STARTS)
        # A busy server would hold a rollout for an hour, and then fail it; it finishes its message as it leaves.
        rollout["preferences"]["scale_in_protected_instances"] = "Refresh"
        return aws.autoscaling.Group(
            child,
            min_size=0 if args.get("paused", False) else low,
            max_size=0 if args.get("paused", False) else high,
            vpc_zone_identifiers=args["subnet_ids"],
            launch_template=latest(template),
            health_check_type="EC2",  # nobody asks a worker: systemd restarts it, the alarm on the delay notices it
            health_check_grace_period=backlog.STARTS,
            default_instance_warmup=backlog.STARTS,
            instance_refresh=rollout,
            max_instance_lifetime=LIFETIME,
            termination_policies=["OldestLaunchTemplate", "OldestInstance"],
            enabled_metrics=list(GROUP_METRICS),  # GroupInServiceInstances is what the backlog is divided by
            metrics_granularity="1Minute",
            force_delete=args.get("throwaway", False),
            wait_for_capacity_timeout="0",  # as for a fleet: secrets get their values after the first `up`
            tags=group_tags(self._tags(child)),
            opts=self._child(ignore_changes=["desiredCapacity"], depends_on=ways),
        )

    def _scale(self, servers: aws.autoscaling.Group, policies: list[backlog.Policy]) -> None:
        for policy in policies:
            scaling_policy = aws.autoscaling.Policy(
                f"{self._logical}-{policy.role}",
                autoscaling_group_name=servers.name,
                **policy.settings,
                opts=self._child(),
            )
            for role, settings in policy.alarms.items():
                child = f"{self._logical}-{role}-alarm"
                alarm: dict[str, Any] = {**settings, "alarm_actions": [scaling_policy.arn], "tags": self._tags(child)}
                aws.cloudwatch.MetricAlarm(child, **alarm, opts=self._child())


def _backlog(args: BacklogArgs) -> backlog.Backlog:
    return backlog.Backlog(
        args["queue_name"], args["acceptable_delay_seconds"], args["message_takes_seconds"], args.get("at_once", 1)
    )
