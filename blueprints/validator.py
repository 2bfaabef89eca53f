"""The validator of a section, built straight from its fields' declarations.

pydantic's own generator takes 40 of a command's 230 ms for our grammar: it serves every annotation there is, and looks
for plugins in every installed package. The few kinds we use need 2. Anything else is left to pydantic, only slower; a
test holds that nothing of the grammar is, and that both say the same about any document.
"""

from functools import cache
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, TypeVar, Union, get_args, get_origin

from annotated_types import Ge, Le, MaxLen, MinLen
from pydantic_core import SchemaValidator, core_schema

from blueprints.fields import Section

Model = TypeVar("Model", bound=Section)
_PLAIN = {str: "str", int: "int", float: "float", bool: "bool"}
_BOUNDS = {Ge: "ge", Le: "le", MinLen: "min_length", MaxLen: "max_length"}


class _Unknown(Exception):
    """An annotation that only pydantic understands."""


def validate(section: type[Model], data: Any) -> Model:
    """As `section.model_validate(data)`, which it is where a field is of a kind not known here.

    Raises pydantic's ValidationError.
    """
    built = validator(section)
    return built.validate_python(data) if built else section.model_validate(data)


@cache
def validator(section: type[Section]) -> SchemaValidator | None:
    """None when a field is of a kind that is not known here."""
    try:
        return SchemaValidator(_section(section))
    except _Unknown:
        return None


@cache
def _section(section: type[Section]) -> Any:
    fields = {
        name: core_schema.model_field(
            _default(info, _marked(info.annotation, info.metadata)), validation_alias=info.alias
        )
        for name, info in section.model_fields.items()
    }
    inner = core_schema.model_fields_schema(fields, model_name=section.__name__, extra_behavior="forbid")
    return core_schema.model_schema(section, inner, config={"strict": True, "extra_fields_behavior": "forbid"})


def _default(info: Any, schema: Any) -> Any:
    return schema if info.is_required() else core_schema.with_default_schema(schema, default=info.default)


def _kind(kind: Any) -> Any:
    origin, inside = get_origin(kind), get_args(kind)
    if origin is Annotated:
        return _marked(inside[0], inside[1:])
    if origin in (Union, UnionType) and len(inside) == 2 and inside[1] is NoneType:
        return core_schema.nullable_schema(_kind(inside[0]))
    if origin is Literal:
        return core_schema.literal_schema(list(inside))
    if origin is dict:
        return core_schema.dict_schema(*map(_kind, inside))
    if origin is list:
        return core_schema.list_schema(_kind(inside[0]))
    if kind is Any:
        return core_schema.any_schema()
    if isinstance(kind, type) and issubclass(kind, Section):
        return _section(kind)
    if kind in _PLAIN:
        return {"type": _PLAIN[kind]}
    raise _Unknown


def _marked(kind: Any, marks: Any) -> Any:
    """A kind with marks: ours (`Spelled`, `Measured`, a stage) bring a schema and stand alone; others are bounds."""
    marks = list(_spread(marks))
    makes = [mark.__get_pydantic_core_schema__ for mark in marks if hasattr(mark, "__get_pydantic_core_schema__")]
    if makes:
        if len(marks) > 1:
            raise _Unknown
        return makes[0](kind, _kind)
    return _bounded(_kind(kind), marks)


def _spread(marks: Any) -> Any:
    """`Field(ge=1)` inside of Annotated holds its bounds in `metadata`."""
    for mark in marks:
        yield from getattr(mark, "metadata", None) or (mark,)


def _bounded(schema: Any, bounds: list[Any]) -> Any:
    """Bounds on a field stand on what it holds, inside of "or nothing"."""
    if schema["type"] == "nullable" and bounds:
        return {**schema, "schema": _bounded(schema["schema"], bounds)}
    if any(type(bound) not in _BOUNDS for bound in bounds):
        raise _Unknown
    return {**schema, **{_BOUNDS[type(bound)]: getattr(bound, _BOUNDS[type(bound)]) for bound in bounds}}
