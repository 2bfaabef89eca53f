"""Runs all rules between fields. A rule is in the file named for the section of the blueprint that it is about, and is
registered by `@rule`. A new file in this folder needs no entry in a list.

Not named for a section: `availability` (what AWS offers in the region), `domain` (with its zone), `families` (settings
that there are once for each queue or shard), `house` (what house rules ask of fields), `names` (name and tags),
`placement` (fields without effect), `promotion` (moved and leftovers), `residency` (regions of tenants).
"""

from importlib import import_module
from pathlib import Path

from tenfold.blueprints.rules.rule import RULES, Context
from tenfold.blueprints.source.problem import Problem

for _file in sorted(Path(__file__).parent.glob("*.py")):
    if _file.stem not in ("__init__", "registry"):
        import_module(f"tenfold.blueprints.rules.{_file.stem}")


def problems(context: Context) -> list[Problem]:
    """The problems that all rules find, in no particular order."""
    reported = (context.problem(finding) for rule in RULES for finding in rule(context))
    return [problem for problem in reported if problem is not None]
