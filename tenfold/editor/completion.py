"""Fields and values that fit at a position of a blueprint."""

from collections.abc import Iterator
from typing import NamedTuple

from tenfold.blueprints.grammar import units
from tenfold.blueprints.grammar.lookup import Field, field_at, section_at, sections
from tenfold.blueprints.stages.presets import presets
from tenfold.editor.place import Place, place_at


class Offer(NamedTuple):
    """`detail` is short and stands beside the label; `meaning` is a sentence or two."""

    label: str
    inserted: str
    detail: str
    meaning: str


def offers(text: str, line: int, column: int) -> list[Offer]:
    """`line` and `column` count from 0. What begins as the text before the position does."""
    place = place_at(text.split("\n"), line, column)
    fitting = _fields(place) if place.key is None else _values(place)
    return [offer for offer in fitting if offer.label.startswith(place.begun)]


def _fields(place: Place) -> Iterator[Offer]:
    section = section_at(place.path)
    if section is None or _is_named_below(place.path):
        return
    for name, field in sections()[section].items():
        opened = field.kind["is"] in ("section", "dict")
        yield Offer(name, f"{name}:" if opened else f"{name}: ", "required" if field.required else "", field.meaning)


def _values(place: Place) -> Iterator[Offer]:
    field = _field((*place.path, place.key or ""))
    for value, detail in _of(field) if field else ():
        yield Offer(value, value, detail, field.meaning if field else "")


def _is_named_below(path: tuple[str, ...]) -> bool:
    """Whether names of the writer's own stand here: below `queues`, and not below `queues`, `orders`."""
    field = _field(path)
    return field is not None and field.section[1] and field is not _field(path[:-1])


def _field(path: tuple[str, ...]) -> Field | None:
    in_environment = path[:1] == ("environments",)
    return field_at(path[2:], "Environment") if in_environment else field_at(path)


def _of(field: Field) -> Iterator[tuple[str, str]]:
    kind = field.kind
    if kind["is"] == "choice":
        yield from ((str(value), "") for value in kind["of"])
    elif kind["is"] == "bool":
        yield from (("true", ""), ("false", ""))
    elif kind["is"] == "StageReference":
        yield from ((str(number), preset.name) for number, preset in presets().items())
    elif "unit" in kind:
        unit = units.UNITS[kind["unit"]]
        yield from ((example, f"for example; {unit.forms}") for example in unit.examples)
