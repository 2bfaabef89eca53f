"""A load test of a blueprint for Locust or k6: a stair of the declared peak, with the blueprint's promises as limits.

Locust has as many users as requests are wanted a second, each of which sends at most one a second: a closed model,
which sends less when answers take longer than a second. k6 sends at the wanted rate whatever the answers do.
"""

import json
from collections.abc import Sequence
from math import ceil
from pathlib import Path

from tenfold.blueprints.architecture import Architecture
from tenfold.blueprints.value import Value

LOCUST, K6 = TOOLS = ("locust", "k6")
STEPS = (1, 2, 5, 10)
"""Times the declared peak; four points are enough for a curve of scaling."""
HOLD, PAUSE = 120, 30
"""Seconds of a step, and between two of k6: alarms of a minute ring in the first, queues empty in the second."""
_TEMPLATES = {LOCUST: "locustfile.py.j2", K6: "load.k6.js.j2"}


class Request(Value):
    name: str
    method: str
    path: str
    share: int
    """Parts of a hundred."""


class Script(Value):
    title: str
    target: str
    peak: float
    """Requests a second that the blueprint declares."""
    requests: tuple[Request, ...]
    slowest: float
    """Seconds that the 99th percentile may take."""
    errors: float
    """Fraction of requests that may fail."""

    def text(self, tool: str) -> str:
        """The same bytes for the same blueprint and target."""
        import jinja2

        loader = jinja2.FileSystemLoader(Path(__file__).parent)
        known = jinja2.Environment(
            loader=loader, undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True
        )
        known.filters["quoted"] = json.dumps  # a literal in Python and in JavaScript
        known.filters["ceil"] = ceil
        return known.get_template(_TEMPLATES[tool]).render(script=self, steps=STEPS, hold=HOLD, pause=PAUSE)


def script(a: Architecture, target: str, writes_to: str | None) -> Script:
    """Reads go to `/` and to each route of the balancer in equal parts; writes, what `load.reads` leaves, to
    `writes_to`. Without that there are none: no path of an application is known to take them."""
    title = " · ".join((*a.title, f"stage {a.stage} {a.stage_name}"))
    requests = tuple(_requests(a, writes_to))
    return Script(title, target.rstrip("/"), a.load.peak, requests, a.load.slowest_acceptable, a.signals.errors)


def _requests(a: Architecture, writes_to: str | None) -> Sequence[Request]:
    routes = [route.rstrip("*") for route in (a.balancer.routes if a.balancer else ())]
    paths = list(dict.fromkeys(["/", *routes]))
    writes = round((1 - a.load.reads) * 100) if writes_to else 0
    each, rest = divmod(100 - writes, len(paths))
    reads = [Request(f"read {path}", "GET", path, each + (at < rest)) for at, path in enumerate(paths)]
    return [*reads, *([Request(f"write {writes_to}", "POST", writes_to, writes)] if writes_to and writes else [])]
