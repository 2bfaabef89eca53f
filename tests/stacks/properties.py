"""What holds for every graph, whatever the blueprint: functions `(graph, architecture) -> complaints`."""

from collections.abc import Callable, Iterator

from tenfold.blueprints.architecture import Architecture
from tenfold.graph import Graph
from tests.stacks import after, exposure, host, keeping, order

Check = Callable[[Graph, Architecture], Iterator[str]]
CHECKS: tuple[Check, ...] = (*keeping.CHECKS, *exposure.CHECKS, *order.CHECKS, *after.CHECKS, *host.CHECKS)


def complaints(graph: Graph, architecture: Architecture) -> list[str]:
    return [f"{check.__name__}: {complaint}" for check in CHECKS for complaint in check(graph, architecture)]
