"""The planner: every intent has one mechanism, contradictions are refused, and the arithmetic that is said is true."""

import itertools
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenfold.components.plans.scaling import after, intent, leaving, plan

THRESHOLDS: dict[str, Any] = {
    "out_at_cpu_fraction": 0.7,
    "in_at_cpu_fraction": 0.3,
    "cooldown": {"out_seconds": 180, "in_seconds": 600},
}


def planned(low: int = 2, high: int = 20, warmup: int = 120, **wanted: Any) -> Any:
    return plan(low, high, warmup, intent(wanted or THRESHOLDS, "app/lb/1/targetgroup/app/2"))


def test_thresholds_are_simple_scaling_because_only_that_honours_a_cooldown() -> None:
    out, into = planned(**THRESHOLDS).policies
    assert (out.role, out.settings["policy_type"]) == ("scale-out", "SimpleScaling")
    assert (out.settings["scaling_adjustment"], out.settings["cooldown"]) == (1, 180)
    assert (into.settings["scaling_adjustment"], into.settings["cooldown"]) == (-1, 600)
    assert (out.alarm["threshold"], out.alarm["evaluation_periods"]) == (70, 3)
    assert (into.alarm["threshold"], into.alarm["evaluation_periods"]) == (30, 15)
    assert out.alarm["comparison_operator"].startswith("GreaterThan")
    assert into.alarm["comparison_operator"].startswith("LessThan")


def test_cooldowns_have_defaults() -> None:
    out, into = planned(out_at_cpu_fraction=0.7, in_at_cpu_fraction=0.3).policies
    assert (out.settings["cooldown"], into.settings["cooldown"]) == (180, 600)


def test_steps_are_intervals_above_the_lowest() -> None:
    out, into = planned(
        steps=[{"cpu_fraction": 0.8, "add_servers": 3}, {"cpu_fraction": 0.6, "add_servers": 1}], in_at_cpu_fraction=0.2
    ).policies
    assert out.settings["policy_type"] == "StepScaling" and out.settings["estimated_instance_warmup"] == 120
    assert out.alarm["threshold"] == 60
    assert out.settings["step_adjustments"] == [
        {"scaling_adjustment": 1, "metric_interval_lower_bound": "0", "metric_interval_upper_bound": "20"},
        {"scaling_adjustment": 3, "metric_interval_lower_bound": "20"},
    ]
    assert into.settings["step_adjustments"] == [{"scaling_adjustment": -1, "metric_interval_upper_bound": "0"}]


def test_tracking_has_a_warm_up_and_alarms_of_its_own() -> None:
    [cpu] = planned(track_cpu_fraction=0.6).policies
    assert cpu.alarm is None and cpu.settings["estimated_instance_warmup"] == 120
    assert cpu.settings["target_tracking_configuration"]["target_value"] == 60
    [requests] = planned(track_requests_per_minute=1000).policies
    metric = requests.settings["target_tracking_configuration"]["predefined_metric_specification"]
    assert metric == {
        "predefined_metric_type": "ALBRequestCountPerTarget",
        "resource_label": "app/lb/1/targetgroup/app/2",
    }


@pytest.mark.parametrize(
    ("wanted", "level", "metric"),
    [
        ({"track_requests_per_minute": 900}, 900, "ALBRequestCount"),
        ({"track_cpu_fraction": 0.6}, 60, "ASGCPUUtilization"),
        ({"out_at_cpu_fraction": 0.7}, 70, "ASGCPUUtilization"),
        (
            {"steps": [{"cpu_fraction": 0.9, "add_servers": 2}, {"cpu_fraction": 0.5, "add_servers": 1}]},
            50,
            "ASGCPUUtilization",
        ),
    ],
)
def test_a_forecast_is_about_what_the_fleet_is_scaled_by(wanted: dict[str, Any], level: float, metric: str) -> None:
    predict = planned(**wanted, predict=True).policies[-1].settings["predictive_scaling_configuration"]
    specification = predict["metric_specification"]
    assert specification["target_value"] == level
    assert specification["predefined_metric_pair_specification"]["predefined_metric_type"] == metric
    assert (predict["mode"], predict["scheduling_buffer_time"]) == ("ForecastAndScale", "120")


def test_a_schedule_ends_in_the_fleet_s_own_limits() -> None:
    day = {
        "cron": "0 8 * * 1-5",
        "until": "0 20 * * 1-5",
        "time_zone": "Europe/Berlin",
        "servers": 6,
        "servers_max": 20,
    }
    begin, end = planned(**THRESHOLDS, schedules={"day": day}).actions
    assert (begin.role, end.role) == ("day", "day-end")
    assert begin.settings == {
        "recurrence": "0 8 * * 1-5",
        "time_zone": "Europe/Berlin",
        "min_size": 6,
        "max_size": 20,
    }
    assert end.settings == {"recurrence": "0 20 * * 1-5", "time_zone": "Europe/Berlin", "min_size": 2, "max_size": 20}


