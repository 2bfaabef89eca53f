"""Signals: what was measured of an application, by the names of `data/advice.yaml`; read from a file and checked."""

import math
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from tenfold.blueprints.source import document
from tenfold.blueprints.source.document import Source, Unreadable
from tenfold.blueprints.source.problem import Problem
from tenfold.blueprints.source.report import problem_at, unreadable
from tenfold.blueprints.source.words import nearest
from tenfold.failure import WrongBlueprint

Signals = Mapping[str, Any]
"""By name: numbers in base units (shares as fractions, milliseconds where the name says latency or rtt, seconds
elsewhere), true or false, a word, or words."""

_UNITS = {"share": {"%": 0.01}, "ms": {"ms": 1, "s": 1000}, "seconds": {"ms": 0.001, "s": 1, "m": 60, "h": 3600},
          "number": {"k": 1e3, "M": 1e6}, "rate": {"/s": 1, "k/s": 1e3}}  # fmt: skip
_FORMS = {
    "share": "a share: 0.7 or 70%",
    "ms": "milliseconds: 500, 500ms or 2s",
    "seconds": "seconds: 30, 30s or 5m",
    "number": "a number that is not negative: 300, 5k or 1.5M",
    "rate": "a number a second: 900 or 900/s",
    "yes": "true or false",
}


@cache
def data() -> Mapping[str, Any]:
    return document.load_data(Path(__file__).parent / "data" / "advice.yaml")


def read(file: Path) -> Signals:
    """A JSON (or YAML) file with an object of signals, also nested: {"cpu": {"server": 0.9}} is cpu.server. Raises
    `WrongBlueprint` with every problem: an unknown name, a value of another kind."""
    try:
        source = document.read(file)
    except Unreadable as error:
        raise WrongBlueprint([unreadable(str(file), error)]) from None
    values: dict[str, Any] = {}
    problems: list[Problem] = []
    _walk(source, (), source.data, values, problems)
    if problems:
        raise WrongBlueprint(problems)
    return values


def _walk(
    source: Source, above: tuple[str, ...], inner: Mapping[str, Any], values: dict[str, Any], problems: list[Problem]
) -> None:
    known = data()["signals"]
    for key, value in inner.items():
        route = (*above, key)
        name = ".".join(route)
        if name in known:
            try:
                values[name] = value_of(known[name][0], value)
            except ValueError as wrong:
                hint = f"{name}: {known[name][1]}."
                problems.append(problem_at(source, "TF-A002", route, f"Not {wrong}.", hint))
        elif isinstance(value, Mapping) and any(other.startswith(f"{name}.") for other in known):
            _walk(source, route, value, values, problems)
        else:
            near = nearest(name, known, 3)
            hint = f"Nearest: {', '.join(near)}." if near else f"There are {', '.join(known)}."
            problems.append(problem_at(source, "TF-A001", route, f"There is no signal `{name}`.", hint, key=True))


def value_of(kind: Any, value: Any) -> Any:
    """The value in base units. Raises ValueError that says what would be valid."""
    if isinstance(kind, list):
        if value not in kind:
            raise ValueError(valid(kind))
        return value
    if kind == "yes" and isinstance(value, bool):
        return value
    if kind == "words":
        words = [value] if isinstance(value, str) else value
        if isinstance(words, list) and all(word in data()["considered"] for word in words):
            return tuple(words)
    if kind not in ("yes", "words"):
        number = _number(kind, value)
        if number is not None and 0 <= number < math.inf and (kind != "share" or number <= 1):
            return number
    raise ValueError(valid(kind))


def valid(kind: Any) -> str:
    """In words."""
    if kind == "words":
        return f"a list of {', '.join(data()['considered'])}"
    return f"one of {', '.join(kind)}" if isinstance(kind, list) else _FORMS[kind]


def _number(kind: str, value: Any) -> float | None:
    if isinstance(value, int | float) and not isinstance(value, bool):
        return float(value)
    match = re.fullmatch(r"([0-9]+(?:\.[0-9]+)?) ?([a-zA-Z%/]+)", value) if isinstance(value, str) else None
    factor = _UNITS[kind].get(match[2]) if match else None
    return float(match[1]) * factor if match and factor is not None else None
