"""How a value is written: with a unit, or as a text of a known form. Commands read values without pydantic."""

import json
import re
from abc import ABC, abstractmethod
from datetime import date
from typing import Any

from tenfold.blueprints.grammar import patterns
from tenfold.blueprints.grammar.likely import likely_value
from tenfold.blueprints.grammar.units import Unit
from tenfold.blueprints.source.words import one_of
from tenfold.blueprints.stages import editions
from tenfold.blueprints.stages.presets import names, stage_number
from tenfold.blueprints.value import Value

# 4,096 of a rule's whole pattern (PutRule, API reference), less what is around the filter: an event's name of up to 40.
LONGEST_PATTERN = 4_000


class Wrong(ValueError):
    """A refused value: the problem's code, the reason, and what would be valid."""

    def __init__(self, code: str, reason: str, hint: str):
        super().__init__(reason)
        self.code, self.reason, self.hint = code, reason, hint


class Form(Value, ABC):
    """The mark inside `Annotated[…]`. Pydantic takes its schema from it, the reader of blueprints the value."""

    @abstractmethod
    def read(self, value: Any) -> Any:
        """The value in base units. Raises Wrong for a value that is not written like this."""

    def __get_pydantic_core_schema__(self, _source: Any, _handler: Any) -> Any:
        """The code of a refused value is passed on as the type of pydantic's error."""
        from pydantic_core import PydanticCustomError, core_schema  # late: commands read without pydantic

        def read(value: Any) -> Any:
            try:
                return self.read(value)
            except Wrong as wrong:
                template = wrong.reason.replace("{", "{{").replace("}", "}}")  # pydantic formats the message
                context = {"reason": wrong.reason, "hint": wrong.hint}
                # The checker requires literal texts; this one is literal for pydantic: its braces are doubled.
                raise PydanticCustomError(wrong.code, template, context) from None  # type: ignore[arg-type]: codes are data

        if isinstance(self, Spelled):
            return core_schema.no_info_after_validator_function(read, core_schema.str_schema(strict=True))
        return core_schema.no_info_plain_validator_function(read)


class Measured(Form):
    """A value with a unit, optionally between two bounds (in base units, shown as written)."""

    unit: Unit
    low: float | None = None
    high: float | None = None
    bounds: str = ""
    word: str = ""  # a word that stands for "not at all" and becomes None

    def __get_pydantic_json_schema__(self, _schema: Any, _handler: Any) -> dict[str, Any]:
        unit = self.unit
        text: dict[str, Any] = {"type": "string", "pattern": unit.pattern, "examples": list(unit.examples)}
        if unit.name in ("count", "range"):
            text = {"anyOf": [{"type": "integer", "minimum": 0}, text]}
        if unit.name in ("amount of CPU", "ratio"):
            text = {"anyOf": [{"type": "number", "exclusiveMinimum": 0, "examples": [2]}, text]}
        return {"anyOf": [{"const": self.word}, text]} if self.word else text

    def read(self, value: object) -> object:
        unit = self.unit
        if self.word and value == self.word:
            return None
        try:
            number = unit.read(value)
        except ValueError as error:
            reason = f"Not {'an' if unit.name[0] in 'aeiou' else 'a'} {unit.name}: {error}."
            also = f", or {self.word}" if self.word else ""
            likely = likely_value(unit, value)
            first = f"Did you mean {likely}? " if likely else ""
            hint = f"{first}Valid: {unit.forms}; for example {one_of(unit.examples)}{also}."
            raise Wrong(unit.code, reason, hint) from None
        ends: tuple[Any, ...] = number if isinstance(number, tuple) else (number,)
        for end in ends:
            if (self.low is not None and end < self.low) or (self.high is not None and end > self.high):
                raise Wrong("TF-V015", f"It must be {self.bounds}.", "")
        return number


class Spelled(Form):
    """A text of a known form."""

    code: str
    pattern: str
    what: str
    hint: str
    longest: int = 253

    def __get_pydantic_json_schema__(self, _schema: Any, _handler: Any) -> dict[str, Any]:
        return {"type": "string", "pattern": f"^(?:{self.pattern})$", "maxLength": self.longest}

    def read(self, value: str) -> str:
        if len(value) > self.longest or not re.fullmatch(self.pattern, value):
            raise Wrong(self.code, f"This is not {self.what}.", self.hint)
        return value


class StageReference(Form):
    """1 to 7, or the stage's name; becomes the number."""

    def __get_pydantic_json_schema__(self, _schema: Any, _handler: Any) -> dict[str, Any]:
        return {"enum": [*range(1, 8), *names()]}

    def read(self, value: object) -> int:
        if isinstance(value, str) and re.fullmatch("[1-7]", value):
            raise Wrong("TF-S001", "A stage's number is written without quotes.", f"Write {value}.")
        try:
            return stage_number(value)
        except ValueError as error:
            raise Wrong("TF-S001", f"There is no stage {value}.", str(error)) from None


