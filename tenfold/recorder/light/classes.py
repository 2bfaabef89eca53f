"""The resource classes and functions of the providers, each made from its table when the program first names it.

They check arguments as the SDK's do.
"""

import enum
import os
from collections.abc import Callable, Mapping
from typing import Any, cast

from tenfold.graph import SECRET, SIGNATURE, UNKNOWN, Call
from tenfold.recorder.answers import call
from tenfold.recorder.errors import Unsupported
from tenfold.recorder.light import session, tables
from tenfold.recorder.light.dependencies import expand
from tenfold.recorder.light.options import InvokeOptions, ResourceOptions, as_list, merge
from tenfold.recorder.light.outputs import Output, Resolved
from tenfold.recorder.light.registration import Registration
from tenfold.recorder.light.resources import CustomResource, ProviderResource, Resource, register
from tenfold.recorder.light.shapes import ANY, Args, ObjectValue, args_class
from tenfold.recorder.light.tables import ClassTable, Table, enumerations
from tenfold.recorder.light.values import Registered, serialize


def member(table: Table, name: str) -> Any:
    """The class, function, `*Args` class or enumeration of the module that is called `name`, or None."""
    if name in table.classes:
        return resource_class(name, table)
    if name in table.functions:
        return function(name, table.functions[name])
    if name.removesuffix("_output") in table.functions:
        return output_function(name, table.functions[name.removesuffix("_output")])
    if name in table.types or tables.class_of_arguments(name) in table.classes:
        return args_class(name, table.module, table.object(name))
    if name.endswith("ArgsDict") and member(table, name.removesuffix("Dict")) is not None:
        return dict
    members = enumerations().get(table.module, {}).get(name)
    return enum.Enum(name, members, type=type(next(iter(members.values())))) if members else None


def resource_class(name: str, table: Table) -> type[Resource]:
    known = ClassTable(table, table.classes[name])
    base: type[CustomResource] = ProviderResource if known.token.startswith("pulumi:providers:") else CustomResource

    def __init__(
        self: Resource, /, resource_name: str, *args: Any, opts: ResourceOptions | None = None, **inputs: Any
    ) -> None:
        if args or "args" in inputs:
            inputs, opts = _arguments(args, inputs, opts)
        if not inputs.keys() <= known.inputs.keys():
            unexpected = min(inputs.keys() - known.inputs.keys())
            raise TypeError(f"{name}._internal_init() got an unexpected keyword argument '{unexpected}'")
        for key, default in known.environment.items():
            if inputs.get(key) is None and (value := _from_environment(default)) is not None:
                inputs[key] = value
        if opts is not None:
            if not isinstance(opts, ResourceOptions):
                raise TypeError("Expected opts2 to be a ResourceOptions instance")
            if opts.id is not None:
                _look_up(self, known, resource_name, inputs, opts)
                return
        for key in known.required:
            if inputs.get(key) is None:
                raise TypeError(f"Missing required property '{key}'")
        token = known.token.format(**inputs) if "{" in known.token else known.token
        register(self, token, resource_name, True, known, inputs, opts)

    def get(resource_name: str, id: Any, opts: ResourceOptions | None = None, **state: Any) -> Resource:
        if state:
            raise Unsupported("`get` with state; the id is enough")
        resource = class_.__new__(class_)
        _look_up(resource, known, resource_name, {}, merge(opts, ResourceOptions(id=id)))
        return resource

    members = {"__init__": __init__, "get": staticmethod(get), "__module__": table.module}
    class_ = cast(type[Resource], type(name, (base,), members))
    return class_


def _arguments(
    positional: tuple[Any, ...], inputs: dict[str, Any], opts: Any
) -> tuple[dict[str, Any], ResourceOptions | None]:
    """The generated classes take `(name, args_object, opts)` too; single inputs by position are refused."""
    rest = list(positional)
    args = rest.pop(0) if rest and isinstance(rest[0], Args) else inputs.pop("args", None)
    if rest and opts is None and isinstance(rest[0], ResourceOptions):
        opts = rest.pop(0)
    if rest:
        raise Unsupported("resource arguments by position; name them")
    return ({**args, **inputs} if args is not None else inputs), opts


