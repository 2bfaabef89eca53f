"""From subjects and intent to planned signals: names, thresholds, periods, with what is set for single alarms. Pure."""

import re
from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Any, NamedTuple

from tenfold.components.plans.catalogue import Kind, Kinds, Metric, Signal, evaluate, kind, names_in
from tenfold.components.plans.choices import check_choice

GIB = float(2**30)
HOUR, DAY = 3600, 86_400


class Severity(StrEnum):
    """Who should act on an alarm: somebody now, or somebody in working hours."""

    PAGE = "page"
    NOTIFY = "notify"


class PlannedSignal(NamedTuple):
    """One signal of one subject, with its threshold in the metric's unit (None when it has no alarm, or learns it)."""

    subject: str
    title: str
    signal: Signal
    identifiers: Mapping[str, Any]
    threshold: float | None
    severity: str = ""
    rests: bool = False  # its alarm tells nobody

    @property
    def name(self) -> str:
        return f"{self.subject}-{self.signal.name}"

    @property
    def description(self) -> str:
        mark = f"[{self.severity}] " if self.severity else ""
        return f"{mark}{self.title}, {self.signal.golden}. {self.signal.why} First look: {self.signal.look}"

    def dimensions(self, metric: Metric) -> dict[str, Any]:
        return {**{dimension: self.identifiers[dimension] for dimension in metric.dimensions}, **metric.fixed}


def plan(
    subjects: Mapping[str, Mapping[str, Any]],
    intent: Mapping[str, float],
    alarms: Mapping[str, Mapping[str, Any]] | None = None,
    more: Kinds = MappingProxyType({}),
) -> list[PlannedSignal]:
    """Every signal of every subject, in the order given. `intent`: latency (seconds), errors, saturation (fractions);
    `alarms`: what differs, by the alarm's name, as `AlarmArgs` of components/signals.py; `more`: further kinds
    and signals.

    Raises ValueError for a kind that is not in the catalogue, for an identifier or a fact that a signal needs and the
    subject lacks, for an alarm that does not exist, and for periods that CloudWatch does not take.
    """
    signals: list[PlannedSignal] = []
    for name, subject in subjects.items():
        try:
            observed = kind(subject["kind"], more)
        except ValueError as unknown:
            raise ValueError(f"{name}: {unknown}.") from None
        facts = subject.get("facts") or {}
        _require(name, observed, subject["identifiers"])
        values = {**intent, **facts, "GiB": GIB}
        for signal in observed.signals:
            if not signal.when or facts.get(signal.when):
                title, threshold = subject.get("title", observed.title), _threshold(name, signal, values)
                there = signal._replace(
                    region=signal.region or subject.get("region", ""), expression=_expression(name, signal, values)
                )
                rests = bool(subject.get("rests"))
                signals.append(PlannedSignal(name, title, there, subject["identifiers"], threshold, rests=rests))
    return _with_changes(signals, alarms or {})


def _require(name: str, kind: Kind, identifiers: Mapping[str, Any]) -> None:
    missing = [dimension for dimension in kind.dimensions if dimension not in identifiers]
    if missing:
        raise ValueError(
            f"{name}: a {kind.name} is observed by {', '.join(kind.dimensions)}; missing {', '.join(missing)}."
        )


def _threshold(name: str, signal: Signal, values: Mapping[str, float]) -> float | None:
    if signal.comparison not in ("above", "below"):
        return None
    return _number(name, signal, signal.threshold, values)


def _expression(name: str, signal: Signal, values: Mapping[str, float]) -> str:
    """Metric math with the subject's facts: `EPOCH(clock) - $drilled_at_seconds` is `EPOCH(clock) - 1795824000`."""
    return re.sub(r"\$(\w+)", lambda fact: f"{_number(name, signal, fact[1], values):.12g}", signal.expression)


def _number(name: str, signal: Signal, arithmetic: str, values: Mapping[str, float]) -> float:
    missing = sorted(names_in(arithmetic) - values.keys())
    if missing:
        raise ValueError(f"{name}: the alarm {signal.name} needs the fact {', '.join(missing)} ({arithmetic}).")
    return evaluate(arithmetic, values)


def _with_changes(signals: list[PlannedSignal], alarms: Mapping[str, Mapping[str, Any]]) -> list[PlannedSignal]:
    names = [item.name for item in signals if item.signal.alarms]
    if unknown := sorted(alarms.keys() - set(names)):
        raise ValueError(f"There is no alarm {', '.join(unknown)}; there are {', '.join(names)}.")
    return [with_change(item, alarms[item.name]) if item.name in alarms else item for item in signals]


def with_change(item: PlannedSignal, by: Mapping[str, Any]) -> PlannedSignal:
    """An alarm with what is set for it. Raises ValueError for a time that CloudWatch does not take."""
    signal = item.signal
    if not by.get("rings", True):  # still drawn
        return item._replace(signal=signal._replace(comparison="", threshold=""), threshold=None)
    if "severity" in by:
        item = item._replace(severity=check_choice("severity", by["severity"], Severity))
    if (seconds := by.get("seconds")) is not None:
        if why := unfit(signal, seconds):
            raise ValueError(f"{item.name}: {why}.")
        periods = seconds // signal.seconds
        signal = signal._replace(breaching=periods, periods=periods)
    if (threshold := by.get("threshold")) is None:
        return item._replace(signal=signal)
    if signal.comparison == "below_usual":
        return item._replace(signal=signal._replace(threshold=f"{threshold:g}"))
    return item._replace(signal=signal, threshold=float(threshold))


def unfit(signal: Signal, seconds: int) -> str:
    """The reason why an alarm cannot be evaluated over this time; empty where it can. CloudWatch looks back at most a
    day, and seven days with periods of an hour or more (API reference, PutMetricAlarm, Period)."""
    if seconds < signal.seconds or seconds % signal.seconds:
        return f"it is measured every {signal.seconds // 60} min, so its time is a multiple of that"
    most = DAY if signal.seconds < HOUR else 7 * DAY
    too_long = f"CloudWatch looks back at most {most // DAY} d with periods of {signal.seconds // 60} min"
    return too_long if seconds > most else ""
