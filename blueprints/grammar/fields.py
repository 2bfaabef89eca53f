"""How a field of the grammar is declared: its meaning, how it is written, and what changing it does.

One declaration feeds validation, the JSON Schema, `explain` and the documentation.
"""

from typing import Any

from pydantic import BaseModel, ConfigDict, Field
from pydantic_core import PydanticCustomError, core_schema

from blueprints.grammar.forms import Form, Spelled, Wrong


class Section(BaseModel):
    """A mapping of known fields; everything else is refused."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, defer_build=True)


def said(meaning: str, change: str, **more: Any) -> Any:
    """A field that may be left out: the stage or a sizing rule then decides."""
    return Field(default=None, description=meaning, json_schema_extra={"x-change": change}, **more)


def must(meaning: str, change: str, **more: Any) -> Any:
    """A field without which there is no blueprint."""
    return Field(description=meaning, json_schema_extra={"x-change": change}, **more)


def checked(form: Form) -> core_schema.CoreSchema:
    """The schema of a form. The code of what it refuses travels as the error's type."""

    def read(value: Any) -> Any:
        try:
            return form.read(value)
        except Wrong as refused:
            escaped = refused.said.replace("{", "{{").replace("}", "}}")  # pydantic formats the message
            # The checker wants literal texts; `escaped` is one for pydantic: its braces are doubled.
            context = {"said": refused.said, "hint": refused.hint}
            raise PydanticCustomError(refused.code, escaped, context) from None  # type: ignore[arg-type]: codes are data

    if isinstance(form, Spelled):
        return core_schema.no_info_after_validator_function(read, core_schema.str_schema(strict=True))
    return core_schema.no_info_plain_validator_function(read)
