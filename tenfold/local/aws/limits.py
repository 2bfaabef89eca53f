"""Limits that AWS documents, and neither the API models nor the provider's schema carry: `providers/aws/limits/`.

A file a module (`rds.yaml`), an entry a type, and `everywhere.yaml` for inputs that mean the same in every type:

inputs      {path without indices: a limit, or a list of them}
together    what must be given with what: `in` (a block's path), `when`, then `need`, `none` or `one` (names of inputs
            there), `because` (what follows "needed for …", "not for …")
a limit     `one_of`, `range` or `ranges`, `step`, `form` (forms.py), `length`, `dense` (the most
            characters without white space), `items` (of a list or map), `unique`, `at_least` and `at_most` (the name of
            another input beside it), `not` (a pattern, and `says`), `keys` and `values` (limits
            of a map's); each holds only `when`
when        {name: value, list of values, or {given, not, above, below, like}}, of inputs beside it; `/name`: of the
            top. What is absent has the provider's default; a condition on what is not known yet does not hold.
"""

import functools
import re
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import yaml

from tenfold.local.aws import forms
from tenfold.local.aws.convert import UNKNOWN, Failure, has_unknown
from tenfold.local.aws.names import without_indices
from tenfold.local.aws.table import module_of
from tenfold.providers.aws import input_facts

DATA = input_facts.DATA / "limits"
Limit = Mapping[str, Any]
_NOTHING = (None, "", [])  # an empty block is something: `allow: {}`


class Spot(NamedTuple):
    """A value, where it is, the block it lies in and that block's path."""

    path: str
    value: Any
    block: Mapping[str, Any]
    above: str


@functools.cache
def _file(name: str) -> dict[str, Any]:
    path = DATA / f"{name}.yaml"
    if not path.is_file():
        return {}
    return yaml.load(path.read_bytes(), getattr(yaml, "CSafeLoader", yaml.SafeLoader)) or {}


@functools.cache
def _everywhere() -> list[tuple[re.Pattern[str], list[Limit]]]:
    return [(re.compile(name), _listed(limit)) for name, limit in _file("everywhere")["inputs"].items()]


def of(token: str) -> Mapping[str, Any]:
    """The entry of a type, `{}` for one without."""
    return _file(module_of(token)).get(token) or {}


def against_limits(token: str, inputs: Mapping[str, Any]) -> list[Failure]:
    """What is wrong with inputs of the right types."""
    entry, failures = of(token), list[Failure]()
    for spot in _spots(inputs, "", inputs):
        for limit in _limits(token, entry, spot.path):
            if _hold(limit.get("when"), token, spot.block, spot.above, inputs):
                failures += (
                    Failure(spot.path + at, reason) for at, reason in violations(limit, spot.value, spot.block)
                )
    for rule in entry.get("together", ()):
        for block, path in _blocks(inputs, rule.get("in", "")):
            if _hold(rule.get("when"), token, block, without_indices(path), inputs):
                failures += _together(rule, block, f"{path}." if path else "")
    return failures


def _limits(token: str, entry: Mapping[str, Any], path: str) -> Iterator[Limit]:
    plain = without_indices(path)
    own = entry.get("inputs", {})
    if plain in own:
        yield from _listed(own[plain])
        return
    last = plain.rpartition(".")[2]
    for name, limits in _everywhere():
        if name.fullmatch(last):
            yield from limits
            return
    if form := forms.of_rule(input_facts.fact(token, plain).get("rule", "")):
        yield {"form": form}


def _listed(limit: Any) -> list[Limit]:
    return limit if isinstance(limit, list) else [] if limit is None else [limit]


# ---- where values are
def _spots(block: Mapping[str, Any], above: str, top: Mapping[str, Any]) -> Iterator[Spot]:
    """Every value of a block and of those in it: lists and maps whole, then what is in them."""
    for key, value in block.items():
        path = f"{above}.{key}" if above else key
        if value is not None and value != UNKNOWN:
            yield Spot(path, value, block, above)
            yield from _inside(value, path, block, above, top)


def _inside(value: Any, path: str, block: Mapping[str, Any], above: str, top: Mapping[str, Any]) -> Iterator[Spot]:
    if isinstance(value, Mapping):
        yield from _spots(value, path, top)
    elif isinstance(value, list):
        for at, item in enumerate(value):
            here = f"{path}[{at}]"
            if isinstance(item, Mapping):
                yield from _spots(item, here, top)
            elif item is not None and item != UNKNOWN:
                yield Spot(here, item, block, above)


def _blocks(inputs: Any, path: str, here: str = "") -> Iterator[tuple[Mapping[str, Any], str]]:
    """Every block at a path, with its own."""
    if isinstance(inputs, list):
        for at, item in enumerate(inputs):
            yield from _blocks(item, path, f"{here}[{at}]")
    elif isinstance(inputs, Mapping):
        first, _, rest = path.partition(".")
        if not path:
            yield inputs, here
        elif first in inputs:
            yield from _blocks(inputs[first], rest, f"{here}.{first}" if here else first)


# ---- conditions
def _hold(when: Any, token: str, block: Mapping[str, Any], above: str, top: Mapping[str, Any]) -> bool:
    return all(_holds(name, condition, token, block, above, top) for name, condition in (when or {}).items())


