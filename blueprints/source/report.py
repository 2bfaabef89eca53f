"""Problems at their place in a file."""

from tenfold.blueprints.source.codes import is_hidden, severity
from tenfold.blueprints.source.document import Route, Source, Span, Unreadable
from tenfold.blueprints.source.problem import Problem

_START = Span(1, 1, 2)


def problem_at(
    source: Source, code: str, place: Route, message: str, hint: str = "", *, key: bool = False, path: Route = ()
) -> Problem:
    """A problem at a place, or at the nearest one above it that the file has. `key` marks the field's name instead of
    its value; `path` is the field's own path, where that differs from the place."""
    at = source.place(place)
    span = source.span(at, key=key or at != place) if at else None
    span = span or _START
    return Problem(
        code, severity(code), source.file, span.line, span.column, ".".join(path or place),
        "" if is_hidden(code) else source.text(span), message, hint, span.end_column,
    )  # fmt: skip


def unreadable(file: str, error: Unreadable) -> Problem:
    """The problem of a file that could not be read at all."""
    line = error.lines[error.line - 1] if 0 < error.line <= len(error.lines) else ""
    text = line[error.column - 1 : error.end_column - 1]
    return Problem(
        error.code, "error", file, error.line, error.column, "", text, error.message, error.hint, error.end_column
    )
