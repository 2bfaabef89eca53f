"""Estimates of the examples as the tests of this folder look at them: with the prices that tenfold brings."""

from functools import cache
from pathlib import Path

from tenfold.foresight.cost import Estimate, estimate
from tenfold.foresight.prices import Book
from tenfold.graph import Graph, Resource
from tests.stacks.graphs import Case, architecture, cases, graph

MONTH = 730  # hours
EAST = Book("us-east-1")
GOLDEN = Path(__file__).parent / "golden" / "estimates.txt"


@cache
def of(case: Case) -> Estimate:
    a = architecture(case)
    return estimate(a, graph(case), Book(a.region))


def table() -> str:
    """Each example at each stage, in each environment: USD a month."""
    columns = ("least", "typical", "most", "fixed", "by use", "parts", "coverage")
    lines = ["case".ljust(18) + "".join(column.rjust(11) for column in columns)]
    for case in cases():
        found = of(case)
        fixed, by_use = (found.total(by_use=by_use).typical for by_use in (False, True))
        money = [f"{usd:.2f}" for usd in (*found.total(), fixed, by_use)]
        cells = [*money, str(len(found.lines)), f"{found.coverage:.0%}"]
        lines.append(str(case).ljust(18) + "".join(cell.rjust(11) for cell in cells))
    return "\n".join(lines) + "\n"


def shop(stage: int) -> Case:
    return Case("shop", stage, "prod")


def typical(line) -> float:
    assert line.usd is not None
    return line.usd.typical


def one(found: Estimate, what: str, tier: str | None = None):
    lines = [line for line in found.lines if line.charge.what == what and tier in (None, line.tier)]
    assert len(lines) == 1, [line.charge.what for line in found.lines]
    return lines[0]


def graph_with(case: Case, *resources: tuple[str, str, dict]) -> Graph:
    """The case's graph with these (type, name, inputs) beside its own."""
    more = {}
    for type_, name, inputs in resources:
        urn = f"urn:pulumi:shop-prod::tenfold::{type_}::{name}"
        more[urn] = Resource(urn, type_, name, "", name, True, inputs)
    return Graph({**graph(case).resources, **more})
