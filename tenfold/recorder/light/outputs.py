"""Outputs: values that are known later, with whether they are known and secret, and the resources they come from.

No futures and no loop: an output is a function that is run once, when someone asks or when the program has ended.
"""

import json
from collections.abc import Callable, Mapping
from typing import Any

from tenfold.recorder.errors import Unsupported
from tenfold.recorder.light import session
from tenfold.recorder.light.shapes import Args, ObjectValue

Resolved = tuple[Any, bool, bool, tuple[Any, ...]]
"""(value, known, secret, resources it came from)"""

PRIMITIVE = frozenset((str, int, bool, float, type(None)))


class Unknown:
    """The value of a nested property that only the cloud can tell."""

    def __repr__(self) -> str:
        return "unknown"


UNKNOWN = Unknown()


def contains_unknowns(value: Any) -> bool:
    if type(value) in PRIMITIVE:
        return False
    if value is UNKNOWN:
        return True
    if isinstance(value, dict):
        return any(contains_unknowns(item) for item in value.values())
    return isinstance(value, list) and any(contains_unknowns(item) for item in value)


class _Annotation:
    """`pulumi.Input[str]` and its like only ever stand in signatures."""

    def __class_getitem__(cls, item: Any) -> Any:
        return cls


class Input(_Annotation):
    pass


class Inputs(_Annotation):
    pass


class InputType(_Annotation):
    pass


class Output(_Annotation):
    __slots__ = ("_resolve", "_resolved")

    def __init__(self, resolve: Callable[[], Resolved]):
        self._resolve: Callable[[], Resolved] | None = resolve
        self._resolved: Resolved | None = None
        session.active().pending.append(self)

    def resolve(self) -> Resolved:
        if self._resolved is None:
            resolve = self._resolve
            if resolve is None:
                raise RuntimeError("an Output depends on itself")
            self._resolve = None
            self._resolved = resolve()
        return self._resolved

    def apply(self, func: Callable[[Any], Any], run_with_unknowns: bool = False) -> "Output":
        def resolve() -> Resolved:
            value, known, secret, resources = self.resolve()
            if not known:
                if not run_with_unknowns:
                    return None, False, secret, resources
                if not contains_unknowns(value):
                    value = UNKNOWN
            result = func(value)
            if isinstance(result, Output):
                value, known, inner_secret, inner_resources = result.resolve()
                return value, known, secret or inner_secret, resources + inner_resources
            if hasattr(result, "__await__"):
                raise Unsupported("an async callback in `apply`")
            return result, not contains_unknowns(result), secret, resources

        return Output(resolve)

    def __getattr__(self, name: str) -> "Output":
        if name.startswith("__"):
            raise AttributeError(f"'Output' object has no attribute '{name}'")
        return self.apply(lambda value: UNKNOWN if value is UNKNOWN else getattr(value, name), True)

    def __getitem__(self, key: Any) -> "Output":
        return self.apply(lambda value: UNKNOWN if value is UNKNOWN else value[key], True)

    def __iter__(self) -> Any:
        raise TypeError("'Output' object is not iterable, consider iterating the underlying value inside an 'apply'")

    def __str__(self) -> str:
        raise TypeError(
            "an Output was turned into text (an f-string, str(), format()); its value is not there yet: "
            "use pulumi.Output.concat, pulumi.Output.format or apply"
        )

    def __format__(self, spec: str) -> str:
        return str(self)

    def __bool__(self) -> bool:
        return True

    def get(self) -> Any:
        raise RuntimeError("Cannot call '.get' during update or preview; use '.apply' instead.")

    @staticmethod
    def from_input(value: Any) -> "Output":
        return Output(lambda: resolve_deep(value))

    @staticmethod
    def secret(value: Any) -> "Output":
        def resolve() -> Resolved:
            inner, known, _, resources = resolve_deep(value)
            return inner, known, True, resources

        return Output(resolve)

    @staticmethod
    def unsecret(value: "Output") -> "Output":
        def resolve() -> Resolved:
            inner, known, _, resources = value.resolve()
            return inner, known, False, resources

        return Output(resolve)

    @staticmethod
    def all(*values: Any, **named: Any) -> "Output":
        if values and named:
            raise ValueError("Output.all() was supplied a mix of named and unnamed inputs")
        return Output(lambda: resolve_deep(named if named else list(values)))

    @staticmethod
    def concat(*values: Any) -> "Output":
        return Output.all(*values).apply("".join)

    @staticmethod
    def format(format_string: Any, *values: Any, **named: Any) -> "Output":
        parts = Output.from_input([format_string, list(values), dict(named)])
        return parts.apply(lambda part: part[0].format(*part[1], **part[2]))

    @staticmethod
    def json_dumps(obj: Any, **options: Any) -> "Output":
        if options:
            return Output.from_input(obj).apply(lambda value: json.dumps(value, **options))
        return Output(lambda: _as_json(obj))

    @staticmethod
    def json_loads(s: Any, **options: Any) -> "Output":
        return Output.from_input(s).apply(lambda value: json.loads(value, **options))


