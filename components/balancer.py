"""Balancer: the only public entry from stage 3 on. Application (layer 7) or network (layer 4)."""

from enum import StrEnum
from typing import Any, NotRequired, TypedDict

import pulumi
import pulumi_aws as aws

from tenfold.components.parts.access_logs import log_bucket
from tenfold.components.parts.balancer_entry import PREFIX_LIST, Entry, check_entry, condition, origin_secret
from tenfold.components.parts.component import Component
from tenfold.components.parts.names import fitting
from tenfold.components.parts.order import after
from tenfold.components.plans.choices import check_choice
from tenfold.components.plans.routing import PRIORITIES, rules
from tenfold.components.plans.target_group import Algorithm, attributes

# TLS 1.2 and 1.3, with post-quantum key exchange where the client can; what AWS recommends (user guide, "Security
# policies for your Application Load Balancer", read November 2026).
TLS_POLICY = "ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09"
ANYWHERE = "0.0.0.0/0"
NAME_LIMIT = 32  # characters of a load balancer's and a target group's name


class BalancerKind(StrEnum):
    APPLICATION = "application"
    """HTTP: routes, cookies."""
    NETWORK = "network"
    """TCP with the lowest latency and the client's address."""


class HealthArgs(TypedDict):
    path: NotRequired[str]
    """Must answer with a status below 400, as on a server without a balancer. Default: `/`. Change: in place."""
    interval_seconds: NotRequired[int]
    """Seconds between checks. Default: 15. Change: in place."""
    timeout_seconds: NotRequired[int]
    """Seconds a check may take, less than the interval. Default: 5. Change: in place."""
    healthy_threshold: NotRequired[int]
    """Successes before a server gets requests. Default: 2. Change: in place."""
    unhealthy_threshold: NotRequired[int]
    """Failures before it gets none: with 15 s that is within 45 s. Default: 3. Change: in place."""


class RouteArgs(TypedDict):
    path: NotRequired[str]
    """One pattern (`*`, `?`), case matters, at most 128 characters. Default: none. Change: in place, and another
    priority."""
    host: NotRequired[str]
    """Host name or pattern, `*.example.com`; case does not matter. Default: none. Change: in place, and another
    priority."""
    headers: NotRequired[dict[str, list[str]]]
    """Header: values, one of which must match; all headers must. With path and host at most 5 values and 6 wildcards.
    Default: none. Change: in place, and another priority."""
    target_group_arn: NotRequired[pulumi.Input[str]]
    """Where matching requests go. Default: the application. Change: in place."""
    priority: NotRequired[int]
    """1–50,000, lower first. Default: computed. Change: in place."""


class BalancerArgs(TypedDict):
    vpc_id: pulumi.Input[str]
    """The VPC. Change: replaces everything."""
    vpc_cidr: pulumi.Input[str]
    """The balancer may open connections to this block and nowhere else. Change: in place."""
    subnet_ids: pulumi.Input[list[str]]
    """Public subnets, in two zones or more: AWS demands two. Change: in place."""
    port: int
    """TCP port of the application on the servers. Change: new target group first, then the old one goes."""
    health: HealthArgs
    """How a server proves that it works. Change: in place."""
    kind: NotRequired[BalancerKind]
    """`application`: HTTP, routes, cookies. `network`: TCP with the lowest latency and the client's address. Default:
    `application`. Change: replaces the balancer and its DNS name."""
    certificate_arn: NotRequired[pulumi.Input[str]]
    """Validated certificate. With it TLS 1.2/1.3 on 443 and (application) a redirect from 80; without it plain HTTP on
    80, for trying out only. Default: none. Change: in place."""
    algorithm: NotRequired[Algorithm]
    """`least_outstanding_requests` when requests cost very different amounts; `weighted_random` sends less to a server
    that answers with errors (anomaly mitigation). Default: `round_robin`. Change: in place."""
    slow_start_seconds: NotRequired[int]
    """Seconds (30–900) over which the share of a new server grows, for caches that must warm. `round_robin` only: AWS
    refuses it with the other two, so the component does. Default: 0. Change: in place."""
    idle_timeout_seconds: NotRequired[int]
    """Seconds after which a connection on which nothing moves is closed, 1 to 4000. Longer than the pause between two
    signs of life of a websocket. `application` only. Default: 60, AWS's own. Change: in place."""
    sticky_seconds: NotRequired[int]
    """Seconds a client keeps its server, by the balancer's cookie (`network`: by address). Undoes balancing, and
    sessions die with a server: keep sessions in a store instead. Default: none. Change: in place."""
    deregistration_delay_seconds: NotRequired[int]
    """Seconds a leaving server may finish its requests; AWS's own 300 makes every rollout slow. Default: 30. Change: in
    place."""
    routes: NotRequired[dict[str, RouteArgs]]
    """Requests that go elsewhere, by role. Application balancers only. Default: none. Change: a new rule comes before
    the old one goes."""
    entry: NotRequired[Entry]
    """Who may come in. `cdn`: only CloudFront's addresses, and of them only who sends `origin_secret` in the header
    `X-Origin-Key`; everybody else gets 403. `both`: still everybody, for as long as names point here. Default:
    `everybody`. Change: in place."""
    kms_key_arn: NotRequired[pulumi.Input[str]]
    """Encrypts that secret; needed for `cdn` and `both`. Default: none. Change: in place."""
    origin_secret: NotRequired[pulumi.Input[str]]
    """That secret, where one distribution comes to balancers of several regions: `Balancer.origin_secret` of the first.
    Default: one of its own. Change: in place; the CDN is refused until both have the new one."""
    log_retention_days: NotRequired[int]
    """Days that access logs are kept. Default: 30. Change: in place."""
    throwaway: NotRequired[bool]
    """No deletion protection; the logs go with the balancer. Default: false. Change: in place."""
    tags: NotRequired[dict[str, pulumi.Input[str]]]
    """Tags of every child. Default: none. Change: in place."""


