"""Writes values as a blueprint does: 7 days are `7d`, 0.7 is `70%`."""

from collections.abc import Callable

from tenfold.blueprints.grammar.lookup import Field


def written_value(field: Field | None, value: object) -> str:
    """A value in base units as a blueprint would write it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if value is None:
        return "none"
    unit = field.kind.get("unit") if field else None
    if unit is None:
        return f"[{', '.join(map(str, value))}]" if isinstance(value, tuple) else str(value)
    return _WRITERS.get(unit, str)(value)


def _seconds(value: float) -> str:
    if value != int(value):
        return f"{round(value * 1000)}ms"
    parts = []
    rest = int(value)
    for letter, seconds in (("d", 86400), ("h", 3600), ("m", 60)):
        if rest >= seconds and (letter != "d" or rest % seconds == 0):
            parts.append(f"{rest // seconds}{letter}")
            rest %= seconds
    return "".join(parts) + (f"{rest}s" if rest or not parts else "")


def _counted(value: int) -> str:
    for times, letter in ((1_000_000, "M"), (1_000, "k")):
        if value >= times and value % (times // 10) == 0:
            return f"{value / times:.12g}{letter}"
    return str(value)


def _target(value: tuple[str, float]) -> str:
    kind, level = value
    return f"{level * 100:.10g}%" if kind == "cpu" else f"{level:g} requests/server"


def threshold(value: tuple[str, float]) -> str:
    """As `signals.alarms` takes it: ("percent", 90) is `90%`."""
    kind, number = value
    if kind == "bytes":
        return f"{number / 2**30:.10g}GiB" if number >= 2**30 else f"{number / 2**20:.10g}MiB"
    if kind == "seconds":
        return _seconds(number)
    return f"{number:.10g}%" if kind == "percent" else f"{number:.12g}"


_WRITERS: dict[str, Callable[..., str]] = {
    "duration": _seconds,
    "latency": _seconds,
    "number of days": lambda value: f"{value}d",
    "size": lambda value: f"{value}GiB",
    "answer size": lambda value: f"{value / 1024:.10g}MiB" if value >= 1024 else f"{value:.10g}KiB",
    "amount of memory": lambda value: f"{value:g}GiB" if value >= 1 else f"{value * 1024:g}MiB",
    "amount of CPU": lambda value: f"{value:g}" if value == int(value) else f"{value * 1000:g}m",
    "percentage": lambda value: f"{value * 100:.10g}%",
    "rate": lambda value: f"{value:.6g} requests/s",
    "count": _counted,
    "growth": lambda value: f"{value * 100:.6g}%/month",
    "amount": lambda value: f"{value:.10g} USD/month",
    "target": _target,
    "threshold": threshold,
    "range": lambda value: str(value[0]) if value[0] == value[1] else f"{value[0]}-{value[1]}",
}
