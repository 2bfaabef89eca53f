"""Arguments that take one of a few texts: each is a `StrEnum`, and a wrong one is refused in the same words. Pure."""

from collections.abc import Iterable
from enum import StrEnum
from typing import TypeVar

E = TypeVar("E", bound=StrEnum)


def check_choice(argument: str, value: str, choices: type[E]) -> E:
    """The member of `choices` whose text is `value`.

    Raises ValueError for any other text: `kind must be "application" or "network", not 'x'.`
    """
    try:
        return choices(value)
    except ValueError:
        raise ValueError(f"{argument} must be {one_of(choices)}, not {value!r}.") from None


def one_of(choices: Iterable[str]) -> str:
    """>>> one_of(["gp2", "gp3", "io2"])
    '"gp2", "gp3" or "io2"'
    """
    *first, last = [f'"{choice}"' for choice in choices]
    return f"{', '.join(first)} or {last}" if first else last
