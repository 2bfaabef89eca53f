"""The Pulumi side of every served type, out of `data/schema.json`: inputs, outputs, required inputs and their types.

A type is "s" string, "i" integer, "f" number, "b" boolean, "a" anything, ["l", T] list, ["m", T] map or a block
{property: T}."""

import functools
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

PATH = Path(__file__).parent / "data" / "schema.json"
Type = Any


class ResourceType(NamedTuple):
    inputs: Mapping[str, Type]
    outputs: Mapping[str, Type]
    required: tuple[str, ...]


@functools.cache
def _all() -> dict[str, Any]:
    return json.loads(PATH.read_bytes())["types"]


@functools.cache
def of(token: str) -> ResourceType:
    """Raises KeyError for a type that is not served."""
    raw = _all()[token]
    return ResourceType(raw["in"], raw["out"], tuple(raw["req"]))
