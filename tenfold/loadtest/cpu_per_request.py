"""What a load test has measured of `load`, and the blueprint with it."""

from math import ceil
from typing import Any

from tenfold.blueprints.architecture import Architecture
from tenfold.blueprints.source.document import parse
from tenfold.blueprints.value import Value
from tenfold.foresight import servers
from tenfold.loadtest.verdict import Verdict
from tenfold.promotion import edit


class MeasuredCpu(Value):
    cpu: float
    """Seconds of one vCPU that a request took at most: all CPU of the servers, by the most requests answered."""
    answered: float
    """Requests a second, without those that failed."""
    servers: str
    vcpus: float


def measure_cpu(a: Architecture, of: Verdict) -> MeasuredCpu | None:
    """None where the test says nothing new (every step held, the blueprint states less), or services answered too."""
    answered = max((step.reached * (1 - step.errors) for step in of.steps), default=0.0)
    if a.fleet:
        number, type_ = a.fleet.servers_max if a.fleet.scaling else a.fleet.servers_min, a.fleet.instance
    elif a.server:
        number, type_ = 1, a.server.instance
    else:
        return None
    if a.running_services or not answered:
        return None
    vcpus = number * servers.vcpus(type_)
    seconds = max(1, ceil(vcpus / answered * 1000)) / 1000
    at_limit = of.breaks is not None and not of.generator
    if not at_limit and seconds >= a.load.cpu_per_request:
        return None
    return MeasuredCpu(seconds, answered, f"{number} × {type_}", vcpus)


def with_cpu(content: bytes, file: str, environment: str | None, of: MeasuredCpu) -> bytes:
    """The blueprint with `load.cpu_per_request`, where it is set already, else at the top: it is a property of the
    application, not of where it was tested. Raises `edit.Uneditable`."""
    document = parse(content, file).data
    own: Any = (document.get("environments") or {}).get(environment or "") or {}
    in_environment = "cpu_per_request" in (own.get("load") or {})
    before = (own if in_environment else document).get("load") or {}
    load = {**before, "cpu_per_request": f"{round(of.cpu * 1000)}ms"}
    return edit.edit_content(content, file, environment if in_environment else None, {"load": load})
