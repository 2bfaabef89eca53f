"""A mistake in a blueprint: where it is, why it is one, what would be right."""

from collections.abc import Iterable
from typing import Literal

from tenfold.blueprints.value import Value

Severity = Literal["error", "warning"]


class Problem(Value):
    """`line` and `column` count from 1; 0 means the whole file. `end_column` is one past the last marked character."""

    code: str
    severity: Severity
    file: str
    line: int
    column: int
    path: str  # dotted path of the field, "" for the file
    text: str  # the offending text as written
    message: str  # why it is wrong, in this place
    hint: str = ""  # what would be right
    end_column: int = 0

    @property
    def is_error(self) -> bool:
        return self.severity == "error"


def in_file_order(problems: Iterable[Problem]) -> list[Problem]:
    """Sorted by place. A problem that several environments have in the same place is listed once."""
    unique: dict[tuple[object, ...], Problem] = {}
    for p in problems:
        unique.setdefault((p.code, p.file, p.line, p.column, p.path), p)
    return sorted(unique.values(), key=lambda p: (p.file, p.line, p.column, p.code, p.message))
