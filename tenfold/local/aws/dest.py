"""Places in an API structure, as the table writes them: `Placement.Tenancy`, `Certificates[0].CertificateArn`,
`Attributes{idle_timeout.timeout_seconds}` (an entry of a map, or of a list of key and value)."""

import itertools
import re
from typing import Any, NamedTuple

from tenfold.local.aws import shapes

_PART = re.compile(r"[^.\[{]+|\[\d+\]|\{[^}]*\}")


class Key(NamedTuple):
    """An entry of a map or of a list of key-value structures."""

    name: str


Part = str | int | Key
Dest = tuple[Part, ...]


def parse(text: str) -> Dest:
    return tuple(_part(part) for part in _PART.findall(text))


def _part(text: str) -> Part:
    if text[0] == "[":
        return int(text[1:-1])
    return Key(text[1:-1]) if text[0] == "{" else text


def exists(shape: shapes.Shape, dest: Dest) -> bool:
    """Whether the API structure has this place."""
    for part in dest:
        if isinstance(part, Key):
            return shape.type_name in ("map", "list")
        if isinstance(part, int):
            shape = shape.member
        elif shape.type_name != "structure" or part not in shape.members:
            return False
        else:
            shape = shape.members[part]
    return True


def get(value: Any, dest: Dest) -> Any:
    """The value at this place of an answer, or None."""
    for part in dest:
        if isinstance(part, int):
            value = value[part] if isinstance(value, list) and len(value) > part else None
        elif isinstance(part, Key) and isinstance(value, list):
            value = next((x.get("Value", x.get("TagValue")) for x in value if x.get("Key") == part.name), None)
        else:
            name = part.name if isinstance(part, Key) else part
            value = value.get(name) if isinstance(value, dict) else None
    return value


def put(into: dict[str, Any], dest: Dest, value: Any, keep: bool = False) -> None:
    """Set `value` at this place, making what lies between; `keep`: only where nothing is yet."""
    cursor: Any = into
    for part, following in itertools.pairwise(dest):
        cursor = step(cursor, part, list if isinstance(following, int) else dict)
    last = dest[-1]
    if isinstance(last, int):
        there = last < len(cursor) and cursor[last] != {}
        step(cursor, last, dict)
        cursor[last] = cursor[last] if keep and there else value
        return
    name = last.name if isinstance(last, Key) else last
    if not keep or name not in cursor:
        cursor[name] = value


def step(cursor: Any, part: Part, empty: type) -> Any:
    """One step down while writing; list places are filled up with empty structures."""
    if isinstance(part, int):
        while len(cursor) <= part:
            cursor.append({})
        return cursor[part]
    return cursor.setdefault(part.name if isinstance(part, Key) else part, empty())
