"""The grammar as commands read it: `grammar.json`, generated from `blueprint.py` and `sections/`."""

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

TABLE = Path(__file__).with_name("grammar.json")

# What happens to a running system when the value changes.
CHANGES = {
    "none": "nothing is touched",
    "in-place": "changed in place, no interruption",
    "restart": "something restarts: servers, machines or pods by turns, or the database in its maintenance window",
    "replace": "the resource is recreated, and the old one is deleted",
}

Kind = Mapping[str, Any]
"""The type of a field. `is` names it and decides which other keys there are: see `reading/reader.py`."""


class Field(NamedTuple):
    kind: Kind
    meaning: str
    change: str
    required: bool = False

    @property
    def section(self) -> tuple[str | None, bool]:
        """The section it holds, if any, and whether that is below keys that the writer chooses."""
        own_keys = self.kind["is"] == "dict"
        kind = self.kind["of"] if own_keys else self.kind
        return (kind["of"], own_keys) if kind["is"] == "section" else (None, False)


@cache
def sections() -> Mapping[str, Mapping[str, Field]]:
    """Each section's fields, by the names that a blueprint uses."""
    table = json.loads(TABLE.read_bytes())
    return {name: {field: Field(**entry) for field, entry in fields.items()} for name, fields in table.items()}


def field_at(path: tuple[str, ...], root: str = "Blueprint") -> Field | None:
    """The field at a path below a section, or None: `("database", "storage", "size")`."""
    section: str | None = root
    field, own_key = None, False
    for part in path:
        if own_key:
            own_key = False
            continue
        field = sections()[section].get(part) if section else None
        if field is None:
            return None
        section, own_key = field.section
    return field


def section_at(path: tuple[str, ...], root: str = "Blueprint") -> str | None:
    """The section that a path leads to, also inside an environment: `("environments", "prod", "load")` is Load."""
    if path[:1] == ("environments",):
        return section_at(path[2:], "Environment") if len(path) > 1 else None
    if not path:
        return root
    field = field_at(path, root)
    return field.section[0] if field else None
