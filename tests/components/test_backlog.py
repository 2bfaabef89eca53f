"""The arithmetic of workers: enough for every delay, never more queues than an alarm has room for, out of zero."""

import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenfold.components.plans.backlog import (
    METRICS_OF_AN_ALARM,
    Backlog,
    check,
    from_zero,
    needed_workers,
    notes,
    policies,
)

ORDERS, MAIL = Backlog("orders", 30, 2), Backlog("mail", 600, 10)
STARTS = 240
QUEUES = st.lists(
    st.tuples(st.integers(1, 7200), st.floats(1, 1000), st.integers(0, 5000)), min_size=1, max_size=20
)  # how long a message takes, how many may wait, how many do


def planned(queues: dict[str, Backlog], low: int = 1, high: int = 20) -> list[Any]:
    return policies(low, high, STARTS, queues, "group")


def tracking(policy: Any) -> dict[str, Any]:
    return policy.settings["target_tracking_configuration"]


def asked(policy: Any, counts: dict[str, tuple[float, float]], workers: int) -> float:
    """What target tracking asks for: workers × metric ÷ target, the expression read as CloudWatch reads it."""
    configuration = tracking(policy)
    values: dict[str, Any] = {"workers": workers, "FILL": lambda value, other: value}
    values["IF"] = lambda condition, then, otherwise: then if condition else otherwise
    for metric in configuration["customized_metric_specification"]["metrics"][:-1]:
        dimension = metric["metric_stat"]["metric"]["dimensions"][0]["value"]
        if dimension in counts:
            values[metric["id"]] = counts[dimension][metric["id"].startswith("working")]
    expression = configuration["customized_metric_specification"]["metrics"][-1]["expression"]
    return workers * eval(expression, {}, values) / configuration["target_value"]


def test_one_queue_is_scaled_by_messages_per_worker() -> None:
    [policy] = planned({"orders": ORDERS})
    assert tracking(policy)["target_value"] == 15
    assert asked(policy, {"orders": (100, 50)}, 4) == pytest.approx(10), "150 messages, 15 a worker"
    *_, last = tracking(policy)["customized_metric_specification"]["metrics"]
    assert last["expression"] == "(waiting1 + working1) / IF(workers < 1, 1, workers)"


def test_messages_in_work_count_so_that_busy_workers_are_not_taken_away() -> None:
    [policy] = planned({"orders": ORDERS})
    assert asked(policy, {"orders": (0, 30)}, 2) == pytest.approx(2)


def test_two_queues_add_up_as_one_worker_has_one_message_at_a_time() -> None:
    [policy] = planned({"orders": ORDERS, "mail": MAIL})
    counts = {"orders": (100.0, 0.0), "mail": (200.0, 0.0)}
    assert needed_workers({"orders": 100, "mail": 200}, {"orders": ORDERS, "mail": MAIL}) == pytest.approx(10)
    assert asked(policy, counts, 3) == pytest.approx(10)


@given(QUEUES, st.integers(1, 50))
def test_whatever_waits_as_many_are_asked_for_as_are_needed(queues: list[tuple[int, float, int]], now: int) -> None:
    named = {f"q{i}": Backlog(f"q{i}", takes * waits, takes) for i, (takes, waits, _) in enumerate(queues)}
    counts = {f"q{i}": (float(count), 0.0) for i, (_, _, count) in enumerate(queues)}
    wanted = needed_workers({name: count for name, (count, _) in counts.items()}, named)
    answer = max(asked(policy, counts, now) for policy in planned(named))
    assert answer >= wanted * (1 - 1e-4)
    assert answer <= wanted * math.ceil(len(queues) / 4) * (1 + 1e-4) + 1e-9, "and at most so many times as many"


@given(QUEUES)
def test_no_alarm_has_more_metrics_than_cloudwatch_takes(queues: list[tuple[int, float, int]]) -> None:
    named = {f"q{i}": Backlog(f"q{i}", takes * waits, takes) for i, (takes, waits, _) in enumerate(queues)}
    *tracked, first = planned(named, low=0)
    for policy in tracked:
        assert len(tracking(policy)["customized_metric_specification"]["metrics"]) <= METRICS_OF_AN_ALARM
    watched = [q for alarm in first.alarms.values() for q in alarm["metric_queries"] if q["id"].startswith("waiting")]
    assert [q["metric"]["dimensions"]["QueueName"] for q in watched] == list(named), "each queue is watched once"
    for alarm in first.alarms.values():
        assert sum("metric" in query for query in alarm["metric_queries"]) <= METRICS_OF_AN_ALARM


def test_target_tracking_alone_never_leaves_zero_and_the_step_does() -> None:
    track, first = planned({"orders": ORDERS}, low=0)
    assert asked(track, {"orders": (1, 0)}, 0) == 0
    assert first.settings["adjustment_type"] == "ExactCapacity"
    assert first.settings["step_adjustments"] == [{"scaling_adjustment": 1, "metric_interval_lower_bound": "0"}]
    [alarm] = first.alarms.values()
    *_, result = alarm["metric_queries"]
    assert result["expression"] == "IF(waiting1 > 0 AND workers < 1, 1, 0)" and alarm["threshold"] == 1
    [workers] = [query for query in alarm["metric_queries"] if query["id"] == "workers"]
    assert workers["metric"]["metric_name"] == "GroupDesiredCapacity", "not while one is on its way: it would be exact"
    assert [policy.role for policy in planned({"orders": ORDERS}, low=1)] == ["backlog"]


@pytest.mark.parametrize(
    ("low", "high", "queues", "message"),
    [
        (1, 4, {"orders": Backlog("q", 1, 2)}, "0.5 messages a worker, less than the 1 that a worker has at once"),
        (0, 4, {"orders": ORDERS}, "15 min late, the alarm takes 1 min and a server 4 min, 20 min together"),
        (0, 4, {"orders": ORDERS, "mail": Backlog("q", 7200, 10)}, "orders's delay of 30 s"),
        (1, 4, {}, "no backlog to scale by"),
        (3, 2, {"orders": ORDERS}, "not a valid range"),
        (0, 0, {"orders": ORDERS}, "not a valid range"),
    ],
)
def test_what_cannot_be_kept_is_refused(low: int, high: int, queues: dict[str, Backlog], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        check(low, high, STARTS, queues)


def test_what_can_be_kept_is_not() -> None:
    check(0, 4, STARTS, {"reports": Backlog("q", from_zero(STARTS), 60)})
    check(1, 4, STARTS, {"orders": Backlog("q", 2, 2)})
    check(2, 2, STARTS, {})


def test_notes_have_the_arithmetic() -> None:
    assert notes(1, 10, STARTS, {"orders": ORDERS})[0].startswith("orders: 30 s ÷ 2 s = 15 messages a worker")
    both = notes(1, 10, STARTS, {"orders": ORDERS, "mail": MAIL})
    assert both[2] == "all queues together: orders × 1 + mail × 0.25; target 15 a worker."
    assert "from zero" in notes(0, 10, STARTS, {"reports": Backlog("q", 1200, 60)})[-1]
    assert "2 policies: each keeps 1/2" in notes(1, 9, STARTS, {str(i): ORDERS for i in range(5)})[-1]
