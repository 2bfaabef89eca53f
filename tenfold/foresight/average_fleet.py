"""How many servers of a fleet run on a month's average: least, typical, most."""

from typing import TYPE_CHECKING

from tenfold.blueprints.architecture import Architecture
from tenfold.blueprints.architecture.servers import Fleet
from tenfold.blueprints.sizes import needs
from tenfold.foresight import servers
from tenfold.foresight.servers import Amount, same

if TYPE_CHECKING:
    from tenfold.foresight.simulation import Run


def average_servers(a: Architecture, day: "Run | None") -> tuple[Amount, str]:
    """And in words how many are typical: the mean of a simulated day, where there is one."""
    fleet = a.fleet
    if a.idle:
        return same(0), "0 servers"
    if fleet is None:
        return same(1), "1 server"
    if fleet.scaling is None or fleet.servers_min == fleet.servers_max:
        return same(fleet.servers_min), f"{fleet.servers_min} servers"
    limits = [(s.servers_min, s.servers_max) for s in fleet.scaling.schedules.values()]
    least = min(fleet.servers_min, *(low for low, _ in limits), fleet.servers_max)
    most = max(fleet.servers_max, *(high for _, high in limits), fleet.servers_min)
    typical = day.paid / len(day.load) if day else fleet.servers_min
    why = f"{typical:.3g} servers typical (a simulated day, at most {_peak(a):.4g} requests/s; {least}-{most})"
    return Amount(least, min(most, max(least, typical)), most), why


def simulated_day(a: Architecture) -> "Run | None":
    """From Monday midnight to midnight; None of a fleet that nothing would change."""
    fleet = a.fleet
    if fleet is None or fleet.scaling is None or fleet.servers_min == fleet.servers_max or _never_grows(a, fleet):
        return None
    from tenfold.foresight import curves, simulation

    return simulation.run_of(a, curves.daily(_peak(a)))


def _peak(a: Architecture) -> float:
    return servers.mean_rate(a) / needs.MEAN_OF_PEAK


def _never_grows(a: Architecture, fleet: Fleet) -> bool:
    """The least of them carry the peak below every threshold."""
    scaling = fleet.scaling
    if scaling is None or scaling.schedules:
        return False
    each = servers.carried_requests(a, fleet.instance)
    first = scaling.out_at or scaling.track_cpu or (scaling.steps[0][0] if scaling.steps else None)
    return first is not None and _peak(a) < first * fleet.servers_min * each
