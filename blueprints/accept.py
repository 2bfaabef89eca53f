"""A file's data against a model: what is refused is reported and cut out, and the rest is judged on."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from pydantic import ValidationError

from blueprints.fields import Section
from blueprints.problem import Problem
from blueprints.source import Source, Unreadable
from blueprints.translate import problem_of
from blueprints.validator import validate

Route = tuple[str, ...]
Model = TypeVar("Model", bound=Section)

# What stands in for a required field that is missing, so that everything else can still be judged.
_STAND_IN = {("name",): "unnamed", ("stage",): 1, ("app",): {"image": "missing"}, ("app", "image"): "missing"}


@dataclass(frozen=True)
class Accepted(Generic[Model]):
    """What is left of a file; `removed` were written as null, `broken` were refused."""

    model: Model
    problems: tuple[Problem, ...]
    removed: frozenset[Route]
    broken: frozenset[Route]


def accept(source: Source, root: type[Model]) -> Accepted[Model]:
    """Never raises: with everything cut out that is wrong, the smallest legal document is left."""
    removed: set[Route] = set()
    data = _without_nulls(source.data, (), removed)
    problems: list[Problem] = []
    broken: set[Route] = set()
    while not isinstance(refused := _judge(root, data), root):
        places = [problem_of(source, item, root) for item in refused]
        problems += [problem for problem, _ in places]
        for _, route in places:
            _drop(data, route[:1] if route in broken else route)  # what cannot be cut out finely goes as a whole
            broken.add(route)
    return Accepted(refused, tuple(problems), frozenset(removed), frozenset(broken))


def unreadable(file: str, bad: Unreadable) -> Problem:
    """A file that could not be read at all, as a problem."""
    text = bad.lines[bad.line - 1][bad.column - 1 : bad.end_column - 1] if 0 < bad.line <= len(bad.lines) else ""
    return Problem(bad.code, "error", file, bad.line, bad.column, "", text, bad.message, bad.hint, bad.end_column)


def _judge(root: type[Model], data: dict[str, Any]) -> Model | list[Any]:
    try:
        return validate(root, data)
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
            elif isinstance(item, Section):
                yield from leaves(item, (*at, key))
            else:
                yield (*at, key), item
    else:
        yield at, tuple(value) if isinstance(value, list) else value
