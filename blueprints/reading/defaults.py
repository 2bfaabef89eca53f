"""The defaults of a stage as the grammar reads them: "7d" is 7."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from blueprints.origin import Origin
from blueprints.reading.reader import read
from blueprints.reading.validation import Route, leaves
from blueprints.stages import presets


@cache
def stage_defaults(stage: int) -> Mapping[Route, tuple[Any, Origin]]:
    """Path -> value in base units, and its origin. Of a later stage than there is: those of the last one."""
    given = presets.defaults(min(stage, presets.LAST_AVAILABLE))
    document: dict[str, Any] = {}
    for path, default in given.items():
        *sections, name = path.split(".")
        inner = document
        for section in sections:
            inner = inner.setdefault(section, {})
        inner[name] = default.value
    typed = dict(leaves(read("Environment", document)[0]))
    return {
        route: (typed[route], Origin("stage", *default.place, str(default.value), default.why))
        for route, default in ((tuple(path.split(".")), default) for path, default in given.items())
    }
