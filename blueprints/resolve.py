"""Blueprint + stage + environment + sizing = architecture, with the origin of every value.

Precedence, weakest first: stage preset, sizing rule, house rules, blueprint, environment, command line.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tenfold.blueprints import checks
from tenfold.blueprints.architecture import BASE, Architecture
from tenfold.blueprints.assemble import assemble
from tenfold.blueprints.assemble.values import Values
from tenfold.blueprints.origin import BLUEPRINT, COMMAND_LINE, ENVIRONMENT, SIZING, STAGE, Origin
from tenfold.blueprints.reading.defaults import EACH, stage_defaults
from tenfold.blueprints.reading.draft import Draft, Settings, open_draft
from tenfold.blueprints.reading.house import allowed_at
from tenfold.blueprints.rules import registry
from tenfold.blueprints.rules.placement import misplaced_fields
from tenfold.blueprints.rules.rule import Context
from tenfold.blueprints.sizes import offerings, sizing
from tenfold.blueprints.sizes.needs import Needs, Sized
from tenfold.blueprints.source.document import Route
from tenfold.blueprints.source.problem import Problem, in_file_order
from tenfold.blueprints.source.report import problem_at
from tenfold.blueprints.source.words import nearest
from tenfold.blueprints.stages import editions, presets, selection
from tenfold.blueprints.value import Value

if TYPE_CHECKING:
    from tenfold.blueprints.reading.field_rules import FieldRule

_NAME = re.compile(r"[a-z][a-z0-9-]{0,22}[a-z0-9]|[a-z]")
_EDITION: Route = ("edition",)
_NOT_PINNED = "the newest: a later release may have other defaults; pin it to keep these"
_FALLBACK_REGION = "us-east-1"  # the rest of a blueprint with an unknown region is judged there


class Resolution(Value):
    """`architecture` is None when there are errors; warnings leave it. `assumed` is there with errors too: what the
    valid values and defaults make, to find what else is wrong; never deployed. Origins are by dotted path."""

    problems: list[Problem]
    architecture: Architecture | None
    origins: Mapping[str, Origin]
    values: Mapping[str, Any] = field(default_factory=dict)
    draft: Draft | None = None
    environment: str = BASE
    assumed: Architecture | None = None

    def context(self) -> Context:
        """What rules see that are asked later, of a plan or of its alarms. Raises ValueError where there is not even an
        assumed architecture."""
        if self.draft is None or self.assumed is None:
            raise ValueError("there is no blueprint to be judged")
        routes = {path: tuple(path.split(".")) for path in self.origins}
        environment = self.assumed.environment if self.assumed.named else None
        values = {routes[path]: value for path, value in self.values.items() if path in routes}
        origins = {routes[path]: origin for path, origin in self.origins.items()}
        return Context(self.draft, environment, self.assumed, values, origins)

    @property
    def shape_is_certain(self) -> bool:
        """Whether no error leaves open what the stack has: its stage, its capabilities, a value that was refused."""
        if self.architecture is not None:
            return True
        stages = any(problem.is_error and problem.code.startswith("TF-S") for problem in self.problems)
        return self.draft is not None and not self.draft.broken and not stages

    def sets(self, path: str) -> bool:
        """Whether somebody set this dotted path; else it has a default, or was sized."""
        origin = self.origins.get(path)
        return bool(origin and origin.is_set)

    def position(self, path: str) -> tuple[str, int, int]:
        """(file, line, column) of a dotted path, or of the nearest above it: the environment's, else the top's."""
        if self.draft is None:
            return "", 0, 0
        source = self.draft.source
        place = source.place(_route(path, self.draft), self.environment)
        span = source.span(place, key=True) if place else None
        return (source.file, span.line, span.column) if span else (source.file, 1, 1)


def _route(path: str, draft: Draft) -> Route:
    """Keys may hold dots themselves: a path that the file has as a whole is split as it is there."""
    routes = {".".join(route): route for route in draft.source.keys}
    return routes.get(path, tuple(path.split(".")))


def load(
    path: str | Path,
    *,
    environment: str | None = None,
    stage: int | str | None = None,
    rules_file: str | Path | None = None,
    content: bytes | None = None,
) -> Resolution:
    """The architecture of one environment of a blueprint (of its top, when no environment is named).

    `stage` (1-7 or a name) overrides the file's; `rules_file` the house rules found beside or above it; `content`
    replaces the content of the file.
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
    """As `load`, for an open file. `asked` are values above all others; None removes the file's value."""
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
        self.rules: Sequence[FieldRule] = ()
        self.edition = ""

    def run(self) -> Resolution:
        self._check_environments()
        self._layer_values()
        self._drop_backward_promotion()
        capabilities = self._select_capabilities()
        self._size(capabilities)
        stage_name = presets.presets()[self.values[("stage",)]].name
        values = Values(self.values, capabilities, self.sizes_before)
        architecture = assemble(values, self.environment, stage_name)
        if self.draft.own:
            architecture = replace(architecture, own=self.draft.own)
        context = Context(self.draft, self.environment, architecture, self.values, self.origins)
        self.problems += registry.problems(context) + checks.blueprint_problems(context)
        problems = in_file_order(self.problems)
        failed = any(problem.is_error for problem in problems)
        return Resolution(
            problems,
            None if failed else architecture,
            {".".join(route): origin for route, origin in self.origins.items()},
            {".".join(route): value for route, value in self.values.items()},
            self.draft,
            self.environment or BASE,
            architecture,
        )

    def _report(self, code: str, place: Route, message: str, hint: str, *, key: bool = False) -> None:
        self.problems.append(problem_at(self.draft.source, code, place, message, hint, key=key))

    def _place(self, *route: str) -> Route:
        """The field in the environment's part of the file, else at its top, where house rules may have set it."""
        return self.draft.source.place(route, self.environment) or route

    def _check_environments(self) -> None:
        names = list(self.draft.source.data.get("environments") or {}) if self.draft.environments else []
        for name in names:
            if not _NAME.fullmatch(name):
                hint = "1 to 24 lower-case letters, digits and hyphens, starting with a letter: dev, prod-eu."
                self._report("TF-E002", ("environments", name), f"`{name}` is not a name.", hint, key=True)
        environment = self.environment
        if environment is None or environment in self.draft.environments:
            return
        if names:
            near = nearest(environment, names)
            hint = f"Did you mean {near[0]}? " if near else ""
            message = f"There is no environment `{environment}`."
            self._report("TF-E001", ("environments",), message, f"{hint}The file has: {', '.join(names)}.", key=True)
        elif not _NAME.fullmatch(environment):
            hint = "Lower-case letters, digits and hyphens, starting with a letter: dev, prod-eu."
            self._report("TF-E002", (), f"`{environment}` is not a name for an environment.", hint)

    def _layer_values(self) -> None:
        """Every layer except sizing; the stage first, because it decides the defaults."""
        draft = self.draft
        own: Settings = draft.environments.get(self.environment or "", {})
        asked_stage = self._asked_stage()
        stage = asked_stage or own.get(("stage",)) or draft.base[("stage",)]
        house = draft.house.defaults(self.environment, stage)
        self.rules = draft.house.applying(self.environment, stage)
        self.edition = self._edition(own, {route: value for route, (value, _) in house.items()})
        self.values[_EDITION], self.origins[_EDITION] = self.edition, Origin(STAGE, text=self.edition, why=_NOT_PINNED)
        for route, (value, origin) in (stage_defaults(stage, self.edition) | house).items():
            self.values[route], self.origins[route] = value, origin
        self._layer_settings(BLUEPRINT, draft.top(self.environment), ())
        self._layer_settings(ENVIRONMENT, own, ("environments", self.environment or ""))
        if asked_stage:
            self.values[("stage",)] = asked_stage
            self.origins[("stage",)] = Origin(COMMAND_LINE, text=f"--stage {self.asked_stage}")
        for route, value in self.asked.items():
            self.values.pop(route, None)
            self.origins.pop(route, None)
            if value is not None:
                self.values[route], self.origins[route] = value, Origin(COMMAND_LINE)
        self._drop_default_steps()
        self._default_entries()

    def _edition(self, own: Settings, house: Mapping[Route, Any]) -> str:
        """It decides the defaults, so it is looked up before them; the layers are the same."""
        pinned = (layer.get(_EDITION) for layer in (self.asked, own, self.draft.top(self.environment), house))
        return next(filter(None, pinned), editions.newest())

    def _drop_default_steps(self) -> None:
        """Steps are the default mechanism of scaling: another one that is set, or other steps, takes their place as a
        whole. Cooldowns mean something with thresholds only."""
        scaling = ("fleet", "scaling")
        chosen = {route[2] for route, origin in self.origins.items() if route[:2] == scaling and origin.is_set}
        if chosen & {"steps", "out_at", "track", "cooldown"}:
            for route in [route for route in self.values if route[:3] == (*scaling, "steps")]:
                if not self.origins[route].is_set:
                    del self.values[route], self.origins[route]

    def _default_entries(self) -> None:
        """`queues.*.attempts` becomes the default of each queue that does not set its own."""
        patterns = {route: self.values.pop(route) for route in list(self.values) if EACH in route}
        for route, value in patterns.items():
            origin, at = self.origins.pop(route), route.index(EACH)
            for name in dict.fromkeys(other[at] for other in self.values if other[:at] == route[:at]):
                entry = (*route[:at], name, *route[at + 1 :])
                if entry not in self.values:
                    self.values[entry], self.origins[entry] = value, origin

    def _asked_stage(self) -> int | None:
        """The stage of the command line; None without one, or for one that does not exist."""
        if self.asked_stage is None:
            return None
        value = self.asked_stage
        value = int(value) if isinstance(value, str) and value.isascii() and value.isdigit() else value
        try:
            return presets.stage_number(value)
        except ValueError as error:
            problem = problem_at(self.draft.source, "TF-S001", (), f"There is no stage {value} (--stage).", str(error))
            self.problems.append(replace(problem, line=0, column=0, text="", end_column=0))  # nowhere in the file
            return None

    def _layer_settings(self, kind: str, settings: Settings, prefix: Route) -> None:
        """`prefix` is where in the file the settings are."""
        source = self.draft.source
        for route, value in settings.items():
            if route[0] == "overrides" and not self._make_room(route, value):
                continue
            span = source.span((*prefix, *route))
            position = (span.line, span.column, source.text(span)) if span else (0, 0, "")
            self.values[route], self.origins[route] = value, Origin(kind, source.file, *position)

    def _make_room(self, route: Route, value: Any) -> bool:
        """A property of an override that becomes a single value loses the values below it, and one that becomes a
        block loses its single value. False where nothing is to be set: an empty block adds nothing to a full one."""
        below = [other for other in self.values if other[: len(route)] == route and other != route]
        if value == {} and below:
            return False
        above = [route[:depth] for depth in range(3, len(route)) if route[:depth] in self.values]
        for other in (*below, *above):
            del self.values[other], self.origins[other]
        return True

    def _drop_backward_promotion(self) -> None:
        """One that comes from the same stage or a later one is one problem; the rest is judged without it."""
        self.requested_stages = (self.values[("stage",)], self.values.get(("promoting_from",)))
        stage, before = self.requested_stages
        if before is not None and before >= stage:
            self.values.pop(("promoting_from",))

    def _select_capabilities(self) -> frozenset[str]:
        with_, without = self.values.get(("with",), ()), self.values.get(("without",), ())
        for complaint in selection.check(*self.requested_stages, with_, without):
            item = () if complaint.item is None else (str(complaint.item),)
            self._report(complaint.code, self._place(complaint.field, *item), complaint.message, complaint.hint)
        self.problems += misplaced_fields(self.draft, self.environment, self.values)
        stage, before = self.values[("stage",)], self.values.get(("promoting_from",))
        return selection.capabilities(stage, before, with_, without)

    def _size(self, capabilities: frozenset[str]) -> None:
        self._check_region()
        before = self._size_before()
        self.sizes_before = {path: sized.value for path, sized in before.items()}
        sizes = self._size_unset(self.values, capabilities)
        sizes |= {path: sized for path, sized in before.items() if path.startswith("server.")}
        for path, sized in sizes.items():
            route = tuple(path.split("."))
            self.values[route] = sized.value
            self.origins[route] = Origin(SIZING, why=sized.why, text=sizing.rule_name(path))

    def _check_region(self) -> None:
        region = self.values[("region",)]
        if region in offerings.regions():
            return
        near = nearest(region, offerings.regions(), 3)
        hint = f"Did you mean {' or '.join(near)}?" if near else "For example us-east-1, eu-west-1, ap-southeast-2."
        self._report("TF-V025", self._place("region"), f"There is no AWS region `{region}`.", hint)
        self.values[("region",)] = _FALLBACK_REGION

    def _size_unset(self, values: Mapping[Route, Any], capabilities: frozenset[str]) -> dict[str, Sized]:
        """Sizes of the fields that nobody set, by dotted path; each rule sees the results of those before it."""
        known = {".".join(route): value for route, value in values.items()}
        needs = Needs(known, capabilities)
        sizes: dict[str, Sized] = {}
        for path, rule in sizing.rules(known).items():
            origin = self.origins.get(tuple(path.split(".")))
            if origin is None or origin.is_default:
                needs.patterns = allowed_at(self.rules, tuple(path.split(".")))
                sizes[path] = rule(needs)
                known[path] = sizes[path].value
        return sizes

    def _size_before(self) -> dict[str, Sized]:
        """The sizes of the stage that a promotion comes from. During the promotion the server keeps its own: a change
        would restart or replace it without need."""
        before = self.values.get(("promoting_from",))
        if before is None:
            return {}
        defaults = {
            route: value
            for route, (value, _) in stage_defaults(before, self.edition).items()
            if EACH not in route and (origin := self.origins.get(route)) and origin.is_default
        }
        with_, without = self.values.get(("with",), ()), self.values.get(("without",), ())
        return self._size_unset({**self.values, **defaults}, selection.capabilities(before, None, with_, without))
