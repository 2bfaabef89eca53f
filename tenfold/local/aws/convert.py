"""Pulumi inputs -> the parameters of one API operation, checked against the API model on the way.

The value and the model are walked together. What was placed, what has no place and what breaks the model is collected
by Pulumi path, so that a message can name the property the user wrote."""

import base64
import binascii
import datetime
import json
import re
from collections.abc import Mapping
from typing import Any, NamedTuple

from tenfold.local.aws import dest, names, shapes
from tenfold.local.aws.shapes import Shape
from tenfold.local.aws.spec import Operation, Rule, Spec

UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"  # the engine's own mark for "not known before it exists"


class Failure(NamedTuple):
    """One thing wrong with one property."""

    property: str
    reason: str
    here: bool = False
    """Only the local cloud refuses it: AWS takes it."""


def has_unknown(value: Any) -> bool:
    if isinstance(value, Mapping):
        return any(map(has_unknown, value.values()))
    return any(map(has_unknown, value)) if isinstance(value, list) else value == UNKNOWN


def text(value: Any) -> str:
    """A value as the APIs want it in a string: `true`, a comma list, JSON."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list) and not any(isinstance(x, (dict, list)) for x in value):
        return ",".join(map(str, value))
    return json.dumps(value) if isinstance(value, (dict, list)) else str(value)


class Conversion:
    """One conversion for one operation. `strict` also checks enums, ranges, patterns and required members."""

    def __init__(self, spec: Spec, operation: Operation, strict: bool = True) -> None:
        self.spec, self.operation, self.strict = spec, operation, strict
        self.used: set[str] = set()
        self.missed: list[str] = []
        self.bad: list[Failure] = []

    def parameters(self, values: Mapping[str, Any]) -> dict[str, Any]:
        shape = shapes.input_of(self.spec.service, self.operation.name)
        return self.structure(values, shape, "", {})

    # ---- structures
    def structure(self, values: Mapping[str, Any], shape: Shape, path: str, into: dict[str, Any]) -> dict[str, Any]:
        for key, value in values.items():
            if value is not None:
                self._field(key, value, shape, path, into)
        if shape.type_name == "structure":
            _count(into, shape)
        return into

    def _field(self, key: str, value: Any, shape: Shape, path: str, into: dict[str, Any]) -> None:
        here = f"{path}.{key}" if path else key
        plain = names.without_indices(here)
        if plain in self.spec.record:
            return
        if plain in self.spec.refuse:
            self.bad.append(Failure(here, refusal_text(self.spec.refuse[plain]), here=True))
            return
        rule = self.operation.rules.get(plain)
        if rule is None:
            rule = self._by_name(key, value, shape, here, into)
            if rule is None:
                return
        if rule.to is None:
            self.used.add(here)
            return
        if rule.values is not None and value != UNKNOWN:
            if value not in rule.values:
                self.bad.append(Failure(here, f"{value!r} is not one of {', '.join(map(str, rule.values))}"))
                return
            value = rule.values[value]
        if rule.to == ():
            self._spread(value, shape, here, into)
        elif not self._place(into, shape, self._nested(rule.to, shape, path), value, here):
            self.missed.append(here)

    def _spread(self, value: Any, shape: Shape, here: str, into: dict[str, Any]) -> None:
        if value == UNKNOWN:
            return
        if isinstance(value, list):
            value = value[0] if value else {}
        self.structure(value, shape, here, into)

    def _by_name(self, key: str, value: Any, shape: Shape, here: str, into: dict[str, Any]) -> Rule | None:
        """The place that the name alone gives; notes the property as missed where there is none."""
        if shape.type_name == "structure":
            name = shapes.member(shape, key, self.spec.nouns)
            if name:
                return Rule((name,))
            nest = self.operation.nest if here == key else ""
            if nest and (inner := shapes.member(shape.members[nest], key, self.spec.nouns)):
                return Rule((nest, inner))
            if key == "tags" and self.spec.tag_type and "TagSpecifications" in shape.members:
                self.used.add(here)
                if isinstance(value, Mapping):
                    tags = [{"Key": k, "Value": v if v == UNKNOWN else text(v)} for k, v in value.items()]
                    into["TagSpecifications"] = [{"ResourceType": self.spec.tag_type, "Tags": tags}]
                return None
        self.missed.append(here)
        return None

    def _nested(self, to: dest.Dest, shape: Shape, path: str) -> dest.Dest:
        nest = self.operation.nest
        return (nest, *to) if nest and not path and to[0] != nest and to[0] not in shape.members else to

    def _place(self, into: dict[str, Any], shape: Shape, to: dest.Dest, value: Any, path: str) -> bool:
        """Put the converted value at `to`; False when the model has no such place."""
        cursor: Any = into
        for at, part in enumerate(to):
            last = at == len(to) - 1
            if isinstance(part, dest.Key):
                return self._entry(cursor, shape, part.name, value, path)
            if isinstance(part, int):
                shape = shape.member
                cursor = dest.step(cursor, part, dict)
                continue
            if shape.type_name != "structure" or part not in shape.members:
                return False
            shape = shape.members[part]
            if not last:
                cursor = cursor.setdefault(part, [] if shape.type_name == "list" else {})
                continue
            converted = self.value(value, shape, path)
            if isinstance(converted, dict) and isinstance(cursor.get(part), dict):
                cursor[part].update(converted)
            else:
                cursor[part] = converted
        self.used.add(path)
        if isinstance(to[-1], int) and isinstance(value, Mapping):
            self.structure(value, shape, path, cursor)
        return True

    def _entry(self, cursor: Any, shape: Shape, key: str, value: Any, path: str) -> bool:
        self.used.add(path)
        if shape.type_name == "map":
            cursor[key] = self.value(value, shape.value, path)
            return True
        pair = shapes.pair(shape.member)
        if pair is None:
            return False
        cursor.append({pair[0]: key, pair[1]: self.value(value, shape.member.members[pair[1]], path)})
        return True

    # ---- values
    def value(self, value: Any, shape: Shape, path: str) -> Any:
        if value is None or value == UNKNOWN:
            self.used.add(path)
            return value
        if shape.type_name == "structure":
            return self._block(value, shape, path)
        if shape.type_name == "list":
            return self._list(value, shape, path)
        if shape.type_name == "map":
            self.used.add(path)
            return {k: self.value(v, shape.value, f"{path}.{k}") for k, v in value.items()}
        self.used.add(path)
        try:
            converted = scalar(value, shape.type_name)
        except (ValueError, TypeError, binascii.Error):
            self.bad.append(Failure(path, f"{value!r} is not {_KIND.get(shape.type_name, 'a ' + shape.type_name)}"))
            return None
        if self.strict:
            self.bad += [Failure(path, reason) for reason in model_violations(converted, shape)]
        return converted

    def _block(self, value: Any, shape: Shape, path: str) -> Any:
        if isinstance(value, list):
            if "Items" in shape.members:
                into = {"Items": self.value(value, shape.members["Items"], path)} if value else {}
                _count(into, shape)
                return into
            if len(value) > 1:
                self.bad.append(Failure(path, "at most one block"))
                return None
            value = value[0] if value else {}
        if not isinstance(value, Mapping):
            inner = list(shape.members)
            if len(inner) > 1:
                inner = [m for m in ("Value", "Enabled", "Name") if m in shape.members]
            if not inner:
                self.bad.append(Failure(path, f"a block is needed, not {value!r}"))
                return None
            return {inner[0]: self.value(value, shape.members[inner[0]], path)}
        self.used.add(path)
        into = self.structure(value, shape, path, {})
        if self.strict:
            self.bad += [Failure(path, f"{m} is required") for m in shape.required_members if m not in into]
        return into

    def _list(self, value: Any, shape: Shape, path: str) -> list[Any]:
        self.used.add(path)
        pair = shapes.pair(shape.member)
        if isinstance(value, Mapping) and pair and not any(isinstance(x, (dict, list)) for x in value.values()):
            inner = shape.member.members[pair[1]]
            return [{pair[0]: k, pair[1]: self.value(v, inner, f"{path}.{k}")} for k, v in value.items()]
        elements = value if isinstance(value, list) else [value]
        return [self.value(x, shape.member, f"{path}[{i}]") for i, x in enumerate(elements)]


_KIND = {"integer": "a whole number", "long": "a whole number", "float": "a number", "double": "a number"}


def refusal_text(reason: str) -> str:
    return f"refused by the local cloud: {reason}"


def _count(into: dict[str, Any], shape: Shape) -> None:
    """CloudFront's lists are structures that carry their own length."""
    if {"Quantity", "Items"} <= set(shape.members) and (into or "Quantity" in shape.required_members):
        into["Quantity"] = len(into.get("Items") or [])
        if "Enabled" in shape.members:
            into.setdefault("Enabled", bool(into.get("Items")))


