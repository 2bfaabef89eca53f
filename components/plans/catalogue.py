"""The catalogue of golden signals (alarms/) and the arithmetic from intent to thresholds. Pure: no Pulumi."""

import ast
import operator
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal, NamedTuple, get_args

import yaml

FOLDER = Path(__file__).parents[1] / "alarms"
# What a threshold is measured in, and what one of it is in percent, seconds, bytes or pieces.
UNITS: Mapping[str, tuple[str, float]] = {
    "percent": ("percent", 1),
    "seconds": ("seconds", 1),
    "milliseconds": ("seconds", 0.001),
    "microseconds": ("seconds", 0.000001),
    "bytes": ("bytes", 1),
    "count": ("count", 1),
}
GOLDEN_SIGNALS = ("latency", "traffic", "errors", "saturation")
Comparison = Literal["above", "below", "below_usual"]
COMPARISONS: tuple[Comparison, ...] = get_args(Comparison)


class Metric(NamedTuple):
    name: str
    namespace: str
    dimensions: tuple[str, ...]
    statistic: str
    fixed: Mapping[str, str] = MappingProxyType({})
    """Further dimensions, whatever the subject: an operation."""


class Signal(NamedTuple):
    """One golden signal of one kind of subject, as in alarms/. `threshold` is "" for what is only drawn."""

    name: str
    golden: str
    metrics: Mapping[str, Metric]  # by the id that `expression` uses; a plain metric is alone and called "value"
    expression: str
    comparison: Comparison | Literal[""]
    threshold: str
    seconds: int
    breaching: int
    periods: int
    missing: str
    when: str
    actions: tuple[str, ...]
    why: str
    look: str
    region: str = ""  # where the metrics are, when that is not the subject's own region
    unit: str = "count"  # of the threshold: one of UNITS
    protects: bool = False  # rings before data is lost

    @property
    def alarms(self) -> bool:
        return bool(self.comparison)


class Kind(NamedTuple):
    """What can be observed of one kind of subject."""

    name: str
    title: str
    dimensions: tuple[str, ...]  # every dimension that one of its signals needs
    signals: tuple[Signal, ...]


Kinds = Mapping[str, Mapping[str, Any]]
"""By name, as a file of alarms/ is written."""


@cache
def kinds() -> list[str]:
    return sorted(file.stem for file in FOLDER.glob("*.yaml"))


def kind(name: str, more: Kinds = MappingProxyType({})) -> Kind:
    """`more`: further kinds by name, and of those here further signals; as a file of alarms/ is written.

    Raises ValueError for a kind that is in neither, and for what is wrong with one of `more`.
    """
    if name not in more:
        return _ours(name)
    added = _theirs(name, more[name])
    if name not in kinds():
        return added
    ours = _ours(name)
    if twice := sorted({signal.name for signal in ours.signals} & {signal.name for signal in added.signals}):
        raise ValueError(f"tenfold has a signal {', '.join(twice)} of {name} already; choose another name")
    needed = dict.fromkeys((*ours.dimensions, *added.dimensions))
    return Kind(name, ours.title, tuple(needed), (*ours.signals, *added.signals))


@cache
def _ours(name: str) -> Kind:
    try:
        written = (FOLDER / f"{name}.yaml").read_text(encoding="utf-8")
    except FileNotFoundError:
        raise ValueError(f"nothing is known about kind {name!r}; there are {', '.join(kinds())}") from None
    return _kind(name, yaml.load(written, yaml.CSafeLoader))


def _theirs(name: str, body: Mapping[str, Any]) -> Kind:
    try:
        read = _kind(name, body)
    except KeyError as error:
        raise ValueError(f"a kind or a signal has no {error}") from None
    except (TypeError, AttributeError):
        raise ValueError("a kind has `title`, `namespace`, `dimensions` and `signals`, each of them a block") from None
    for signal in read.signals:
        if signal.golden not in GOLDEN_SIGNALS:
            raise ValueError(f"`signal` of {signal.name} must be one of {', '.join(GOLDEN_SIGNALS)}")
        if signal.comparison in ("above", "below"):
            names_in(signal.threshold)
    return read


