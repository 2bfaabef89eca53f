"""A file's data against the grammar: refused values are reported and cut out, so that the rest can still be judged."""

from collections.abc import Iterator
from typing import Any

from tenfold.blueprints.grammar.lookup import field_at
from tenfold.blueprints.reading.reader import Refused, Values, read
from tenfold.blueprints.reading.translate import intended_field, problem_of
from tenfold.blueprints.source.document import Route, Source
from tenfold.blueprints.source.problem import Problem
from tenfold.blueprints.value import Value

# The value that replaces a missing required field, so that everything else can still be judged.
_STAND_IN = {("name",): "unnamed", ("stage",): 1, ("app",): {"image": "missing"}, ("app", "image"): "missing"}


class Accepted(Value):
    """The valid part of a file. `removed` are the paths without a value; `broken` those that were refused, and the
    fields whose misspelt name was refused."""

    values: Values
    problems: tuple[Problem, ...]
    removed: frozenset[Route]
    broken: frozenset[Route]


def accept(source: Source, root: str) -> Accepted:
    """The file as the section `root`. Never raises: with every mistake cut out, the smallest valid document is left."""
    removed: set[Route] = set()
    data = _without_nulls(source.data, (), removed, root)
    problems: list[Problem] = []
    broken: set[Route] = set()
    misspelt: set[Route] = set()
    values, refusals = _read(root, data, broken)
    while refusals:
        reported = [problem_of(source, refusal, root) for refusal in refusals]
        new = [not _was_cut_out(refusal, broken) for refusal in refusals]
        problems += [problem for (problem, _), is_new in zip(reported, new, strict=True) if is_new]
        misspelt |= {intended_field(route, root) for problem, route in reported if problem.code == "TF-V001"} - {()}
        for _, route in reported:
            _drop(data, route[:1] if route in broken else route)  # a value that cannot be cut out: the whole section
            broken.add(route)
        values, refusals = _read(root, data, broken)
    return Accepted(values, tuple(problems), frozenset(removed), frozenset(broken | misspelt))


def _read(root: str, data: dict[str, Any], broken: set[Route]) -> tuple[Values, list[Refused]]:
    """An environment needs no required field that the blueprint sets: `prod: {queues: {orders: {attempts: 3}}}`."""
    values, refusals = read(root, data)
    return values, [refusal for refusal in refusals if not _is_inherited(refusal, data, broken)]


def _is_inherited(refusal: Refused, data: Any, broken: set[Route]) -> bool:
    above = refusal.place[2:]
    if refusal.type != "missing" or refusal.place[:1] != ("environments",):
        return False
    for part in above:
        if not isinstance(data, dict) or part not in data:
            return tuple(map(str, above)) in broken
        data = data[part]
    return True


def _was_cut_out(refusal: Refused, broken: set[Route]) -> bool:
    """Whether a required value is missing because it was refused before: that has been reported already."""
    return refusal.type == "missing" and tuple(map(str, refusal.place)) in broken


def _without_nulls(value: Any, route: Route, removed: set[Route], root: str) -> Any:
    """`key:` without a value sets nothing; below a name of the writer's own, an environment or a queue, it is one with
    nothing in it. Below `overrides` null is a value."""
    if not isinstance(value, dict) or _is_override(route):
        return value
    kept: dict[str, Any] = {}
    for key, item in value.items():
        at = (*route, key)
        if item is None and _is_named(at, root):
            kept[key] = {}
        elif item is None:
            removed.add(at)
        else:
            kept[key] = _without_nulls(item, at, removed, root)
    return kept


def _is_named(route: Route, root: str) -> bool:
    """Whether a section may have any name here. Below an environment null takes back what is above, by name too."""
    if route[:1] == ("environments",) and len(route) > 2:
        return False
    field = field_at((*route[:-1], "*"), root)  # no field of that name
    return field is not None and field.section[1]


def _is_override(route: Route) -> bool:
    inner = route[2:] if route[:1] == ("environments",) else route
    return inner[:1] == ("overrides",) and len(inner) > 1


def _drop(data: dict[str, Any], route: Route) -> None:
    """Cut a refused value out; a missing required one gets a stand-in."""
    if route in _STAND_IN:
        stand_in = _STAND_IN[route]
        inner = data
        for part in route[:-1]:
            inner = inner[part]
        inner[route[-1]] = dict(stand_in) if isinstance(stand_in, dict) else stand_in
        return
    inner = data
    for part in route[:-1]:
        if not isinstance(inner.get(part), dict):  # a list with one bad item is cut out as a whole
            inner.pop(part, None)
            return
        inner = inner[part]
    inner.pop(route[-1], None)


def leaves(values: Values, route: Route = ()) -> Iterator[tuple[Route, Any]]:
    """Every value by its path, environments apart; lists as tuples."""
    for name, value in values.items():
        at = (*route, name)
        if at == ("environments",):
            continue
        if at[0] == "overrides" and len(at) > 2 and not (isinstance(value, dict) and value):
            yield at, value  # a property of a resource, of any type
        elif isinstance(value, dict):
            yield from leaves(value, at)
        else:
            yield at, tuple(value) if isinstance(value, list) else value
