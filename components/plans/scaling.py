"""Plans how a fleet's size follows its load: policies, alarms and schedules of AWS, and the reasons in words. Pure.

"Cooldown" means something else for each of AWS's mechanisms, so each intent has exactly one:
- `out_at_cpu_fraction` and `in_at_cpu_fraction` with cooldowns: two simple-scaling policies with alarms, the only type
  that honours a cooldown;
- `steps`: step scaling, which has a warm-up and no cooldown; `in_at_cpu_fraction` still removes servers, one at a time;
- `track_cpu_fraction` or `track_requests_per_minute`: target tracking, with a warm-up, which makes its alarms itself.
`predict` adds predictive scaling to any of them; `schedules` move the limits within which they work.
"""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

# Minutes in a row before a policy acts. The same as target tracking's own alarms (EC2 Auto Scaling User Guide,
# "Target tracking scaling policies"): quick when servers are missing, slow when there are too many.
OUT_AFTER, IN_AFTER = 3, 15
# The low alarm that AWS makes for a target on CPU, as a share of it: 52.5 for 75, 35 for 50, 28 for 40, 63 for 90, 21
# for 30 in six public readings. (Nine tenths is Application Auto Scaling's: ECS, DynamoDB.)
LOW_OF_TARGET = 0.7
STEPS, ACTIONS = 20, 125  # of a policy, scheduled of a group: "Quotas for Amazon EC2 Auto Scaling", not raised
LAUNCH = 120  # seconds until a new server takes requests; one to four minutes in practice
ADJUST = "ChangeInCapacity"
# Seconds that a server has between "you are leaving" and its end, beside what its containers may take to stop: the host
# looks every 5 s, systemd kills 15 s after the drain, and AWS needs an answer.
LEAVING = 45
HEARTBEAT = (30, 7200)  # seconds: limits of a lifecycle hook


class Policy(NamedTuple):
    """One scaling policy by its role; `alarm` where somebody has to ring for it."""

    role: str
    settings: Mapping[str, Any]
    alarm: Mapping[str, Any] | None = None


class Action(NamedTuple):
    """One scheduled action; sizes hold until the next action, or the next change of the fleet's own."""

    role: str
    settings: Mapping[str, Any]


class Plan(NamedTuple):
    """`notes`: one line for each intent, with the arithmetic, as `explain` prints it."""

    policies: Sequence[Policy] = ()
    actions: Sequence[Action] = ()
    warm_pool: Mapping[str, Any] | None = None
    notes: Sequence[str] = ()


def intent(args: Mapping[str, Any], label: Any) -> dict[str, Any]:
    """A fleet's `ScalingArgs` as `plan` reads them: flat. `label` is the balancer's, for counting requests."""
    cooldown = dict(args.get("cooldown") or {})
    if args.get("out_at_cpu_fraction"):
        cooldown = {"out_seconds": 180, "in_seconds": 600, **cooldown}
    flat = {key: value for key, value in args.items() if key != "cooldown"}
    flat |= {f"cooldown_{key}": value for key, value in cooldown.items()}
    return flat | {"balancer": label}


def plan(low: int, high: int, warmup: int, intent: Mapping[str, Any], launch: int = LAUNCH) -> Plan:
    """`intent` as the function of that name makes it; `low` and `high` servers, `warmup` seconds; `launch`, which only
    the notes have, seconds until a new server takes requests.

    Raises ValueError, with the way out, for intents that contradict each other or that AWS refuses.
    """
    if low == high:
        sized = f"{low} servers, a fixed size: nothing scales, whatever the thresholds say."
        return Plan((), _actions(low, high, intent), _warm_pool(low, high, intent), (sized,))
    policies, notes = _mechanism(low, high, warmup, intent, launch)
    if intent.get("predict"):
        policies.append(_predict(warmup, intent))
        notes.append(
            "predict: a predictive policy (ForecastAndScale) adds servers before a peak that two weeks of history "
            f"foresee, {warmup} s early so that they are warm; it only ever adds, the others take away."
        )
    actions = _actions(low, high, intent)
    notes += [f"schedule {action.role}: {_schedule_text(action.settings)}." for action in actions]
    pool = _warm_pool(low, high, intent)
    if pool:
        notes.append(
            f"warm_pool: {pool['min_size']} stopped servers ready to start; {low} + {pool['min_size']} = "
            f"{pool['max_group_prepared_capacity']} prepared at most, so a large fleet keeps the {pool['min_size']}, "
            "not its maximum."
        )
    return Plan(tuple(policies), actions, pool, tuple(notes))


