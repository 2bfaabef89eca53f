"""How many servers of a fleet run on a month's average: least, typical, most."""

from typing import NamedTuple

from blueprints.architecture import Architecture, Fleet, Schedule
from blueprints.sizes import offerings, sizing

HOURS = 730  # a month: 365 × 24 ÷ 12, as in AWS's own examples


class Amount(NamedTuple):
    """In a month: with the fleet at its least, typical, at its most."""

    least: float
    typical: float
    most: float

    def times(self, factor: float) -> "Amount":
        return Amount(self.least * factor, self.typical * factor, self.most * factor)

    def plus(self, other: "Amount") -> "Amount":
        return Amount(*(mine + theirs for mine, theirs in zip(self, other, strict=True)))


def same(amount: float) -> Amount:
    return Amount(amount, amount, amount)


def mean_rate(a: Architecture) -> float:
    """Requests a second, on average over the month."""
    if a.load.usage.requests is not None:
        return a.load.usage.requests / HOURS / 3600
    return a.load.peak * sizing.MEAN_OF_PEAK


def vcpus(type_: str) -> float:
    known = offerings.capacity(type_.removeprefix("db."))
    return known[0] if known else 2


def baseline(type_: str) -> float:
    """Share of its vCPUs that a burstable type may use all day; 1 for another."""
    rows = (row for what in ("server", "fleet", "database") for row in offerings.sizes(what))
    return next((row.baseline for row in rows if type_ in row.names), 1)


def running(a: Architecture) -> tuple[Amount, str]:
    """Servers of the fleet, and how many are typical in words. An approximation: as many as the month's mean needs
    when each is as busy as the middle of the two thresholds, never fewer than the schedules say."""
    fleet = a.fleet
    if fleet is None:
        return same(1), "1 server"
    if fleet.scaling is None or fleet.servers_min == fleet.servers_max:
        return same(fleet.servers_min), f"{fleet.servers_min} servers"
    busy, needed = settled(fleet), mean_rate(a) * sizing.REQUEST_CPU / vcpus(fleet.instance)
    within = [(hours, max(low, min(high, _up(needed / busy)))) for hours, low, high in _limits(fleet)]
    typical = sum(hours * servers for hours, servers in within) / sum(hours for hours, _ in within)
    least = min(fleet.servers_min, *(low for _, low, _ in _limits(fleet)))
    most = max(fleet.servers_max, *(high for _, _, high in _limits(fleet)))
    why = (
        f"{typical:.3g} servers typical (the mean of {mean_rate(a):.3g} requests/s at {busy:.0%} busy; {least}-{most})"
    )
    return Amount(least, typical, most), why


def settled(fleet: Fleet) -> float:
    """The CPU at which the fleet neither grows nor shrinks."""
    scaling = fleet.scaling
    if scaling is None or scaling.track_requests:
        return sizing.BUSY
    if scaling.track_cpu:
        return scaling.track_cpu
    high = scaling.out_at or (scaling.steps[0][0] if scaling.steps else sizing.BUSY)
    return (high + (scaling.in_at or 0)) / 2


def _limits(fleet: Fleet) -> list[tuple[float, int, int]]:
    """(hours a day, least, most); what no schedule says is the fleet's own."""
    found, left = [], 24.0
    for schedule in fleet.scaling.schedules.values() if fleet.scaling else ():
        hours = min(left, _hours_a_day(schedule))
        found.append((hours, schedule.servers_min, schedule.servers_max))
        left -= hours
    return [(left, fleet.servers_min, fleet.servers_max), *found]


def _hours_a_day(schedule: Schedule) -> float:
    """On average over a week."""
    from datetime import date, timedelta

    from blueprints.grammar import cron

    if schedule.until is None:
        return 0
    week = (date(2026, 1, 5), 8, schedule.zone)
    ends = sorted(cron.parse(schedule.until).times(*week))
    begins = [begin for begin in cron.parse(schedule.cron).times(*week) if begin.date() < date(2026, 1, 12)]
    spans = [min((end - begin for end in ends if end > begin), default=timedelta()) for begin in begins]
    return sum(spans, timedelta()).total_seconds() / 3600 / 7


def _up(number: float) -> int:
    return -int(-number // 1)
