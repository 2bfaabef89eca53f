"""A blueprint file as typed settings: the top of it, and each environment's, by path. Nothing is resolved yet."""

from collections.abc import Mapping
from dataclasses import field
from pathlib import Path
from typing import Any

from blueprints.reading.house import House, beside, open_house
from blueprints.reading.validation import Route, accept, leaves, unreadable
from blueprints.source.document import Source, Span, Unreadable, parse, read
from blueprints.source.problem import Problem, hidden
from blueprints.value import Value


class Draft(Value):
    """`broken` are the paths whose values were refused; no rule complains about them again."""

    source: Source
    problems: tuple[Problem, ...] = ()
    base: Mapping[Route, Any] = field(default_factory=dict)
    environments: Mapping[str, Mapping[Route, Any]] = field(default_factory=dict)
    removed: frozenset[Route] = frozenset()  # paths written as null: as if a lower layer had not said them
    broken: frozenset[Route] = frozenset()
    usable: bool = True
    house: House = field(default_factory=House)

    def span(self, route: Route, *, key: bool = False) -> Span | None:
        """Where a path stands in the file: its key, or its value."""
        first, second = (self.source.keys, self.source.values) if key else (self.source.values, self.source.keys)
        return first.get(route) or second.get(route)

    def problem(self, code: str, severity: str, route: Route, message: str, hint: str, *, key: bool = False) -> Problem:
        """A problem at a path, or at the nearest thing above it that stands in the file."""
        at = route
        while at and self.span(at, key=key) is None:
            at, key = at[:-1], True
        span = (self.span(at, key=key) if at else None) or Span(1, 1, 2)
        return Problem(
            code, severity, self.source.file, span.line, span.column, ".".join(route),
            "" if hidden(code) else self.source.text(span), message, hint, span.end_column,
        )  # fmt: skip


def open_draft(path: str | Path, rules_file: str | Path | None = None, content: bytes | None = None) -> Draft:
    """Never raises for a user's mistake: an unreadable file is a draft with one problem. `content` is what the file
    would say."""
    try:
        source = read(path) if content is None else parse(content, str(path))
    except Unreadable as bad:
        return Draft(Source(str(path), bad.lines), (unreadable(str(path), bad),), usable=False)
    found = accept(source, "Blueprint")
    house = open_house(rules_file or beside(path))
    changes = found.values.get("environments") or {}
    return Draft(
        source=source,
        problems=(*found.problems, *house.problems),
        base=dict(leaves(found.values)),
        environments={name: dict(leaves(change)) for name, change in changes.items()},
        removed=found.removed,
        broken=found.broken,
        house=house,
    )