def _holds(name: str, condition: Any, token: str, block: Mapping[str, Any], above: str, top: Mapping[str, Any]) -> bool:
    if name.startswith("/"):
        name, block, above = name[1:], top, ""
    value: Any = block
    for part in name.split("."):
        value = value[0] if isinstance(value, list) and value else value
        value = value.get(part) if isinstance(value, Mapping) else None
    if has_unknown(value):
        return False
    if isinstance(condition, Mapping) and "given" in condition:
        return (value not in _NOTHING) == condition["given"]
    if value is None:
        value = input_facts.fact(token, f"{without_indices(above)}.{name}".strip(".")).get("default")
    return _is(value, condition)


def _is(value: Any, condition: Any) -> bool:
    if isinstance(condition, Mapping):
        tests = {
            "not": lambda limit: not _is(value, limit),
            "above": lambda limit: _number(value) is not None and (_number(value) or 0) > limit,
            "below": lambda limit: _number(value) is not None and (_number(value) or 0) < limit,
            "like": lambda limit: value is not None and re.search(limit, str(value)) is not None,
        }
        return all(tests[test](limit) for test, limit in condition.items())
    if isinstance(condition, list):
        return any(_is(value, one) for one in condition)
    return str(value).lower() == str(condition).lower()


def _number(value: Any) -> float | None:
    try:
        return None if isinstance(value, bool) else float(value)
    except (TypeError, ValueError):
        return None


# ---- limits
def violations(limit: Limit, value: Any, block: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """(Path below the value, what is wrong with it)."""
    if isinstance(value, Mapping):
        yield from _map(limit, value, block)
    elif isinstance(value, list):
        yield from _list(limit, value)
    else:
        reason = _text(limit, value) or _sized(limit, value) or _beside(limit, value, block)
        if reason:
            yield "", reason


def _map(limit: Limit, value: Mapping[str, Any], block: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    if reason := _count(limit, len(value)):
        yield "", reason
    for key, item in value.items():
        if "keys" in limit and (wrong := next(violations(limit["keys"], key, block), None)):
            yield f".{key}", wrong[1]
        elif "values" in limit and item is not None and item != UNKNOWN:
            yield from ((f".{key}", reason) for _, reason in violations(limit["values"], str(item), block))


def _list(limit: Limit, value: list[Any]) -> Iterator[tuple[str, str]]:
    if reason := _count(limit, len(value)):
        yield "", reason
    seen = [item for item in value if item != UNKNOWN]
    for item in seen:
        if limit.get("unique") and seen.count(item) > 1:
            yield "", f"{item!r} is given twice"
            return


def _count(limit: Limit, count: int) -> str:
    least, most = limit.get("items", (None, None))
    if least is not None and count < least:
        return f"{count} given, at least {least} are needed"
    return f"{count} given, at most {most} are allowed" if most is not None and count > most else ""


def _text(limit: Limit, value: Any) -> str:
    shown = ("true" if value else "false") if isinstance(value, bool) else str(value)
    if "one_of" in limit and shown not in map(str, limit["one_of"]):
        return f"{value!r} is not one of {', '.join(map(str, limit['one_of']))}"
    if "not" in limit and re.search(limit["not"], shown):
        return f"{value!r} {limit.get('says', 'is not allowed')}"
    if "length" in limit:
        least, most = limit["length"]
        if not least <= len(shown) <= (most or len(shown)):
            allowed = f"{least} to {most}" if most else f"at least {least}"
            return "must not be empty" if not shown else f"has {len(shown)} characters, {allowed} are allowed"
    if "dense" in limit and (size := len("".join(shown.split()))) > limit["dense"]:
        return f"has {size:,} characters without white space, at most {limit['dense']:,} are allowed"
    return forms.wrong(limit["form"], shown) if "form" in limit else ""


def _sized(limit: Limit, value: Any) -> str:
    ranges = limit.get("ranges") or ([limit["range"]] if "range" in limit else [])
    number = _number(value)
    if number is None or not (ranges or "step" in limit):
        return ""
    if ranges and not any(low <= number and (high is None or number <= high) for low, high in ranges):
        return f"{value} is not {' or '.join(_span(*ends) for ends in ranges)}"
    step = limit.get("step")
    wrong = step and number % step and number not in limit.get("also", ())
    return f"{value} is not a multiple of {step}" if wrong else ""


def _span(low: float, high: float | None) -> str:
    if low == high:
        return str(low)
    return f"at least {low}" if high is None else f"between {low} and {high}"


def _beside(limit: Limit, value: Any, block: Mapping[str, Any]) -> str:
    """Against another input of the same block, `times` it."""
    number = _number(value)
    for word, wrong in (("at_least", "below"), ("at_most", "above")):
        other = limit.get(word)
        against = _number(block.get(other)) if other else None
        if number is None or against is None:
            continue
        against = round(against * limit.get("times", 1), 9)  # 50 × 1.1 is 55.00000000000001
        if number < against if word == "at_least" else number > against:
            factor = f"{limit['times']:g} × " if "times" in limit else ""
            return f"{value} is {wrong} {factor}{other} ({against:g})"
    return ""


def _together(rule: Mapping[str, Any], block: Mapping[str, Any], prefix: str) -> Iterator[Failure]:
    present = {key for key, value in block.items() if value not in _NOTHING and value is not False}
    because = rule.get("because", "")
    for name in rule.get("need", ()):
        if block.get(name) in _NOTHING:
            yield Failure(prefix + name, f"is needed {because}".rstrip())
    for name in rule.get("none", ()):
        if name in present:
            yield Failure(prefix + name, f"is not {because}".rstrip() if because else "is not allowed here")
    if one := rule.get("one"):
        chosen = [name for name in one if name in present]
        if len(chosen) != 1:
            where = chosen[1] if chosen else one[0]
            yield Failure(prefix + where, f"exactly one of {', '.join(one)} is needed {because}".rstrip())
