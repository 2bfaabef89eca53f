"""Reads plain data as a section of the grammar and reports every refusal, as pydantic does for the same declarations
(`grammar/blueprint.py`): the same values, the same refusals in the same order. A test holds that for any document.
"""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from tenfold.blueprints.grammar.forms import FORMS, Form, Wrong
from tenfold.blueprints.grammar.lookup import Kind, sections
from tenfold.blueprints.grammar.units import UNITS

Place = tuple[str | int, ...]
Values = dict[str, Any]


class Refused(NamedTuple):
    """One refusal. `type` is pydantic's name for it, or the code of a form; `context` has the bound, or the reason."""

    type: str
    place: Place
    value: object
    context: Mapping[str, Any] = {}


def read(section: str, data: object) -> tuple[Values, list[Refused]]:
    """The values by the names that a blueprint uses, and every refusal."""
    refused: list[Refused] = []
    return _section({"of": section}, data, (), refused), refused


def read_one(kind: Kind, value: object, at: Place) -> tuple[Any, list[Refused]]:
    """A single value by the kind of a field, and every refusal; `at` is where it stands."""
    refused: list[Refused] = []
    return _value(kind, value, at, refused), refused


def _value(kind: Kind, value: object, at: Place, refused: list[Refused]) -> Any:
    if value is None and kind.get("null"):
        return None
    return _READERS.get(kind["is"], _form)(kind, value, at, refused)


def fitting_field(section: str | None, value: object) -> str | None:
    """The field of a section that a single value was probably meant for: `count` for `replicas: 3`. The first that
    accepts it; a field that accepts any text only when no other does."""
    if section is None or isinstance(value, dict | list | bool):
        return None
    accepting = [name for name, field in sections()[section].items() if _accepts(field.kind, value)]
    narrow = [name for name in accepting if sections()[section][name].kind["is"] != "str"]
    return next(iter(narrow or accepting), None)


def fits(section: str, name: str, value: object) -> bool:
    """Whether a field of a section takes a value of this form, whatever is wrong inside of a mapping or list."""
    return _accepts(sections()[section][name].kind, value)


def _accepts(kind: Kind, value: object) -> bool:
    refused: list[Refused] = []
    _value(kind, value, (), refused)
    return not any(refusal.place == () for refusal in refused)


def _section(kind: Kind, data: object, at: Place, refused: list[Refused]) -> Any:
    if not isinstance(data, dict):
        return refused.append(Refused("model_type", at, data))
    fields, values = sections()[kind["of"]], {}
    for name, field in fields.items():
        if name in data:
            values[name] = _value(field.kind, data[name], (*at, name), refused)
        elif field.required:
            refused.append(Refused("missing", (*at, name), data))
    refused += [Refused("extra_forbidden", (*at, name), data[name]) for name in data if name not in fields]
    return values


def _list(kind: Kind, value: object, at: Place, refused: list[Refused]) -> Any:
    if not isinstance(value, list):
        return refused.append(Refused("list_type", at, value))
    before = len(refused)
    items = [_value(kind["of"], item, (*at, number), refused) for number, item in enumerate(value)]
    return items if len(refused) > before else _check_length(kind, items, at, refused)


def _dict(kind: Kind, value: object, at: Place, refused: list[Refused]) -> Any:
    if not isinstance(value, dict):
        return refused.append(Refused("dict_type", at, value))
    before, items = len(refused), {}
    for key, item in value.items():
        read_key = _value(kind["keys"], key, (*at, key, "[key]"), refused)
        items[read_key] = _value(kind["of"], item, (*at, key), refused)
    return items if len(refused) > before else _check_length(kind, items, at, refused)


def _check_length(kind: Kind, value: Any, at: Place, refused: list[Refused]) -> Any:
    if len(value) < kind.get("min_length", 0):
        return refused.append(Refused("too_short", at, value, {"min_length": kind["min_length"]}))
    if len(value) > kind.get("max_length", len(value)):
        return refused.append(Refused("too_long", at, value, {"max_length": kind["max_length"]}))
    return value


def _int(kind: Kind, value: object, at: Place, refused: list[Refused]) -> Any:
    if not isinstance(value, int) or isinstance(value, bool):
        return refused.append(Refused("int_type", at, value))
    if value < kind.get("ge", value):
        return refused.append(Refused("greater_than_equal", at, value, {"ge": kind["ge"]}))
    if value > kind.get("le", value):
        return refused.append(Refused("less_than_equal", at, value, {"le": kind["le"]}))
    return value


def _str(_: Kind, value: object, at: Place, refused: list[Refused]) -> Any:
    return value if isinstance(value, str) else refused.append(Refused("string_type", at, value))


def _bool(_: Kind, value: object, at: Place, refused: list[Refused]) -> Any:
    return value if isinstance(value, bool) else refused.append(Refused("bool_type", at, value))


def _choice(kind: Kind, value: object, at: Place, refused: list[Refused]) -> Any:
    if isinstance(value, str) and value in kind["of"]:
        return value
    return refused.append(Refused("literal_error", at, value, {"choices": kind["of"]}))


def _any(_: Kind, value: object, __: Place, ___: list[Refused]) -> Any:
    return value


def _form(kind: Kind, value: object, at: Place, refused: list[Refused]) -> Any:
    if kind["is"] == "Spelled" and not isinstance(value, str):
        return refused.append(Refused("string_type", at, value))
    try:
        return _form_of(kind).read(value)
    except Wrong as wrong:
        return refused.append(Refused(wrong.code, at, value, {"reason": wrong.reason, "hint": wrong.hint}))


def _form_of(kind: Kind) -> Form:
    arguments = {name: value for name, value in kind.items() if name not in ("is", "null")}
    if "unit" in arguments:
        arguments["unit"] = UNITS[arguments["unit"]]
    return FORMS[kind["is"]](**arguments)


_READERS: Mapping[str, Callable[[Kind, object, Place, list[Refused]], Any]] = {
    "any": _any,
    "bool": _bool,
    "choice": _choice,
    "dict": _dict,
    "int": _int,
    "list": _list,
    "section": _section,
    "str": _str,
}
