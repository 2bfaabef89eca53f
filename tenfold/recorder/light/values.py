"""Values to the wire and back, as `serialize_property` and `deserialize_property` of pulumi/runtime/rpc.py do it."""

import enum
from collections.abc import Mapping
from typing import Any

from tenfold.graph import RESOURCE, SECRET, SIGNATURE
from tenfold.graph import UNKNOWN as UNKNOWN_WIRE
from tenfold.recorder.errors import Unsupported
from tenfold.recorder.light.assets import Content
from tenfold.recorder.light.outputs import PRIMITIVE, UNKNOWN, Output
from tenfold.recorder.light.shapes import ANY, INT, UNION, Args, ListOf, MapOf, ObjectOf, ObjectValue


class Registered:
    """A resource, as far as values know it: `_light` is its `Registration`, the one name the recorder takes from it."""

    _light: Any


class EnumText(str):
    """An enum-typed output. The SDK gives the member, whose text is not its value: so no text of it here."""

    @property
    def value(self) -> str:
        return str.__str__(self)

    def __str__(self) -> str:
        raise Unsupported("text of an enum-typed output; use .value or pass the Output on")

    def __format__(self, spec: str) -> str:
        return str(self)


def serialize(value: Any, shape: Any, dependencies: list[Any], key: str) -> Any:
    """The wire form. Appends the resources the value comes from to `dependencies`."""
    kind = type(value)
    if kind in PRIMITIVE:
        return value
    if kind is dict:
        return _serialize_mapping(value, shape, dependencies, key)
    if isinstance(value, Output):
        return _serialize_output(value, shape, dependencies, key)
    if kind is list or kind is tuple:
        return _serialize_list(value, shape, dependencies, key)
    if isinstance(value, Args):
        fields = value._shape.fields() if value._shape else {}
        return {
            fields[name][0]: serialize(item, fields[name][1], dependencies, name)
            for name, item in value.items()
            if item is not None
        }
    if isinstance(value, Mapping):
        return _serialize_mapping(value, shape, dependencies, key)
    return _serialize_special(value, shape, dependencies, key)


def _serialize_output(value: Output, shape: Any, dependencies: list[Any], key: str) -> Any:
    inner, known, secret, resources = value.resolve()
    dependencies.extend(resources)
    if not known:
        return {SIGNATURE: SECRET, "value": UNKNOWN_WIRE} if secret else UNKNOWN_WIRE
    if type(inner) not in PRIMITIVE:
        inner = serialize(inner, shape, dependencies, key)
    return {SIGNATURE: SECRET, "value": inner} if secret else inner


def _serialize_list(value: Any, shape: Any, dependencies: list[Any], key: str) -> list[Any]:
    if shape.__class__ is ListOf:
        element = shape.element
    elif shape is ANY:
        element = ANY
    else:
        raise AssertionError(f"While processing input: {key!r}: a list where the SDK expects something else")
    return [item if type(item) in PRIMITIVE else serialize(item, element, dependencies, key) for item in value]


def _serialize_mapping(value: Mapping[str, Any], shape: Any, dependencies: list[Any], key: str) -> dict[str, Any]:
    if shape is UNION:
        raise Unsupported(f"an object for the input {key!r}, which takes text or an object; pass JSON text")
    if shape.__class__ is ObjectOf:
        fields, back = shape.fields(), shape.back()
        wires = {}
        for name in value:
            item = value[name]
            wire, inner = fields.get(name) or (name, back[name][1] if name in back else ANY)
            wires[wire] = item if type(item) in PRIMITIVE else serialize(item, inner, dependencies, name)
        return wires
    element = shape.element if shape.__class__ is MapOf else ANY
    return {
        name: item if type(item) in PRIMITIVE else serialize(item, element, dependencies, name)
        for name, item in value.items()
    }


def _serialize_special(value: Any, shape: Any, dependencies: list[Any], key: str) -> Any:
    if value is UNKNOWN:
        return UNKNOWN_WIRE
    if isinstance(value, Registered):
        resource = value._light
        dependencies.append(resource)
        reference = {SIGNATURE: RESOURCE, "urn": resource.urn}
        if resource.custom:
            identity, known, _, _ = resource.output("id")
            reference["id"] = identity if known else UNKNOWN_WIRE
        return reference
    if isinstance(value, Content):
        content = serialize(getattr(value, value.kind), ANY, dependencies, key)
        return {SIGNATURE: value.signature, value.kind: content}
    if isinstance(value, enum.Enum):
        return value.value
    if isinstance(value, EnumText):
        return value.value
    if isinstance(value, str | int | float):  # subclasses of them
        return value
    if hasattr(value, "__await__"):
        raise Unsupported(f"an awaitable for the input {key!r}")
    if hasattr(value, "__len__") and hasattr(value, "__getitem__") and not isinstance(value, bytes | bytearray | range):
        return serialize(list(value), shape, dependencies, key)
    raise ValueError(f"unexpected input of type {type(value).__name__} for {key}")


def read_back(value: Any, shape: Any) -> tuple[Any, bool]:
    """(the Python value a resource's output shows for a wire value, is any of it secret?)"""
    kind = type(value)
    if kind is str:
        return (UNKNOWN, False) if value == UNKNOWN_WIRE else (value, False)
    if kind is list:
        element = shape.element if shape.__class__ is ListOf else ANY
        pairs = [read_back(item, element) for item in value]
        return [item for item, _ in pairs], any(secret for _, secret in pairs)
    if kind is dict:
        return _read_back_object(value, shape)
    if kind is int and shape is not INT:
        return float(value), False  # the wire knows only doubles; the SDK casts back where the type says int
    if kind is float and shape is INT:
        return int(value), False
    return value, False


def _read_back_object(value: dict[str, Any], shape: Any) -> tuple[Any, bool]:
    mark = value.get(SIGNATURE)
    if mark == SECRET:
        return read_back(value["value"], shape)[0], True
    if mark == RESOURCE:
        return UNKNOWN, False
    secret = False
    if shape.__class__ is ObjectOf:
        back, fields = shape.back(), ObjectValue({name: wire for name, (wire, _) in shape.fields().items()})
        for wire, item in value.items():
            name, inner = back.get(wire) or (wire, ANY)
            fields[name], inner_secret = read_back(item, inner)
            secret = secret or inner_secret
        return fields, secret
    element = shape.element if shape.__class__ is MapOf else ANY
    plain = {}
    for name, item in value.items():
        plain[name], inner_secret = read_back(item, element)
        secret = secret or inner_secret
    return plain, secret
