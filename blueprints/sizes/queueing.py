"""How full a machine may be: requests that wait for one of its CPUs (M/M/c, Erlang C). Pure arithmetic.

Requests come at random and need CPU of random length; a few vCPUs have to be emptier than many for the same wait.
Source of the formulas: any textbook of queueing theory. Of the share that may wait: Netflix's published fit
1 - 0.712 ÷ vCPUs^0.448 (service-capacity-modeling, Apache-2.0) is within 0.015 of `busiest` from 2 to 16 vCPUs.
"""

from functools import cache
from math import inf, log

WAITING = 0.30  # of the requests may find every vCPU taken
SLOW = 0.99  # the quantile that `load.slowest_acceptable` is about


def waiting(servers: int, load: float) -> float:
    """Share of the requests that wait (Erlang C). `load` is rate × seconds of one: the servers that are busy on
    average. 1 from as many on as there are."""
    if load >= servers:
        return 1.0
    blocked = 1.0
    for n in range(1, servers + 1):
        blocked = load * blocked / (n + load * blocked)
    return servers * blocked / (servers - load * (1 - blocked))


def wait(servers: int, load: float, seconds: float, quantile: float) -> float:
    """Seconds that all but 1 - `quantile` of the requests wait at most, when each takes `seconds`."""
    if load >= servers:
        return inf
    share = waiting(servers, load)
    return log(share / (1 - quantile)) * seconds / (servers - load) if share > 1 - quantile else 0.0


@cache
def busiest(vcpus: int, seconds: float = 0.0, slowest: float = inf) -> float:
    """Largest share of the vCPUs in use at which at most 30 % of the requests wait, and 99 of 100 are answered within
    `slowest` seconds of which each takes `seconds`; where each alone takes longer than that, no size helps, and only
    the first counts.

    busiest(2) = 0.47, busiest(4) = 0.61, busiest(8) = 0.72, busiest(16) = 0.80
    """
    slowest = slowest if seconds < slowest else inf
    low, high = 0.0, 1.0
    for _ in range(30):
        middle = (low + high) / 2
        load = middle * vcpus
        calm = waiting(vcpus, load) <= WAITING and wait(vcpus, load, seconds, SLOW) + seconds <= slowest
        low, high = (middle, high) if calm else (low, middle)
    return low