def _look_up(self: Resource, known: ClassTable, name: str, state: dict[str, Any], opts: ResourceOptions) -> None:
    register(self, known.token, name, True, known, state, opts).read = opts.id


def _from_environment(default: Mapping[str, Any]) -> Any:
    """A provider's default, as the SDK's `_utilities.get_env*` read it."""
    for variable in default.get("variables", ()):
        text = os.environ.get(variable)
        if text is not None:
            if default["reader"] == "get_env_bool":
                return {"1": True, "t": True, "true": True, "0": False, "f": False, "false": False}.get(text.lower())
            return int(text) if default["reader"] == "get_env_int" else text
    return default["value"]


def function(name: str, known: Mapping[str, Any]) -> Callable[..., Any]:
    """A function that answers at once. Its arguments must be known."""

    def call_function(*args: Any, opts: InvokeOptions | None = None, **inputs: Any) -> Any:
        return _invoke(name, known, args, inputs, opts, waits=False)[0]

    call_function.__name__ = name
    return call_function


def output_function(name: str, known: Mapping[str, Any]) -> Callable[..., Output]:
    """A function that takes and gives Outputs, and waits for the resources its arguments come from."""

    def call_function(*args: Any, opts: InvokeOptions | None = None, **inputs: Any) -> Output:
        return Output(lambda: _invoke(name, known, args, inputs, opts, waits=True))

    call_function.__name__ = name
    return call_function


def _invoke(
    name: str,
    known: Mapping[str, Any],
    args: tuple[Any, ...],
    inputs: dict[str, Any],
    opts: InvokeOptions | None,
    waits: bool,
) -> Resolved:
    names: Mapping[str, str] = known["arguments"]
    inputs.update(zip(names, args, strict=False))
    sources: list[Registration] = []
    wire: dict[str, Any] = {}
    for key, value in inputs.items():
        if key not in names:
            raise TypeError(f"{name}() got an unexpected keyword argument '{key}'")
        item = serialize(value, ANY, sources, key)
        if item is not None:
            wire[names[key]] = item
    if wire and _has_unknown(wire):
        return None, False, False, ()
    if waits:
        sources += [item._light for item in as_list(opts.depends_on if opts else None) if isinstance(item, Registered)]
        if any(resource.custom and not resource.output("id")[1] for resource in expand(sources)):
            return None, False, False, ()
    provider = _provider(known["token"], opts)
    arguments, secret = _unwrapped(wire) if wire else ({}, False)
    current = session.active()
    current.calls.append(Call(known["token"], arguments, provider.reference if provider else ""))
    region = provider.state()[0].get("region") if provider else None
    answer = call(known["token"], arguments, region if isinstance(region, str) else current.run.region)
    return _result(answer, known["result"]), True, secret, tuple(sources)


def _provider(token: str, opts: InvokeOptions | None) -> Registration | None:
    if opts is None:
        return None
    if opts.provider is not None:
        return opts.provider._light
    return opts.parent._light.providers.get(token.split(":")[0]) if opts.parent is not None else None


def _result(value: Any, fields: Any) -> Any:
    if isinstance(fields, list) and isinstance(value, list):
        return [_result(item, fields[0]) for item in value]
    if isinstance(fields, dict) and isinstance(value, dict):
        wires = {name: wire for name, (wire, _) in fields.items()}
        return ObjectValue(wires, {name: _result(value.get(wire), inner) for name, (wire, inner) in fields.items()})
    return value


def _has_unknown(value: Any) -> bool:
    if isinstance(value, dict):
        return any(map(_has_unknown, value.values()))
    return any(map(_has_unknown, value)) if isinstance(value, list) else value == UNKNOWN


def _unwrapped(value: Any) -> tuple[Any, bool]:
    """Secret markers taken off: (the value, was there one?)"""
    if isinstance(value, dict):
        if value.get(SIGNATURE) == SECRET:
            return _unwrapped(value["value"])[0], True
        items = {key: _unwrapped(item) for key, item in value.items()}
        return {key: item for key, (item, _) in items.items()}, any(secret for _, secret in items.values())
    if isinstance(value, list):
        parts = [_unwrapped(item) for item in value]
        return [item for item, _ in parts], any(secret for _, secret in parts)
    return value, False
