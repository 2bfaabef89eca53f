"""What a simulated run says about a fleet, and what would do better: tried, not guessed."""

from collections.abc import Iterator, Sequence
from copy import copy
from math import ceil
from typing import NamedTuple, TypeVar

from tenfold.blueprints.architecture import Architecture
from tenfold.foresight import curves, servers, simulation
from tenfold.foresight.curves import Load
from tenfold.foresight.simulation import Fixed, Policy, Run, Simple, Size, Steps

FLAPS = 2  # turns a day that are one too many
AHEAD = 10  # minutes before the load comes that a schedule is set to
FULL = 0.7  # busy, at most, of the servers that a schedule asks for
STEPS: Sequence[tuple[tuple[float, int], ...]] = (
    ((0.7, 1), (0.8, 4), (0.9, 8)),  # the default
    ((0.6, 1), (0.8, 3)),
    ((0.6, 1), (0.75, 4), (0.9, 8)),
)
"""Tried where a fleet is too slow."""


class Remedy(NamedTuple):
    """What a blueprint would say, and the run with it."""

    say: str
    run: Run


class Finding(NamedTuple):
    """`kind`: too-slow, too-small, flaps, credits."""

    kind: str
    what: str
    remedies: Sequence[Remedy] = ()


def of_campaign(a: Architecture) -> list[Finding]:
    """Of the campaign that `load.campaign` declares."""
    if a.fleet is None or a.load.campaign <= 1:
        return []
    load = curves.uneven(curves.campaign(a.load.peak * a.load.campaign))
    return list(findings(a, simulation.run(load, simulation.size_of(a), simulation.policy_of(a))))


def findings(a: Architecture, result: Run) -> Iterator[Finding]:
    """With what would do better."""
    over = result.minutes_over(1)
    if over:
        at_most = max(result.servers) >= result.size.most and max(result.load) > result.size.most * result.size.each
        kind = "too-small" if at_most else "too-slow"
        what = f"{over} min above 100 %, {result.lost / result.requests:.1%} of the requests lost or too late"
        yield Finding(kind, what, _better(a, result))
    if result.turns > FLAPS * result.days:
        what = f"{result.turns} turns within half an hour in {result.days:.3g} days"
        yield Finding("flaps", what, _calmer(result, simulation.policy_of(a)))
    assert a.fleet is not None
    share = servers.baseline(a.fleet.instance)
    if result.days >= 1 and result.mean_busy > share:
        what = (
            f"{a.fleet.instance} may use {share:.0%} of its CPU all day, and uses {result.mean_busy:.0%}: AWS charges "
            "credits for the rest, and a type that is not burstable is steadier"
        )
        yield Finding("credits", what)


def _better(a: Architecture, result: Run) -> list[Remedy]:
    """The ways out that lose less, the best first."""
    tried = [remedy for remedy in _tries(a, result) if remedy.run.lost < result.lost * 0.99]
    return sorted(tried, key=lambda remedy: (round(remedy.run.lost), remedy.run.paid))


def _tries(a: Architecture, result: Run) -> Iterator[Remedy]:
    size, load, policy = result.size, result.load, simulation.policy_of(a)
    in_at = (a.fleet.scaling.in_at if a.fleet and a.fleet.scaling else None) or 0.3
    most = min(500, ceil(max(load) / size.each / FULL))
    if most > size.most:
        wide = size._replace(most=most)
        scaled = policy if not isinstance(policy, Fixed) else Simple(0.7, 0.3, 3, 10)
        yield Remedy(f"fleet.servers: {size.least}-{most}", simulation.run(load, wide, _new(scaled)))
    else:
        wide = size
    beside = f", fleet.servers: {size.least}-{most}" if most > size.most else ""
    for steps in STEPS:
        settings = ", ".join(f"{at:.0%}: +{add}" for at, add in steps)
        tried = simulation.run(load, wide, Steps(steps, min(in_at, 0.3)))
        yield Remedy(f"fleet.scaling.steps: {{{settings}}}{beside}", tried)
    if size.launch > simulation.FROM_POOL and not isinstance(policy, Fixed):
        quick = wide._replace(launch=simulation.FROM_POOL)
        yield Remedy(f"fleet.scaling.warm_pool: {max(1, most // 2)}{beside}", simulation.run(load, quick, _new(policy)))
    if not isinstance(policy, Fixed):
        begin, end = _peak(load, size)
        limits = (most, max(most, wide.most))
        own = (wide.least, wide.most)
        tried = simulation.run(load, wide, _new(policy), lambda minute: limits if begin <= minute < end else own)
        yield Remedy(f"fleet.scaling.schedules: {most} servers from {AHEAD} min before{beside}", tried)


def _peak(load: Load, size: Size) -> tuple[int, int]:
    """From `AHEAD` before the load passes what the least servers carry at 70 %, until it does so no more."""
    full = [minute for minute, rate in enumerate(load) if rate > size.least * size.each * FULL]
    return (max(0, full[0] - AHEAD - size.launch), full[-1]) if full else (0, 0)


def _calmer(result: Run, policy: Policy) -> list[Remedy]:
    """A lower `in_at`: after one server has gone, the others carry n ÷ (n - 1) of what they did."""
    if not isinstance(policy, Simple | Steps):
        return []
    for in_at in (at / 100 for at in range(int(policy.in_at * 100) - 5, 4, -5)):
        calmer = _new(policy)
        calmer.in_at = in_at
        tried = simulation.run(result.load, result.size, calmer)
        if tried.turns <= FLAPS * result.days:
            return [Remedy(f"fleet.scaling.in_at: {in_at:.0%}", tried)]
    return []


_Kind = TypeVar("_Kind", bound=Policy)


def _new(policy: _Kind) -> _Kind:
    """One of the same kind that has not run yet."""
    new = copy(policy)
    if isinstance(new, Simple):
        new.quiet_until = 0
    return new
