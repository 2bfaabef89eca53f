"""`database.parameters`, as RDS's parameter groups take them: known names, not those that RDS sets itself, and values
in the parameter's own unit. The table is `parameters.json`, read only when a blueprint sets one."""

import json
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from tenfold.blueprints.rules.rule import Context, Finding, Findings, rule
from tenfold.blueprints.source.words import nearest, one_of

Entry = Mapping[str, Any]
_FORMULA = r".*\{\w+.*\}.*|(GREATEST|LEAST|SUM)\(.*\)"  # RDS evaluates it: {DBInstanceClassMemory/32768}
_BYTES = {"B": 1, "kB": 2**10, "8kB": 2**13, "MB": 2**20, "GB": 2**30, "TB": 2**40}
_TIMES = {"us": 0.001, "ms": 1, "s": 1_000, "min": 60_000, "h": 3_600_000, "d": 86_400_000}
_MYSQL = {"": 1, "K": 2**10, "M": 2**20, "G": 2**30}
_SWITCH = {"on": "1", "true": "1", "yes": "1", "off": "0", "false": "0", "no": "0"}


@cache
def _table() -> dict[str, Any]:
    return json.loads(Path(__file__).with_name("parameters.json").read_bytes())


@rule
def parameters_are_valid(c: Context) -> Findings:
    a, database = c.architecture, c.architecture.database
    for name, value in database.parameters.items() if a.owns_database else ():
        if mistake := _check(database.engine, database.version, name, value):
            code, message, hint = mistake
            route = ("database", "parameters", name)
            yield Finding(code, route, message, hint, key=code != "TF-R122")


def _check(engine: str, version: str, name: str, value: str) -> tuple[str, str, str] | None:
    """(code, message, hint) of the mistake in one parameter; None when it is valid."""
    table, major = _table()[engine], int(version.split(".")[0])
    if name in table["fixed"]:
        return "TF-R121", f"RDS sets {name} itself, and no parameter group can change it.", "Leave it out."
    entries = table["known"].get(name.lower())
    if entries is None:
        return _unknown(engine, table, name)
    fitting = [e for e in entries if engine == "mysql" or e.get("from", 0) <= major <= e.get("till", major)]
    if not fitting:
        since = min(e.get("from", 0) for e in entries)
        last = max(e.get("till", 0) for e in entries)
        reason = f"comes with version {since}" if major < since else f"ended with version {last}"
        return "TF-R120", f"{engine} {major} has no parameter {name}: it {reason}.", "Leave it out."
    mistake = None if re.fullmatch(_FORMULA, value) else _check_value(engine, fitting[-1], value)
    return ("TF-R122", f"{name}: {mistake[0]}", mistake[1]) if mistake else None


def _unknown(engine: str, table: Mapping[str, Any], name: str) -> tuple[str, str, str]:
    near = nearest(name, table["known"])
    hint = f"Did you mean {near[0]}?" if near else ""
    if table["complete"] and "." not in name:
        return "TF-R120", f"{engine} has no parameter {name}.", hint or "Leave it out."
    message = f"{name} is not among the parameters of {engine} known here ({_table()['as_of']}); RDS may refuse it."
    return "TF-R123", message, hint or "Compare it with the parameter group's family in the RDS console."


def _check_value(engine: str, entry: Entry, value: str) -> tuple[str, str] | None:
    """(message, hint) of the mistake in a value; None when it is valid."""
    kind, text = entry["is"], value.strip()
    if kind == "bool" and text not in ("0", "1"):
        switch = _SWITCH.get(text.lower())
        return f"a parameter group takes 0 or 1, not {text}.", f'Write "{switch}".' if switch else "Write 0 or 1."
    if kind == "enum" and text.lower() not in {choice.lower() for choice in entry["of"]} | {"0", "1"}:
        return f"{text} is not one of its values.", f"Valid: {one_of(entry['of'])}."
    if kind in ("int", "real"):
        return _check_number(engine, entry, text)
    return None


def _check_number(engine: str, entry: Entry, text: str) -> tuple[str, str] | None:
    unit = entry.get("unit", "")
    try:
        number = int(text) if entry["is"] == "int" else float(text)
    except ValueError:
        converted = _convert(engine, unit, text)
        expected = f"a number in {unit or 'bytes'}" if converted or unit else "a whole number"
        expected = "a number" if entry["is"] == "real" and not unit else expected
        hint = f'Write "{converted}".' if converted else "Write a number."
        return f"a parameter group takes {expected}, not {text}.", hint
    low, high = entry.get("min", number), entry.get("max", number)
    if low <= number <= high:
        return None
    return f"{text} is out of range.", f"Valid: {low} to {high}{f' ({unit})' if unit else ''}."


def _convert(engine: str, unit: str, text: str) -> str | None:
    """`64MB` in the parameter's own unit, as a whole number; None for a text that is not such a value."""
    match = re.fullmatch(r"(\d+(?:\.\d+)?)\s*([A-Za-z]*)", text)
    if not match:
        return None
    number, suffix = float(match[1]), match[2]
    if engine == "mysql":
        size = _MYSQL.get(suffix.upper().removesuffix("B"))
        return f"{number * size:.0f}" if size else None
    for sizes in (_BYTES, _TIMES):
        if suffix in sizes and unit in sizes:
            return f"{number * sizes[suffix] / sizes[unit]:.0f}"
    return None