def test_a_fixed_size_has_no_policies_and_keeps_its_schedules() -> None:
    found = planned(3, 3, **THRESHOLDS, schedules={"day": {"cron": "0 8 * * *", "servers": 6}})
    assert found.policies == () and [action.role for action in found.actions] == ["day"]


@given(st.integers(1, 100), st.integers(0, 100), st.integers(1, 200))
def test_a_warm_pool_is_as_large_as_said_whatever_runs(low: int, more: int, size: int) -> None:
    high = low + more + size
    wanted: dict[str, Any] = {**THRESHOLDS, "in_at_cpu_fraction": 0.05, "warm_pool_servers": size}
    pool = planned(low, high, **wanted).warm_pool
    for running in (low, low + more, high):  # AWS: prepared at most less what runs, the least in any case
        assert max(pool["min_size"], pool["max_group_prepared_capacity"] - running) == size


@given(st.integers(1, 100), st.floats(0.02, 1), st.integers(1, 50), st.floats(0.01, 0.99))
def test_what_is_accepted_never_swings(low: int, out_at: float, add: int, in_at: float) -> None:
    steps = [{"cpu_fraction": out_at, "add_servers": add}]
    try:
        planned(low, low + add, steps=steps, in_at_cpu_fraction=in_at)
    except ValueError as refused:
        assert after(low, out_at, 1) <= in_at and "swing" in str(refused)
    else:
        assert after(low, out_at, 1) > in_at
        # And back: what asks for one server less does not ask for one more right after, at any size above the least.
        assert in_at * (low + 1) / low < out_at


@given(st.lists(st.tuples(st.integers(1, 100), st.integers(1, 20)), min_size=1, max_size=6, unique_by=lambda s: s[0]))
def test_steps_cover_everything_above_the_first_without_gaps(steps: list[tuple[int, int]]) -> None:
    found = planned(steps=[{"cpu_fraction": at / 100, "add_servers": add} for at, add in steps]).policies[0]
    intervals = found.settings["step_adjustments"]
    assert intervals[0]["metric_interval_lower_bound"] == "0" and "metric_interval_upper_bound" not in intervals[-1]
    for one, following in itertools.pairwise(intervals):
        assert one["metric_interval_upper_bound"] == following["metric_interval_lower_bound"]
    adding = {
        found.alarm["threshold"] + float(i["metric_interval_lower_bound"]): i["scaling_adjustment"] for i in intervals
    }
    assert adding == {float(at): add for at, add in steps}


@pytest.mark.parametrize(
    ("wanted", "words"),
    [
        ({"out_at_cpu_fraction": 0.7, "track_cpu_fraction": 0.6}, "out_at_cpu_fraction and track_cpu_fraction"),
        ({"warm_pool_servers": 1}, "exactly one of"),
        ({"track_cpu_fraction": 0.6, "cooldown": {"out_seconds": 60}}, "ignores a cooldown with track_cpu_fraction"),
        (
            {"steps": [{"cpu_fraction": 0.6, "add_servers": 1}], "cooldown": {"in_seconds": 60}},
            "ignores a cooldown with steps",
        ),
        ({"out_at_cpu_fraction": 0.5, "in_at_cpu_fraction": 0.4}, "50% × 2 ÷ 3 = 33.3% on 3, not above in_at 40%"),
        ({"steps": [{"cpu_fraction": 0.6, "add_servers": 0}]}, "at least 1"),
        ({"out_at_cpu_fraction": 0.7, "warm_pool_servers": 21}, "never more than 20"),
        (
            {"out_at_cpu_fraction": 0.7, "schedules": {"day": {"cron": "0 8 * * *", "servers": 6, "servers_max": 4}}},
            "6 to 4 is not a valid range",
        ),
    ],
)
def test_contradictions_are_refused(wanted: dict[str, Any], words: str) -> None:
    with pytest.raises(ValueError, match=r"scaling|steps|warm_pool|schedules") as refused:
        planned(**wanted)
    assert words in str(refused.value)


def test_requests_need_somebody_who_counts_them() -> None:
    with pytest.raises(ValueError, match="counted by the balancer"):
        plan(2, 20, 120, intent({"track_requests_per_minute": 1000}, None))


@given(st.integers(0, 7200))
def test_a_leaving_server_has_its_drain_within_what_aws_allows(drain: int) -> None:
    assert 30 <= leaving(drain) <= 7200 and leaving(drain) >= min(7200, drain + 20)


def test_every_intent_is_explained() -> None:
    notes = " ".join(planned(**THRESHOLDS, predict=True, warm_pool_servers=2).notes)
    for word in (
        "out_at 70%",
        "in_at 30%",
        "cooldown 180 s",
        "18 × (120 s of a launch + 180 s) = 90 min",
        "predict:",
        "warm_pool:",
        "stable: 70%",
    ):
        assert word in notes