class EditionReference(Form):
    """One of the editions of this release."""

    def __get_pydantic_json_schema__(self, _schema: Any, _handler: Any) -> dict[str, Any]:
        return {"enum": list(editions.names())}

    def read(self, value: object) -> str:
        if value not in editions.names():
            valid = one_of(editions.names())
            hint = f"Valid: {valid}. A later one needs a later release of tenfold."
            raise Wrong("TF-S018", f"There is no edition {value}.", hint)
        return str(value)


class Shards(Form):
    """`none`, `compatible`, or a number."""

    def __get_pydantic_json_schema__(self, _schema: Any, _handler: Any) -> dict[str, Any]:
        number = {"type": "integer", "minimum": 1, "maximum": 500, "examples": [3]}
        return {"anyOf": [{"enum": ["none", "compatible"]}, number]}

    def read(self, value: object) -> str | int:
        if value in ("none", "compatible"):
            return str(value)
        if not isinstance(value, int) or isinstance(value, bool):
            raise Wrong("TF-V050", "Not a number of shards.", "Valid: none, compatible, or a number: 3.")
        if not 1 <= value <= 500:
            raise Wrong("TF-V015", "It must be from 1 to 500.", "")
        return value


class Pattern(Form):
    """A pattern over the detail of an event; becomes its JSON text."""

    def __get_pydantic_json_schema__(self, _schema: Any, _handler: Any) -> dict[str, Any]:
        return {"type": "object", "minProperties": 1, "examples": [{"country": ["de", "at"]}]}

    def read(self, value: object) -> str:
        if wrong := list(dict.fromkeys(patterns.complaints(value))):
            hint = 'For example {country: [de, at], total: [{numeric: [">", 100]}]}.'
            raise Wrong("TF-V095", f"EventBridge refuses this pattern: {'; '.join(wrong)}.", hint)
        text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
        if len(text) > LONGEST_PATTERN:
            message = f"The pattern has {len(text):,} characters, and EventBridge takes {LONGEST_PATTERN:,}."
            raise Wrong("TF-V095", message, "Match less here, and let the queue's worker decide the rest.")
        return text


class Day(Form):
    """A day as ISO 8601 writes it."""

    def __get_pydantic_json_schema__(self, _schema: Any, _handler: Any) -> dict[str, Any]:
        return {"type": "string", "format": "date", "examples": ["2026-11-27"]}

    def read(self, value: object) -> str:
        try:
            return date.fromisoformat(str(value)).isoformat()
        except ValueError as wrong:
            raise Wrong("TF-V043", f"This is not a day: {wrong}.", "For example 2026-11-27.") from None


class OneOrMore(Form):
    """A text, or a list of texts; becomes the list."""

    def __get_pydantic_json_schema__(self, _schema: Any, _handler: Any) -> dict[str, Any]:
        return {"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}, "minItems": 1}]}

    def read(self, value: object) -> tuple[str, ...]:
        entries = value if isinstance(value, list) else [value]
        texts = tuple(text for text in entries if isinstance(text, str))
        if not texts or len(texts) < len(entries):
            raise Wrong("TF-V003", "A text, or a list of texts, is needed here.", "For example prod, or [prod, eu-*].")
        return texts


class StageRange(Form):
    """3, 3-5, >=3 or <=3; becomes the first stage and the last."""

    def __get_pydantic_json_schema__(self, _schema: Any, _handler: Any) -> dict[str, Any]:
        text = {"type": "string", "pattern": "^(>=|<=)?[1-7]$|^[1-7]-[1-7]$", "examples": [">=3", "3-5"]}
        return {"anyOf": [{"type": "integer", "minimum": 1, "maximum": 7}, text]}

    def read(self, value: object) -> tuple[int, int]:
        part = re.fullmatch(r"(>=|<=)?([1-7])|([1-7])-([1-7])", str(value))
        if not part or (part[3] and part[3] > part[4]):
            raise Wrong("TF-H012", "Not a stage, or a range of stages.", "Valid: 3, 3-5, >=3 or <=3.")
        if part[3]:
            return int(part[3]), int(part[4])
        stage = int(part[2])
        return (1 if part[1] == "<=" else stage, len(names()) if part[1] == ">=" else stage)


class Expression(Form):
    """A regular expression of Python's."""

    def __get_pydantic_json_schema__(self, _schema: Any, _handler: Any) -> dict[str, Any]:
        return {"type": "string", "format": "regex"}

    def read(self, value: object) -> str:
        if not isinstance(value, str):
            raise Wrong("TF-V003", "A text is needed here.", "A regular expression, like CC-[0-9]{4}.")
        try:
            re.compile(value)
        except re.error as error:
            raise Wrong("TF-H012", f"Not a regular expression: {error}.", "For example CC-[0-9]{4}.") from None
        return value


FORMS: dict[str, type[Form]] = {form.__name__: form for form in Form.__subclasses__()}
