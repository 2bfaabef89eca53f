"""How soon the standby region can take over, and what may be lost by then: sums of named terms. Pure.

needed(a)    detect 46s + decide 10m + promote 10m + fleet 7m + names 2m = 29m46s at pilot light
"""

import functools
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from tenfold.blueprints.architecture import Architecture
from tenfold.blueprints.architecture.services import ServiceData
from tenfold.blueprints.recovery import capacity
from tenfold.blueprints.value import Value

MODES = ("pilot-light", "warm", "hot")  # the cheapest first
SHORTEST_DECISION = 60  # seconds; below it nobody has looked
DRILL_DAYS = 90  # a quarter: AWS Well-Architected, REL13-BP03, asks for regular tests and leaves the number to you
ALL = None  # the `point` of a store whose content is not in the other region


class Term(Value):
    """A part of a failover, in seconds. `expected` counts; the other two are what it can be."""

    name: str
    least: int
    expected: int
    most: int
    because: str
    source: str


class Store(Value):
    """What keeps something, and how much of its newest content may be lost: seconds, or `ALL` of it."""

    name: str
    point: int | None
    because: str


class Lever(Value):
    """A change that reaches `recovery.time`: fields with their values, and what it takes in words."""

    fields: Mapping[str, str]
    words: str


@functools.cache
def figures() -> Mapping[str, Mapping[str, Any]]:
    return yaml.safe_load(Path(__file__).with_name("figures.yaml").read_bytes())


def terms(a: Architecture) -> tuple[Term, ...]:
    """The parts of a failover, in their order; none that runs beside a longer one. `a` has a standby and a recovery."""
    assert a.standby and a.recovery
    decision = a.recovery.decision
    decide = Term("decide", 0, decision, max(decision, 600), "people look and decide", "regions.recovery.decision")
    promote = _measured(_figure("promote"), a)
    return (_figure("detect"), decide, promote, *_fleet(a, promote), _figure("names"))


def _fleet(a: Architecture, promote: Term) -> Iterator[Term]:
    """Of a pilot light servers start when the database answers: before, the balancer would take them for broken, and
    they would be replaced. Else they start beside the promotion, and what is longer counts."""
    assert a.standby
    if a.standby.mode == "hot" or a.fleet is None:
        return
    launch, warmup = _measured(_figure("launch"), a), a.fleet.scaling.warmup if a.fleet.scaling else 0
    ready = a.app.health.starts_in + warmup
    words = f"{launch.because}; it starts in {text(a.app.health.starts_in)}, and warms up for {text(warmup)}"
    whole = Term("fleet", launch.least + ready, launch.expected + ready, launch.most + ready, words, launch.source)
    if a.standby.mode == "pilot-light":
        yield whole
    elif whole.expected > promote.expected:
        beside = {"because": f"{words}; beside the promotion"}
        least, most = max(0, whole.least - promote.most), max(0, whole.most - promote.least)
        yield replace(whole, least=least, expected=whole.expected - promote.expected, most=most, **beside)


def recovery_seconds(a: Architecture) -> int:
    """Seconds from the failure until the application answers again."""
    return sum(term.expected for term in terms(a))


def stores(a: Architecture) -> tuple[Store, ...]:
    """What may be lost of each store, those with a limit first. Not here: what is the same in both regions (secrets,
    keys, settings, the shards' map)."""
    return tuple(sorted(_stores(a), key=lambda store: store.point is None))


def _stores(a: Architecture) -> Iterator[Store]:
    yield _limited("database", "database")
    if a.database.shards:
        yield _limited("shards", "database")
    if a.uploads:
        yield _limited("uploads", "uploads")
    for name, service in a.services.items():
        if service.data:
            yield _owned(name, service.data)
    for name, model in a.read_models.items():
        yield (
            _searched(f"read model {name}") if model.engine == "opensearch" else _limited(f"read model {name}", "table")
        )
    if a.cache:
        yield Store("cache", ALL, "it starts empty; sessions in it are gone, and users sign in again")
    if a.queues:
        yield Store("queues", ALL, "what waits, dead letters too, stays in its region until that is back")
    if any(event.keep is not None for event in a.events.values()):
        yield Store("archived events", ALL, "they stay in the archive of their region; the other one replays its own")
    if a.cdn and a.cdn.static_paths:
        yield (
            _limited("CDN files", "uploads")
            if a.domain
            else Store(
                "CDN files", ALL, "without a domain they are in one bucket of the first region, as the CDN's way in is"
            )
        )
    if any(service.runs_on == "kubernetes" for service in a.running_services.values()):
        yield Store("cluster", ALL, "each region has its own; objects that the stack does not make stay in theirs")
    if a.balancer or a.cdn:
        yield Store("access logs", ALL, "they stay in the region that wrote them")


def _owned(name: str, data: ServiceData) -> Store:
    """What a service owns."""
    if data.engine == "dynamodb":
        return _limited(f"table of {name}", "table")
    if data.engine == "opensearch":
        return _searched(f"search domain of {name}")
    if data.engine == "bucket":
        return _limited(f"bucket of {name}", "uploads")
    return _limited(f"database of {name}", "database")


def _searched(name: str) -> Store:
    return Store(name, ALL, "the other region has an empty one: fill it from what it is a copy of")


