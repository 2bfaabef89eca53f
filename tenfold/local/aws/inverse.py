"""What the API answers -> Pulumi values. The Pulumi type drives it, so nothing foreign leaks into the state."""

import contextlib
import datetime
from collections.abc import Mapping
from typing import Any

import jmespath

from tenfold.local.aws import dest, names
from tenfold.local.aws.schema import Type
from tenfold.local.aws.spec import Spec

_ABSENT = object()


def properties(answer: Mapping[str, Any], types: Mapping[str, Type], spec: Spec, path: str = "") -> dict[str, Any]:
    """Every property of `types` that the answer holds; `path` is the block's own, "" at the top."""
    fields = {}
    for key, kind in types.items():
        value = read(answer, key, kind, spec, f"{path}.{key}" if path else key)
        if value is not None:
            fields[key] = value
    return fields


def read(answer: Mapping[str, Any], key: str, kind: Type, spec: Spec, path: str) -> Any:
    """One property: through `read_map`, the inverse of `map`, or the names."""
    how = spec.read_map.get(path, _ABSENT)
    if how is None:
        return None
    if how is not _ABSENT:
        return value(how(answer) if callable(how) else jmespath.search(how, answer), kind, spec, path)
    rule = spec.map.get(path)
    if rule is None or rule.to is None:
        return value(names.pick(answer, key, spec.nouns), kind, spec, path)
    if rule.to == ():
        return value(answer, kind, spec, path)
    got = dest.get(answer, rule.to)
    if got is None:
        got = names.pick(answer, key, spec.nouns)
    if rule.values is not None:
        got = next((ours for ours, theirs in rule.values.items() if theirs == got), got)
    return value(got, kind, spec, path)


def value(got: Any, kind: Type, spec: Spec, path: str) -> Any:
    """A value of the Pulumi type `kind` (see schema.py), or None where the answer has none."""
    if got is None:
        return None
    if isinstance(kind, dict):
        if isinstance(got, list):
            got = got[0] if got and isinstance(got[0], dict) else {}
        return properties(got, kind, spec, path) or None if isinstance(got, Mapping) else None
    if isinstance(kind, list):
        return _list(got, kind[1], spec, path) if kind[0] == "l" else _map(got)
    if isinstance(got, list):  # a single value here, a list there (DLM's `times`)
        return value(got[0], kind, spec, path) if len(got) == 1 else None
    if isinstance(got, Mapping):
        for member in ("Value", "Enabled", "Name", "State", "Id"):
            if member in got:
                return value(got[member], kind, spec, path)
        return value(next(iter(got.values())), kind, spec, path) if len(got) == 1 else None
    return scalar(got, kind)


def _list(got: Any, kind: Type, spec: Spec, path: str) -> list[Any]:
    if isinstance(got, Mapping):
        got = got.get("Items", [] if "Quantity" in got else [got])
    if isinstance(got, str):
        got = got.split(",") if got else []
    return [value(x, kind, spec, path) for x in got or []]


def _map(got: Any) -> Any:
    if isinstance(got, Mapping) and "Items" in got:
        got = got["Items"]
    if not isinstance(got, list):
        return got
    pairs = (("Key", "Value"), ("TagKey", "TagValue"), ("Name", "Value"))
    return {x[k]: x.get(v) for x in got for k, v in pairs if k in x}


def scalar(got: Any, kind: str) -> Any:
    if isinstance(got, datetime.datetime):
        return got.strftime("%Y-%m-%dT%H:%M:%SZ")
    with contextlib.suppress(ValueError, TypeError):
        if kind == "s":
            if isinstance(got, bool):
                return "true" if got else "false"
            return str(int(got)) if isinstance(got, float) and got.is_integer() else str(got)
        if kind == "i":
            return int(float(got))
        if kind == "f":
            return float(got)
        if kind == "b":
            return got if isinstance(got, bool) else str(got).lower() in ("true", "enabled")
        return got
    return None
