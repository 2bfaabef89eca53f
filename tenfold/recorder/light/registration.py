"""What the recorder notes of one resource, and how its inputs and outputs are worked out when somebody asks."""

import json
from collections.abc import Mapping
from functools import cache
from typing import Any

from tenfold.graph import UNKNOWN, Place
from tenfold.recorder.errors import short
from tenfold.recorder.light import session
from tenfold.recorder.light.outputs import PRIMITIVE, Output, Resolved, contains_unknowns, resolve_deep
from tenfold.recorder.light.shapes import ANY, INT, Args
from tenfold.recorder.light.values import EnumText, read_back, serialize

State = tuple[dict[str, Any], dict[str, list["Registration"]]]
"""(wire inputs, the resources each of them comes from)"""

_GONE: dict[str, Any] = {}


class Registration:
    __slots__ = (
        "_line",
        "_reference",
        "_state",
        "children",
        "custom",
        "name",
        "number",
        "options",
        "package",
        "parent",
        "properties",
        "protect",
        "provider",
        "providers",
        "qualified",
        "read",
        "table",
        "tier",
        "transformations",
        "type",
        "urn",
    )

    def __init__(self, type_: str, name: str, custom: bool, table: Any, line: tuple[str, int]):
        self.type, self.name, self.custom, self.table, self._line = type_, name, custom, table, line
        self.package = ""  # of a provider: what it provides
        self.read: Any = None  # the id, when it is looked up instead of owned
        self.protect: bool | None = None
        self.provider: Registration | None = None
        self.providers: Mapping[str, Registration] = {}
        self.children: list[Registration] = []
        self.number = 0  # in the order of registration
        self._state: State | None = None
        self._reference = ""

    @property
    def place(self) -> Place:
        return _place(*self._line)

    @property
    def reference(self) -> str:
        """How others name this one as their provider."""
        if not self._reference:
            identity, known, _, _ = self.output("id")
            self._reference = f"{self.urn}::{identity if known else UNKNOWN}"
        return self._reference

    def state(self) -> State:
        if self._state is None:
            if self.table is None:
                self._state = self._plain_state()
            else:
                self._state, self.properties = self._typed_state(self.table), _GONE
        return self._state

    def release(self) -> None:
        """Forgets what it was made from: of 20,000 resources that is a good part of the memory."""
        self.properties, self.options, self._state = _GONE, _GONE, None

    def _plain_state(self) -> State:
        inputs: dict[str, Any] = {}
        sources: dict[str, list[Registration]] = {}
        for key, value in self.properties.items():
            _put(inputs, sources, key, value, ANY, key)
        return inputs, sources

    def _typed_state(self, table: Any) -> State:
        constants, known = table.constants, table.inputs
        inputs: dict[str, Any] = dict(constants) if self.read is None else {}  # to look up, only what is asked
        sources: dict[str, list[Registration]] = {}
        for key, value in self.properties.items():
            if value is None:
                continue
            name, shape, wrapped = known.get(key) or (key, ANY, None)
            if name in constants:
                continue  # the generated constructor ignores the argument
            if wrapped is not None:
                _put(inputs, sources, name, _wrap(value, wrapped), shape, key)
            elif type(value) in PRIMITIVE:
                inputs[name] = value
            else:
                _put(inputs, sources, name, value, shape, key)
        return inputs, sources

    def has_output(self, key: str) -> bool:
        known = self.properties if self.table is None else self.table.outputs
        return key in known or (key == "id" and self.custom)

    def output(self, key: str) -> Resolved:
        """What the output `key` resolves to: an input given back, in token mode a name for it, else unknown."""
        me = (self,)
        if key == "urn":
            return self.urn, True, False, me
        tokens = session.active().tokens
        if key == "id" and self.custom:
            if self.read is not None:
                identity, known, _, _ = resolve_deep(self.read)
                return identity if known else None, known, False, me
            return (f"<{self.urn}#id>", True, False, me) if tokens else (None, False, False, me)
        name, shape, kind = self._output_shape(key)
        input_ = self.state()[0].get(name)
        if input_ is not None:
            value, secret = read_back(input_, shape)
            if kind == "enum" and type(value) is str:
                value = EnumText(value)
            return value, not contains_unknowns(value), secret, me
        if tokens and kind == "string" and self.read is None:
            return f"<{self.urn}#{name}>", True, False, me
        return None, False, False, me

    def _output_shape(self, key: str) -> tuple[str, Any, str]:
        if self.table is None:
            return key, ANY, "other"
        name, kind = self.table.outputs[key]
        input_ = self.table.inputs.get(key)
        return name, input_[1] if input_ else INT if kind == "int" else ANY, kind


@cache
def _place(file: str, line: int) -> Place:
    return Place(short(file), line)


def _put(
    inputs: dict[str, Any], sources: dict[str, list[Registration]], name: str, value: Any, shape: Any, key: str
) -> None:
    dependencies: list[Registration] = []
    wire = serialize(value, shape, dependencies, key)
    if wire is not None:
        inputs[name] = wire
        if dependencies:
            sources[name] = dependencies


def _wrap(value: Any, wrapped: str) -> Output:
    """As the generated constructor does it: `secret`, `json`, `secret-json`."""
    output = Output.from_input(value) if wrapped == "json" else Output.secret(value)
    return output if wrapped == "secret" else output.apply(lambda inner: json.dumps(_plain(inner)))


def _plain(value: Any) -> Any:
    if isinstance(value, Args):
        fields = value._shape.fields() if value._shape else {}
        return {fields[name][0]: _plain(item) for name, item in value.items() if item is not None}
    if isinstance(value, dict):
        return {name: _plain(item) for name, item in value.items()}
    return [_plain(item) for item in value] if isinstance(value, list) else value
