"""Writes tables/: what the light recorder must know of each class in types/, read off the installed packages.

    python -m tenfold.recorder.light.make_tables

One JSON file a module, one line an entry, so that a new SDK shows as a diff people can read. Names and types come from
the metadata the SDK itself translates with; the rest (required inputs, secrets, constants) from reading each generated
constructor, statement by statement. A statement that is not understood stops the generation: nothing is guessed.

A type says how the SDK translates a value:
  any, scalar, int, enum     as it is        union    text, or an object the recorder refuses
  "VpcArgs"                  an object       [T]      a list         {"*": T}    a map
"""

import enum
import importlib
import inspect
import json
import sys
import typing
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pulumi
import yaml
from pulumi import _types

from tenfold.recorder.light.constructor import Constructor, read_constructor
from tenfold.recorder.light.shapes import camel
from tenfold.recorder.light.tables import PACKAGES, TABLES

HERE = Path(__file__).parent


class Module:
    """The table of one module while it is being written."""

    def __init__(self, name: str):
        self.module = importlib.import_module(name)
        self.name = name
        self.types: dict[str, dict[str, Any]] = {}
        self.borrowed: dict[str, dict[str, Any]] = {}
        """Nested types of other modules, which a program finds there and not here."""
        self.enums: dict[str, dict[str, Any]] = {}
        self._names: dict[type, str] = {}

    def sections(self, names: Mapping[str, Sequence[str]]) -> dict[str, dict[str, Any]]:
        """What the table holds: the listed classes and functions, and the nested types they and the program name."""
        for name in names.get("types", ()):
            self.type_of(getattr(self.module, name))
        classes = {name: self.resource(getattr(self.module, name)) for name in names.get("classes", ())}
        functions = {name: self.function(getattr(self.module, name)) for name in names.get("functions", ())}
        return {"classes": classes, "functions": functions, "types": self.types, "borrowed": self.borrowed}

    def type_of(self, hint: Any) -> Any:
        """A type hint in the table's notation."""
        hint = _types.unwrap_type(hint)
        if hint is typing.Any:
            return "any"
        alternatives = (hint, *typing.get_args(hint))
        enums = [a for a in alternatives if isinstance(a, type) and issubclass(a, enum.Enum)]
        if enums:
            for choices in enums:
                self._enum(choices)
            return "enum"
        if isinstance(hint, type) and _types.is_input_type(hint):
            return self._object(hint)
        if any(isinstance(a, type) and _types.is_input_type(a) for a in typing.get_args(hint)):
            return "union"
        return self._container(hint)

    def _container(self, hint: Any) -> Any:
        origin, arguments = typing.get_origin(hint), typing.get_args(hint)
        if hint in (list, Sequence):
            return ["any"]
        if origin in (list, Sequence):
            return [self.type_of(arguments[0])]
        if hint is dict or origin in (dict, Mapping):
            return {"*": self.type_of(arguments[1])} if len(arguments) == 2 and arguments[0] is str else "scalar"
        return "int" if hint is int else "scalar"

    def _object(self, class_: type) -> str:
        if class_ not in self._names:
            name = class_.__name__
            if name in self.types or name in self.borrowed:
                raise ValueError(f"two nested types named {name} in {self.name}")
            self._names[class_] = name
            own = class_.__module__.startswith(self.name + ".")
            fields = (self.types if own else self.borrowed)[name] = {}
            hints = _types.input_type_types(class_)
            required, defaults = _required(class_), _defaults(class_)
            for python, wire in _types.input_type_py_to_pulumi_names(class_).items():
                hint = self.type_of(hints[wire]) if wire in hints else "any"
                fields[python] = field_type(
                    python, wire, hint, required=python in required, default=defaults.get(python)
                )
        return self._names[class_]

    def _enum(self, class_: type[enum.Enum]) -> None:
        if class_.__module__.startswith(self.name + "."):
            self.enums[class_.__name__] = {key: member.value for key, member in class_.__members__.items()}

    def resource(self, class_: Any) -> dict[str, Any]:
        read = read_constructor(class_)
        args = getattr(sys.modules[class_.__module__], read.args_class)
        wires, hints = _types.input_type_py_to_pulumi_names(args), _types.input_type_types(args)
        inputs = {}
        for python in inspect.signature(class_._internal_init).parameters:
            if python not in ("__self__", "resource_name", "opts", "__props__"):
                wire = wires[python]
                hint = self.type_of(hints[wire]) if wire in hints else "any"
                inputs[python] = field_type(python, wire, hint, read.wrapped.get(python))
        token = ("pulumi:providers:" if issubclass(class_, pulumi.ProviderResource) else "") + read.token
        entry = {
            "token": token,
            "inputs": inputs,
            "outputs": _outputs(class_, read),
            "required": read.required,
            "aliases": read.aliases,
            "secrets": read.secrets,
            "replace": read.replace,
            "constants": {wires.get(key, key): value for key, value in read.constants.items()},
            "environment": read.environment,
        }
        return {key: value for key, value in entry.items() if value}

    def function(self, function: Any) -> dict[str, Any]:
        """A provider function's token, arguments and result, seen by calling it with the SDK's invoke replaced."""
        seen: dict[str, Any] = {}

        class Seen(Exception):
            pass

        def invoke(token: str, arguments: Mapping[str, Any], opts: Any = None, typ: Any = None, **_: Any) -> None:
            seen.update(token=token, arguments=arguments, result=typ)
            raise Seen

        parameters = [name for name in inspect.signature(function).parameters if name != "opts"]
        markers = {name: object() for name in parameters}
        original, pulumi.runtime.invoke = pulumi.runtime.invoke, invoke
        try:
            function(**markers)
        except Seen:
            pass
        finally:
            pulumi.runtime.invoke = original
        python = {id(marker): name for name, marker in markers.items()}
        arguments = {python[id(value)]: wire for wire, value in seen["arguments"].items()}
        return {"token": seen["token"], "arguments": arguments, "result": _result(seen["result"])}


