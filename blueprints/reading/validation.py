"""A file's data against the grammar: what is refused is reported and cut out, and the rest is judged on."""

from collections.abc import Iterator
from typing import Any

from blueprints.reading.reader import Values, read
from blueprints.reading.translate import meant, problem_of
from blueprints.source.document import Source, Unreadable
from blueprints.source.problem import Problem
from blueprints.value import Value

Route = tuple[str, ...]

# What stands in for a required field that is missing, so that everything else can still be judged.
_STAND_IN = {("name",): "unnamed", ("stage",): 1, ("app",): {"image": "missing"}, ("app", "image"): "missing"}


class Accepted(Value):
    """What is left of a file; `removed` were written as null, `broken` were refused, or misspelt in what was."""

    values: Values
    problems: tuple[Problem, ...]
    removed: frozenset[Route]
    broken: frozenset[Route]


def accept(source: Source, root: str) -> Accepted:
    """The file as the section `root`. Never raises: with everything cut out that is wrong, the smallest legal document
    is left."""
    removed: set[Route] = set()
    data = _without_nulls(source.data, (), removed)
    problems: list[Problem] = []
    broken: set[Route] = set()
    misspelt: set[Route] = set()
    while (judged := read(root, data))[1]:
        places = [problem_of(source, item, root) for item in judged[1]]
        problems += [problem for problem, _ in places]
        misspelt |= {meant(route, root) for problem, route in places if problem.code == "TF-V001"} - {()}
        for _, route in places:
            _drop(data, route[:1] if route in broken else route)  # what cannot be cut out finely goes as a whole
            broken.add(route)
    return Accepted(judged[0], tuple(problems), frozenset(removed), frozenset(broken | misspelt))


def unreadable(file: str, bad: Unreadable) -> Problem:
    """A file that could not be read at all, as a problem."""
    text = bad.lines[bad.line - 1][bad.column - 1 : bad.end_column - 1] if 0 < bad.line <= len(bad.lines) else ""
    return Problem(bad.code, "error", file, bad.line, bad.column, "", text, bad.message, bad.hint, bad.end_column)


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


def leaves(values: Values, route: Route = ()) -> Iterator[tuple[Route, Any]]:
    """Everything that was said, by path, environments apart; lists as tuples."""
    for name, value in values.items():
        at = (*route, name)
        if at == ("environments",):
            continue
        if at[0] == "overrides" and len(at) > 2 and not (isinstance(value, dict) and value):
            yield at, value  # a property of a resource, whatever it holds
        elif isinstance(value, dict):
            yield from leaves(value, at)
        else:
            yield at, tuple(value) if isinstance(value, list) else value
