"""Amounts of a month, and what a server can do."""

from typing import NamedTuple

from tenfold.blueprints.architecture import Architecture
from tenfold.blueprints.sizes import offerings, sizing

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


def carried_requests(a: Architecture, type_: str) -> float:
    """Requests a second that a server of this type carries at 100 % CPU."""
    return vcpus(type_) / a.load.cpu_per_request


def database_cpu(a: Architecture) -> float:
    """Seconds of one vCPU in the database for a request, whoever of its instances answers."""
    return a.load.queries_per_request * sizing.QUERY_CPU * (1 - hits(a) * a.load.reads)


def hits(a: Architecture) -> float:
    """Share of the reads that the cache answers."""
    return a.load.cache_hits if a.has("cache") else 0


def vcpus(type_: str) -> float:
    known = offerings.capacity(type_.removeprefix("db."))
    return known[0] if known else 2


def baseline(type_: str) -> float:
    """Share of its vCPUs that a burstable type may use all day; 1 for another."""
    rows = (row for what in ("server", "fleet", "database") for row in offerings.sizes(what))
    return next((row.baseline for row in rows if type_ in row.names), 1)
