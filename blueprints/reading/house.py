"""House rules: an organisation's own defaults and limits, in `tenfold-rules.yaml` beside a blueprint, or above it in
the same project.

    defaults: {region: eu-west-1, tags: {company: acme}, database: {backups: {keep: 14d}}}
    limits:
      regions: [eu-west-1, eu-central-1]
      instances: [t4g.*, m7g.*, db.t4g.*, db.r7g.*, cache.*]
      servers: 10
      budget: 2000 USD/month
      must_say: [owner, tags.cost-center]
    rules:
      standby-in-production:
        {field: database.standby, when: {env: prod}, allowed: true, reason: a zone may fail}
    prices: {discount: {ec2: 20%}, own: {ec2.t4g.small: 0.0150 USD}, estimate: {eu-west-1: us-east-1}}

Defaults are stronger than the stage and sizing, weaker than the blueprint.
"""

import os
from collections.abc import Mapping, Sequence
from dataclasses import field
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tenfold.blueprints.origin import HOUSE_RULES, Origin
from tenfold.blueprints.reading.house_words import ONLY_IN_BLUEPRINTS
from tenfold.blueprints.reading.validation import accept, leaves
from tenfold.blueprints.source.document import Route, Source, Unreadable, read
from tenfold.blueprints.source.problem import Problem, in_file_order
from tenfold.blueprints.source.project import as_shown, project_folders
from tenfold.blueprints.source.report import problem_at, unreadable
from tenfold.blueprints.value import Value

if TYPE_CHECKING:
    from tenfold.blueprints.reading.field_rules import FieldRule

FILE = "tenfold-rules.yaml"


class House(Value):
    """The house rules that apply; empty without a file."""

    file: str = ""
    problems: tuple[Problem, ...] = ()
    values: Mapping[Route, Any] = field(default_factory=dict)
    origins: Mapping[Route, Origin] = field(default_factory=dict)
    rules: "tuple[FieldRule, ...]" = ()
    limits: Mapping[str, Any] = field(default_factory=dict)
    prices: Mapping[str, Any] = field(default_factory=dict)

    @property
    def names(self) -> list[str]:
        """Of the rules that have one of their own."""
        return list(dict.fromkeys(rule.name for rule in self.rules if not rule.name.startswith("limits.")))

    def bearing_on(self, route: Route) -> "list[FieldRule]":
        """The rules about a field, or a section that it is in, wherever they apply."""
        return [rule for rule in self.rules if rule.target.covers(route)]

    def applying(self, environment: str | None, stage: int) -> "list[FieldRule]":
        """The rules for an environment and a stage."""
        return [rule for rule in self.rules if rule.applies(environment, stage)]

    def defaults(self, environment: str | None, stage: int) -> dict[Route, tuple[Any, Origin]]:
        """Path -> value and its origin: `defaults`, and those of rules over them."""
        values = {route: (value, self.origins[route]) for route, value in self.values.items()}
        for rule in self.applying(environment, stage):
            if rule.default:
                values[rule.target.route] = (rule.asks["default"], rule.default)
        return values


def allowed_at(rules: "Sequence[FieldRule]", route: Route) -> list[tuple[Any, ...]]:
    """What rules allow at one field: a value has to be like one of each."""
    return [rule.asks["allowed"] for rule in rules if "allowed" in rule.asks and rule.target.covers(route)]


def find_rules_file(blueprint: str | Path) -> Path | None:
    """The rule file nearest to a blueprint: in its folder, or in one above, up to the root of its project. Outside of
    a project only the blueprint's own folder counts: rules further up are somebody else's."""
    folders = project_folders(Path(blueprint).absolute().parent)
    return next((folder / FILE for folder in folders if (folder / FILE).is_file()), None)


def open_house(path: str | Path | None) -> House:
    """Never raises for a user's mistake; without a file there are no rules."""
    if path is None:
        return House()
    try:
        state = os.stat(path)
        unchanged = (state.st_ino, state.st_mtime_ns, state.st_size)
    except OSError:
        unchanged = ()
    return _read(str(path), as_shown(path), unchanged)


@lru_cache(maxsize=64)
def _read(path: str, shown: str, _unchanged: tuple[int, ...]) -> House:
    """Once for all blueprints below it: `validate '**/*.yaml'` of 500 would read it 500 times."""
    from tenfold.blueprints.reading.rule_reader import read_rules  # late: only houses need it

    try:
        source = read(path)
    except Unreadable as error:
        return House(shown, (unreadable(shown, error),))
    source.file = shown
    accepted = accept(source, "Rules")
    rules, wrong = read_rules(source, accepted)
    values = dict(leaves(accepted.values.get("defaults") or {}))
    origins = {route: _origin(source, route) for route in values}
    misplaced = [route for route in ONLY_IN_BLUEPRINTS if values.pop(route, None) is not None]
    misplaced_problems = (_not_for_the_house(source, route) for route in misplaced)
    twice = (unreadable(shown, error) for error in source.wrong)
    problems = in_file_order((*twice, *accepted.problems, *misplaced_problems, *wrong))
    limits, prices = accepted.values.get("limits") or {}, accepted.values.get("prices") or {}
    return House(
        shown,
        tuple(problems),
        values,
        origins,
        tuple(rules),
        limits,
        {name: value for name, value in prices.items() if value},
    )


def _origin(source: Source, route: Route) -> Origin:
    span = source.span(("defaults", *route))
    position = (span.line, span.column, source.text(span)) if span else (0, 0, "")
    return Origin(HOUSE_RULES, source.file, *position, why=f"house rules ({FILE})")


def _not_for_the_house(source: Source, route: Route) -> Problem:
    message = f"House rules cannot set `{'.'.join(route)}`."
    return problem_at(source, "TF-H006", ("defaults", *route), message, ONLY_IN_BLUEPRINTS[route], key=True)