class Balancer(Component[BalancerArgs]):
    """A public load balancer with its target group, listeners, security group and access logs.

    Raises ValueError for combinations that AWS does not offer.
    """

    dns_name: pulumi.Output[str]
    """The balancer's own name, for alias records."""
    zone_id: pulumi.Output[str]
    """Hosted zone of the DNS name, for alias records."""
    arn: pulumi.Output[str]
    """ARN of the balancer."""
    arn_suffix: pulumi.Output[str]
    """The `LoadBalancer` dimension of its metrics."""
    target_group_arn: pulumi.Output[str]
    """Where servers register."""
    target_group_arn_suffix: pulumi.Output[str]
    """The `TargetGroup` dimension of its metrics."""
    security_group_id: pulumi.Output[str]
    """Security group of it: what may connect is a rule in it."""
    listener_arn: pulumi.Output[str]
    """Listener that rules are added to: HTTPS where there is a certificate."""
    url: pulumi.Output[str]
    """Address of the application by the balancer's own name."""
    origin_secret: pulumi.Output[str | None]
    """What the CDN must send in the header X-Origin-Key, a secret; None where everybody may come."""

    def __init__(self, name: str, args: BalancerArgs, opts: pulumi.ResourceOptions | None = None):
        super().__init__(name, args, opts)
        self._kind = check_choice("kind", args.get("kind", BalancerKind.APPLICATION), BalancerKind).value
        self._entry = check_entry(args)
        certificate = args.get("certificate_arn")
        self._encrypted = certificate is not None
        secret = origin_secret(self._logical, args, self) if self._entry != "everybody" else None
        self.origin_secret = pulumi.Output.from_input(secret)
        group, entrances = self._security_group(ports(self._kind, self._encrypted))
        target = self._target_group()
        balancer = self._balancer(group, entrances)
        listener = self._listeners(balancer, target, certificate)
        routed = self._rules(listener, target, secret)

        scheme = "https" if self._encrypted else "http"
        self.dns_name, self.zone_id = balancer.dns_name, balancer.zone_id
        self.arn, self.arn_suffix = balancer.arn, balancer.arn_suffix
        # A scaling policy that counts requests is refused for a group that no balancer sends requests to.
        self.target_group_arn, self.target_group_arn_suffix = after(target.arn, listener, *routed), target.arn_suffix
        self.security_group_id, self.listener_arn = group.id, listener.arn
        self.url = pulumi.Output.concat(f"{scheme}://", balancer.dns_name)
        self._register()

    def _security_group(self, ports: list[int]) -> tuple[aws.ec2.SecurityGroup, list[pulumi.Resource]]:
        child = f"{self._logical}-access"
        group = aws.ec2.SecurityGroup(
            child,
            description="The public entry",  # a change would replace the group
            vpc_id=self._inputs["vpc_id"],
            tags=self._tags(child),
            opts=self._child(),
        )
        only_cdn = self._entry == "cdn"
        invoke = self._call()
        edge = aws.ec2.get_managed_prefix_list(name=PREFIX_LIST, opts=invoke).id if only_cdn else None
        # The list counts as 55 of the 60 rules that a group may have, so it fits for one port: the one that serves.
        entrances: list[pulumi.Resource] = []
        for port in ports[-1:] if only_cdn else ports:
            role = f"{self._logical}-{'https' if port == 443 else 'http'}-in"
            entrances.append(
                aws.vpc.SecurityGroupIngressRule(
                    role,
                    security_group_id=group.id,
                    description="From CloudFront" if only_cdn else "From everywhere",
                    ip_protocol="tcp",
                    from_port=port,
                    to_port=port,
                    **({"prefix_list_id": edge} if only_cdn else {"cidr_ipv4": ANYWHERE}),
                    tags=self._tags(role),
                    opts=self._child(),
                )
            )
        out = (
            aws.vpc.SecurityGroupEgressRule(  # which port is open is decided by the group of the hosts that are entered
                f"{self._logical}-out",
                security_group_id=group.id,
                description="To hosts of this network",
                ip_protocol="tcp",
                from_port=1,
                to_port=65535,
                cidr_ipv4=self._inputs["vpc_cidr"],
                tags=self._tags(f"{self._logical}-out"),
                opts=self._child(),
            )
        )
        return group, [*entrances, out]

    def _target_group(self) -> aws.lb.TargetGroup:
        child = fitting(f"{self._logical}-app", NAME_LIMIT)
        return aws.lb.TargetGroup(
            child,
            vpc_id=self._inputs["vpc_id"],
            port=self._inputs["port"],
            **attributes(self._inputs),
            tags=self._tags(child),
            opts=self._child(),
        )

    def _balancer(self, group: aws.ec2.SecurityGroup, entrances: list[pulumi.Resource]) -> aws.lb.LoadBalancer:
        child = fitting(f"{self._logical}-lb", NAME_LIMIT)
        throwaway = self._inputs.get("throwaway", False)
        network = self._kind == "network"
        extra: dict[str, Any] = (
            {"enable_cross_zone_load_balancing": True} if network else {"drop_invalid_header_fields": True}
        )
        # A network balancer logs TLS connections only.
        if not network or self._encrypted:
            logs = f"{self._logical}-logs"
            keep = self._inputs.get("log_retention_days", 30)
            bucket = log_bucket(logs, self._kind, keep, throwaway, self._inputs.get("tags"), self)
            extra["access_logs"] = {"bucket": bucket, "enabled": True}
        if "idle_timeout_seconds" in self._inputs:
            extra["idle_timeout"] = self._inputs["idle_timeout_seconds"]
        return aws.lb.LoadBalancer(
            child,
            load_balancer_type=self._kind,
            internal=False,
            subnets=self._inputs["subnet_ids"],
            security_groups=[group.id],  # a network balancer takes one only when it is made
            enable_deletion_protection=not throwaway,
            **extra,
            tags=self._tags(child),
            opts=self._child(depends_on=entrances),
        )

    def _listeners(
        self, balancer: aws.lb.LoadBalancer, target: aws.lb.TargetGroup, certificate: pulumi.Input[str] | None
    ) -> aws.lb.Listener:
        """The listener that serves; with a certificate an application balancer also gets one that redirects to it."""
        forward: list[Any] = [{"type": "forward", "target_group_arn": target.arn}]
        if self._entry == "cdn":  # who lacks the header gets no further; a rule forwards the others
            refusal = {"content_type": "text/plain", "status_code": "403", "message_body": "Not this way."}
            forward = [{"type": "fixed-response", "fixed_response": refusal}]
        network = self._kind == "network"
        if certificate is None:
            return self._listener("http", balancer, 80, "TCP" if network else "HTTP", forward)
        if not network:
            to_https = {"port": "443", "protocol": "HTTPS", "status_code": "HTTP_301"}
            self._listener("http", balancer, 80, "HTTP", [{"type": "redirect", "redirect": to_https}])
        tls = {"certificate_arn": certificate, "ssl_policy": TLS_POLICY}
        return self._listener("https", balancer, 443, "TLS" if network else "HTTPS", forward, **tls)

    def _listener(
        self, role: str, balancer: aws.lb.LoadBalancer, port: int, protocol: str, actions: list[Any], **tls: Any
    ) -> aws.lb.Listener:
        child = f"{self._logical}-{role}"
        return aws.lb.Listener(
            child,
            load_balancer_arn=balancer.arn,
            port=port,
            protocol=protocol,
            default_actions=actions,
            **tls,
            tags=self._tags(child),
            opts=self._child(),
        )

    def _rules(
        self, listener: aws.lb.Listener, target: aws.lb.TargetGroup, secret: pulumi.Output[str] | None
    ) -> list[aws.lb.ListenerRule]:
        listener_rules = []
        routes = self._inputs.get("routes") or {}
        known = [condition(secret)] if secret is not None and self._entry == "cdn" else []
        if known:
            listener_rules.append(self._rule("from-cdn", listener, PRIORITIES, known, target.arn))
        for rule in rules(routes, len(known)):
            to = routes[rule.role].get("target_group_arn", target.arn)
            listener_rules.append(
                self._rule(f"route-{rule.role}", listener, rule.priority, [*rule.conditions(), *known], to)
            )
        return listener_rules

    def _rule(
        self, role: str, listener: aws.lb.Listener, priority: int, conditions: list[Any], to: Any
    ) -> aws.lb.ListenerRule:
        child = f"{self._logical}-{role}"
        return aws.lb.ListenerRule(
            child,
            listener_arn=listener.arn,
            priority=priority,
            conditions=conditions,
            actions=[{"type": "forward", "target_group_arn": to}],
            tags=self._tags(child),
            opts=self._child(),
        )


def ports(kind: str, encrypted: bool) -> list[int]:
    """The TCP ports that are served: 443 with a certificate, and 80 to redirect to it, which a network balancer
    cannot; else 80."""
    if not encrypted:
        return [80]
    return [443] if kind == "network" else [80, 443]
