"""A mistake in a blueprint: where it is, why it is one, what would be right.

Codes are stable. Their titles and explanations are data (`codes.yaml`), read only when a problem has to be shown.
"""

from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path

from blueprints.value import Value

CODES = Path(__file__).with_name("codes.yaml")


class Problem(Value):
    """`line` and `column` count from 1; 0 means the whole file. `end_column` is one past the last marked character."""

    code: str
    severity: str  # error | warning
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


@cache
def catalogue() -> Mapping[str, Mapping[str, str]]:
    """Code -> {title, severity, why, wrong, right}, in the order of the file."""
    from blueprints.source.document import load_data

    return load_data(CODES)


def title(code: str) -> str:
    return catalogue()[code]["title"]


def severity(code: str) -> str:
    return catalogue()[code].get("severity", "error")


def hidden(code: str) -> bool:
    """Whether the text that a problem marks is a secret, which no output repeats."""
    return bool(catalogue()[code].get("hidden"))


def in_file_order(problems: Iterable[Problem]) -> list[Problem]:
    """Sorted by place, the same complaint about the same place once, however many environments have it."""
    unique: dict[tuple[object, ...], Problem] = {}
    for p in problems:
        unique.setdefault((p.code, p.file, p.line, p.column, p.path), p)
    return sorted(unique.values(), key=lambda p: (p.file, p.line, p.column, p.code, p.message))


def nearest(word: str, known: Iterable[str], count: int = 1) -> list[str]:
    """The known words most like this one; none when nothing is alike."""
    import difflib  # late: 1 ms that only mistakes need

    spelled = {name.lower(): name for name in known}
    return [spelled[match] for match in difflib.get_close_matches(word.lower(), spelled, n=count, cutoff=0.6)]


def one_of(names: Iterable[object]) -> str:
    """`a, b or c`."""
    words = [str(name) for name in names]
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} or {words[-1]}"
