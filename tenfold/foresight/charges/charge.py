"""One part of the price of something."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from tenfold.blueprints.architecture import Architecture
from tenfold.foresight.servers import Amount, same
from tenfold.foresight.usage import HOURS, Usage
from tenfold.graph import Graph


class Charge(NamedTuple):
    what: str
    key: str
    """Of the price."""
    amount: Amount
    """In the price's unit: hours, GB, requests."""
    how: str
    """The amount as a formula."""
    by_use: bool = False
    """It follows from `load`, not from the graph alone."""
    region: str = ""
    """Where it arises, if not where its resource is."""


class At(NamedTuple):
    """Where a charge arises: what is needed to know how much it is."""

    architecture: Architecture
    graph: Graph
    regions: Mapping[str, str]
    """Of the providers, by URN."""
    usage: Usage
    servers: Amount
    servers_how: str
    tier: str
    """Without the blueprint's name and the region's role in front."""
    home: str
    """The first region."""
    waiting: bool
    """In a region that users come to only after a failover: `usage` is without requests."""
    served: Usage
    """With all users, wherever they are."""


def hourly(what: str, key: str, number: float, how: str = "") -> Charge:
    """So many of it, all month."""
    return Charge(what, key, same(number * HOURS), f"{how or f'{number:g} ×'} {HOURS} h".strip())


def monthly(what: str, key: str, number: int, unit: str = "") -> Charge:
    """So many of it."""
    return Charge(what, key, same(number), f"{number} {unit}".strip())


def usage_charge(at: At, what: str, key: str, name: str) -> Charge:
    """By the amount of `load.usage` of that name."""
    use = at.usage[name]
    return Charge(what, key, same(use.amount), use.how, by_use=True)


def unknown(what: str, key: str, why: str) -> Charge:
    """A part whose amount cannot be known in advance; it has no price and lowers the coverage."""
    return Charge(what, f"unknown.{key}", same(1), why, by_use=True)


def block(value: Any) -> Any:
    """A block that the provider takes once, whichever way it is written."""
    return (value[0] if value else {}) if isinstance(value, list | tuple) else value or {}


def number(value: Any, otherwise: float) -> float:
    """An input that is known before the cloud says it."""
    try:
        return float(value)
    except (TypeError, ValueError):
        return otherwise
