"""House rules: an organisation's own defaults and limits, in `tenfold-rules.yaml` beside a blueprint or above it.

    defaults: {region: eu-west-1, tags: {company: acme}, database: {backups: {keep: 14d}}}
    limits:
      regions: [eu-west-1, eu-central-1]
      instances: [t4g.*, m7g.*, db.t4g.*, db.r7g.*, cache.*]
      servers: 10
      budget: 2000 USD/month
      must_say: [owner, tags.cost-center]

Defaults are stronger than the stage and sizing, weaker than the blueprint.
"""

from collections.abc import Mapping
from dataclasses import field
from pathlib import Path
from typing import Any

from blueprints.accept import Route, accept, leaves, unreadable
from blueprints.origin import Origin
from blueprints.problem import Problem
from blueprints.source import Unreadable, read
from blueprints.value import Value

FILE = "tenfold-rules.yaml"


class House(Value):
    """The rules that apply, if there are any."""

    file: str = ""
    problems: tuple[Problem, ...] = ()
    values: Mapping[Route, Any] = field(default_factory=dict)
    origins: Mapping[Route, Origin] = field(default_factory=dict)
    limits: Mapping[str, Any] = field(default_factory=dict)


def beside(blueprint: str | Path) -> Path | None:
    """The rule file nearest to a blueprint: in its folder, or in one above."""
    folders = Path(blueprint).absolute().parents
    return next((folder / FILE for folder in folders if (folder / FILE).is_file()), None)


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
    return House(shown, found.problems, values, origins, found.values.get("limits") or {})


def _shown(path: str | Path) -> str:
    """Relative where that is shorter, so that messages stay readable."""
    try:
        return str(Path(path).relative_to(Path.cwd()))
    except ValueError:
        return str(path)
