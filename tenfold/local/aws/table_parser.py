"""One YAML entry -> `table.Spec`. What the entries mean is said in table.py; a wrong key or name is an error."""

import importlib
import re
from collections.abc import Mapping
from typing import Any

from tenfold.local.aws import dest
from tenfold.local.aws.spec import Code, Members, Name, Operation, Reading, Rule, Spec, Tagging

Raw = Mapping[str, Any]


class TableError(Exception):
    """The table itself is wrong: a mistake of ours, found by the tests."""


def spec(token: str, service: str, raw: Raw, tagging_of_file: Tagging | None) -> Spec:
    where, left = token, dict(raw)
    mapping = {path: _rule(to) for path, to in left.pop("map", {}).items()}
    separator = re.sub(r"[a-zA-Z0-9]", "", left.get("import_id", ""))[:1]
    service = left.pop("service", service)
    fields = {
        "map": mapping,
        "create": tuple(operation(o, mapping) for o in left.pop("create")),
        "update": tuple(operation(o, mapping) for o in left.pop("update", ())),
        "delete": tuple(operation(o, mapping) for o in left.pop("delete", ())),
        "after": tuple(operation(o, mapping) for o in left.pop("after", ())),
        "read": tuple(_reading(r) for r in left.pop("read")),
        "sets": tuple(_members(s) for s in left.pop("sets", ())),
        "read_map": {k: function(v) for k, v in left.pop("read_map", {}).items()},
        "out": {k: function(v) for k, v in left.pop("out", {}).items()},
        "id": function(left.pop("id")),
        "lookup": {k: function(v) for k, v in left.pop("lookup", {}).items()},
        "after_update": tuple(function(name) for name in left.pop("after_update", ())),
        "update_hooks": {k: function(v) for k, v in left.pop("update_hooks", {}).items()},
        "hooks": {k: function(v) for k, v in left.pop("hooks", {}).items()},
        "record": _reasons(left.pop("record", {})),
        "refuse": _reasons(left.pop("refuse", {})),
        "prepare": function(left.pop("prepare", None)),
        "prepared": {k: frozenset(v) for k, v in left.pop("prepared", {}).items()},
        "tagging": tagging(left.pop("tagging")) if "tagging" in left else tagging_of_file,
        "rules": tuple(_code("rules", name) for name in left.pop("rules", ())),
        "guards": tuple(_code("guards", name) for name in left.pop("guards", ())),
        "import_separator": separator,
        "import_id": tuple(filter(None, re.split(r"[^a-zA-Z0-9]", left.pop("import_id", "")))),
        "whole": frozenset(left.pop("whole", ())),
        "ends": frozenset(left.pop("ends", ())),
        **({"write_only": frozenset(left.pop("write_only"))} if "write_only" in left else {}),
        **({"nouns": tuple(left.pop("nouns"))} if "nouns" in left else {}),
        **({"name": Name(**left.pop("name"))} if "name" in left else {}),
    }
    try:
        return Spec(token=where, service=service, **fields, **left)
    except TypeError as wrong:
        raise TableError(f"{token}: {wrong}") from None


def operation(raw: str | Raw, mapping: Mapping[str, Rule]) -> Operation:
    if isinstance(raw, str):
        if raw.startswith("guard."):
            return Operation(raw, code=_code("guards", raw.removeprefix("guard.")))
        if raw.startswith("code."):
            return Operation(raw, code=function(raw))
        return Operation(raw, rules=mapping)
    left = dict(raw)
    fields: dict[str, Any] = {"name": left.pop("op"), "update_only": left.pop("phase", "") == "update"}
    fields["rules"] = {**mapping, **{path: _rule(to) for path, to in left.pop("map", {}).items()}}
    if "only" in left:
        fields["only"] = frozenset(left.pop("only"))
    fields["takes"] = frozenset(left.pop("takes", ()))
    for key in ("when", "unless"):
        fields[key] = function(left.pop(key, ""))
    for key in ("const", "default"):
        fields[key] = {dest.parse(place): value for place, value in left.pop(key, {}).items()}
    fields["fetch"] = {dest.parse(place): tuple(source) for place, source in left.pop("fetch", {}).items()}
    for key in ("pair", "around"):
        if key in left:
            fields[key] = tuple(left.pop(key))
    try:
        return Operation(**fields, **left)
    except TypeError as wrong:
        raise TableError(f"{fields['name']}: {wrong}") from None


def tagging(raw: Raw | None) -> Tagging | None:
    return Tagging(**raw) if raw else None


def function(value: Any) -> Any:
    """`code.file.name` -> the function; anything else as it is."""
    if not isinstance(value, str) or not value.startswith("code."):
        return value
    return _code("code", value.removeprefix("code."))


def _code(folder: str, name: str) -> Code:
    """`file.name` -> the function of `<folder>/file.py`."""
    file, _, attribute = name.partition(".")
    place = f"tenfold.local.aws.{folder}.{file}"
    try:
        return getattr(importlib.import_module(place), attribute)
    except (ImportError, AttributeError) as error:
        raise TableError(f"{folder}: {name!r} is not file.function ({error})") from None


def _reasons(raw: Raw) -> dict[str, str]:
    """{reason: [inputs]} -> {input: reason}."""
    return {path: reason for reason, paths in raw.items() for path in paths}


def _rule(raw: Any) -> Rule:
    if raw is None:
        return Rule(None)
    if isinstance(raw, Mapping):
        return Rule(dest.parse(raw["to"]), raw["values"])
    if not raw:
        raise TableError("an empty place: write null for an input that is not in this operation")
    return Rule(() if raw == "." else dest.parse(raw))


def _members(raw: Raw) -> Members:
    left = dict(raw)
    member = tuple(left.pop("member", "").split(".")) if "member" in left else ()
    removed = tuple(left.pop("remove_member").split(".")) if "remove_member" in left else member
    to = function(left.pop("to", None))
    remove_to = function(left.pop("remove_to", None)) or to
    return Members(**left, member=member, remove_member=removed, to=to, remove_to=remove_to)


def _reading(raw: str | Raw) -> Reading:
    if isinstance(raw, str):
        return Reading(raw, code=function(raw)) if raw.startswith("code.") else Reading(raw)
    left = dict(raw)
    path = function(left.pop("path", ""))
    return Reading(left.pop("op"), path, optional=frozenset(left.pop("optional", ())), **left)
