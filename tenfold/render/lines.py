"""Lines of a page: how wide they are, their colours, and a label with wrapped text beside it."""

import textwrap

from tenfold import streams

WIDTH = streams.width()
"""Columns of a line, of the whole process."""
_STYLES = {
    "bold": "\x1b[1m",
    "dim": "\x1b[2m",
    "red": "\x1b[31m",
    "green": "\x1b[32m",
    "yellow": "\x1b[33m",
    "cyan": "\x1b[36m",
}
_OFF = "\x1b[0m"


def paint(text: str, style: str, color: bool) -> str:
    """`style`: a name of `_STYLES`, or nothing for plain text."""
    return f"{_STYLES[style]}{text}{_OFF}" if color and style and text.strip() else text


def labelled_lines(label: str, text: str, room: int = 0) -> list[str]:
    """The text wrapped beside its label, which takes `room` columns, or its own length and two, after an indent of
    two."""
    room = max(room, len(label) + 2)
    return wrapped_lines(text, WIDTH, f"  {label:<{room}}", " " * (room + 2))


def wrapped_lines(text: str, width: int, first: str = "", others: str = "") -> list[str]:
    """Breaks between words only: a word wider than a line is a name or a path, to be copied whole."""
    return textwrap.wrap(
        text,
        width,
        initial_indent=first,
        subsequent_indent=others,
        break_on_hyphens=False,
        break_long_words=False,
    )
