"""Pods of a service under a load, with the decisions of their autoscaler as the controller makes them (hpa.py).

The controller looks every 15 s. A pod counts as ready, and takes its share, after the time that its health check allows
for a start. Pods share the load evenly. One may use more than it requests: it has no limit, and its machine may have
room. Left out: what memory asks for, the minute or two that a machine takes to come, uneven shares, restarts.
"""

from collections.abc import Sequence
from math import ceil
from typing import NamedTuple

from tenfold.blueprints.architecture.services import Service
from tenfold.components.plans.pod_scaling import SYNC_SECONDS, PodScaling, scaler
from tenfold.foresight import hpa
from tenfold.foresight.curves import DAY, Load

PERCENT = 100
IN_A_MINUTE = 60 // SYNC_SECONDS


class PodRun(NamedTuple):
    """What happened, a value for each minute. `load` in vCPUs that all pods use together; `busy` is the most that a
    ready pod used, as a fraction of what it requests; `pods` those at the minute's end, ready or not."""

    plan: PodScaling
    cpu_millicores: int
    starts_seconds: int
    load: Load
    pods: Sequence[int]
    busy: Sequence[float]

    @property
    def pod_hours(self) -> float:
        return sum(self.pods) / 60

    def minutes_over(self, level: float) -> int:
        return sum(busy > level + 1e-9 for busy in self.busy)

    @property
    def minutes_at_most(self) -> int:
        """Minutes in which the autoscaler had no more pods to give and they were fuller than it aims at."""
        aim = self.plan.target_cpu_fraction * (1 + hpa.TOLERANCE)
        return sum(pods == self.plan.pods_max and busy > aim for pods, busy in zip(self.pods, self.busy, strict=True))

    @property
    def changes(self) -> int:
        return sum(a != b for a, b in zip(self.pods, self.pods[1:], strict=False))

    @property
    def days(self) -> float:
        return len(self.load) / DAY


def run_of(service: Service, load: Load) -> PodRun:
    """The service's own pods, as its stack scales them (stacks/kubernetes.py)."""
    plan = PodScaling(service.copies_min, service.copies_max, settle_in_seconds=service.settle)
    if service.scaling.track_cpu:
        plan = plan._replace(target_cpu_fraction=service.scaling.track_cpu)
    return run(load, plan, round(service.cpu * 1000), service.health.starts_in)


def run(load: Load, plan: PodScaling, cpu_millicores: int, starts_seconds: int) -> PodRun:
    first = ceil(load[0] * 1000 / (cpu_millicores * plan.target_cpu_fraction))
    scaled = _Scaled(plan, cpu_millicores, starts_seconds, min(plan.pods_max, max(plan.pods, first)))
    pods: list[int] = []
    busy: list[float] = []
    for vcpus in load:
        used = [scaled.look(round(vcpus * 1000)) for _ in range(IN_A_MINUTE)]
        pods.append(len(scaled.ready_at))
        busy.append(max(used) / cpu_millicores)
    return PodRun(plan, cpu_millicores, starts_seconds, load, pods, busy)


class _Scaled:
    """A Deployment and its autoscaler. Times are seconds since the beginning."""

    def __init__(self, plan: PodScaling, cpu_millicores: int, starts_seconds: int, first: int) -> None:
        self.plan, self.request, self.starts = plan, cpu_millicores, starts_seconds
        self.now = 0
        self.ready_at = [0] * first  # of each pod, the oldest first
        self.proposals: list[tuple[int, int]] = []
        self.added: list[tuple[int, int]] = []
        self.removed: list[tuple[int, int]] = []
        rules = scaler(plan, "")["behavior"]
        self.up, self.down = _behavior(rules["scale_up"]), _behavior(rules["scale_down"])

    def look(self, millicores: int) -> float:
        """One look of the controller; the millicores that a ready pod used before it."""
        ready = sum(at <= self.now for at in self.ready_at)
        each = millicores / ready
        names = [str(number) for number in range(len(self.ready_at))]
        metric = hpa.Pods(
            target=round(self.plan.target_cpu_fraction * PERCENT),
            usage=dict.fromkeys(names[:ready], round(each)),
            requests=dict.fromkeys(names, self.request),
            unready=names[ready:],
        )
        decision = hpa.decide_pods(
            len(names),
            [metric],
            least=self.plan.pods,
            most=self.plan.pods_max,
            up=self.up,
            down=self.down,
            history=self._ages(self.proposals),
            added=self._ages(self.added),
            removed=self._ages(self.removed),
        )
        self.proposals.append((self.now, decision.proposed))
        self._become(decision.replicas)
        self.now += SYNC_SECONDS
        return each

    def _become(self, pods: int) -> None:
        """Pods that are not ready go first, then the youngest."""
        change = pods - len(self.ready_at)
        if change > 0:
            self.ready_at += [self.now + self.starts] * change
            self.added.append((self.now, change))
        elif change < 0:
            del self.ready_at[change:]
            self.removed.append((self.now, -change))

    def _ages(self, events: list[tuple[int, int]]) -> hpa.Past:
        """What is too old for any window is forgotten."""
        longest = max(self.up.window, self.down.window, *(p.period for p in (*self.up.policies, *self.down.policies)))
        while events and self.now - events[0][0] > longest:
            del events[0]
        return [(self.now - at, pods) for at, pods in events]


def _behavior(rules: dict) -> hpa.Behavior:
    policies = tuple(hpa.Policy(p["type"], p["value"], p["period_seconds"]) for p in rules["policies"])
    return hpa.Behavior(rules["stabilization_window_seconds"], policies, rules["select_policy"])