class Ref(Output):
    """An output property of a resource, made when the program reads it."""

    __slots__ = ("key", "resource")

    def __init__(self, resource: Any, key: str):
        self.resource, self.key = resource, key
        self._resolved = None

    def resolve(self) -> Resolved:
        known = self._resolved
        if known is None:
            known = self._resolved = self.resource.output(self.key)
        return known


def resolve_deep(value: Any) -> Resolved:
    """A value with every output inside it replaced by what it resolves to."""
    kind = type(value)
    if kind in PRIMITIVE:
        return value, True, False, ()
    if kind is dict:
        return _resolve_mapping(value)
    if kind is list:
        return _resolve_sequence(value)
    if isinstance(value, Output):
        inner, known, secret, resources = value.resolve()
        if type(inner) in PRIMITIVE or not known:
            return inner, known, secret, resources
        inner, inner_known, inner_secret, inner_resources = resolve_deep(inner)
        return inner, known and inner_known, secret or inner_secret, resources + inner_resources
    if value is UNKNOWN:
        return value, False, False, ()
    if kind is ObjectValue:
        value = {key: item for key, item in value.items() if key in value._wires}  # what its type declares
    if isinstance(value, Mapping) and value:
        return _resolve_mapping(value)
    if isinstance(value, list | tuple) and value:
        return _resolve_sequence(value)
    return value, True, False, ()


def _as_json(value: Any) -> Resolved:
    """JSON of a value with outputs inside. The encoder asks about each thing that it does not know, which saves a walk
    through the rest; what it refuses is told as after that walk."""
    known, secret, resources = True, False, ()

    def resolve_leaf(item: Any) -> Any:
        nonlocal known, secret, resources
        inner, inner_known, inner_secret, inner_resources = resolve_deep(item)
        if inner is item and inner_known:
            raise TypeError(f"Object of type {type(item).__name__} is not JSON serializable")
        known, secret, resources = known and inner_known, secret or inner_secret, resources + inner_resources
        return None if inner is item else inner

    try:
        text = json.dumps(value, default=resolve_leaf)
    except (TypeError, ValueError):
        return Output.from_input(value).apply(json.dumps).resolve()
    return text if known else None, known, secret, resources


def _resolve_sequence(values: list[Any] | tuple[Any, ...]) -> Resolved:
    items: list[Any] = []
    known, secret, resources = True, False, ()
    for value in values:
        if type(value) in PRIMITIVE:
            items.append(value)
            continue
        item, item_known, item_secret, item_resources = resolve_deep(value)
        items.append(item)
        known, secret, resources = known and item_known, secret or item_secret, resources + item_resources
    return (tuple(items) if isinstance(values, tuple) else items), known, secret, resources


def _resolve_mapping(values: Mapping[Any, Any]) -> Resolved:
    items: dict[Any, Any] = {}
    known, secret, resources = True, False, ()
    for key, value in values.items():
        if isinstance(key, Output):
            key, key_known, key_secret, key_resources = key.resolve()
            known, secret, resources = known and key_known, secret or key_secret, resources + key_resources
        if type(value) in PRIMITIVE:
            items[key] = value
            continue
        item, item_known, item_secret, item_resources = resolve_deep(value)
        items[key] = item
        known, secret, resources = known and item_known, secret or item_secret, resources + item_resources
    return (type(values).from_fields(items) if isinstance(values, Args) else items), known, secret, resources
