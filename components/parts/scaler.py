"""What makes a fleet elastic: the children of its Auto Scaling group that components/plans/scaling.py plans."""

from collections.abc import Mapping
from typing import Any, NotRequired, TypedDict

import pulumi
import pulumi_aws as aws

from tenfold.components.parts.names import tags_with_name
from tenfold.components.plans import scaling

DRAIN, READY = "drain", "ready"  # the lifecycle hooks' names, which the hosts answer by (components/host)
FAILURES: Any = ["autoscaling:EC2_INSTANCE_LAUNCH_ERROR", "autoscaling:EC2_INSTANCE_TERMINATE_ERROR"]


class CooldownArgs(TypedDict):
    out_seconds: NotRequired[int]
    """Seconds after a step out in which no other is taken. Default: 180. Change: in place."""
    in_seconds: NotRequired[int]
    """Seconds after a step in. Default: 600. Change: in place."""


class StepArgs(TypedDict):
    cpu_fraction: float
    """Fraction of average CPU from which the step applies, up to the next step. Change: in place."""
    add_servers: int
    """Servers that are added. Change: in place."""


class ScheduleArgs(TypedDict):
    cron: str
    """When it begins, five fields: `0 8 * * 1-5`. Change: in place."""
    until: NotRequired[str]
    """When the fleet's own limits apply again. Default: none: the schedule's limits apply until another schedule.
    Change: in place."""
    time_zone: NotRequired[str]
    """Time zone of both, by its IANA name. Default: UTC. Change: in place."""
    servers: int
    """Minimum number of servers from then on. Change: in place."""
    servers_max: NotRequired[int]
    """Maximum number of servers from then on. Default: `servers`. Change: in place."""


class ScalingArgs(TypedDict):
    out_at_cpu_fraction: NotRequired[float]
    """Fraction of average CPU that adds a server, with a cooldown. One of this, `steps`,
    `track_cpu_fraction`, `track_requests_per_minute` is needed. Default: none. Change: in place."""
    in_at_cpu_fraction: NotRequired[float]
    """Fraction of average CPU that takes one away. Refused when one step out would fall to it: 70 % on two servers is
    47 % on three. Default: none. Change: in place."""
    cooldown: NotRequired[CooldownArgs]
    """`out_seconds` after a step out, about what a new server takes to help; `in_seconds` after a step in, because a
    server too few costs more than one too many. Default: 180, 600. Change: in place."""
    steps: NotRequired[list[StepArgs]]
    """List of `cpu_fraction` and `add_servers`. Default: none. Change: in place."""
    track_cpu_fraction: NotRequired[float]
    """Fraction of average CPU to keep. Default: none. Change: in place."""
    track_requests_per_minute: NotRequired[int]
    """Requests per server and minute to keep; needs the fleet's `balancer`. Default: none. Change: in place."""
    predict: NotRequired[bool]
    """Adds servers before a peak that two weeks of history foresee. Default: false. Change: in place."""
    schedules: NotRequired[dict[str, ScheduleArgs]]
    """Limits at certain hours, by role. Default: none. Change: in place."""
    warm_pool_servers: NotRequired[int]
    """Servers that are started, made ready and stopped: they join in a minute and cost their disks. Default: 0. Change:
    in place."""


def make_elastic(
    name: str, group: aws.autoscaling.Group, plan: scaling.Plan, tags: Mapping[str, Any] | None, parent: pulumi.Resource
) -> None:
    """`<name>-scale-out` and the like: policies with their alarms, and `<name>-schedule-<role>`."""
    opts = pulumi.ResourceOptions(parent=parent)
    for policy in plan.policies:
        child = f"{name}-{policy.role}"
        scaling_policy = aws.autoscaling.Policy(child, autoscaling_group_name=group.name, **policy.settings, opts=opts)
        if policy.alarm:
            aws.cloudwatch.MetricAlarm(
                f"{child}-alarm",
                **policy.alarm,
                dimensions={"AutoScalingGroupName": group.name},
                alarm_actions=[scaling_policy.arn],
                tags=tags_with_name(tags, f"{child}-alarm"),
                opts=opts,
            )
    for action in plan.actions:
        aws.autoscaling.Schedule(
            f"{name}-schedule-{action.role}",
            scheduled_action_name=action.role,  # names belong to the group, so they need not be unique
            autoscaling_group_name=group.name,
            desired_capacity=-1,  # left alone; the provider sends 0 for nothing
            **action.settings,
            opts=opts,
        )


