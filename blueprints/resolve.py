"""Blueprint + stage + environment + sizing = architecture, with the origin of every value.

Precedence, weakest first: stage preset, sizing rule, house rules, blueprint, environment, command line.
"""

import re
from collections.abc import Mapping
from dataclasses import field
from pathlib import Path
from typing import Any

from blueprints.architecture import BASE, Architecture
from blueprints.assemble import assemble
from blueprints.origin import Origin
from blueprints.reading.defaults import stage_defaults
from blueprints.reading.draft import Draft, Route, open_draft
from blueprints.rules import registry
from blueprints.rules.placement import misplaced
from blueprints.rules.scene import Scene
from blueprints.sizes import offerings, sizing
from blueprints.source.problem import Problem, in_file_order, nearest, severity
from blueprints.stages import presets, shape
from blueprints.value import Value

_NAME = re.compile(r"[a-z][a-z0-9-]{0,22}[a-z0-9]|[a-z]")


class Resolution(Value):
    """`architecture` is None when there are errors; warnings alone leave it. Origins are by dotted path."""

    problems: list[Problem]
    architecture: Architecture | None
    origins: Mapping[str, Origin]
    values: Mapping[str, Any] = field(default_factory=dict)
    draft: Draft | None = None
    environment: str = BASE

    def position(self, path: str) -> tuple[str, int, int]:
        """(file, line, column) of a dotted path, or of the nearest above it: the environment's, else the top's."""
        if self.draft is None:
            return "", 0, 0
        route = _route(path, self.draft)
        while route:
            for at in (("environments", self.environment, *route), route):
                span = self.draft.span(at, key=True)
                if span:
                    return self.draft.source.file, span.line, span.column
            route = route[:-1]
        return self.draft.source.file, 1, 1


def _route(path: str, draft: Draft) -> Route:
    """Keys may hold dots themselves: the longest key that stands in the file wins."""
    known = {".".join(route): route for route in draft.source.keys}
    return known.get(path, tuple(path.split(".")))


def load(
    path: str | Path,
    *,
    environment: str | None = None,
    stage: int | str | None = None,
    rules_file: str | Path | None = None,
    content: bytes | None = None,
) -> Resolution:
    """The architecture of one environment of a blueprint (of its top, when no environment is named).

    `stage` (1-7 or a name) overrides what the file says; `rules_file` the house rules found beside or above it;
    `content` what it would say, instead of what it says.
    Never raises for a user's mistake.
    """
    return resolve(open_draft(path, rules_file, content), environment=environment, stage=stage)


def resolve(
    draft: Draft,
    *,
    environment: str | None = None,
    stage: int | str | None = None,
    asked: Mapping[Route, Any] | None = None,
) -> Resolution:
    """As `load`, for a file read before. `asked` are values above all others; None takes what the file says away."""
    if not draft.usable:
        return Resolution(list(draft.problems), None, {}, draft=draft, environment=environment or BASE)
    return _Resolver(draft, environment, stage, asked or {}).run()


