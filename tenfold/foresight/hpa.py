"""The decision of Kubernetes' horizontal pod autoscaler (HPA), as arithmetic: pods wanted, from metrics, limits and
history. No cluster is asked.

The rules are those of `pkg/controller/podautoscaler` of kubernetes/kubernetes (Apache-2.0), `replica_calculator.go` and
`horizontal.go`, for an HPA of `autoscaling/v2` whose `behavior` is set (without it, an older limit holds: the larger of
twice the pods and 4). Two newer gates are left out: a tolerance per HPA (`HPAConfigurableTolerance`), and scaling to
zero (`HPAScaleToZero`) beyond what a minimum of 0 does here.

    >>> requests = {"a": 500, "b": 500}                 # millicores
    >>> cpu = Pods(target=70, usage={"a": 480, "b": 460}, requests=requests)
    >>> desired(2, [cpu], least=2, most=50)             # 940 ÷ 1000 = 94 %; 94 ÷ 70 × 2 pods = 2.69, rounded up
    Decision(replicas=3, proposed=3, reason='DesiredWithinRange')
"""

from collections.abc import Collection, Mapping, Sequence
from math import ceil
from typing import Literal

from tenfold.blueprints.value import Value

TOLERANCE = 0.1  # of the ratio of metric and target; --horizontal-pod-autoscaler-tolerance

Past = Sequence[tuple[float, int]]  # (age in seconds, pods)


class Policy(Value):
    """`value` pods, or per cent of the pods, may change within `period` seconds."""

    kind: Literal["Pods", "Percent"]
    value: int
    period: int


class Behavior(Value):
    """One direction of `behavior`. `window`: seconds that recommendations are remembered. `select`: the policy that
    changes most (Max) or least (Min)."""

    window: int
    policies: tuple[Policy, ...]
    select: Literal["Max", "Min", "Disabled"] = "Max"


# Defaults of the API (autoscaling/v2, HPAScalingRules).
SCALE_UP = Behavior(0, (Policy("Percent", 100, 15), Policy("Pods", 4, 15)))
SCALE_DOWN = Behavior(300, (Policy("Percent", 100, 15),))


class Pods(Value):
    """A metric that each pod reports. `requests` names the pods that exist; of other pods nothing counts.

    With `resource` (CPU, memory), `target` is a per cent of the request, usage and request in one unit (millicores,
    bytes). Without, it is the mean over the pods in the metric's own unit, and the values of `requests` do not matter.
    """

    target: int
    usage: Mapping[str, int]
    requests: Mapping[str, int]
    unready: Collection[str] = ()  # not ready, or too young for CPU
    ignored: Collection[str] = ()  # failed or being deleted
    resource: bool = True

    def replicas(self, current: int) -> int:
        """Raises ValueError where no ready pod reports the metric."""
        usage = {pod: used for pod, used in self.usage.items() if pod not in self.unready}
        if not usage:
            raise ValueError("no ready pod reports the metric")
        out = {*self.unready, *self.ignored}
        missing = [pod for pod in self.requests if pod not in self.usage and pod not in out]
        first = self._ratio(usage)
        idle = self.unready if first > 1 else ()  # pods that will take load soon hold back a step up
        if not idle and not missing:
            ready = sum(pod not in out for pod in self.requests)
            return current if _within_tolerance(first) else ceil(first * ready)
        usage |= self._assumed(missing, first) | dict.fromkeys(idle, 0)
        second = self._ratio(usage)
        if _within_tolerance(second) or (first < 1 < second) or (first > 1 > second):
            return current
        proposed = ceil(second * len(usage))
        turned = (second < 1 and proposed > current) or (second > 1 and proposed < current)
        return current if turned else proposed

    def _ratio(self, usage: Mapping[str, int]) -> float:
        """Of metric and target; the metric is cut to a whole number first (24.75 % counts as 24)."""
        if not self.resource:
            return sum(usage.values()) // len(usage) / self.target
        known = [pod for pod in usage if pod in self.requests]
        requested = sum(self.requests[pod] for pod in known)
        if not requested:
            raise ValueError("no pod with the metric has a request")
        return sum(usage[pod] for pod in known) * 100 // requested / self.target

    def _assumed(self, missing: Sequence[str], ratio: float) -> dict[str, int]:
        """Of pods that report nothing: all they may use on the way down, nothing on the way up. Exactly at the target,
        a resource's are left out and another metric's count as 0."""
        if ratio < 1:
            return {pod: self.requests[pod] if self.resource else self.target for pod in missing}
        return {} if ratio == 1 and self.resource else dict.fromkeys(missing, 0)


