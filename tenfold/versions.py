"""Which of two numbers or versions is less: "9.6" is less than "10", and 17 is not less than 17.4. Pure."""

import re
from typing import Any

_VERSION = re.compile(r"\d+(?:\.\d+)*")


def lower(new: Any, old: Any) -> bool:
    """Whether `new` is less than `old`, as far as `new` says it; false where one of them is not a number or version."""
    asked, there = numbers(new), numbers(old)
    if isinstance(new, int | float) and isinstance(old, int | float):
        return bool(asked) and new < old
    return bool(asked and there) and asked < there[: len(asked)]


def another_major(new: Any, old: Any, parts: int) -> bool:
    """Whether the first `parts` numbers differ: one of PostgreSQL's 16 and 17, two of MySQL's 8.0 and 8.4."""
    asked, there = numbers(new)[:parts], numbers(old)[:parts]
    return bool(asked and there) and asked != there[: len(asked)]


def leaps(new: Any, old: Any) -> bool:
    """Whether the second number, the minor version, grows by more than one: 1.33 to 1.35."""
    asked, there = numbers(new)[:2], numbers(old)[:2]
    return len(asked) == len(there) == 2 and asked[0] == there[0] and asked[1] > there[1] + 1


def numbers(value: Any) -> list[int]:
    """ "8.1" -> [8, 1]; nothing for what does not begin with a number."""
    if isinstance(value, bool):
        return []
    match = _VERSION.match(f"{value:.10g}" if isinstance(value, float) else str(value))
    return [int(part) for part in match[0].split(".")] if match else []
