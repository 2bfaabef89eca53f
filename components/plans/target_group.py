"""What a balancer's target group is made of: health check, algorithm, stickiness, drain. Pure."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from tenfold.components.plans.choices import check_choice

HEALTHY = "200-399"  # status codes: what a server without a balancer counts as healthy too, so no stage differs
SLOW_START = (30, 900)  # seconds: limits of the target group attribute
STICKY = (1, 604_800)  # seconds: up to seven days


class Algorithm(StrEnum):
    """How an application balancer spreads requests; its texts are the API's."""

    ROUND_ROBIN = "round_robin"
    LEAST_OUTSTANDING_REQUESTS = "least_outstanding_requests"
    """For requests of very different cost."""
    WEIGHTED_RANDOM = "weighted_random"
    """Sends less to a server that answers with errors."""


def attributes(args: Mapping[str, Any]) -> dict[str, Any]:
    """The target group's arguments without identity (name, VPC, port). Raises ValueError, with the way out, for
    combinations that AWS refuses."""
    network = args.get("kind", "application") == "network"
    common = {
        "protocol": "TCP" if network else "HTTP",
        "target_type": "instance",
        "deregistration_delay": args.get("deregistration_delay_seconds", 30),
        "health_check": health_check(args["health"]),
    }
    return common | (_network(args) if network else _application(args))


def weights(share: float, rest: bool) -> tuple[int, int]:
    """The weights of a target group and of the one that answers the others, in per cent: 0.1 is (10, 90). Raises
    ValueError for a share that is not in whole per cent, and for one below 1 where there is no `rest`."""
    percent = round(share * 100, 7)
    if percent != int(percent) or not 0 <= percent <= 100:
        raise ValueError(f"share_fraction: {share:g} is not a fraction in whole per cent, from 0 to 1.")
    if percent < 100 and not rest:
        raise ValueError(
            f"share_fraction: {percent:g} % of the requests, and nobody answers the others. Set otherwise_arn."
        )
    return int(percent), 100 - int(percent)


def health_check(health: Mapping[str, Any]) -> dict[str, Any]:
    interval, timeout = health.get("interval_seconds", 15), health.get("timeout_seconds", 5)
    if timeout >= interval:
        raise ValueError(
            f"health: a check may take {timeout} s but begins every {interval} s. Make timeout_seconds smaller."
        )
    return {
        "protocol": "HTTP",
        "path": health.get("path", "/"),
        "matcher": HEALTHY,
        "interval": interval,
        "timeout": timeout,
        "healthy_threshold": health.get("healthy_threshold", 2),
        "unhealthy_threshold": health.get("unhealthy_threshold", 3),
    }


def _application(args: Mapping[str, Any]) -> dict[str, Any]:
    algorithm = check_choice("algorithm", args.get("algorithm", Algorithm.ROUND_ROBIN), Algorithm).value
    slow_start, sticky = args.get("slow_start_seconds", 0), args.get("sticky_seconds")
    if slow_start and algorithm != "round_robin":
        raise ValueError(
            f"slow_start_seconds: AWS offers it with round_robin only, and {algorithm} already sends a new server "
            "less while it is slow. Leave out one of the two."
        )
    if slow_start and not SLOW_START[0] <= slow_start <= SLOW_START[1]:
        raise ValueError(f"slow_start_seconds: {slow_start} s; {SLOW_START[0]} to {SLOW_START[1]}, or 0 for none.")
    if sticky is not None and not STICKY[0] <= sticky <= STICKY[1]:
        raise ValueError(f"sticky_seconds: {sticky} s; {STICKY[0]} to {STICKY[1]}, or leave it out.")
    return {
        "load_balancing_algorithm_type": algorithm,
        # Weighted random exists for this: a server that answers with errors gets less until it recovers.
        "load_balancing_anomaly_mitigation": "on" if algorithm == "weighted_random" else "off",
        "slow_start": slow_start,
        # Off is said as well, so that switching it off later is a change and not a silence.
        "stickiness": {"type": "lb_cookie", "enabled": sticky is not None, "cookie_duration": sticky or 86_400},
    }


def _network(args: Mapping[str, Any]) -> dict[str, Any]:
    refused = [key for key in ("algorithm", "slow_start_seconds", "routes") if args.get(key)]
    if refused:
        raise ValueError(
            f"{', '.join(refused)}: a network balancer sees connections, not requests, and spreads them by a hash. "
            "Leave it out, or use kind application."
        )
    return {
        "preserve_client_ip": "true",
        "connection_termination": True,  # what has not ended after the drain is cut, so that a rollout ends
        "stickiness": {"type": "source_ip", "enabled": args.get("sticky_seconds") is not None},
    }