def _mechanism(
    low: int, high: int, warmup: int, intent: Mapping[str, Any], launch: int
) -> tuple[list[Policy], list[str]]:
    chosen = [
        key
        for key in ("out_at_cpu_fraction", "steps", "track_cpu_fraction", "track_requests_per_minute")
        if intent.get(key)
    ]
    if len(chosen) != 1:
        raise ValueError(f"scaling: {' and '.join(chosen) or 'nothing'} set; set exactly one of "
                         "out_at_cpu_fraction, steps, track_cpu_fraction, track_requests_per_minute.")  # fmt: skip
    if chosen != ["out_at_cpu_fraction"] and (intent.get("cooldown_out_seconds") or intent.get("cooldown_in_seconds")):
        raise ValueError(f"scaling: AWS ignores a cooldown with {chosen[0]}; leave it out, the warm-up does its work.")
    if intent.get("out_at_cpu_fraction"):
        return _thresholds(low, high, intent, launch)
    return _steps(low, warmup, intent) if intent.get("steps") else _tracking(warmup, intent)


def _thresholds(low: int, high: int, intent: Mapping[str, Any], launch: int) -> tuple[list[Policy], list[str]]:
    out_at, in_at = intent["out_at_cpu_fraction"], intent.get("in_at_cpu_fraction", 0.0)
    out, into = intent.get("cooldown_out_seconds", 180), intent.get("cooldown_in_seconds", 600)
    _calm(low, [(out_at, 1)], in_at)
    policies = [_simple("scale-out", 1, out, _alarm(out_at, "above", OUT_AFTER))]
    longest = (high - low) * (launch + out) / 60
    notes = [
        f"out_at {out_at:.0%}, cooldown {out} s: a simple-scaling policy (+1), triggered by an alarm on average CPU "
        f"over {OUT_AFTER} minutes. The cooldown begins when the launch has ended, so {low} to {high} servers take "
        f"{high - low} × ({launch} s of a launch + {out} s) = {longest:g} min; for steeper peaks use steps, track, or "
        "a schedule.",
    ]
    if in_at:
        policies.append(_simple("scale-in", -1, into, _alarm(in_at, "below", IN_AFTER)))
        notes += [
            f"in_at {in_at:.0%}, cooldown {into} s: a simple-scaling policy (-1), triggered by an alarm on average CPU "
            f"over {IN_AFTER} minutes. Its cooldown delays the next step out too: both are simple scaling.",
            calm(low, out_at, in_at),
        ]
    return policies, notes


def _steps(low: int, warmup: int, intent: Mapping[str, Any]) -> tuple[list[Policy], list[str]]:
    steps = sorted((step["cpu_fraction"], step["add_servers"]) for step in intent["steps"])
    if len(steps) > STEPS:
        raise ValueError(f"steps: {len(steps)}; Auto Scaling takes at most {STEPS}.")
    in_at, first = intent.get("in_at_cpu_fraction", 0.0), steps[0][0]
    _calm(low, steps, in_at)
    settings = {
        "policy_type": "StepScaling",
        "adjustment_type": ADJUST,
        "metric_aggregation_type": "Average",
        "estimated_instance_warmup": warmup,
        "step_adjustments": _intervals(steps),
    }
    adds = ", ".join(f"from {at:.0%} +{add}" for at, add in steps)
    notes = [
        f"steps: a step-scaling policy ({adds}), triggered at {first:.0%} average CPU over {OUT_AFTER} minutes; "
        f"servers that are still warming up ({warmup} s) count as running. AWS has no cooldown here."
    ]
    policies = [Policy("scale-out", settings, _alarm(first, "above", OUT_AFTER))]
    if in_at:
        down = settings | {"step_adjustments": [{"scaling_adjustment": -1, "metric_interval_upper_bound": "0"}]}
        del down["estimated_instance_warmup"]  # nothing warms up when a server goes
        policies.append(Policy("scale-in", down, _alarm(in_at, "below", IN_AFTER)))
        notes.append(f"in_at {in_at:.0%}: a step-scaling policy (-1), triggered by an alarm over {IN_AFTER} minutes.")
        notes.append(calm(low, first, in_at))
    return policies, notes


