"""Advice for a person, and for a program."""

import textwrap
from collections.abc import Callable, Iterator, Sequence
from math import isinf
from typing import TYPE_CHECKING, Any, NamedTuple

from tenfold.blueprints.architecture import Architecture
from tenfold.foresight import advice, capacity
from tenfold.foresight.advice import LATER, SOON, Advice, Step
from tenfold.foresight.capacity import Row
from tenfold.foresight.signals import Signals
from tenfold.render.lines import WIDTH, labelled_lines, paint, wrapped_lines
from tenfold.wording import quantity

if TYPE_CHECKING:
    from tenfold.foresight.measured_load import Measured

_LABEL = 12
_BESIDE = 30  # columns that a formula needs beside the figures; else it is below them
_SHOWN = 0.02  # rows that are emptier are counted, not listed


class Money(NamedTuple):
    """A size that is set, beside the size that `load` needs; USD a month that the change costs (below 0: saves)."""

    path: str
    set_: str
    asked: str
    usd: float


class Beside(NamedTuple):
    """What is said beside the advice: of simulations, of sizes with their money, of a load that was measured, and what
    all of it rests on."""

    simulated: Sequence[str]
    money: Sequence[Money]
    load: "Sequence[Measured]"
    basis: str


def basis(known: Signals, live: bool, is_stated: Callable[[str], bool]) -> str:
    """The assumptions of the advice. `is_stated`: whether the blueprint sets a field."""
    if known:
        cloudwatch = ", CloudWatch of the last day" if live else ""
        return f"{quantity(len(known), 'signal')}{cloudwatch}, the rest from `load`"
    if is_stated("load.peak"):
        return "computed from `load`, nothing is measured"
    return "computed from users alone: state `load.peak`, or measure"


def as_text(a: Architecture, of: Advice, beside: Beside, color: bool, verbose: bool) -> str:
    heading = " · ".join((*a.title, f"stage {a.stage} {a.stage_name}", beside.basis))
    lines = [paint(line, "bold", color) for line in wrapped_lines(heading, WIDTH)]
    if of.rows:
        lines += ["", *_table(of.rows, a.load.growth, color, verbose), ""]
    lines += _answer(a, of, beside.simulated, color)
    for one in beside.load:
        lines += labelled_lines("measured", f"`{one.path}: {one.value}`: {one.how}", _LABEL)
    for what in capacity.unknown(a) if of.covered else ():
        lines += labelled_lines("not known", what, _LABEL)
    for one in beside.money:
        kind = "over-built" if one.usd < 0 else "under-built"
        saves = f"saves {-one.usd:,.2f}" if one.usd < 0 else f"costs {one.usd:,.2f}"
        lines += labelled_lines(
            kind, f"{one.path} is {one.set_}; `load` asks for {one.asked}, which {saves} USD a month", _LABEL
        )
    for word, when in of.considered:
        lines += labelled_lines("considered", f"{word}: {when}", _LABEL)
    if of.covered:
        lines += labelled_lines("users", f"decide nothing; for as many, published lessons have: {of.users}", _LABEL)
    return "\n".join(line.rstrip() for line in lines) + "\n"


def _answer(a: Architecture, of: Advice, simulated: Sequence[str], color: bool) -> Iterator[str]:
    step = of.step
    if not of.covered and step:
        yield from labelled_lines("not covered", f"{step.because} [{step.source}]", _LABEL)
        yield from _numbered(step.first)
        return
    if step is None:
        row = advice.capacity.fullest(of.rows)
        yield from labelled_lines("bottleneck", "none: every tier is within its limits", _LABEL)
        if row:
            yield from labelled_lines(
                "next", f"{row.name}: {row.share:.0%} of at most {row.at_most:.0%}. {row.how}", _LABEL
            )
            yield from _numbered(advice.limit_step(row).first)
        return
    name = step.bottleneck if step.id == step.bottleneck.replace(" ", "-") else f"{step.bottleneck} ({step.id})"
    head = f"{name}; {'measured' if of.measured else 'computed from `load`'}"
    yield from (paint(line, "yellow", color) for line in labelled_lines("bottleneck", head, _LABEL))
    yield from labelled_lines("because", f"{', '.join(step.seen)}: {step.because} [{step.source}]", _LABEL)
    yield from _numbered(step.first)
    for line in (*simulated, *step.extra):
        yield from labelled_lines("", line, _LABEL)
    if step.capability or step.stage:
        yield from labelled_lines("takes", _takes(a, step), _LABEL)
    for following in of.then:
        yield from labelled_lines("then", f"{following.id}: {', '.join(following.first)} [{following.source}]", _LABEL)
    if of.forbidden:
        yield from labelled_lines("not", f"{', '.join(of.forbidden)}: that will not help here", _LABEL)