def graceful(name: str, group: aws.autoscaling.Group, drain: int, starts: int, warm: bool, parent: Any) -> None:
    """Holds a server that leaves until its containers have stopped; and one for the warm pool until it is ready.

    AWS continues after the timeout when nobody answers: a server that hangs must not stay.
    """
    opts = pulumi.ResourceOptions(parent=parent)
    aws.autoscaling.LifecycleHook(
        f"{name}-{DRAIN}",
        name=DRAIN,
        autoscaling_group_name=group.name,
        lifecycle_transition="autoscaling:EC2_INSTANCE_TERMINATING",
        heartbeat_timeout=scaling.leaving(drain),
        default_result="CONTINUE",
        opts=opts,
    )
    if warm:
        aws.autoscaling.LifecycleHook(
            f"{name}-{READY}",
            name=READY,
            autoscaling_group_name=group.name,
            lifecycle_transition="autoscaling:EC2_INSTANCE_LAUNCHING",
            heartbeat_timeout=max(scaling.HEARTBEAT[0], min(scaling.HEARTBEAT[1], starts)),
            default_result="CONTINUE",
            opts=opts,
        )


def tell_failures(name: str, group: aws.autoscaling.Group, topic_arn: pulumi.Input[str], parent: Any) -> None:
    """Reports a server that could not be started or stopped; CloudWatch has no metric for it."""
    aws.autoscaling.Notification(
        f"{name}-failures",
        group_names=[group.name],
        topic_arn=topic_arn,
        notifications=FAILURES,
        opts=pulumi.ResourceOptions(parent=parent),
    )


def rollout_alarm(
    name: str, balancer: Mapping[str, Any], errors: float, tags: Mapping[str, Any] | None, parent: pulumi.Resource
) -> pulumi.Output[str]:
    """Rings while more than `errors` (a fraction) of the answers of the fleet are 5xx; its name stops a rollout."""
    dimensions = {"LoadBalancer": balancer["load_balancer"], "TargetGroup": balancer["target_group"]}

    def sum_of(metric: str) -> dict[str, Any]:
        where = {"namespace": "AWS/ApplicationELB", "metric_name": metric, "dimensions": dimensions}
        return {"id": metric.partition("_")[0].lower(), "metric": {**where, "period": 60, "stat": "Sum"}}

    queries: list[Any] = [
        sum_of("HTTPCode_Target_5XX_Count"),
        sum_of("RequestCount"),
        {
            "id": "result",
            "expression": "IF(requestcount >= 10, 100 * FILL(httpcode, 0) / requestcount, 0)",
            "label": f"{name}-rollout-alarm",
            "return_data": True,
        },
    ]
    alarm = aws.cloudwatch.MetricAlarm(
        f"{name}-rollout-alarm",
        alarm_description="Stops a rollout while the servers fail. Not for people: Signals tells them.",
        comparison_operator="GreaterThanThreshold",
        evaluation_periods=3,
        datapoints_to_alarm=2,  # of three minutes: one bad minute is often the restart itself
        threshold=round(errors * 100, 6),
        treat_missing_data="notBreaching",
        metric_queries=queries,
        tags=tags_with_name(tags, f"{name}-rollout-alarm"),
        opts=pulumi.ResourceOptions(parent=parent),
    )
    return alarm.name
