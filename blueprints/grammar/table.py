"""The declarations of the grammar as plain data, for `data/grammar.json`; `python -m blueprints.pages` writes it.

Pydantic has the last word on what a declaration means; a test holds `reader.py`, which reads by this table, to it.
"""

import json
from collections.abc import Iterator
from dataclasses import asdict
from typing import Annotated, Any, Literal, get_args, get_origin

from annotated_types import Ge, Le, MaxLen, MinLen

from blueprints.grammar.blueprint import Blueprint, Rules
from blueprints.grammar.fields import Section
from blueprints.grammar.forms import Form, Measured

ROOTS: tuple[type[Section], ...] = (Blueprint, Rules)
_PLAIN = {str: "str", int: "int", bool: "bool", Any: "any"}
_BOUNDS = {Ge: "ge", Le: "le", MinLen: "min_length", MaxLen: "max_length"}
_BOUNDED = {"int": {"ge", "le"}, "list": {"min_length", "max_length"}, "dict": {"min_length", "max_length"}}

Kind = dict[str, Any]


def text() -> str:
    """JSON with a line for each field, so that a change shows as what it is."""
    found: dict[str, Any] = {}
    for root in ROOTS:
        _add(root, found)
    sections = {
        name: _block({field: json.dumps(said, ensure_ascii=False) for field, said in fields.items()})
        for name, fields in found.items()
    }
    return _block(sections) + "\n"


def _block(members: dict[str, str]) -> str:
    lines = (f'"{name}": {text}' for name, text in members.items())
    return "{\n" + ",\n".join(lines) + "\n}"


def _add(section: type[Section], found: dict[str, Any]) -> None:
    """A section by its name, and all those in it."""
    if section.__name__ in found:
        return
    fields = found[section.__name__] = {}
    for name, info in section.model_fields.items():
        kind = _kind(Annotated[info.annotation, *info.metadata] if info.metadata else info.annotation, found)
        extra: Any = info.json_schema_extra
        required = {"required": True} if info.is_required() else {}
        fields[info.alias or name] = {"kind": kind, "meaning": info.description, "change": extra["x-change"]} | required


def _kind(kind: Any, found: dict[str, Any]) -> Kind:
    """Raises TypeError for an annotation that the reader does not know: it has to learn it first."""
    origin, inside = get_origin(kind), get_args(kind)
    if origin is Annotated:
        return _marked(inside[0], list(_spread(inside[1:])), found)
    if type(None) in inside and len(inside) == 2:
        return {**_kind(inside[0], found), "null": True}
    if origin is Literal:
        return {"is": "choice", "of": list(inside)}
    if origin is dict:
        return {"is": "dict", "keys": _kind(inside[0], found), "of": _kind(inside[1], found)}
    if origin is list:
        return {"is": "list", "of": _kind(inside[0], found)}
    if isinstance(kind, type) and issubclass(kind, Section):
        _add(kind, found)
        return {"is": "section", "of": kind.__name__}
    if kind in _PLAIN:
        return {"is": _PLAIN[kind]}
    raise TypeError(f"blueprints/reading/reader.py knows nothing of {kind}")


def _spread(marks: Any) -> Iterator[Any]:
    """`Field(ge=1)` inside of Annotated holds its bounds in `metadata`."""
    for mark in marks:
        yield from getattr(mark, "metadata", None) or (mark,)


def _marked(kind: Any, marks: list[Any], found: dict[str, Any]) -> Kind:
    """A form stands alone and says it all; other marks are bounds."""
    if len(marks) == 1 and isinstance(marks[0], Form):
        return {"is": type(marks[0]).__name__, **_given(marks[0])}
    made = _kind(kind, found)
    bounds = {_BOUNDS.get(type(mark), str(mark)): next(iter(asdict(mark).values())) for mark in marks}
    if not bounds.keys() <= _BOUNDED.get(made["is"], set()):
        raise TypeError(f"blueprints/reading/reader.py knows nothing of {made['is']} with {', '.join(bounds)}")
    return made | bounds


def _given(form: Form) -> Kind:
    """What was said to make it, its unit by name."""
    said = {name: value for name, value in vars(form).items() if value != getattr(type(form), name, None)}
    return said | {"unit": form.unit.name} if isinstance(form, Measured) else said
