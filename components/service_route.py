"""ServiceRoute: how requests come to a service of its own beside the application, wherever it runs."""

from enum import StrEnum
from typing import Any, NotRequired, TypedDict

import pulumi
import pulumi_aws as aws

from tenfold.components.balancer import NAME_LIMIT, HealthArgs
from tenfold.components.parts.balancer_entry import condition
from tenfold.components.parts.component import Component
from tenfold.components.parts.names import fitting
from tenfold.components.parts.order import after
from tenfold.components.plans.choices import check_choice
from tenfold.components.plans.routing import PRIORITIES
from tenfold.components.plans.target_group import attributes, weights


class TargetType(StrEnum):
    """What registers with the target group."""

    INSTANCE = "instance"
    """Servers, by their Auto Scaling group."""
    IP = "ip"
    """Pods, by their addresses."""


class ServiceRouteArgs(TypedDict):
    vpc_id: pulumi.Input[str]
    """The VPC. Change: replaces the target group."""
    listener_arn: pulumi.Input[str]
    """Listener of an application balancer that serves (`Balancer.listener_arn`). Change: replaces the rule."""
    path: str
    """One pattern (`*`, `?`), at most 128 characters: `/search/*`; the service gets it whole. Change: in place."""
    priority: int
    """Of the rule, 1–50,000, lower first: `tenfold.components.plans.routing.beside` computes it. Change: in place."""
    port: int
    """TCP port of the service. Change: new target group first, then the old one goes."""
    health: HealthArgs
    """How a target proves that it works. Change: in place."""
    share_fraction: NotRequired[float]
    """Fraction of the route's requests that the service answers, in whole per cent; `otherwise_arn` the others.
    Default: 1. Change: in place."""
    otherwise_arn: NotRequired[pulumi.Input[str]]
    """Target group of the application; needed with a `share_fraction` below 1. Default: none. Change: in place."""
    origin_secret: NotRequired[pulumi.Input[str]]
    """What the CDN sends in the header X-Origin-Key (`Balancer.origin_secret`), where only the CDN may come in.
    Default: none. Change: in place."""
    target_type: NotRequired[TargetType]
    """What registers, servers or pods. Default: `instance`. Change: new target group first, then the old one goes."""
    deregistration_delay_seconds: NotRequired[int]
    """Seconds a leaving target may finish its requests. Default: 30. Change: in place."""
    tags: NotRequired[dict[str, pulumi.Input[str]]]
    """Tags of every child. Default: none. Change: in place."""


class ServiceRoute(Component[ServiceRouteArgs]):
    """A target group and a listener rule of a service's own, on the balancer that the application has.

    Nothing of the balancer changes: without the rule, the requests go to the application again. Raises ValueError for
    what AWS refuses, and for a share whose rest nobody answers.
    """

    target_group_arn: pulumi.Output[str]
    """Known once the rule is there: a scaling policy that counts requests is refused for a group without one."""
    target_group_arn_suffix: pulumi.Output[str]
    """The `TargetGroup` dimension of its metrics."""

    def __init__(self, name: str, args: ServiceRouteArgs, opts: pulumi.ResourceOptions | None = None):
        super().__init__(name, args, opts)
        share = weights(args.get("share_fraction", 1.0), "otherwise_arn" in args)
        if not 1 <= args["priority"] <= PRIORITIES:
            raise ValueError(f"priority: {args['priority']}; 1 to {PRIORITIES}, lower is tried first.")
        target = self._target_group()
        rule = self._rule(target, share)
        self.target_group_arn, self.target_group_arn_suffix = after(target.arn, rule), target.arn_suffix
        self._register()

    def _target_group(self) -> aws.lb.TargetGroup:
        args = self._inputs
        kind = check_choice("target_type", args.get("target_type", TargetType.INSTANCE), TargetType).value
        child = fitting(f"{self._logical}-targets", NAME_LIMIT)
        return aws.lb.TargetGroup(
            child,
            vpc_id=args["vpc_id"],
            port=args["port"],
            **{**attributes(args), "target_type": kind},
            tags=self._tags(child),
            opts=self._child(),
        )

    def _rule(self, target: aws.lb.TargetGroup, share: tuple[int, int]) -> aws.lb.ListenerRule:
        args, child = self._inputs, f"{self._logical}-rule"
        conditions: list[Any] = [{"path_pattern": {"values": [args["path"]]}}]
        if "origin_secret" in args:
            conditions.append(condition(pulumi.Output.from_input(args["origin_secret"])))
        action: Any = {"type": "forward", "target_group_arn": target.arn}
        if share[1]:
            groups = zip((target.arn, args.get("otherwise_arn")), share, strict=True)
            spread = [{"arn": arn, "weight": weight} for arn, weight in groups]
            action = {"type": "forward", "forward": {"target_groups": spread}}
        return aws.lb.ListenerRule(
            child,
            listener_arn=args["listener_arn"],
            priority=args["priority"],
            conditions=conditions,
            actions=[action],
            tags=self._tags(child),
            opts=self._child(),
        )
