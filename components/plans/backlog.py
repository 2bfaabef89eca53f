"""From how long messages may wait to how many workers there are: the arithmetic, and what AWS is given. Pure.

The acceptable delay over the time a message takes is a worker's backlog: how many messages may be waiting or in work
for one worker, 30 s ÷ 2 s = 15; for one that works on four at once, 4 × 30 s ÷ 2 s = 60. Several queues are added up in
messages of the strictest one: with 15 and 60 per worker, 100 + 200 messages are 100 + 200 × 15 ÷ 60 = 150, and
150 ÷ 15 = 10 workers.
"""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple, TypeVar

# Metrics of one alarm on metric math, which target tracking makes too: CloudWatch User Guide, "Metric math" quotas.
METRICS_OF_AN_ALARM = 10
_QUEUES_OF_A_POLICY = (METRICS_OF_AN_ALARM - 1) // 2  # visible and in flight of each, beside the number of workers
_QUEUES_OF_AN_ALARM = METRICS_OF_AN_ALARM - 1
# SQS sends no metrics of a queue that has been idle for six hours, and takes up to 15 minutes to send them again (SQS
# Developer Guide, "Monitoring with CloudWatch"); the alarm takes a minute more.
STARTS = 240  # seconds until a new server works: 180 for boot and image (components/parts/launch.py), and its own start
UNSEEN = 15 * 60
NOTICED = 60
T = TypeVar("T")
WAITING, IN_WORK = "ApproximateNumberOfMessagesVisible", "ApproximateNumberOfMessagesNotVisible"


class Backlog(NamedTuple):
    """What may wait in one queue. `queue_name` is CloudWatch's dimension."""

    queue_name: Any
    acceptable_delay_seconds: float
    message_takes_seconds: float
    at_once: int = 1

    @property
    def per_worker(self) -> float:
        return self.at_once * self.acceptable_delay_seconds / self.message_takes_seconds


class Policy(NamedTuple):
    """One scaling policy by its role, and the alarms that call it, by theirs: each the arguments of a MetricAlarm."""

    role: str
    settings: Mapping[str, Any]
    alarms: Mapping[str, Mapping[str, Any]]


def check(low: int, high: int, starts: int, queues: Mapping[str, Backlog]) -> None:
    """`starts`: seconds until a new server works. Raises ValueError, with the arithmetic, for what cannot be kept."""
    if not 0 <= low <= high or not high:
        raise ValueError(f"servers: {low} to {high} is not a valid range: at least 0, and at most servers_max")
    if low < high and not queues:
        raise ValueError(f"servers: {low} to {high} without queues: there is no backlog to scale by; use one number")
    for name, queue in queues.items():
        if queue.per_worker < queue.at_once:
            raise ValueError(
                f"queues: {name}: {worker_arithmetic(queue)}, less than the {queue.at_once} that a worker has at once"
            )
        if low == 0 and queue.acceptable_delay_seconds < from_zero(starts):
            raise ValueError(
                f"servers: 0 cannot keep {name}'s delay of {queue.acceptable_delay_seconds:g} s: {wait(starts)}"
            )


def from_zero(starts: int) -> int:
    """Seconds that the first message of a long silence may wait where no worker runs."""
    return UNSEEN + NOTICED + starts


def wait(starts: int) -> str:
    return (
        f"the metric of an idle queue comes up to {UNSEEN // 60} min late, the alarm takes {NOTICED // 60} min and a "
        f"server {starts / 60:g} min, {from_zero(starts) / 60:g} min together"
    )


def worker_arithmetic(queue: Backlog) -> str:
    delay, takes = queue.acceptable_delay_seconds, queue.message_takes_seconds
    several = f"{queue.at_once} × " if queue.at_once > 1 else ""
    return f"{several}{delay:g} s ÷ {takes:g} s = {queue.per_worker:g} messages a worker"


def needed_workers(outstanding: Mapping[str, float], queues: Mapping[str, Backlog]) -> float:
    """The number of workers for these messages, by queue, waiting or in work. A fraction: AWS rounds it up."""
    return sum(count / queues[name].per_worker for name, count in outstanding.items())


def policies(low: int, high: int, warmup: int, queues: Mapping[str, Backlog], group_name: Any) -> list[Policy]:
    """Target tracking on the backlog per worker, and the step out of zero, which target tracking cannot take: zero
    times anything is zero."""
    if low == high:
        return []
    planned = [Policy(role, _tracking(part, parts, warmup, group_name), {}) for role, part, parts in _parts(queues)]
    return [*planned, _first(queues, group_name)] if low == 0 else planned


def notes(low: int, high: int, starts: int, queues: Mapping[str, Backlog]) -> list[str]:
    """One line for each intent, with the arithmetic."""
    if low == high:
        return [f"{low} workers, a fixed size: nothing scales by the backlog."]
    lines = [f"{name}: {worker_arithmetic(queue)}; waiting and in work count." for name, queue in queues.items()]
    if len(queues) > 1:
        lines.append(f"all queues together: {_sum(queues)}; target {_target(queues):g} a worker.")
    if len(queues) > _QUEUES_OF_A_POLICY:
        parts = len(_parts(queues))
        lines.append(
            f"an alarm takes {METRICS_OF_AN_ALARM} metrics, so {len(queues)} queues need {parts} policies: each keeps "
            f"1/{parts} of the target, so that the largest answer is enough for all."
        )
    if low == 0:
        lines.append(f"from zero: the first message starts one worker; {wait(starts)} at worst.")
    return lines