def _kind(name: str, body: Mapping[str, Any]) -> Kind:
    signals = tuple(_signal(key, value, body) for key, value in body["signals"].items())
    needed = dict.fromkeys(d for signal in signals for metric in signal.metrics.values() for d in metric.dimensions)
    return Kind(name, body["title"], tuple(needed), signals)


def _signal(name: str, body: Mapping[str, Any], kind: Mapping[str, Any]) -> Signal:
    comparison: Comparison | Literal[""] = next((word for word in COMPARISONS if word in body), "")
    sources = body.get("metrics") or {"value": body}
    return Signal(
        name=name,
        golden=body["signal"],
        metrics={key: _metric(value, kind) for key, value in sources.items()},
        expression=body.get("expression", ""),
        comparison=comparison,
        threshold=str(body.get(comparison, "")),
        seconds=body["minutes"] * 60,
        breaching=body.get("breaching", 1),
        periods=body.get("of", 1),
        missing=body.get("missing", "missing"),
        when=body.get("when", ""),
        actions=tuple(body.get("actions", ())),
        why=body.get("why", ""),
        look=body.get("look", ""),
        region=kind.get("region", ""),
        unit=body.get("unit", "count"),
        protects=body.get("protects", False),
    )


def _metric(body: Mapping[str, Any], kind: Mapping[str, Any]) -> Metric:
    return Metric(
        name=body["metric"],
        namespace=body.get("namespace", kind["namespace"]),
        dimensions=tuple(body.get("dimensions", kind["dimensions"])),
        statistic=body["statistic"],
        fixed=body.get("fixed", {}),
    )


def in_unit(unit: str, number: float) -> float:
    """Percent, seconds, bytes or pieces in a metric's unit: 0.25 s are 250 milliseconds."""
    return float(f"{number / UNITS[unit][1]:.12g}")


def as_written(unit: str, number: float) -> tuple[str, float]:
    """The way back: 250 milliseconds are ("seconds", 0.25)."""
    measure, size = UNITS[unit]
    return measure, float(f"{number * size:.12g}")


_OPERATORS: Mapping[type, Callable[..., float]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
}
_FUNCTIONS: Mapping[str, Callable[..., float]] = {"max": max, "min": min}


def evaluate(expression: str, values: Mapping[str, float]) -> float:
    """`saturation * 100` with `{"saturation": 0.7}` is 70.0.

    Numbers, names, + - * /, parentheses, min() and max(); nothing else. A name without a value raises KeyError with the
    name; other syntax raises ValueError. Rounded to twelve digits: a threshold reads 70, not 70.00000000000001.
    """

    def value(node: ast.expr) -> float:
        match node:
            case ast.Constant(value=int() | float() as number):
                return number
            case ast.Name(id=name):
                return values[name]
            case ast.BinOp(left=left, op=op, right=right) if type(op) in _OPERATORS:
                return _OPERATORS[type(op)](value(left), value(right))
            case ast.Call(func=ast.Name(id=name), args=arguments, keywords=[]) if name in _FUNCTIONS:
                return _FUNCTIONS[name](*map(value, arguments))
        raise ValueError(f"not arithmetic: {expression!r}")

    return float(f"{value(_parsed(expression)):.12g}")


@cache
def names_in(expression: str) -> frozenset[str]:
    """The names an expression needs values for. Raises ValueError for what is not arithmetic."""
    names = {node.id for node in ast.walk(_parsed(expression)) if isinstance(node, ast.Name)}
    return frozenset(names - set(_FUNCTIONS))


@cache
def _parsed(expression: str) -> ast.expr:
    try:
        return ast.parse(expression, mode="eval").body
    except SyntaxError:
        raise ValueError(f"not arithmetic: {expression!r}") from None
