"""The declarations of the grammar as plain data, for `grammar.json`; `python -m tenfold.blueprints.pages` writes it.

Pydantic defines the meaning of a declaration; a test holds `reading/reader.py`, which reads by this table, equal to it.
"""

import json
from collections.abc import Iterator
from dataclasses import asdict
from typing import Annotated, Any, Literal, get_args, get_origin

from annotated_types import Ge, Le, MaxLen, MinLen

from tenfold.blueprints.grammar.blueprint import Blueprint
from tenfold.blueprints.grammar.fields import Section
from tenfold.blueprints.grammar.forms import Form, Measured
from tenfold.blueprints.grammar.house import Rules

ROOTS: tuple[type[Section], ...] = (Blueprint, Rules)
_PLAIN = {str: "str", int: "int", bool: "bool", Any: "any"}
_BOUNDS = {Ge: "ge", Le: "le", MinLen: "min_length", MaxLen: "max_length"}
_BOUNDED = {"int": {"ge", "le"}, "list": {"min_length", "max_length"}, "dict": {"min_length", "max_length"}}

Kind = dict[str, Any]


def text() -> str:
    """JSON with one line for each field, so that a diff shows which field has changed."""
    sections: dict[str, Any] = {}
    for root in ROOTS:
        _add(root, sections)
    blocks = {
        name: _block({field: json.dumps(entry, ensure_ascii=False) for field, entry in fields.items()})
        for name, fields in sections.items()
    }
    return _block(blocks) + "\n"


def _block(members: dict[str, str]) -> str:
    lines = (f'"{name}": {text}' for name, text in members.items())
    return "{\n" + ",\n".join(lines) + "\n}"


def _add(section: type[Section], sections: dict[str, Any]) -> None:
    """Adds a section by its name, and all sections in it."""
    if section.__name__ in sections:
        return
    fields = sections[section.__name__] = {}
    for name, info in section.model_fields.items():
        kind = _kind(Annotated[info.annotation, *info.metadata] if info.metadata else info.annotation, sections)
        extra: Any = info.json_schema_extra
        required = {"required": True} if info.is_required() else {}
        fields[info.alias or name] = {"kind": kind, "meaning": info.description, "change": extra["x-change"]} | required


def _kind(kind: Any, sections: dict[str, Any]) -> Kind:
    """Raises TypeError for an annotation that the reader cannot read yet."""
    origin, inside = get_origin(kind), get_args(kind)
    if origin is Annotated:
        return _marked(inside[0], list(_spread(inside[1:])), sections)
    if type(None) in inside and len(inside) == 2:
        return {**_kind(inside[0], sections), "null": True}
    if origin is Literal:
        return {"is": "choice", "of": list(inside)}
    if origin is dict:
        return {"is": "dict", "keys": _kind(inside[0], sections), "of": _kind(inside[1], sections)}
    if origin is list:
        return {"is": "list", "of": _kind(inside[0], sections)}
    if isinstance(kind, type) and issubclass(kind, Section):
        _add(kind, sections)
        return {"is": "section", "of": kind.__name__}
    if kind in _PLAIN:
        return {"is": _PLAIN[kind]}
    raise TypeError(f"blueprints/reading/reader.py cannot read {kind}")


def _spread(marks: Any) -> Iterator[Any]:
    """`Field(ge=1)` inside of Annotated holds its bounds in `metadata`."""
    for mark in marks:
        yield from getattr(mark, "metadata", None) or (mark,)


def _marked(kind: Any, marks: list[Any], sections: dict[str, Any]) -> Kind:
    """The kind of an annotated type: a form is always alone and complete; other marks are bounds."""
    if len(marks) == 1 and isinstance(marks[0], Form):
        return {"is": type(marks[0]).__name__, **_arguments(marks[0])}
    declared = _kind(kind, sections)
    bounds = {_BOUNDS.get(type(mark), str(mark)): next(iter(asdict(mark).values())) for mark in marks}
    if not bounds.keys() <= _BOUNDED.get(declared["is"], set()):
        raise TypeError(f"blueprints/reading/reader.py cannot read {declared['is']} with {', '.join(bounds)}")
    return declared | bounds


def _arguments(form: Form) -> Kind:
    """The arguments of a form that differ from their defaults, its unit by name."""
    arguments = {name: value for name, value in vars(form).items() if value != getattr(type(form), name, None)}
    return arguments | {"unit": form.unit.name} if isinstance(form, Measured) else arguments
