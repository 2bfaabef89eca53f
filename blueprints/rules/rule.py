"""What a rule is: a function that looks at the whole architecture and yields a finding for each mistake."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import cached_property
from typing import Any, TypeVar

from tenfold.blueprints.architecture import Architecture
from tenfold.blueprints.origin import HOUSE_RULES, Origin
from tenfold.blueprints.reading.draft import Draft
from tenfold.blueprints.source.codes import severity
from tenfold.blueprints.source.document import Route
from tenfold.blueprints.source.problem import Problem
from tenfold.blueprints.source.report import problem_at
from tenfold.blueprints.value import Value


class Finding(Value):
    """`path` is dotted; a tuple where a key may hold dots itself. `key` marks the field's name instead of its value."""

    code: str
    path: str | Route
    message: str
    hint: str = ""
    key: bool = False

    @property
    def route(self) -> Route:
        return self.path if isinstance(self.path, tuple) else tuple(self.path.split("."))


class Context(Value):
    """What a rule sees: the resolved architecture, and which values were set where."""

    draft: Draft
    environment: str | None
    architecture: Architecture
    values: Mapping[Route, Any]
    origins: Mapping[Route, Origin]

    def is_set(self, path: str) -> bool:
        """Whether a person set this field, or anything in this section: in the blueprint or in house rules."""
        return path in self._set_paths

    def is_refused(self, path: str) -> bool:
        """Whether the value of this field, or one around or in it, is a mistake that is reported already."""
        return self._is_broken(tuple(path.split(".")))

    def first_set(self, *paths: str) -> str:
        """The first of these fields that a person set; the first of all where none is set."""
        return next((path for path in paths if self.is_set(path)), paths[0])

    @cached_property
    def _set_paths(self) -> frozenset[str]:
        """Every field that a person set, and the sections above it."""
        routes = [route for route, origin in self.origins.items() if origin.is_set]
        return frozenset(".".join(route[:depth]) for route in routes for depth in range(1, len(route) + 1))

    def problem(self, finding: Finding) -> Problem | None:
        """The finding at its field, else at the section above it, else at the stage. None where the field was refused
        already; None for a warning at the top of a file with environments, because the top has no stack of its own."""
        route = finding.route
        if self._is_broken(route):
            return None
        if severity(finding.code) == "warning" and self.environment is None and self.draft.environments:
            return None
        origin = self.origins.get(route)
        if origin and origin.kind == HOUSE_RULES:
            return _in_house_rules(finding, origin)
        source = self.draft.source
        place = source.place(route, self.environment) or source.place(("stage",), self.environment)
        key = finding.key or place[-len(route) :] != route
        return replace(
            problem_at(source, finding.code, place, finding.message, finding.hint, key=key), path=".".join(route)
        )

    def _is_broken(self, route: Route) -> bool:
        """Whether the value at this path, in it, or around it was refused."""
        prefix: Route = ("environments", self.environment or "")
        for refused in self.draft.broken:
            inner = refused[2:] if refused[:2] == prefix else refused
            if inner and (route[: len(inner)] == inner or inner[: len(route)] == route):
                return True
        return False


def _in_house_rules(finding: Finding, origin: Origin) -> Problem:
    return Problem(
        finding.code, severity(finding.code), origin.file, origin.line, origin.column, ".".join(finding.route),
        origin.text, finding.message, finding.hint, origin.column + max(1, len(origin.text)),
    )  # fmt: skip


Findings = Iterator[Finding]
Rule = Callable[[Context], Findings]
RULES: list[Rule] = []
_R = TypeVar("_R", bound=Rule)


def rule(function: _R) -> _R:
    """Registers a rule: it runs for every environment of every blueprint."""
    RULES.append(function)
    return function
