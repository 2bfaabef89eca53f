"""What an architecture costs a month: each part by tier, with its formula and where its price is from."""

import json
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import NamedTuple

from blueprints.architecture import Architecture
from tenfold.foresight import prices, servers
from tenfold.foresight.charges import billed
from tenfold.foresight.charges.charge import At, Charge
from tenfold.foresight.prices import Book, Price
from tenfold.foresight.servers import Amount, same
from tenfold.foresight.usage import Usage
from tenfold.graph import Graph, Resource


class Line(NamedTuple):
    """A charge and its price; without one it is unknown."""

    tier: str
    charge: Charge
    price: Price | None

    @property
    def usd(self) -> Amount | None:
        """A month; None where it is unknown."""
        if self.price is None:
            return None
        return Amount(*map(self.price.cost, self.charge.amount))


class Estimate(NamedTuple):
    lines: Sequence[Line]
    usage: Usage
    book: Book
    servers_how: str

    def total(self, *, tier: str | None = None, by_use: bool | None = None) -> Amount:
        """Of what is known."""
        found = same(0)
        for line in self.lines:
            if tier in (None, line.tier) and by_use in (None, line.charge.by_use) and (usd := line.usd):
                found = found.plus(usd)
        return found

    @property
    def tiers(self) -> Sequence[str]:
        return list(dict.fromkeys(line.tier for line in self.lines))

    @property
    def unknown(self) -> Sequence[Line]:
        return [line for line in self.lines if line.price is None]

    @property
    def coverage(self) -> float:
        """Share of the lines whose price is known."""
        return 1 - len(self.unknown) / len(self.lines) if self.lines else 1

    @property
    def weak(self) -> Sequence[Line]:
        """Whose price AWS does not state."""
        return [line for line in self.lines if line.price and line.price.confidence != prices.STATED]

    def free(self) -> float:
        """USD at most that an account with nothing else would not pay: what AWS gives each account free."""
        amounts: dict[str, tuple[Price, float]] = {}
        for line in self.lines:
            if line.price and line.price.free:
                before = amounts.get(line.price.key, (line.price, 0.0))[1]
                amounts[line.price.key] = (line.price, before + line.charge.amount.typical)
        return sum(price.cost(min(amount, price.free)) for price, amount in amounts.values())


def estimate(a: Architecture, graph: Graph, book: Book) -> Estimate:
    usage, (running, how) = Usage(a), servers.running(a)
    lines: list[Line] = []
    for component, resources in graph.tiers().items():
        tier = component.removeprefix(f"{a.name}-")
        at = At(a, graph, usage, running, how, tier)
        lines += [Line(tier, charge, book.price(charge.key)) for charge in _charges(at, resources)]
    return Estimate(lines, usage, book, how)


def _charges(at: At, resources: Sequence[Resource]) -> Iterator[Charge]:
    by_type: dict[str, list[Resource]] = {}
    for resource in resources:
        if resource.custom and resource.read is None:
            by_type.setdefault(resource.type, []).append(resource)
    for type_, found in by_type.items():
        bill = billed().get(type_)
        if bill:
            yield from bill(at, found)
        elif type_.startswith("aws:") and type_ not in free():
            yield Charge(type_.rsplit(":", 1)[1], f"unknown.{type_}", same(len(found)), f"{len(found)} × {type_}")


@cache
def free() -> Mapping[str, str]:
    """Resource type -> why it is not billed."""
    said = json.loads((prices.DATA / "free.json").read_bytes())
    return {type_: why for why, types in said.items() for type_ in types}
