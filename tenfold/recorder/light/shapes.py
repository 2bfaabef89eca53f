"""The shapes of values: how the SDK translates what a program gives, by the tables' types."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

ANY, SCALAR, INT, ENUM, UNION = "any", "scalar", "int", "enum", "union"
PLAIN = {kind: kind for kind in (ANY, SCALAR, INT, ENUM, UNION)}

_camel: dict[str, str] = {}


def camel(name: str) -> str:
    """`vpc_id` -> `vpcId`, as the code generator does it."""
    known = _camel.get(name)
    if known is None:
        first, *rest = name.split("_")
        known = _camel[name] = first + "".join(part[:1].upper() + part[1:] for part in rest)
    return known


class ListOf:
    __slots__ = ("element",)

    def __init__(self, element: Any):
        self.element = element


class MapOf:
    __slots__ = ("element",)

    def __init__(self, element: Any):
        self.element = element


class ObjectOf:
    """A nested type. Its fields are linked on first use: most are never needed."""

    __slots__ = ("_back", "_fields", "_raw", "_required", "_table")

    def __init__(self, table: Any, raw: Mapping[str, Any], required: Sequence[str]):
        self._table, self._raw, self._required = table, raw, required
        self._fields: dict[str, tuple[str, Any]] | None = None
        self._back: dict[str, tuple[str, Any]] | None = None

    def missing(self, fields: Mapping[str, Any]) -> list[str]:
        """Required fields that are not given."""
        of_fields = (name for name, raw in self._raw.items() if isinstance(raw, dict) and raw.get("required"))
        return [name for name in (*self._required, *of_fields) if name not in fields]

    def defaults(self) -> dict[str, Any]:
        """What an `*Args` object says of fields that it was not given."""
        of_fields = {name: raw.get("default") for name, raw in self._raw.items() if isinstance(raw, dict)}
        return {name: value for name, value in of_fields.items() if value is not None}

    def fields(self) -> dict[str, tuple[str, Any]]:
        """Python name -> (name on the wire, shape)."""
        if self._fields is None:
            self._fields = {name: field(self._table, name, raw)[:2] for name, raw in self._raw.items()}
        return self._fields

    def back(self) -> dict[str, tuple[str, Any]]:
        """Name on the wire -> (Python name, shape)."""
        if self._back is None:
            self._back = {wire: (name, shape) for name, (wire, shape) in self.fields().items()}
        return self._back


def field(table: Any, name: str, raw: Any) -> tuple[str, Any, str | None]:
    """A field of the tables: (name on the wire, shape, how its value is wrapped)."""
    if isinstance(raw, dict) and "type" in raw:
        return raw.get("name") or camel(name), table.link(raw["type"]), raw.get("as")
    return camel(name), table.link(raw), None


class ObjectValue(dict):
    """A nested object read back from a resource, or a function's result: keys are attributes too. `_wires`: the names
    on the wire of its keys, which is what an exported one has."""

    __slots__ = ("_wires",)

    def __init__(self, wires: Mapping[str, str], values: Mapping[str, Any] = MappingProxyType({})):
        super().__init__(values)
        self._wires = wires

    def __getattr__(self, key: str) -> Any:
        if key.startswith("__"):
            raise AttributeError(key)
        return self.get(key)


class Args(dict):
    """An instance of a generated `*Args` class."""

    _shape: ObjectOf | None = None

    def __init__(self, **fields: Any):
        if self._shape is not None:
            unexpected = sorted(fields.keys() - self._shape.fields().keys())
            if unexpected:
                name = type(self).__name__
                raise TypeError(f"{name}.__init__() got an unexpected keyword argument '{unexpected[0]}'")
            if missing := self._shape.missing(fields):
                raise TypeError(f"{type(self).__name__}.__init__() missing a required argument: '{missing[0]}'")
            fields |= {name: default for name, default in self._shape.defaults().items() if fields.get(name) is None}
            fields = {name: fields[name] for name in self._shape.fields() if name in fields}  # the order of the class
        super().__init__(fields)

    @classmethod
    def from_fields(cls, fields: Mapping[str, Any]) -> "Args":
        args = cls.__new__(cls)
        args.update(fields)
        return args

    def __getattr__(self, key: str) -> Any:
        if key.startswith("__") or (self._shape is not None and key not in self._shape.fields()):
            raise AttributeError(key)
        return self.get(key)

    def __setattr__(self, key: str, value: Any) -> None:
        self[key] = value


def args_class(name: str, module: str, shape: ObjectOf) -> type[Args]:
    return type(name, (Args,), {"_shape": shape, "__module__": module})