def _intervals(steps: Sequence[tuple[float, int]]) -> list[dict[str, Any]]:
    """Steps in AWS's form: distances in percentage points from the alarm's threshold, without gaps."""
    first = steps[0][0]
    adjustments: list[dict[str, Any]] = []
    for at, (level, add) in enumerate(steps):
        step: dict[str, Any] = {"scaling_adjustment": add, "metric_interval_lower_bound": _points(level - first)}
        if at + 1 < len(steps):
            step["metric_interval_upper_bound"] = _points(steps[at + 1][0] - first)
        adjustments.append(step)
    return adjustments


def _points(fraction: float) -> str:
    return f"{fraction * 100:.10g}"


def _tracking(warmup: int, intent: Mapping[str, Any]) -> tuple[list[Policy], list[str]]:
    cpu, requests = intent.get("track_cpu_fraction"), intent.get("track_requests_per_minute")
    if cpu:
        metric: dict[str, Any] = {"predefined_metric_type": "ASGAverageCPUUtilization"}
        target, goal = round(cpu * 100, 6), f"{cpu:.0%} average CPU"
    else:
        metric = {"predefined_metric_type": "ALBRequestCountPerTarget", "resource_label": _label(intent, "track")}
        target, goal = float(requests or 0), f"{requests} requests a server and minute"
    settings = {
        "policy_type": "TargetTrackingScaling",
        "estimated_instance_warmup": warmup,
        "target_tracking_configuration": {"predefined_metric_specification": metric, "target_value": target},
    }
    low = f"below {LOW_OF_TARGET:.0%} of it" if cpu else "well below it, at a level that AWS does not document"
    note = (
        f"track: a target-tracking policy keeps {goal}. AWS makes its two alarms itself (out after {OUT_AFTER} minutes "
        f"above, in after {IN_AFTER} minutes {low}) and adds as many servers as the ratio asks for; "
        f"warm-up {warmup} s. AWS has no cooldown here."
    )
    return [Policy("track", settings)], [note]


def _predict(warmup: int, intent: Mapping[str, Any]) -> Policy:
    """Forecasts by what the fleet is scaled by: requests where they are tracked, else CPU."""
    requests = intent.get("track_requests_per_minute")
    pair: dict[str, Any] = {"predefined_metric_type": "ALBRequestCount" if requests else "ASGCPUUtilization"}
    if requests:
        pair["resource_label"] = _label(intent, "predict")
    levels = [
        intent.get("track_cpu_fraction"),
        intent.get("out_at_cpu_fraction"),
        *(step["cpu_fraction"] for step in intent.get("steps") or ()),
    ]
    level = min(filter(None, levels), default=0.0)
    specification = {
        "target_value": float(requests) if requests else round(level * 100, 6),
        "predefined_metric_pair_specification": pair,
    }
    configuration = {
        "mode": "ForecastAndScale",
        "scheduling_buffer_time": str(warmup),
        "metric_specification": specification,
    }
    return Policy("predict", {"policy_type": "PredictiveScaling", "predictive_scaling_configuration": configuration})


def _label(intent: Mapping[str, Any], key: str) -> Any:
    if not intent.get("balancer"):
        raise ValueError(f"{key}: requests are counted by the balancer; give its `balancer` label.")
    return intent["balancer"]


def _simple(role: str, servers: int, cooldown: int, alarm: Mapping[str, Any]) -> Policy:
    settings = {"policy_type": "SimpleScaling", "adjustment_type": ADJUST}
    return Policy(role, settings | {"scaling_adjustment": servers, "cooldown": cooldown}, alarm)


