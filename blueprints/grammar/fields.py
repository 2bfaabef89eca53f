"""How a field of the grammar is declared: its meaning, how it is written, and what changing it does.

One declaration feeds validation, the JSON Schema, `explain` and the documentation.
"""

from typing import Any

from pydantic import BaseModel, ConfigDict, Field


class Section(BaseModel):
    """A mapping of known fields; every other field is refused."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, defer_build=True)


def optional(meaning: str, change: str, **more: Any) -> Any:
    """A field that may be left out: its default is the stage's, or a sizing rule's."""
    return Field(default=None, description=meaning, json_schema_extra={"x-change": change}, **more)


def required(meaning: str, change: str, **more: Any) -> Any:
    """A required field."""
    return Field(description=meaning, json_schema_extra={"x-change": change}, **more)
