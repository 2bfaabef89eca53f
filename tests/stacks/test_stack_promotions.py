"""Stable identity: whatever stage comes next, nothing that holds data is made anew, and what goes is declared."""

from itertools import combinations, permutations

import pytest

from blueprints.resolve import load
from tenfold.graph import Graph
from tenfold.recorder.light.record import record
from tenfold.recorder.program import run_of
from tests.stacks.graphs import BLUEPRINTS, STAGES, Case, examples, graph
from tests.stacks.promotion import replacements

# What holds data or identity in the stage and is of no use in the next: (tier, name of the child).
LEFTOVERS = {
    (1, 2): {("settings", "host-secret-database")},  # password of the database in a container on the server
    (2, 3): {("server", "data"), ("server", "address")},  # the fleet has the traffic, RDS the data
}
PAIRS = [pytest.param(e, i, j, id=f"{e}-{i}-{j}") for e in examples() for i, j in combinations(STAGES, 2)]


def stateful(graph: Graph) -> set[str]:
    return {resource.urn for resource in graph if resource.stateful}


@pytest.mark.parametrize(("example", "i", "j"), PAIRS)
def test_nothing_that_holds_data_is_made_anew(example, i, j):
    before, after = graph(Case(example, i, "prod")), graph(Case(example, j, "prod"))
    made_anew = replacements(before, after)
    assert {urn: made_anew[urn] for urn in stateful(before) & set(made_anew)} == {}


@pytest.mark.parametrize("example", examples())
def test_nothing_that_holds_data_is_made_anew_on_the_way_back(example):
    for i, j in permutations(STAGES, 2):
        before, after = graph(Case(example, i, "prod")), graph(Case(example, j, "prod"))
        assert not stateful(before) & set(replacements(before, after)), f"{i} -> {j}"


@pytest.mark.parametrize(("example", "i", "j"), PAIRS)
def test_only_what_is_declared_is_left_over(example, i, j):
    before, after = graph(Case(example, i, "prod")), graph(Case(example, j, "prod"))
    expected = {
        f"{example}-{tier}-{child}"
        for (k, _), gone in LEFTOVERS.items()
        for tier, child in gone
        if i <= k < j and before.named(f"{example}-{tier}-{child}")
    }
    assert {before.resources[urn].name for urn in stateful(before) - stateful(after)} == expected


@pytest.mark.parametrize(("example", "i", "j"), PAIRS)
def test_while_a_promotion_runs_nothing_that_holds_data_is_gone(example, i, j, tmp_path):
    """`promoting_from` keeps the earlier stage's parts; ending the promotion is a step of its own."""
    before, during = graph(Case(example, i, "prod")), promoting(example, i, j, tmp_path)
    assert {before.resources[urn].name for urn in stateful(before) - stateful(during)} == set()
    assert not stateful(before) & set(replacements(before, during))
    after = graph(Case(example, j, "prod"))
    assert not stateful(during) & set(replacements(during, after))
    assert stateful(after) <= stateful(during)


def promoting(example: str, i: int, j: int, tmp_path) -> Graph:
    text = (BLUEPRINTS / f"{example}.yaml").read_text()
    file = tmp_path / f"{example}.yaml"
    file.write_text(f"promoting_from: {i}\n{text}")
    resolution = load(file, environment="prod", stage=j)
    assert resolution.architecture is not None, [problem.message for problem in resolution.problems]
    return record(run_of(resolution.architecture))
