"""The rows of `explain` for alarms: the defaults of each alarm with their reason, set or not."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from tenfold.blueprints.architecture import Architecture
from tenfold.blueprints.grammar.lookup import CHANGES, sections
from tenfold.blueprints.grammar.spelling import written_value
from tenfold.blueprints.origin import SIZING
from tenfold.components.plans.catalogue import as_written, names_in
from tenfold.components.plans.signals import PlannedSignal
from tenfold.stacks.subjects import alarms, kind_of, values

TOP = "signals.alarms"  # as in a blueprint
_ALWAYS = ("threshold", "for")  # the others only of a single alarm


class Default(NamedTuple):
    value: object
    why: str


def with_alarms(rows: list[dict[str, Any]], a: Architecture, path: str) -> list[dict[str, Any]]:
    """The rows of `explain` with those of all alarms: the default of each value that is set, and a row for each that
    is not."""
    known = {row["path"]: row for row in rows if row["path"].startswith(f"{TOP}.")}
    in_force = []
    for name, item in alarms(a).items():
        for field, default in _defaults(a, item).items():
            at = f"{TOP}.{name}.{field}"
            if at in known:
                value = written_value(sections()["Alarm"][field], default.value)
                in_force.append(known.pop(at) | {"default": f"{value}: {default.why}"})
            elif field in _ALWAYS or path.startswith(f"{TOP}.{name}"):
                in_force.append(_row(at, field, default, f"components/alarms/{kind_of(name)}.yaml"))
    silent = {
        row["path"].rpartition(".")[0] for row in in_force if row["path"].endswith(".rings") and not _rings(a, row)
    }
    for row in in_force:
        section, _, field = row["path"].rpartition(".")
        if section in silent and field != "rings":
            row |= {"used": False, "part": row["path"], "why_unused": "`rings` is false"}
    nowhere = {"used": False, "why_unused": f"no such alarm at stage {a.stage}"}
    others = [row | nowhere | {"part": row["path"]} for row in known.values()]
    return [*(row for row in rows if not row["path"].startswith(f"{TOP}.")), *in_force, *others]


def _rings(a: Architecture, row: Mapping[str, Any]) -> bool:
    alarm = a.signals.alarms.get(row["path"].split(".")[2])
    return alarm is None or alarm.rings


def _row(path: str, field: str, default: Default, place: str) -> dict[str, Any]:
    declared = sections()["Alarm"][field]
    return {
        "path": path,
        "value": written_value(declared, default.value),
        "meaning": declared.meaning,
        "origin": SIZING,
        "place": place,
        "why": default.why,
        "change": declared.change,
        "effect": CHANGES[declared.change],
        "used": True,
        "part": "",
        "why_unused": "",
    }


def _defaults(a: Architecture, item: PlannedSignal) -> dict[str, Default]:
    signal = item.signal
    minutes = signal.seconds // 60
    span = f"{signal.breaching} of {signal.periods} periods of {minutes} min beyond the threshold"
    return {
        "threshold": _threshold(a, item),
        "for": Default(signal.seconds * signal.periods, span),
        "severity": Default(None, "every recipient gets every alarm"),
        "rings": Default(True, signal.why),
    }


def _threshold(a: Architecture, item: PlannedSignal) -> Default:
    signal = item.signal
    if item.threshold is None:
        why = f"the number of standard deviations below what is usual at that hour. {signal.why}"
        return Default(("count", float(signal.threshold)), why)
    known = values(a, item.subject)
    inputs = ", ".join(f"{name} {known[name]:.6g}" for name in sorted(names_in(signal.threshold) - {"GiB"}))
    arithmetic = f"{signal.comparison} {signal.threshold}" + (f", with {inputs}" if inputs else "")
    return Default(as_written(signal.unit, item.threshold), f"{arithmetic}. {signal.why}")
