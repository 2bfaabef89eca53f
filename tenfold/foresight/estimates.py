"""What a recorded architecture costs, and what a change of it does to that, by the prices of its house."""

from dataclasses import replace
from typing import TYPE_CHECKING

from tenfold.foresight import aws_prices, cost, prices

if TYPE_CHECKING:
    from tenfold.blueprints.architecture import Architecture
    from tenfold.blueprints.resolve import Resolution
    from tenfold.diff import Difference
    from tenfold.graph import Graph


def estimate(resolution: "Resolution", graph: "Graph", architecture: "Architecture | None" = None) -> cost.Estimate:
    """What the graph of an architecture (the resolution's, or an earlier one) costs; with the prices of the
    resolution's house and those that were refreshed."""
    architecture = architecture or resolution.architecture
    assert architecture is not None
    return cost.estimate(architecture, graph, book(resolution, architecture.region))


def book(resolution: "Resolution", region: str) -> prices.Book:
    """The prices of a region: the house's, those that were refreshed, those that tenfold brings."""
    assert resolution.draft is not None
    return prices.Book(region, prices.House(**resolution.draft.house.prices), aws_prices.rows())


def servers_cost(resolution: "Resolution", minutes: float) -> float | None:
    """USD for `minutes` of one of the fleet's servers; None where the price is unknown."""
    a = resolution.architecture
    assert a is not None and a.fleet is not None
    price = book(resolution, a.region).price(f"ec2.{a.fleet.instance}")
    return price.cost(minutes / 60) if price else None


def estimate_change(
    before: "Architecture", after: "Resolution", difference: "Difference"
) -> tuple[cost.Estimate, cost.Estimate]:
    """Before and after a change, by the later one's prices; resources have the later one's names on both sides."""
    assert after.architecture is not None
    earlier = replace(before, name=after.architecture.name)
    return estimate(after, difference.before, earlier), estimate(after, difference.after.on(difference.before))