def _takes(a: Architecture, step: Step) -> str:
    have = [name for name in step.capability if a.has(name) or (name == "pooling" and a.database.pooling.via != "none")]
    named = [f"{name}{' (is there)' if name in have else ''}" for name in step.capability]
    stage = advice.stage_label(step.stage)
    if step.capability and len(have) == len(step.capability):
        stage = ""
    return ", ".join([*named, *([stage] if stage else [])])


def _numbered(first: Sequence[str]) -> Iterator[str]:
    for number, what in enumerate(first, 1):
        yield from labelled_lines("first" if number == 1 else "", f"{number} {what}", _LABEL)


def _table(rows: Sequence[Row], growth: float, color: bool, verbose: bool) -> Iterator[str]:
    shown = [row for row in rows if verbose or row.full >= _SHOWN]
    wide = max((len(row.name) for row in shown), default=4)
    yield f"  {'at the peak':<{wide}}  {'used':>5}  {'at most':>7}  {'full in':>9}  how"
    for row in shown:
        months = row.months(growth)
        style = "red" if months < SOON else "yellow" if months < LATER else ""
        mark = "!! " if months < SOON else "! " if months < LATER else ""
        usual = f" (usually {row.usual[0] / row.limit:.0%} to {row.usual[1] / row.limit:.0%})" if row.usual else ""
        head = f"  {row.name:<{wide}}  {row.share:>5.0%}  {row.at_most:>7.0%}  {mark + _months(months):>9}  "
        beside = WIDTH - len(head) >= _BESIDE
        indent = " " * (len(head) if beside else 4)
        first, *more = textwrap.wrap(row.how + usual, WIDTH - len(indent), break_on_hyphens=False)
        yield paint(f"{head}{first}" if beside else head.rstrip(), style, color)
        yield from (f"{indent}{line}" for line in (more if beside else [first, *more]))
    if len(shown) < len(rows):
        yield f"  {len(rows) - len(shown)} more are nearly empty: --verbose"
    yield f"  !! within {SOON} months at {growth:.0%} growth a month, ! within {LATER}"


def _months(months: float) -> str:
    if months == 0:
        return "now"
    return (
        "never"
        if isinf(months)
        else f"{months:.0f} months"
        if months >= 1.5
        else "1 month"
        if months >= 0.5
        else "weeks"
    )


def as_json(a: Architecture, of: Advice, beside: Beside) -> dict[str, Any]:
    return {
        "blueprint": {"name": a.name, "environment": a.environment, "stage": a.stage},
        "basis": beside.basis,
        "signals": {name: list(value) if isinstance(value, tuple) else value for name, value in of.signals.items()},
        "covered": of.covered,
        "bottleneck": of.step.bottleneck if of.step else None,
        "advice": _step(of.step) if of.step else None,
        "measured": of.measured,
        "simulated": list(beside.simulated),
        "then": [_step(step) for step in of.then],
        "not": list(of.forbidden),
        "tiers": [_row(row, a.load.growth) for row in of.rows],
        "sizes": [
            {"path": m.path, "is": m.set_, "load_asks_for": m.asked, "usd": round(m.usd, 2)} for m in beside.money
        ],
        "load": [{"path": one.path, "value": one.value, "how": one.how} for one in beside.load],
        "not_known": list(capacity.unknown(a)) if of.covered else [],
        "considered": [{"what": word, "when": when} for word, when in of.considered],
        "users": {"decide": False, "ladders": of.users} if of.covered else {"decide": False},
    }


def _step(step: Step) -> dict[str, Any]:
    return {
        "rule": step.id,
        "bottleneck": step.bottleneck,
        "because": step.because,
        "seen": list(step.seen),
        "first": list(step.first),
        "capabilities": list(step.capability),
        "stage": step.stage,
        "not": list(step.not_),
        "source": step.source,
    }


def _row(row: Row, growth: float) -> dict[str, Any]:
    months = row.months(growth)
    return {
        "tier": row.tier,
        "limit": row.what,
        "used": round(row.used, 4),
        "of": round(row.limit, 4),
        "unit": row.unit,
        "share": round(row.share, 4),
        "at_most": round(row.at_most, 4),
        "usual": [round(used / row.limit, 4) for used in row.usual] if row.usual else None,
        "months": None if isinf(months) else round(months, 1),
        "notice": "alarm" if months < SOON else "warning" if months < LATER else None,
        "measured": row.measured,
        "how": row.how,
    }
