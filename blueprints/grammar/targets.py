"""Fields and sections of the grammar by pattern: `*.instance` of every tier, `queues.*.keep` of every queue."""

import re
from collections.abc import Iterator, Mapping, Sequence
from fnmatch import fnmatchcase
from typing import Any

from tenfold.blueprints.grammar.lookup import Field, Kind, sections
from tenfold.blueprints.value import Value

Route = tuple[str, ...]
_MAGIC = re.compile(r"[*?\[]")


def is_pattern(text: object) -> bool:
    """Whether it is a text that may stand for others."""
    return isinstance(text, str) and bool(_MAGIC.search(text))


class Target(Value):
    """A field, or a section, that a rule is about. The first `named` parts of its route may be names of a writer's
    own, such as those of queues: they are patterns over the names that a blueprint has."""

    route: Route
    field: Field
    named: int = 0

    @property
    def path(self) -> str:
        return ".".join(self.route)

    @property
    def is_section(self) -> bool:
        return self.field.kind["is"] in ("section", "dict")

    @property
    def kind(self) -> Kind:
        """The kind of one value: of a list, that of an item."""
        return self.field.kind["of"] if self.field.kind["is"] == "list" else self.field.kind

    def routes(self, values: Mapping[Route, Any]) -> list[Route]:
        """The fields of a blueprint that it means, whether they have a value or not."""
        if not self.named:
            return [self.route]
        patterns = self.route[: self.named]
        heads = dict.fromkeys(route[: self.named] for route in values if _matches(route[: self.named], patterns))
        return [(*head, *self.route[self.named :]) for head in heads]

    def covers(self, route: Route) -> bool:
        """Whether it is this field, or a section that the field is in."""
        return _matches(route[: len(self.route)], self.route)


def _matches(route: Route, patterns: Route) -> bool:
    return len(route) == len(patterns) and all(map(fnmatchcase, route, patterns))


def targets(pattern: str) -> list[Target]:
    """The fields and sections of the grammar that a pattern means; none where there is no such field."""
    head, *rest = pattern.split(".")
    return [
        target
        for name, field in sections()["Blueprint"].items()
        if name != "environments" and fnmatchcase(name, head)
        for target in _below((name,), field, rest, wild=name != head)
    ]


def _below(at: Route, field: Field, rest: Sequence[str], named: int = 0, *, wild: bool = False) -> Iterator[Target]:
    """`wild`: a pattern stood for a name of the grammar's; it means no names of a writer's own."""
    section, own_keys = field.section
    if not rest:
        yield Target(at, field, named)
    elif own_keys and not wild:
        entry = (*at, rest[0])
        if len(rest) == 1:
            yield Target(entry, field._replace(kind=field.kind["of"]), len(entry))
        else:
            yield from _inside(section, entry, rest[1:], len(entry))
    elif section and not own_keys:
        yield from _inside(section, at, rest, named)
    elif field.kind["is"] == "dict" and not wild:
        yield from _in_mapping(at, field, rest, named)


def _inside(section: str | None, at: Route, rest: Sequence[str], named: int) -> Iterator[Target]:
    for name, field in sections()[section or ""].items():
        if fnmatchcase(name, rest[0]):
            yield from _below((*at, name), field, rest[1:], named, wild=name != rest[0])


def _in_mapping(at: Route, field: Field, rest: Sequence[str], named: int) -> Iterator[Target]:
    """Values by keys of the writer's own: `tags.cost.center` has a key with a dot in it. Of overrides, a property of a
    resource."""
    inner = field.kind["of"]
    route = (*at, *rest) if inner["is"] == "dict" else (*at, ".".join(rest))
    if inner["is"] == "dict" and len(rest) > 1:
        inner = inner["of"]
    magic = [depth for depth, part in enumerate(route, 1) if is_pattern(part)]
    yield Target(route, field._replace(kind=inner), max([named, *magic]))


def paths() -> list[str]:
    """Every field and section of the grammar, with `*` for names of a writer's own."""
    return [".".join(route) for route in _all((), "Blueprint")]


def _all(at: Route, section: str) -> Iterator[Route]:
    for name, field in sections()[section].items():
        if name == "environments":
            continue
        yield (*at, name)
        inner, own_keys = field.section
        if inner:
            yield from _all((*at, name, "*") if own_keys else (*at, name), inner)
