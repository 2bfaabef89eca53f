"""What an architecture costs a month: each part by tier, with its formula and where its price is from."""

import json
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import NamedTuple

from tenfold.blueprints.architecture import Architecture
from tenfold.foresight import prices
from tenfold.foresight import regions as seen
from tenfold.foresight.charges import billed_types
from tenfold.foresight.charges.charge import At, Charge
from tenfold.foresight.prices import BORROWED, Book, Price
from tenfold.foresight.servers import Amount, same
from tenfold.foresight.usage import Usage
from tenfold.graph import Graph, Resource


class Line(NamedTuple):
    """A charge and its price; without one it is unknown."""

    tier: str
    charge: Charge
    price: Price | None
    region: str

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
        amount = same(0)
        for line in self.lines:
            if tier in (None, line.tier) and by_use in (None, line.charge.by_use) and (usd := line.usd):
                amount = amount.plus(usd)
        return amount

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
    def estimated(self) -> Sequence[str]:
        """Regions of which some prices are those of another one."""
        return sorted({line.region for line in self.lines if line.price and line.price.confidence == BORROWED})

    def per_thousand(self, users: int) -> float | None:
        """USD for each 1,000 of them; None without any."""
        return self.total().typical / users * 1000 if users else None

    def above(self, budget: float | None) -> bool:
        """Whether what is typical is more than the budget."""
        return budget is not None and self.total().typical > budget

    def free(self) -> float:
        """USD at most that an account with nothing else would not pay: what AWS gives each account free."""
        amounts: dict[str, tuple[Price, float]] = {}
        for line in self.lines:
            if line.price and line.price.free:
                before = amounts.get(line.price.key, (line.price, 0.0))[1]
                amounts[line.price.key] = (line.price, before + line.charge.amount.typical)
        return sum(price.cost(min(amount, price.free)) for price, amount in amounts.values())


def by_tier(before: Estimate, after: Estimate) -> Mapping[str, tuple[float, float]]:
    """What is typical of each tier of either, before and after."""
    tiers = dict.fromkeys([*before.tiers, *after.tiers])
    return {tier: (before.total(tier=tier).typical, after.total(tier=tier).typical) for tier in tiers}


def estimate(a: Architecture, graph: Graph, book: Book) -> Estimate:
    usage = Usage(a)
    lines: list[Line] = []
    providers = (resource for resource in graph if resource.type == "pulumi:providers:aws")
    regions = {r.urn: region for r in providers if isinstance(region := r.inputs.get("region"), str)}
    tiers = {component.removeprefix(f"{a.name}-"): resources for component, resources in graph.tiers().items()}
    sides = seen.Sides(a, usage, tiers)
    for tier, resources in tiers.items():
        side, own = sides.of(tier)
        at = At(side.architecture, graph, regions, side.usage, *side.usage.running, own, a.region, side.waiting, usage)
        for region, charge in _charges(at, resources):
            lender = a.region if a.standby and region == a.standby.region else ""
            lines.append(Line(tier, charge, book.of(region, lender).price(charge.key), region))
    return Estimate(lines, usage, book, usage.running[1])


def _charges(at: At, resources: Sequence[Resource]) -> Iterator[tuple[str, Charge]]:
    """With the region that each arises in."""
    alike: dict[tuple[str, str], list[Resource]] = {}
    for resource in resources:
        if resource.custom and resource.read is None:
            alike.setdefault((_region(at, resource), resource.type), []).append(resource)
    for (home, type_), same_type in alike.items():
        for charge in _of_type(at, type_, same_type):
            region = charge.region or home
            elsewhere = f", {region}" if region != at.home else ""
            yield region, charge._replace(what=charge.what + elsewhere) if elsewhere else charge


def _of_type(at: At, type_: str, resources: Sequence[Resource]) -> Iterator[Charge]:
    bill = billed_types().get(type_)
    if bill:
        yield from bill(at, resources)
    elif type_.startswith("aws:") and type_ not in free():
        yield Charge(type_.rsplit(":", 1)[1], f"unknown.{type_}", same(len(resources)), f"{len(resources)} × {type_}")


def _region(at: At, resource: Resource) -> str:
    """Its own, else its provider's, else the one of its tier: a Kubernetes provider has none."""
    own = resource.inputs.get("region")
    if not isinstance(own, str):
        own = next((region for urn, region in at.regions.items() if resource.provider.startswith(f"{urn}::")), None)
    return own or at.architecture.region


@cache
def free() -> Mapping[str, str]:
    """Resource type -> why it is not billed."""
    reasons = json.loads((prices.DATA / "free.json").read_bytes())
    return {type_: why for why, types in reasons.items() for type_ in types}