def scalar(value: Any, kind: str) -> Any:
    """A scalar in the type that the API needs. Raises ValueError or TypeError where it is not one."""
    if kind == "string":
        return value if isinstance(value, (str, bytes)) else text(value)
    if kind in ("integer", "long"):
        if isinstance(value, bool) or float(value) != int(float(value)):
            raise ValueError(value)
        return int(float(value))
    if kind in ("float", "double"):
        return float(value)
    if kind == "boolean":
        if isinstance(value, bool):
            return value
        if str(value).lower() not in ("true", "false", "enabled", "disabled"):
            raise ValueError(value)
        return str(value).lower() in ("true", "enabled")
    if kind == "blob":
        return value if isinstance(value, bytes) else _bytes(str(value))
    if kind == "timestamp":
        return datetime.datetime.fromisoformat(str(value).replace("Z", "+00:00"))
    return value


def _bytes(value: str) -> bytes:
    """Base64 where it is that; PEM, scripts and other text as they are."""
    try:
        return base64.b64decode(value, validate=True)
    except binascii.Error:
        return value.encode()


def model_violations(value: Any, shape: Shape) -> list[str]:
    """What the model's enum, bounds and pattern say against a value."""
    reasons = []
    enum = getattr(shape, "enum", None)
    if enum and value not in enum:
        reasons.append(f"{value!r} is not one of {', '.join(enum[:12])}{', …' if len(enum) > 12 else ''}")
    if not isinstance(value, bool) and isinstance(value, (int, float, str, bytes)):
        sized = isinstance(value, (str, bytes))
        size, what = (len(value), "length ") if isinstance(value, (str, bytes)) else (value, "")
        least, most = shape.metadata.get("min"), shape.metadata.get("max")
        if least is not None and size < least:
            reasons.append(f"{what}{size} is below the minimum {least}")
        if most is not None and size > most:
            reasons.append(f"{what}{size} is above the maximum {most}")
        if sized and isinstance(value, str) and not _matches(shape.metadata.get("pattern"), value):
            reasons.append(f"{value!r} does not match {shape.metadata['pattern']}")
    return reasons


def _matches(pattern: str | None, value: str) -> bool:
    """The models' patterns are Java's: letter classes are translated, those Python cannot read are not applied."""
    if not pattern:
        return True
    for java, python in ((r"\p{L}", r"\w"), (r"\p{Z}", r"\s"), (r"\p{N}", r"\d")):
        pattern = pattern.replace(java, python)
    try:
        return re.fullmatch(pattern, value) is not None
    except re.error:
        return True