def field_type(
    python: str, wire: str, type_: Any, wrapped: str | None = None, required: bool = False, default: Any = None
) -> Any:
    """A field's type, with what is unusual: another name on the wire, made a secret or JSON text, required, with a
    default."""
    unusual: dict[str, Any] = {} if wire == camel(python) else {"name": wire}
    unusual |= ({"as": wrapped} if wrapped else {}) | ({"required": True} if required else {})
    unusual |= {} if default is None else {"default": default}
    return {"type": type_, **unusual} if unusual else type_


def _required(class_: Any) -> set[str]:
    """What an `*Args` class cannot be made without. In a dict literal the SDK does not look."""
    parameters = inspect.signature(class_.__init__).parameters.values()
    return {p.name for p in parameters if p.default is p.empty and p.name != "__self__"}


def _defaults(class_: Any) -> dict[str, Any]:
    """What an `*Args` object says where it was not told. A dict literal gets no defaults."""
    required = _required(class_)
    arguments = class_(**dict.fromkeys(required, ""))
    names = _types.input_type_py_to_pulumi_names(class_)
    defaults = {python: pulumi.get(arguments, python) for python in names if python not in required}
    return {python: value for python, value in defaults.items() if value is not None}


def _outputs(class_: type, read: Constructor) -> dict[str, Any]:
    """Exactly the properties the SDK turns into Outputs: name -> kind, or [name on the wire, kind]."""
    wires, hints = _types.resource_py_to_pulumi_names(class_), _types.resource_types(class_)
    outputs: dict[str, Any] = {}
    for python in read.assigned:
        wire = wires.get(python, python)
        hint = _types.unwrap_optional_type(hints.get(wire, object))
        is_enum = isinstance(hint, type) and issubclass(hint, enum.Enum)
        kind = {str: "string", int: "int"}.get(hint, "enum" if is_enum else "other")
        outputs[python] = kind if wire == camel(python) else [wire, kind]
    return outputs


def _result(hint: Any, depth: int = 0) -> Any:
    """A function's result: name -> [name on the wire, its own fields]; null where values stay as they are."""
    hint = _types.unwrap_optional_type(hint)
    if isinstance(hint, type) and _types.is_output_type(hint) and depth <= 6:
        hints = _types.output_type_types(hint)
        names = _types._py_to_pulumi_names_from_py_properties(hint)
        return {python: [wire, _result(hints.get(wire, object), depth + 1)] for python, wire in names.items()}
    if typing.get_origin(hint) in (list, Sequence):
        inner = _result(typing.get_args(hint)[0], depth)
        return [inner] if inner else None
    return None


def tables() -> Iterator[tuple[str, str]]:
    """(file name, its text) for every module of types/, and one file for all enumerations."""
    enums: dict[str, Any] = {}
    for package in PACKAGES:
        listed = yaml.safe_load((HERE / "types" / f"{package}.yaml").read_text(encoding="utf-8"))
        version = importlib.import_module(f"{package}._utilities").get_version()
        for name, names in listed.items():
            module = Module(f"{package}.{name}" if name else package)
            yield f"{module.name}.json", _lines(version, module.sections(names))
            if module.enums:
                enums[module.name] = module.enums
    yield "enums.json", _lines("", enums)


def _lines(version: str, sections: Mapping[str, Mapping[str, Any]]) -> str:
    """JSON with one line an entry."""
    parts = [f'"version": {json.dumps(version)}']
    for title, entries in sections.items():
        if entries:
            rows = ",\n".join(f"{json.dumps(key)}: {json.dumps(value)}" for key, value in sorted(entries.items()))
            parts.append(f"{json.dumps(title)}: {{\n{rows}\n}}")
    return "{" + ",\n".join(parts) + "}\n"


def main() -> None:
    written = dict(tables())
    for stale in TABLES.glob("*.json"):
        if stale.name not in written:
            stale.unlink()
    for name, text in written.items():
        (TABLES / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
