"""Values back in the form a blueprint writes them: 7 days are `7d`, 0.7 is `70%`."""

from collections.abc import Callable
from typing import Any, get_args

from blueprints.fields import Measured
from blueprints.units import Unit


def written(info: Any, value: object) -> str:
    """A value in base units as a blueprint would write it; `info` is its pydantic FieldInfo, or None."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if value is None:
        return "none"
    unit = _unit_of(info)
    if unit is None:
        return f"[{', '.join(map(str, value))}]" if isinstance(value, tuple) else str(value)
    return _WRITERS.get(unit.name, str)(value)


def _unit_of(info: Any) -> Unit | None:
    """The unit sits in an argument of the annotation `Annotated[…] | None`; of a required field, in its metadata."""
    kinds = [info.annotation, *get_args(info.annotation)] if info else []
    marks = [mark for kind in kinds for mark in getattr(kind, "__metadata__", ())] + (info.metadata if info else [])
    return next((mark.unit for mark in marks if isinstance(mark, Measured)), None)


def _seconds(value: float) -> str:
    if value != int(value):
        return f"{round(value * 1000)}ms"
    parts = []
    rest = int(value)
    for letter, size_ in (("d", 86400), ("h", 3600), ("m", 60)):
        if rest >= size_ and (letter != "d" or rest % size_ == 0):
            parts.append(f"{rest // size_}{letter}")
            rest %= size_
    return "".join(parts) + (f"{rest}s" if rest or not parts else "")


def _counted(value: int) -> str:
    for times, letter in ((1_000_000, "M"), (1_000, "k")):
        if value >= times and value % (times // 10) == 0:
            return f"{value / times:.12g}{letter}"
    return str(value)


def _target(value: tuple[str, float]) -> str:
    kind, level = value
    return f"{level * 100:.10g}%" if kind == "cpu" else f"{level:g} requests/server"


_WRITERS: dict[str, Callable[..., str]] = {
    "duration": _seconds,
    "latency": _seconds,
    "days": lambda value: f"{value}d",
    "size": lambda value: f"{value}GiB",
    "percentage": lambda value: f"{value * 100:.10g}%",
    "rate": lambda value: f"{value:.6g} requests/s",
    "count": _counted,
    "growth": lambda value: f"{value * 100:.6g}%/month",
    "amount": lambda value: f"{value:.10g} USD/month",
    "target": _target,
    "range": lambda value: str(value[0]) if value[0] == value[1] else f"{value[0]}-{value[1]}",
}
