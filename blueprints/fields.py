"""How a field of the grammar is declared: its meaning, how it is written, and what changing it does.

One declaration feeds validation, the JSON Schema, `explain` and the documentation.
"""

import re
from dataclasses import dataclass
from typing import Any, get_args, get_origin

from pydantic import BaseModel, ConfigDict, Field
from pydantic_core import PydanticCustomError, core_schema

from blueprints.units import Unit

# What happens to a running system when the value changes.
CHANGES = {
    "none": "nothing is touched",
    "in-place": "changed in place, no interruption",
    "restart": "something restarts: a rolling replacement of servers, or the database in its maintenance window",
    "replace": "the resource is made anew and the old one goes",
}


class Section(BaseModel):
    """A mapping of known fields; everything else is refused."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, defer_build=True)


def section_of(info: Any) -> tuple[type[Section] | None, bool]:
    """The section that a field (pydantic FieldInfo) holds, and whether it lies under keys of the writer's own."""
    for kind in (info.annotation, *get_args(info.annotation)):
        if isinstance(kind, type) and issubclass(kind, Section):
            return kind, False
        value = get_args(kind)[1] if get_origin(kind) is dict else None
        if isinstance(value, type) and issubclass(value, Section):
            return value, True
    return None, False


def said(meaning: str, change: str, **more: Any) -> Any:
    """A field that may be left out: the stage or a sizing rule then decides."""
    return Field(default=None, description=meaning, json_schema_extra={"x-change": change}, **more)


def must(meaning: str, change: str, **more: Any) -> Any:
    """A field without which there is no blueprint."""
    return Field(description=meaning, json_schema_extra={"x-change": change}, **more)


@dataclass(frozen=True)
class Measured:
    """A value with a unit, optionally between two bounds (in base units, shown as written)."""

    unit: Unit
    low: float | None = None
    high: float | None = None
    bounds: str = ""
    word: str = ""  # a word that stands for "not at all" and becomes None

    def __get_pydantic_core_schema__(self, _source: Any, _handler: Any) -> core_schema.CoreSchema:
        return core_schema.no_info_plain_validator_function(self.read)

    def __get_pydantic_json_schema__(self, _schema: Any, _handler: Any) -> dict[str, Any]:
        text: dict[str, Any] = {"type": "string", "pattern": self.unit.pattern, "examples": list(self.unit.examples)}
        if self.unit.name in ("count", "range"):
            text = {"anyOf": [{"type": "integer", "minimum": 0}, text]}
        return {"anyOf": [{"const": self.word}, text]} if self.word else text

    def read(self, value: object) -> object:
        unit = self.unit
        if self.word and value == self.word:
            return None
        try:
            found = unit.read(value)
        except ValueError as error:
            reason = f"Not a {unit.name}: {error}."
            also = f", or {self.word}" if self.word else ""
            hint = f"Valid: {unit.forms}; for example {_either(unit.examples)}{also}."
            raise wrong(unit.code, reason, hint) from None
        ends: tuple[Any, ...] = found if isinstance(found, tuple) else (found,)
        for end in ends:
            if (self.low is not None and end < self.low) or (self.high is not None and end > self.high):
                raise wrong("TF-V015", f"It must be {self.bounds}.", "")
        return found


@dataclass(frozen=True)
class Spelled:
    """A text of a known form."""

    code: str
    pattern: str
    what: str
    hint: str
    longest: int = 253

    def __get_pydantic_core_schema__(self, _source: Any, _handler: Any) -> core_schema.CoreSchema:
        return core_schema.no_info_after_validator_function(self.read, core_schema.str_schema(strict=True))

    def __get_pydantic_json_schema__(self, _schema: Any, _handler: Any) -> dict[str, Any]:
        return {"type": "string", "pattern": f"^(?:{self.pattern})$", "maxLength": self.longest}

    def read(self, value: str) -> str:
        if len(value) > self.longest or not re.fullmatch(self.pattern, value):
            raise wrong(self.code, f"This is not {self.what}.", self.hint)
        return value


def _either(examples: tuple[str, ...]) -> str:
    return examples[0] if len(examples) == 1 else f"{', '.join(examples[:-1])} or {examples[-1]}"


def wrong(code: str, message: str, hint: str) -> PydanticCustomError:
    """The code travels as the error's type; braces are doubled because pydantic formats the message."""
    escaped = message.replace("{", "{{").replace("}", "}}")
    # The checker wants literal texts; `escaped` is one for pydantic: its braces are doubled.
    return PydanticCustomError(code, escaped, {"said": message, "hint": hint})  # type: ignore[arg-type]
