"""How many servers of a fleet run on a month's average: least, typical, most."""

from blueprints.architecture import Architecture, Fleet
from blueprints.sizes import sizing
from tenfold.foresight import servers
from tenfold.foresight.servers import Amount, same


def running(a: Architecture) -> tuple[Amount, str]:
    """And in words how many are typical: the mean of a simulated working day."""
    fleet = a.fleet
    if fleet is None:
        return same(1), "1 server"
    if fleet.scaling is None or fleet.servers_min == fleet.servers_max:
        return same(fleet.servers_min), f"{fleet.servers_min} servers"
    limits = [(s.servers_min, s.servers_max) for s in fleet.scaling.schedules.values()]
    least = min(fleet.servers_min, *(low for low, _ in limits), fleet.servers_max)
    most = max(fleet.servers_max, *(high for _, high in limits), fleet.servers_min)
    peak = servers.mean_rate(a) / sizing.MEAN_OF_PEAK
    typical = fleet.servers_min if _never_grows(a, fleet, peak) else _of_a_day(a, peak)
    why = f"{typical:.3g} servers typical (a simulated day, at most {peak:.4g} requests/s; {least}-{most})"
    return Amount(least, min(most, max(least, typical)), most), why


def _never_grows(a: Architecture, fleet: Fleet, peak: float) -> bool:
    """The least of them carry the peak below every threshold: there is nothing to simulate."""
    scaling = fleet.scaling
    if scaling is None or scaling.schedules:
        return False
    each = servers.vcpus(fleet.instance) / sizing.REQUEST_CPU
    first = scaling.out_at or scaling.track_cpu or (scaling.steps[0][0] if scaling.steps else None)
    return first is not None and peak < first * fleet.servers_min * each


def _of_a_day(a: Architecture, peak: float) -> float:
    """Servers that are paid, on average from Monday midnight to midnight."""
    from tenfold.foresight import curves, simulation

    load = curves.daily(peak)
    size, policy, limits = simulation.size_of(a), simulation.policy_of(a), simulation.limits_of(a, 1)
    return simulation.run(load, size, policy, limits).paid / len(load)
