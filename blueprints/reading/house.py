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

from blueprints.origin import Origin
from blueprints.reading.validation import Route, accept, leaves, unreadable
from blueprints.source.document import Source, Unreadable, read
from blueprints.source.problem import Problem
from blueprints.value import Value

FILE = "tenfold-rules.yaml"
ROOTS = (".git", ".hg", ".svn", "Pulumi.yaml", "pyproject.toml")  # what the uppermost folder of a project holds

# What only a blueprint may say, of its own environments.
_STEP = "It is of one environment, and `tenfold promote` writes it there."
NOT_HERE: Mapping[Route, str] = {
    (
        "throwaway",
    ): "It takes the protection off what holds data: `environments: {dev: {throwaway: true}}` in a blueprint.",
    ("promoting_from",): _STEP,
    ("moved", "data"): _STEP,
    ("moved", "traffic"): _STEP,
    ("leftovers",): _STEP,
}


class House(Value):
    """The rules that apply, if there are any."""

    file: str = ""
    problems: tuple[Problem, ...] = ()
    values: Mapping[Route, Any] = field(default_factory=dict)
    origins: Mapping[Route, Origin] = field(default_factory=dict)
    limits: Mapping[str, Any] = field(default_factory=dict)
    prices: Mapping[str, Any] = field(default_factory=dict)


def beside(blueprint: str | Path) -> Path | None:
    """The rule file nearest to a blueprint: in its folder, or in one above, up to the root of its project. A folder
    in no project has only its own: what lies further up is somebody else's."""
    return next(
        (folder / FILE for folder in _project(Path(blueprint).absolute().parent) if (folder / FILE).is_file()), None
    )


def _project(folder: Path) -> tuple[Path, ...]:
    """The folder, and those above it up to its project's root."""
    above = (folder, *folder.parents)
    root = next((at for at, each in enumerate(above) if any((each / mark).exists() for mark in ROOTS)), 0)
    return above[: root + 1]


def open_house(path: str | Path | None) -> House:
    """Never raises for a user's mistake; without a file there are no rules."""
    if path is None:
        return House()
    shown = _shown(path)
    try:
        source = read(path)
    except Unreadable as bad:
        return House(shown, (unreadable(shown, bad),))
    source.file = shown
    found = accept(source, "Rules")
    values = dict(leaves(found.values.get("defaults") or {}))
    origins = {}
    for route in values:
        span = source.values.get(("defaults", *route)) or source.keys.get(("defaults", *route))
        place = (span.line, span.column, source.text(span)) if span else (0, 0, "")
        origins[route] = Origin("house rules", shown, *place, why=f"house rules ({FILE})")
    misplaced = [route for route in NOT_HERE if values.pop(route, None) is not None]
    problems = (*found.problems, *(_not_here(source, shown, route) for route in misplaced))
    return House(shown, problems, values, origins, found.values.get("limits") or {}, _prices(found.values))


def _prices(values: Mapping[str, Any]) -> Mapping[str, Any]:
    return {name: said for name, said in (values.get("prices") or {}).items() if said}


def _not_here(source: Source, shown: str, route: Route) -> Problem:
    span = source.keys[("defaults", *route)]
    name = ".".join(route)
    return Problem(
        "TF-H006", "error", shown, span.line, span.column, f"defaults.{name}", source.text(span),
        f"House rules cannot set `{name}`.", NOT_HERE[route], span.end_column,
    )  # fmt: skip


def _shown(path: str | Path) -> str:
    """Relative where that is shorter, so that messages stay readable."""
    try:
        return str(Path(path).relative_to(Path.cwd()))
    except ValueError:
        return str(path)