def _limited(name: str, figure: str) -> Store:
    return Store(name, figures()[figure]["seconds"], figures()[figure]["because"])


def levers(a: Architecture) -> tuple[Lever, ...]:
    """Changes that reach `recovery.time`, the cheapest first: a quicker decision, a quicker promotion that a drill has
    to show, a mode with more running, both of the last and a decision; at the end the time that needs no change."""
    assert a.standby and a.recovery
    changes: list[Lever] = []
    for mode in MODES[MODES.index(a.standby.mode) :]:
        changes += _levers_of(replace(a, standby=replace(a.standby, mode=mode)), a)
        if changes:
            break
    enough = text(math.ceil(recovery_seconds(a) / 60) * 60)
    return (*changes, Lever({"regions.recovery.time": enough}, "allow that much"))


def _levers_of(changed: Architecture, a: Architecture) -> Iterator[Lever]:
    assert changed.standby and a.standby and a.recovery
    over = recovery_seconds(changed) - a.recovery.time
    assumed = not (a.recovery.drill and a.recovery.drill.promote)  # else it is what it is
    mode = {"regions.standby.mode": changed.standby.mode} if changed.standby != a.standby else {}
    if over <= 0:
        yield Lever(mode, "costs what runs there")
        return
    decision, promote = a.recovery.decision - over, _figure("promote")
    if decision >= SHORTEST_DECISION:
        yield Lever({**mode, "regions.recovery.decision": text(decision)}, "costs nothing, if people can")
    if assumed and promote.expected - over >= promote.least:
        shown = (
            f"a drill that shows a promotion within {text(promote.expected - over)} (assumed: {text(promote.expected)})"
        )
        yield Lever(mode, shown)
    elif assumed and decision < SHORTEST_DECISION <= decision + promote.expected - promote.least:
        shown = f"and a drill that shows a promotion within {text(promote.least)}"
        decision += promote.expected - promote.least
        yield Lever({**mode, "regions.recovery.decision": text(min(decision, a.recovery.decision))}, shown)


def notes(a: Architecture) -> list[str]:
    """All of it in words: each term with its reason and source, and what of each store may be lost."""
    assert a.recovery
    parts = terms(a)
    lines = [f"{sum_of(parts)}, of {text(a.recovery.time)}"]
    lines += [
        f"{term.name} {text(term.expected)} ({text(term.least)} to {text(term.most)}): {term.because}. {term.source}"
        for term in parts
    ]
    lines += [f"{store.name}: {possible_loss(store)}: {store.because}" for store in stores(a)]
    return [*lines, f"capacity: {capacity.note(a)}"] if capacity.needed_vcpus(a) else lines


def possible_loss(store: Store) -> str:
    return "all of it may be lost" if store.point is None else f"up to {text(store.point)} may be lost"


def summary(a: Architecture) -> str:
    """In two sentences."""
    assert a.recovery
    by_point: dict[int | None, list[str]] = {}
    for store in stores(a):
        by_point.setdefault(store.point, []).append(store.name)
    whole = by_point.pop(ALL, [])
    points = ", ".join(f"{text(point or 0)} of {_listed(names)}" for point, names in by_point.items())
    unkept = f"; not copied: {_listed(whole)}" if whole else ""
    return f"{sum_of(terms(a))}, of {text(a.recovery.time)}; may lose the last {points}{unkept}"


def _listed(names: Sequence[str]) -> str:
    """`cache`, `cache and queues`, `cache, queues and access logs`."""
    return " and ".join([", ".join(names[:-1]), names[-1]] if names[1:] else names)


def _figure(name: str) -> Term:
    figure = figures()[name]
    least, expected, most = figure["seconds"]
    return Term(name, least, expected, most, figure["because"], figure["source"])


def _measured(term: Term, a: Architecture) -> Term:
    """As a drill has shown it, where one has. One shows what it takes, not what it can take at most."""
    assert a.recovery
    drill = a.recovery.drill
    seconds = getattr(drill, term.name, None)
    if drill is None or seconds is None:
        return term
    least, most = min(term.least, seconds), max(term.most, seconds)
    return Term(term.name, least, seconds, most, f"measured on {drill.date}", "regions.recovery.drill")


def days_since_drill(a: Architecture, today: date) -> int | None:
    """None where none is known, or where none is asked for: without a standby, or to be thrown away."""
    if a.standby is None or a.recovery is None or a.recovery.drill is None or a.throwaway:
        return None
    return (today - date.fromisoformat(a.recovery.drill.date)).days


def sum_of(parts: Sequence[Term]) -> str:
    """`detect 46s + decide 10m + … = 29m46s`."""
    added = " + ".join(f"{term.name} {text(term.expected)}" for term in parts)
    return f"{added} = {text(sum(term.expected for term in parts))}"


def text(seconds: int) -> str:
    """As a blueprint writes it: 600 is `10m`, 46 is `46s`, 1786 is `29m46s`."""
    hours, rest = divmod(seconds, 3600)
    minutes, left = divmod(rest, 60)
    parts = [(hours, "h"), (minutes, "m"), (left, "s")]
    return "".join(f"{number}{unit}" for number, unit in parts if number) or "0s"
