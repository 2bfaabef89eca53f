"""A blueprint file as typed settings: the top of it, and each environment's, by path. Nothing is resolved yet."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from blueprints.fields import Section
from blueprints.grammar import Blueprint
from blueprints.problem import Problem
from blueprints.source import Source, Span, Unreadable, read
from blueprints.translate import problem_of

Route = tuple[str, ...]

# What stands in for a required field that is missing, so that everything else can still be judged.
_STAND_IN = {("name",): "unnamed", ("stage",): 1, ("app",): {"image": "missing"}, ("app", "image"): "missing"}


@dataclass(frozen=True)
class Draft:
    """`broken` are the paths whose values were refused; no rule complains about them again."""

    source: Source
    problems: tuple[Problem, ...] = ()
    base: Mapping[Route, Any] = field(default_factory=dict)
    environments: Mapping[str, Mapping[Route, Any]] = field(default_factory=dict)
    removed: frozenset[Route] = frozenset()  # paths written as null: as if a lower layer had not said them
    broken: frozenset[Route] = frozenset()
    usable: bool = True

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
            self.source.text(span), message, hint, span.end_column,
        )  # fmt: skip


def open_draft(path: str | Path) -> Draft:
    """Never raises for a user's mistake: an unreadable file is a draft with one problem."""
    try:
        source = read(path)
    except Unreadable as bad:
        text = bad.lines[bad.line - 1][bad.column - 1 : bad.end_column - 1] if 0 < bad.line <= len(bad.lines) else ""
        problem = Problem(
            bad.code, "error", str(path), bad.line, bad.column, "", text, bad.message, bad.hint, bad.end_column
        )
        return Draft(Source(str(path), bad.lines), (problem,), usable=False)
    return _typed(source)


def _typed(source: Source) -> Draft:
    removed: set[Route] = set()
    data = _without_nulls(source.data, (), removed)
    problems: list[Problem] = []
    broken: set[Route] = set()
    while not isinstance(refused := _judge(data), Blueprint):
        places = [problem_of(source, item) for item in refused]
        problems += [problem for problem, _ in places]
        for _, route in places:
            _drop(data, route[:1] if route in broken else route)  # what cannot be cut out finely goes as a whole
            broken.add(route)
    model = refused
    base = dict(leaves(model, ()))
    environments = {name: dict(leaves(change, ())) for name, change in (model.environments or {}).items() if change}
    return Draft(source, tuple(problems), base, environments, frozenset(removed), frozenset(broken))


def _judge(data: dict[str, Any]) -> Blueprint | list[Any]:
    try:
        return Blueprint.model_validate(data)
    except ValidationError as error:
        return error.errors(include_url=False)


def _without_nulls(value: Any, route: Route, removed: set[Route]) -> Any:
    """`key:` with nothing after it says nothing. Below `overrides` null is a value; an environment may be empty."""
    if not isinstance(value, dict) or _is_override(route):
        return value
    kept: dict[str, Any] = {}
    for key, item in value.items():
        at = (*route, key)
        if item is None and route == ("environments",):
            kept[key] = {}
        elif item is None:
            removed.add(at)
        else:
            kept[key] = _without_nulls(item, at, removed)
    return kept


def _is_override(route: Route) -> bool:
    inner = route[2:] if route[:1] == ("environments",) else route
    return inner[:1] == ("overrides",) and len(inner) > 1


def _drop(data: dict[str, Any], route: Route) -> None:
    """Take a refused value out; a missing required one gets a stand-in."""
    if route in _STAND_IN:
        stand_in = _STAND_IN[route]
        inner = data
        for part in route[:-1]:
            inner = inner[part]
        inner[route[-1]] = dict(stand_in) if isinstance(stand_in, dict) else stand_in
        return
    inner = data
    for part in route[:-1]:
        if not isinstance(inner.get(part), dict):  # a list with one bad item goes as a whole
            inner.pop(part, None)
            return
        inner = inner[part]
    inner.pop(route[-1], None)


def leaves(model: Section, route: Route) -> Iterator[tuple[Route, Any]]:
    """Everything that was said, by path, environments apart; lists as tuples."""
    fields = type(model).model_fields
    for name in model.model_fields_set:
        at = (*route, fields[name].alias or name)
        if at != ("environments",):
            yield from _leaf(getattr(model, name), at)


def _leaf(value: Any, at: Route) -> Iterator[tuple[Route, Any]]:
    if isinstance(value, Section):
        yield from leaves(value, at)
    elif isinstance(value, dict):
        deeper = at == ("overrides",)
        for key, item in value.items():
            if deeper:
                yield from (((*at, key, name), setting) for name, setting in item.items())
            else:
                yield (*at, key), item
    else:
        yield at, tuple(value) if isinstance(value, list) else value