class _Resolver:
    """Layers values by path, weakest first, and collects every problem on the way."""

    def __init__(
        self, draft: Draft, environment: str | None, stage: int | str | None, asked: Mapping[Route, Any]
    ) -> None:
        self.draft, self.environment, self.asked_stage, self.asked = draft, environment, stage, asked
        self.problems: list[Problem] = list(draft.problems)
        self.values: dict[Route, Any] = {}
        self.origins: dict[Route, Origin] = {}

    def run(self) -> Resolution:
        self._check_environments()
        self._layer_stated()
        self._cut_to_available()
        capabilities = self._shape()
        self._size(capabilities)
        name = self.values[("name",)]
        stage_name = presets.presets()[self.values[("stage",)]].name
        architecture = assemble(self.values, name, self.environment, stage_name, capabilities, self.before)
        scene = Scene(self.draft, self.environment, architecture, self.values, self.origins)
        self.problems += registry.run(scene)
        problems = in_file_order(self.problems)
        failed = any(problem.is_error for problem in problems)
        return Resolution(
            problems,
            None if failed else architecture,
            {".".join(route): origin for route, origin in self.origins.items()},
            {".".join(route): value for route, value in self.values.items()},
            self.draft,
            self.environment or BASE,
        )

    def _complain(self, code: str, route: Route, message: str, hint: str, *, key: bool = False) -> None:
        self.problems.append(self.draft.problem(code, severity(code), route, message, hint, key=key))

    def _check_environments(self) -> None:
        known = list(self.draft.source.data.get("environments") or {}) if self.draft.environments else []
        for name in known:
            if not _NAME.fullmatch(name):
                hint = "1 to 24 lower-case letters, digits and hyphens, starting with a letter: dev, prod-eu."
                self._complain("TF-E002", ("environments", name), f"`{name}` is not a name.", hint, key=True)
        wanted = self.environment
        if wanted is None or wanted in self.draft.environments:
            return
        if known:
            near = nearest(wanted, known)
            hint = f"Did you mean {near[0]}? " if near else ""
            self._complain(
                "TF-E001",
                ("environments",),
                f"There is no environment `{wanted}`.",
                f"{hint}There are {', '.join(known)}.",
                key=True,
            )
        elif not _NAME.fullmatch(wanted):
            hint = "Lower-case letters, digits and hyphens, starting with a letter: dev, prod-eu."
            self._complain("TF-E002", (), f"`{wanted}` is not a name for an environment.", hint)

    def _layer_stated(self) -> None:
        """Everything but sizing: the stage first, because the defaults hang on it."""
        draft = self.draft
        inner: Mapping[Route, Any] = draft.environments.get(self.environment or "", {})
        stage = self._asked() or inner.get(("stage",)) or draft.base[("stage",)]
        for route, (value, origin) in stage_defaults(stage).items():
            self.values[route], self.origins[route] = value, origin
        self.values |= draft.house.values
        self.origins |= draft.house.origins
        self._layer("blueprint", draft.base, ())
        top = ("environments", self.environment or "")
        for route in draft.removed:
            if self.environment and route[:2] == top:
                self._forget(route[2:], stage)
        self._layer("environment", inner, top)
        if self._asked():
            self.values[("stage",)] = self._asked()
            self.origins[("stage",)] = Origin("command line", text=f"--stage {self.asked_stage}")
        for route, value in self.asked.items():
            self.values.pop(route, None)
            if value is not None:
                self.values[route], self.origins[route] = value, Origin("command line")

    def _asked(self) -> int | None:
        if self.asked_stage is None:
            return None
        value = self.asked_stage
        value = int(value) if isinstance(value, str) and value.isascii() and value.isdigit() else value
        try:
            return presets.stage_number(value)
        except ValueError as error:
            self._complain("TF-S001", (), f"There is no stage {self.asked_stage} (asked for by --stage).", str(error))
            self.asked_stage = None
            return None

    def _layer(self, kind: str, values: Mapping[Route, Any], top: Route) -> None:
        source = self.draft.source
        for route, value in values.items():
            span = self.draft.span((*top, *route))
            if route[0] == "overrides" and not self._room_for(route, value):
                continue
            self.values[route] = value
            place = (source.file, span.line, span.column, source.text(span)) if span else (source.file, 0, 0, "")
            self.origins[route] = Origin(kind, *place)

    def _room_for(self, route: Route, value: Any) -> bool:
        """Below a property of an override everything is said by path too: what is now a single value has nothing
        below it any more, and what is now a block is no single value. False: an empty block adds nothing to a full one.
        """
        below = [known for known in self.values if known[: len(route)] == route and known != route]
        if value == {} and below:
            return False
        above = [route[:depth] for depth in range(3, len(route)) if route[:depth] in self.values]
        for known in (*below, *above):
            del self.values[known], self.origins[known]
        return True

    def _forget(self, route: Route, stage: int) -> None:
        """An environment wrote `key:` with nothing: what the top said there does not count, required fields apart."""
        said = [r for r in self.values if r[: len(route)] == route and self.origins[r].kind == "blueprint"]
        for known in said:
            if known in (("name",), ("stage",), ("app", "image")):
                continue
            del self.values[known], self.origins[known]
            if known in self.draft.house.values:
                self.values[known], self.origins[known] = (
                    self.draft.house.values[known],
                    self.draft.house.origins[known],
                )
            elif known in stage_defaults(stage):
                self.values[known], self.origins[known] = stage_defaults(stage)[known]

    def _cut_to_available(self) -> None:
        """A stage of a later release is one problem, and the rest is judged at the last stage there is."""
        self.stated = (self.values[("stage",)], self.values.get(("promoting_from",)))
        self.values[("stage",)] = min(self.stated[0], presets.LAST_AVAILABLE)
        if self.stated[1] is not None and self.stated[1] >= self.stated[0]:
            self.values.pop(("promoting_from",))

    def _shape(self) -> frozenset[str]:
        with_, without = self.values.get(("with",), ()), self.values.get(("without",), ())
        for found in shape.complaints(*self.stated, with_, without):
            route: Route = (found.field,) if found.item is None else (found.field, str(found.item))
            if self.environment and self.draft.span(("environments", self.environment, *route)):
                route = ("environments", self.environment, *route)
            self._complain(found.code, route, found.message, found.hint)
        self.problems += misplaced(self.draft, self.environment, self.values)
        stage, before = self.values[("stage",)], self.values.get(("promoting_from",))
        usable = {name for name, c in presets.capabilities().items() if c.available}
        return shape.capabilities(stage, before, [name for name in with_ if name in usable], without)

    def _size(self, capabilities: frozenset[str]) -> None:
        if self.values[("region",)] not in offerings.regions():
            region = self.values[("region",)]
            near = nearest(region, offerings.regions(), 3)
            route = ("environments", self.environment or "", "region")
            route = route if self.draft.span(route) else ("region",)
            hint = f"Did you mean {' or '.join(near)}?" if near else "For example us-east-1, eu-west-1, ap-southeast-2."
            self._complain("TF-V025", route, f"tenfold knows no AWS region `{region}`.", hint)
            self.values[("region",)] = "us-east-1"
        before = self._sizes_of_before()
        self.before = {path: sized.value for path, sized in before.items()}
        sizes = self._sizes(self.values, capabilities)
        sizes |= {path: sized for path, sized in before.items() if path.startswith("server.")}
        for path, sized in sizes.items():
            route = tuple(path.split("."))
            self.values[route] = sized.value
            self.origins[route] = Origin("sizing", why=sized.why, text=sizing.RULES[path].__name__)

    def _sizes(self, values: Mapping[Route, Any], capabilities: frozenset[str]) -> dict[str, sizing.Sized]:
        """What nobody stated, by dotted path; a rule sees what the rules before it found."""
        flat = {".".join(route): value for route, value in values.items()}
        needs = sizing.Needs(flat, capabilities, self.draft.house.limits.get("instances") or ())
        found: dict[str, sizing.Sized] = {}
        for path, rule in sizing.RULES.items():
            if self.origins.get(tuple(path.split(".")), Origin("stage")).kind == "stage":
                found[path] = rule(needs)
                flat[path] = found[path].value
        return found

    def _sizes_of_before(self) -> dict[str, sizing.Sized]:
        """While a promotion runs the server goes on as it was: a change would restart or replace it for nothing."""
        before = self.values.get(("promoting_from",))
        if before is None:
            return {}
        defaults = {
            route: value for route, (value, _) in stage_defaults(before).items() if self.origins[route].kind == "stage"
        }
        had = shape.capabilities(before, None, self.values.get(("with",), ()), self.values.get(("without",), ()))
        return self._sizes({**self.values, **defaults}, had)
