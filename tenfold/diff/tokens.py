"""The names that stand in a recorded graph for what only the cloud can tell: `<urn#property>`, and plain unknowns."""

import re
from collections.abc import Callable
from typing import Any

TOKEN = re.compile(r"<(urn:pulumi:[^<>#]+)#([^<>]+)>")


def map_leaves(value: Any, leaf: Callable[[Any], Any]) -> Any:
    """The value with every leaf replaced by what `leaf` makes of it."""
    if isinstance(value, dict):
        return {key: map_leaves(item, leaf) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [map_leaves(item, leaf) for item in value]
    return leaf(value)


def outputs(text: str) -> list[tuple[str, str]]:
    """(URN, property) of every token in a text."""
    return TOKEN.findall(text) if "<urn:" in text else []
