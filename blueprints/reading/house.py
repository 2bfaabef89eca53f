"""House rules: an organisation's own defaults and limits, in `tenfold-rules.yaml` beside a blueprint, or above it in
the same project.

    defaults: {region: eu-west-1, tags: {company: acme}, database: {backups: {keep: 14d}}}
    limits:
      regions: [eu-west-1, eu-central-1]
      instances: [t4g.*, m7g.*, db.t4g.*, db.r7g.*, cache.*]
      servers: 10
      budget: 2000 USD/month
      must_say: [owner, tags.cost-center]
    prices: {discount: {ec2: 20%}, own: {ec2.t4g.small: 0.0150 USD}, estimate: {eu-west-1: us-east-1}}

Defaults are stronger than the stage and sizing, weaker than the blueprint.
"""

from collections.abc import Mapping
from dataclasses import field
from pathlib import Path
from typing import Any

from tenfold.blueprints.origin import HOUSE_RULES, Origin
from tenfold.blueprints.reading.validation import accept, leaves
from tenfold.blueprints.source.document import Route, Source, Unreadable, read
from tenfold.blueprints.source.problem import Problem
from tenfold.blueprints.source.report import problem_at, unreadable
from tenfold.blueprints.value import Value

FILE = "tenfold-rules.yaml"
ROOTS = (".git", ".hg", ".svn", "Pulumi.yaml", "pyproject.toml")  # the uppermost folder of a project has one of these

# Fields that only a blueprint can set, for its own environments.
_PROMOTION = "It belongs to one environment, where `tenfold promote` sets it."
ONLY_IN_BLUEPRINTS: Mapping[Route, str] = {
    (
        "throwaway",
    ): "It takes the protection off stored data. Set it in a blueprint: `environments: {dev: {throwaway: true}}`.",
    ("promoting_from",): _PROMOTION,
    ("moved", "data"): _PROMOTION,
    ("moved", "traffic"): _PROMOTION,
    ("leftovers",): _PROMOTION,
}


class House(Value):
    """The house rules that apply; empty without a file."""

    file: str = ""
    problems: tuple[Problem, ...] = ()
    values: Mapping[Route, Any] = field(default_factory=dict)
    origins: Mapping[Route, Origin] = field(default_factory=dict)
    limits: Mapping[str, Any] = field(default_factory=dict)
    prices: Mapping[str, Any] = field(default_factory=dict)


def find_rules_file(blueprint: str | Path) -> Path | None:
    """The rule file nearest to a blueprint: in its folder, or in one above, up to the root of its project. Outside of
    a project only the blueprint's own folder counts: rules further up are somebody else's."""
    folders = _project_folders(Path(blueprint).absolute().parent)
    return next((folder / FILE for folder in folders if (folder / FILE).is_file()), None)


def _project_folders(folder: Path) -> tuple[Path, ...]:
    """The folder, and those above it up to the root of its project."""
    folders = (folder, *folder.parents)
    root = next((depth for depth, each in enumerate(folders) if any((each / mark).exists() for mark in ROOTS)), 0)
    return folders[: root + 1]


def open_house(path: str | Path | None) -> House:
    """Never raises for a user's mistake; without a file there are no rules."""
    if path is None:
        return House()
    shown = _relative(path)
    try:
        source = read(path)
    except Unreadable as error:
        return House(shown, (unreadable(shown, error),))
    source.file = shown
    accepted = accept(source, "Rules")
    values = dict(leaves(accepted.values.get("defaults") or {}))
    origins = {route: _origin(source, route) for route in values}
    misplaced = [route for route in ONLY_IN_BLUEPRINTS if values.pop(route, None) is not None]
    problems = (*accepted.problems, *(_not_for_the_house(source, route) for route in misplaced))
    limits, prices = accepted.values.get("limits") or {}, accepted.values.get("prices") or {}
    return House(shown, problems, values, origins, limits, {name: value for name, value in prices.items() if value})


def _origin(source: Source, route: Route) -> Origin:
    span = source.span(("defaults", *route))
    position = (span.line, span.column, source.text(span)) if span else (0, 0, "")
    return Origin(HOUSE_RULES, source.file, *position, why=f"house rules ({FILE})")


def _not_for_the_house(source: Source, route: Route) -> Problem:
    message = f"House rules cannot set `{'.'.join(route)}`."
    return problem_at(source, "TF-H006", ("defaults", *route), message, ONLY_IN_BLUEPRINTS[route], key=True)


def _relative(path: str | Path) -> str:
    """Relative to the working directory where the file is below it, so that messages stay short."""
    try:
        return str(Path(path).relative_to(Path.cwd()))
    except ValueError:
        return str(path)
