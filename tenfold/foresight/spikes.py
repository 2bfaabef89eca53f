"""What a spike does to the fleet: simulated, so that "scale faster" is a figure and not a wish."""

from collections.abc import Mapping, Sequence
from math import ceil
from typing import Any

from tenfold.blueprints.architecture import Architecture
from tenfold.foresight import curves, findings, servers, simulation

VIRAL_FROM = 30  # times the mean: from here on the shape is the viral one, a hundredth to the peak in ten minutes
CAMPAIGN = 10  # times the mean, where only that there is a peak is known
ROOM = 0.7  # of their CPU, that the servers for it may use


def simulate_spike(a: Architecture, signals: Mapping[str, Any]) -> Sequence[str]:
    """In words; nothing without a fleet."""
    if a.fleet is None:
        return ()
    times = float(signals.get("peak_over_mean", CAMPAIGN))
    peak = servers.mean_rate(a) * times
    name = "viral" if times >= VIRAL_FROM else "campaign"
    load, _ = curves.curve_named(name, peak)
    run = simulation.run_of(a, load)
    size = run.size
    many = ceil(max(load) / size.each / ROOM)
    lines = [
        f"simulated, {name} to {peak:.4g} requests/s with {size.least}-{size.most} servers: "
        f"{run.minutes_over(1)} min above 100 %, {run.lost / run.requests:.2%} of the requests lost",
        f"{many} servers carry it at {ROOM:.0%}: "
        + ("within the maximum" if many <= size.most else f"fleet.servers: {size.least}-{many}"),
    ]
    remedied = [one for one in findings.findings(a, run) if one.remedies]
    lines += [
        f"{remedy.say} → {remedy.run.lost / remedy.run.requests:.2%} lost"
        for one in remedied[:1]
        for remedy in one.remedies[:2]
    ]
    return lines
