"""The defaults of a stage in base units, as the grammar reads them: "7d" is 7."""

from functools import cache
from typing import Any

from tenfold.blueprints.origin import STAGE, Origin
from tenfold.blueprints.reading.reader import read
from tenfold.blueprints.reading.validation import leaves
from tenfold.blueprints.source.document import Route
from tenfold.blueprints.stages import editions

EACH = "*"  # in a path: every entry under a name of the writer's own, `queues.*.attempts`
_ONE = "one"  # in its place while the grammar reads the value


@cache
def stage_defaults(stage: int, edition: str) -> dict[Route, tuple[Any, Origin]]:
    """Path -> value in base units, and its origin; in an edition."""
    defaults = editions.defaults(stage, edition)
    document: dict[str, Any] = {}
    for path, default in defaults.items():
        *sections, name = path.replace(EACH, _ONE).split(".")
        inner = document
        for section in sections:
            inner = inner.setdefault(section, {})
        inner[name] = default.value
    values = dict(leaves(read("Environment", document)[0]))
    return {
        route: (
            values[tuple(_ONE if part == EACH else part for part in route)],
            Origin(STAGE, *default.place, str(default.value), default.why),
        )
        for route, default in ((tuple(path.split(".")), default) for path, default in defaults.items())
    }