def _alarm(level: float, side: str, minutes: int) -> dict[str, Any]:
    """The average CPU of the group, minute by minute. No data is no reason to act."""
    above = side == "above"
    return {
        "alarm_description": f"Scales the fleet {'out' if above else 'in'}. Not for people: Signals tells them.",
        "comparison_operator": "GreaterThanOrEqualToThreshold" if above else "LessThanOrEqualToThreshold",
        "namespace": "AWS/EC2",
        "metric_name": "CPUUtilization",
        "statistic": "Average",
        "period": 60,
        "evaluation_periods": minutes,
        "datapoints_to_alarm": minutes,
        "threshold": round(level * 100, 6),
        "treat_missing_data": "missing",
    }


def after(low: int, level: float, add: int) -> float:
    """What a load that fills `low` servers to `level` fills `low + add` servers to; fractions."""
    return level * low / (low + add)


def calm(low: int, level: float, in_at: float) -> str:
    """The arithmetic of one server more, in words: it must not fall to where that one is taken away again."""
    then = after(low, level, 1)
    return (
        f"stable: {level:.0%} on {low} servers is {level:.0%} × {low} ÷ {low + 1} = {then:.1%} on {low + 1}, "
        f"{'above' if then > in_at else 'not above'} in_at {in_at:.0%}."
    )


def _calm(low: int, steps: Sequence[tuple[float, int]], in_at: float) -> None:
    """Servers go one at a time, so what a large step brought too many goes until `in_at` is reached, and no further:
    only the last of them could bring back the load that the first step answers."""
    for level, add in steps:
        if add < 1:
            raise ValueError(f"steps: at {level:.0%} {add} servers are added; at least 1.")
    level = steps[0][0]
    if in_at and after(low, level, 1) <= in_at:
        raise ValueError(f"scaling: {calm(low, level, in_at)} It would swing; scale in at less, or out at more.")


def _actions(low: int, high: int, intent: Mapping[str, Any]) -> tuple[Action, ...]:
    actions: list[Action] = []
    for role, schedule in (intent.get("schedules") or {}).items():
        least, most = schedule["servers"], schedule.get("servers_max", schedule["servers"])
        zone = schedule.get("time_zone", "UTC")
        actions.append(Action(role, _sized(schedule["cron"], zone, least, most)))
        if schedule.get("until"):
            actions.append(Action(f"{role}-end", _sized(schedule["until"], zone, low, high)))
    if len(actions) > ACTIONS:
        raise ValueError(f"schedules: {len(actions)} beginnings and ends; Auto Scaling takes at most {ACTIONS}.")
    return tuple(actions)


def _sized(cron: str, zone: str, least: int, most: int) -> dict[str, Any]:
    if not 0 <= least <= most:
        raise ValueError(
            f"schedules: {least} to {most} is not a valid range; the minimum is at least 0 and at most servers_max."
        )
    # Without a desired capacity: AWS moves it into the limits and no further.
    return {"recurrence": cron, "time_zone": zone, "min_size": least, "max_size": most}


def _schedule_text(settings: Mapping[str, Any]) -> str:
    limits = f"{settings['min_size']} to {settings['max_size']} servers"
    return f"a scheduled action, {limits} at cron `{settings['recurrence']}` in {settings['time_zone']}"


def _warm_pool(low: int, high: int, intent: Mapping[str, Any]) -> dict[str, Any] | None:
    """AWS fills the pool to `max_group_prepared_capacity` less the servers that run, and to `min_size` in any case."""
    size = intent.get("warm_pool_servers", 0)
    if not size:
        return None
    if size > high:
        raise ValueError(f"warm_pool_servers: {size} servers wait, but never more than {high} run. {high} at most.")
    return {"pool_state": "Stopped", "min_size": size, "max_group_prepared_capacity": low + size}


def leaving(drain: int) -> int:
    """Seconds of the hook that holds a server while its containers stop, all at once, within `drain` seconds."""
    return min(HEARTBEAT[1], max(HEARTBEAT[0], drain + LEAVING))