def _parts(queues: Mapping[str, Backlog]) -> list[tuple[str, dict[str, Backlog], int]]:
    """(role, queues, number of parts) of each policy.

    Auto Scaling takes the largest answer of several policies. With 1/n of the target each, that is at least the sum:
    n × the largest of n numbers.
    """
    chunks = _numbered("backlog", list(queues.items()), _QUEUES_OF_A_POLICY)
    return [(role, dict(chunk), len(chunks)) for role, chunk in chunks.items()]


def _numbered(role: str, items: Sequence[T], size: int) -> dict[str, Sequence[T]]:
    """The items in parts of at most `size`: `first`, `first-2`, …"""
    parts = [items[start : start + size] for start in range(0, len(items), size)]
    return {role if number == 1 else f"{role}-{number}": part for number, part in enumerate(parts, 1)}


def _target(queues: Mapping[str, Backlog]) -> float:
    return min(queue.per_worker for queue in queues.values())


def _sum(queues: Mapping[str, Backlog]) -> str:
    """In words, for `notes`."""
    weighted = [f"{name} × {_weight(queue, queues)}" for name, queue in queues.items()]
    return " + ".join(weighted)


def _weight(queue: Backlog, queues: Mapping[str, Backlog]) -> str:
    """What one message counts, in messages of the strictest queue."""
    return f"{_target(queues) / queue.per_worker:.6g}"


def _tracking(queues: Mapping[str, Backlog], parts: int, warmup: int, group_name: Any) -> dict[str, Any]:
    metrics: list[dict[str, Any]] = []
    for number, queue in enumerate(queues.values(), 1):
        metrics.append(_tracked(f"waiting{number}", _of_queue(queue, WAITING), "Maximum"))
        metrics.append(_tracked(f"working{number}", _of_queue(queue, IN_WORK), "Maximum"))
    metrics.append(_tracked("workers", _of_group(group_name), "Average"))
    outstanding = _outstanding(queues)
    metrics.append(
        {
            "id": "backlog",
            "label": "Messages per worker",
            "expression": f"({outstanding}) / IF(workers < 1, 1, workers)",
            "return_data": True,
        }
    )
    return {
        "policy_type": "TargetTrackingScaling",
        "estimated_instance_warmup": warmup,
        "target_tracking_configuration": {
            "customized_metric_specification": {"metrics": metrics},
            "target_value": float(f"{_target(queues) / parts:.6g}"),
        },
    }


def _outstanding(queues: Mapping[str, Backlog]) -> str:
    """Waiting and in work: who scales in on what waits alone ends workers that are busy. A queue without metrics is
    empty where there are others; alone it says nothing, and nothing changes."""
    if len(queues) == 1:
        return "waiting1 + working1"
    return " + ".join(
        f"{_weight(queue, queues)} * (FILL(waiting{number}, 0) + FILL(working{number}, 0))"
        for number, queue in enumerate(queues.values(), 1)
    )


def _first(queues: Mapping[str, Backlog], group_name: Any) -> Policy:
    """From zero to one. More than nine queues have several alarms, any of which is enough.

    It acts only where no worker is on its way either: as an exact size it would otherwise take some of them back.
    """
    settings = {
        "policy_type": "StepScaling",
        "adjustment_type": "ExactCapacity",
        "step_adjustments": [{"scaling_adjustment": 1, "metric_interval_lower_bound": "0"}],
    }
    chunks = _numbered("first", list(queues.values()), _QUEUES_OF_AN_ALARM)
    return Policy("first", settings, {name: _alarm(chunk, group_name) for name, chunk in chunks.items()})


def _alarm(queues: Sequence[Backlog], group_name: Any) -> dict[str, Any]:
    queries = [
        _watched(f"waiting{number}", _of_queue(queue, WAITING), "Maximum") for number, queue in enumerate(queues, 1)
    ]
    waiting = " + ".join(f"FILL({query['id']}, 0)" for query in queries) if len(queues) > 1 else "waiting1"
    expression = f"IF({waiting} > 0 AND workers < 1, 1, 0)"
    return {
        "alarm_description": "Starts the first worker. Not for people: Signals notifies them.",
        "comparison_operator": "GreaterThanOrEqualToThreshold",
        "threshold": 1,
        "evaluation_periods": 1,
        "treat_missing_data": "notBreaching",
        "metric_queries": [
            *queries,
            _watched("workers", _of_group(group_name, "GroupDesiredCapacity"), "Maximum"),
            {
                "id": "result",
                "expression": expression,
                "label": "Messages wait and no worker runs",
                "return_data": True,
            },
        ],
    }


def _of_queue(queue: Backlog, metric: str) -> tuple[str, str, str, Any]:
    return "AWS/SQS", metric, "QueueName", queue.queue_name


def _of_group(group_name: Any, metric: str = "GroupInServiceInstances") -> tuple[str, str, str, Any]:
    return "AWS/AutoScaling", metric, "AutoScalingGroupName", group_name


def _tracked(id_: str, metric: tuple[str, str, str, Any], stat: str) -> dict[str, Any]:
    """As a scaling policy writes a metric."""
    namespace, name, dimension, value = metric
    named = {"namespace": namespace, "metric_name": name, "dimensions": [{"name": dimension, "value": value}]}
    return {"id": id_, "metric_stat": {"metric": named, "stat": stat}, "return_data": False}


def _watched(id_: str, metric: tuple[str, str, str, Any], stat: str) -> dict[str, Any]:
    """As an alarm does."""
    namespace, name, dimension, value = metric
    where = {"namespace": namespace, "metric_name": name, "dimensions": {dimension: value}}
    return {"id": id_, "metric": {**where, "period": 60, "stat": stat}, "return_data": False}
