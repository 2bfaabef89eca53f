"""From the intent to a HorizontalPodAutoscaler (HPA): its metrics, and how fast it follows them. Pure.

An HPA asks for `ceil(pods × metric ÷ target)` pods, of several metrics the largest answer, and does nothing within 10 %
of the target. With 4 pods at 94 % and a target of 70 %: 4 × 94 ÷ 70 = 5.4, so 6.
"""

from collections.abc import Mapping
from math import ceil
from typing import Any, NamedTuple

from tenfold.components.plans.pods import Manifest

# Limits of the API, autoscaling/v2, HPAScalingRules and HPAScalingPolicy.
SETTLE_SECONDS = (0, 3600)
# kube-controller-manager reads metrics every 15 s: a shorter period of a policy would see no metric of its own.
SYNC_SECONDS = 15
# Out: twice the pods every 15 s, or 4 more, whichever is more: the API's own default. From 2 to 50 in 75 s.
OUT = ({"type": "Percent", "value": 100}, {"type": "Pods", "value": 4})
# In: never more than half of the pods at once, so that a metric that is wrong for a moment cannot take them all.
IN = ({"type": "Percent", "value": 50},)
IN_PERIOD_SECONDS = 60


class PodScaling(NamedTuple):
    """What decides about the number of pods. Targets are fractions of what a pod requests; `backlogs` is metric name ->
    messages that one pod may have."""

    pods: int
    pods_max: int
    target_cpu_fraction: float = 0.7
    target_memory_fraction: float | None = None
    backlogs: Mapping[str, int] = {}
    settle_out_seconds: int = 0
    settle_in_seconds: int = 300

    def check(self) -> None:
        """Raises ValueError, with what is valid, for what no HPA takes or what would never scale."""
        if not 1 <= self.pods <= self.pods_max:
            raise ValueError(
                f"pods: {self.pods} to {self.pods_max} is not a valid range: at least 1, and at most pods_max"
            )
        for name in ("target_cpu_fraction", "target_memory_fraction"):
            target = getattr(self, name)
            if target is not None and not 0.05 <= target <= 1:
                raise ValueError(f"{name}: {target:g} is not a fraction of the request from 0.05 to 1, such as 0.7")
        for name, messages in self.backlogs.items():
            if messages < 1:
                raise ValueError(f"backlogs: {name}: {messages} messages for a pod; at least 1")
        for name in ("settle_out_seconds", "settle_in_seconds"):
            seconds = getattr(self, name)
            if not SETTLE_SECONDS[0] <= seconds <= SETTLE_SECONDS[1]:
                raise ValueError(f"{name}: {seconds} s; {SETTLE_SECONDS[0]} to {SETTLE_SECONDS[1]}")


def notes(plan: PodScaling, cpu_millicores: int) -> list[str]:
    """What the autoscaler does with the number of pods, in words and with the arithmetic; `cpu_millicores`: what a pod
    requests."""
    target, settle = plan.target_cpu_fraction, plan.settle_in_seconds
    each, busy = cpu_millicores * target, plan.pods * cpu_millicores * 0.94
    memory = (
        [f"as many of memory at {plan.target_memory_fraction:.0%} of what a pod requests; the larger number counts"]
        if plan.target_memory_fraction
        else []
    )
    return [
        f"pods = the CPU that all of them use ÷ ({cpu_millicores}m × {target:.0%} = {each:g}m), rounded up; from "
        f"{plan.pods} to {plan.pods_max}",
        f"{plan.pods} pods at 94%: {busy:g}m ÷ {each:g}m = {busy / each:.3g}, so "
        f"{min(plan.pods_max, ceil(round(busy / each, 9)))}; within 10% of the target nothing changes",
        *memory,
        f"out: at once, at most twice the pods or 4 more every {SYNC_SECONDS} s; in: after {settle} s, at most half of "
        "them a minute",
    ]


def scaler(plan: PodScaling, deployment: str) -> Manifest:
    """The `spec` of the HPA of a Deployment."""
    return {
        "scale_target_ref": {"api_version": "apps/v1", "kind": "Deployment", "name": deployment},
        "min_replicas": plan.pods,
        "max_replicas": plan.pods_max,
        "metrics": _metrics(plan),
        "behavior": {
            "scale_up": _rules(plan.settle_out_seconds, OUT, SYNC_SECONDS),
            # One halving for each time that it has settled, at most every minute.
            "scale_down": _rules(
                plan.settle_in_seconds, IN, min(IN_PERIOD_SECONDS, max(SYNC_SECONDS, plan.settle_in_seconds))
            ),
        },
    }


def _rules(window: int, policies: tuple[dict[str, Any], ...], period: int) -> dict[str, Any]:
    return {
        "stabilization_window_seconds": window,
        "select_policy": "Max",
        "policies": [{**policy, "period_seconds": period} for policy in policies],
    }


def _metrics(plan: PodScaling) -> list[dict[str, Any]]:
    shares = {"cpu": plan.target_cpu_fraction, "memory": plan.target_memory_fraction}
    resources = [
        {"type": "Resource", "resource": {"name": name, "target": _utilization(share)}}
        for name, share in shares.items()
        if share is not None
    ]
    # AverageValue divides the total by the pods: 90 messages at 10 a pod are 9 pods.
    backlogs = [
        {
            "type": "External",
            "external": {
                "metric": {"name": name},
                "target": {"type": "AverageValue", "average_value": str(messages)},
            },
        }
        for name, messages in sorted(plan.backlogs.items())
    ]
    return [*resources, *backlogs]


def _utilization(share: float) -> dict[str, Any]:
    return {"type": "Utilization", "average_utilization": round(share * 100)}
