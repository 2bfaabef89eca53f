"""Standard streams on which printing never stops a command: closed ones, ones that lack a character, pipes that nobody
reads any more."""

import io
import os
import shutil
import sys
from typing import Any, TextIO

PAGE = 100  # columns where nobody says how many there are


class _Unbroken(io.FileIO):
    """Writes to nowhere once writing has failed. A reader that has gone (`tenfold up … | head`) is no error: the run
    itself goes on. A full disk is one, and is raised once."""

    def write(self, data: Any, /) -> int:
        try:
            return super().write(data)
        except OSError as error:
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, self.fileno())
            os.close(nowhere)
            if isinstance(error, BrokenPipeError):
                return len(data)
            raise


def takes_color(stream: TextIO) -> bool:
    """Whether it is a terminal that knows colours, or FORCE_COLOR asks for them; NO_COLOR forbids them
    (https://no-color.org, https://force-color.org)."""
    if os.environ.get("NO_COLOR"):
        return False
    return bool(os.environ.get("FORCE_COLOR")) or (stream.isatty() and os.environ.get("TERM") != "dumb")


def width() -> int:
    """Columns of a line: the terminal's, from 60 to 200; 100 for a file, a pipe, and a terminal that does not say."""
    if sys.stdout is None or not sys.stdout.isatty():
        return PAGE
    return min(200, max(60, shutil.get_terminal_size((PAGE, 40)).columns))


def style_text(text: str, stream: TextIO, **style: Any) -> str:
    """With `click.style`'s colours where the stream takes them."""
    import click

    return click.style(text, **style) if takes_color(stream) else text


def prepare() -> None:
    """Replaces `sys.stdin`, `stdout` and `stderr`. A character that the locale's encoding lacks is printed as `?`."""
    for stream in (sys.stdin, sys.stdout, sys.stderr):
        if stream is None:  # closed by the caller: `>&-`; what is opened takes the lowest free number, which is its
            os.open(os.devnull, os.O_RDWR)
    sys.stdin = sys.stdin or io.TextIOWrapper(io.BufferedReader(io.FileIO(0, closefd=False)), "utf-8")
    sys.stdout, sys.stderr = _output(1, sys.stdout), _output(2, sys.stderr)


def _output(number: int, stream: Any) -> io.TextIOWrapper:
    raw = io.BufferedWriter(_Unbroken(number, "w", closefd=False))
    by_line = number == 2 or raw.isatty()
    return io.TextIOWrapper(raw, stream.encoding if stream else "utf-8", "replace", line_buffering=by_line)