class Total(Value):
    """An object's or an external metric with a target for the whole (`type: Value`)."""

    total: float
    target: float
    ready: int | None = None  # pods that are ready; None: all

    def replicas(self, current: int) -> int:
        ratio = self.total / self.target
        if current == 0:
            return ceil(ratio)
        return current if _within_tolerance(ratio) else ceil(ratio * (current if self.ready is None else self.ready))


class Share(Value):
    """An object's or an external metric with a target for each pod (`type: AverageValue`): the backlog of a queue."""

    total: float
    each: float

    def replicas(self, current: int) -> int:
        if current and _within_tolerance(self.total / (self.each * current)):
            return current
        return ceil(self.total / self.each)


Metric = Pods | Total | Share


class Decision(Value):
    """`proposed` is what the metrics ask for; `reason` what limited it, in the words of the condition `ScalingLimited`
    (DesiredWithinRange: nothing did)."""

    replicas: int
    proposed: int
    reason: str


def decide_pods(
    current: int,
    metrics: Sequence[Metric],
    *,
    least: int,
    most: int,
    up: Behavior = SCALE_UP,
    down: Behavior = SCALE_DOWN,
    history: Past = (),
    added: Past = (),
    removed: Past = (),
) -> Decision:
    """One decision: the largest proposal of all metrics, stabilized, then limited.

    `history` are the earlier proposals, `added` and `removed` the changes that were made; each (age in seconds, pods).
    A metric that cannot be read holds back a scale-down. Raises ValueError where none can be read.
    """
    if current == 0 and least != 0:
        return Decision(0, 0, "ScalingDisabled")
    if current > most:
        return Decision(most, most, "TooManyReplicas")
    if current < least:
        return Decision(least, least, "TooFewReplicas")
    proposed = _largest(current, metrics)
    calm = stabilize_proposal(current, proposed, history, up.window, down.window)
    replicas, reason = limit_proposal(current, calm, least, most, up, down, added, removed)
    return Decision(replicas, proposed, reason)


def _largest(current: int, metrics: Sequence[Metric]) -> int:
    proposals, unread = [], []
    for metric in metrics:
        try:
            proposals.append(metric.replicas(current))
        except ValueError as error:
            unread.append(error)
    if not proposals:
        raise unread[0] if unread else ValueError("there is no metric")
    return max(proposals) if not unread else max(current, *proposals)


def stabilize_proposal(current: int, proposed: int, history: Past, up_window: int, down_window: int) -> int:
    """The least recent proposal where it is more than now, the largest where it is less, else what is."""
    low = min([proposed, *(pods for age, pods in history if age < up_window)])
    high = max([proposed, *(pods for age, pods in history if age < down_window)])
    return max(low, min(current, high))


def limit_proposal(
    current: int,
    proposed: int,
    least: int,
    most: int,
    up: Behavior = SCALE_UP,
    down: Behavior = SCALE_DOWN,
    added: Past = (),
    removed: Past = (),
) -> tuple[int, str]:
    """Pods within the policies and the limits, and which of them held it back."""
    if proposed > current:
        reached = max(current, _reach(current, up, added, removed, +1))
        limit, reason = (most, "TooManyReplicas") if reached >= most else (reached, "ScaleUpLimit")
        return (limit, reason) if proposed > limit else (proposed, "DesiredWithinRange")
    if proposed < current:
        reached = min(current, _reach(current, down, added, removed, -1))
        limit, reason = (least, "TooFewReplicas") if reached <= least else (reached, "ScaleDownLimit")
        return (limit, reason) if proposed < limit else (proposed, "DesiredWithinRange")
    return proposed, "DesiredWithinRange"


def _reach(current: int, behavior: Behavior, added: Past, removed: Past, way: int) -> int:
    """How far the policies let the pods go from here, `way` +1 or -1. A policy counts from the pods at the start of its
    period."""
    if behavior.select == "Disabled":
        return current
    ends = []
    for policy in behavior.policies:
        start = current - _within(added, policy.period) + _within(removed, policy.period)
        if policy.kind == "Pods":
            ends.append(start + way * policy.value)
            continue
        part = start * (1 + way * policy.value / 100)  # as float64, like the controller: 10 % more than 100 are 111
        ends.append(ceil(part) if way > 0 else int(part))
    furthest, nearest = (max, min) if way > 0 else (min, max)
    return (nearest if behavior.select == "Min" else furthest)(ends)


def _within(changes: Past, period: int) -> int:
    return sum(pods for age, pods in changes if age < period)


def _within_tolerance(ratio: float) -> bool:
    return abs(1 - ratio) <= TOLERANCE
