"""What a rule sees: the resolved architecture, what was stated where, and a way to complain at the right place."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from blueprints.architecture import Architecture
from blueprints.origin import Origin
from blueprints.reading.draft import Draft, Route
from blueprints.source.problem import Problem, severity
from blueprints.value import Value


class Finding(Value):
    """`path` is dotted; a tuple where a key may hold dots itself. `key` marks the field's name instead of its value."""

    code: str
    path: str | Route
    message: str
    hint: str = ""
    key: bool = False


class Scene(Value):
    draft: Draft
    environment: str | None
    architecture: Architecture
    values: Mapping[Route, Any]
    origins: Mapping[Route, Origin]

    def stated(self, path: str) -> bool:
        """Whether a person wrote it, here or in an environment."""
        origin = self.origins.get(tuple(path.split(".")))
        return origin is not None and origin.kind in ("blueprint", "environment", "house rules")

    def problem(self, found: Finding) -> Problem | None:
        """At the field, else at the section above it, else at the stage; None when the field was refused already."""
        route = found.path if isinstance(found.path, tuple) else tuple(found.path.split("."))
        top: Route = ("environments", self.environment or "")
        for refused in self.draft.broken:
            inner = refused[2:] if refused[:2] == top else refused
            if inner and (route[: len(inner)] == inner or inner[: len(route)] == route):
                return None
        grade, path = severity(found.code), ".".join(route)
        if grade == "warning" and self.environment is None and self.draft.environments:
            return None  # the top has no stack of its own; each environment does
        said = self.origins.get(route)
        if said and said.kind == "house rules":
            end = said.column + max(1, len(said.text))
            return Problem(
                found.code, grade, said.file, said.line, said.column, path, said.text, found.message, found.hint, end
            )
        stages: tuple[Route, Route] = ((*top, "stage"), ("stage",))
        at = self._place(route, top) or next((r for r in stages if self.draft.span(r)), ())
        made = self.draft.problem(
            found.code, grade, at, found.message, found.hint, key=found.key or at[-len(route) :] != route
        )
        return replace(made, path=path)

    def _place(self, route: Route, top: Route) -> Route | None:
        for length in range(len(route), 0, -1):
            for at in ((*top, *route[:length]), route[:length]):
                if self.draft.span(at):
                    return at
        return None
