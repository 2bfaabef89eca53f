"""Stable identity: whatever stage comes next, nothing that holds data is made anew, and what goes is declared."""

from itertools import combinations, pairwise

import pytest

from tenfold.diff import compare
from tenfold.graph import Graph
from tests.stacks.graphs import STAGES, Case, examples, graph
from tests.stacks.phases import steps
from tests.stacks.values import leaves

# What holds data or identity in the stage and is of no use in the next: (tier, name of the child).
LEFTOVERS = {
    (1, 2): {("settings", "host-secret-database")},  # password of the database in a container on the server
    (2, 3): {("server", "data"), ("server", "address")},  # the fleet has the traffic, RDS the data
}
PAIRS = [pytest.param(e, i, j, id=f"{e}-{i}-{j}") for e in examples() for i, j in combinations(STAGES, 2)]


def replacements(before: Graph, after: Graph) -> dict[str, list[str]]:
    """URN -> what it is made anew because of."""
    anew = (change for change in compare(before, after).changes if change.op == "replace")
    return {change.urn: [found.path for found in change.forced_by] or [change.because] for change in anew}


def stateful(graph: Graph) -> set[str]:
    return {resource.urn for resource in graph if resource.stateful}


@pytest.mark.parametrize(("example", "i", "j"), PAIRS)
def test_nothing_that_holds_data_is_made_anew(example, i, j):
    before, after = graph(Case(example, i, "prod")), graph(Case(example, j, "prod"))
    made_anew = replacements(before, after)
    assert {urn: made_anew[urn] for urn in stateful(before) & set(made_anew)} == {}


@pytest.mark.parametrize("example", examples())
def test_nothing_that_holds_data_is_made_anew_on_the_way_back(example):
    for j, i in combinations(STAGES, 2):
        before, after = graph(Case(example, i, "prod")), graph(Case(example, j, "prod"))
        assert not stateful(before) & set(replacements(before, after)), f"{i} -> {j}"


@pytest.mark.parametrize(("example", "i", "j"), PAIRS)
def test_only_what_is_declared_is_left_over(example, i, j):
    before, after = graph(Case(example, i, "prod")), graph(Case(example, j, "prod"))
    expected = {
        f"{example}-{tier}-{child}"
        for (k, _), gone in LEFTOVERS.items()
        for tier, child in gone
        if i <= k < j and before.resources_named(f"{example}-{tier}-{child}")
    }
    assert {before.resources[urn].name for urn in stateful(before) - stateful(after)} == expected


@pytest.mark.parametrize(("example", "i", "j"), PAIRS)
def test_no_step_of_a_promotion_loses_what_holds_data(example, i, j):
    """Expand, each move, contract: all that holds data is there to the end, what is left over as well."""
    walk = steps(example, i, j)[:-1]
    for earlier, later in pairwise(walk):
        assert stateful(earlier.graph) <= stateful(later.graph), f"{earlier.name} -> {later.name}"
        assert not stateful(earlier.graph) & set(replacements(earlier.graph, later.graph)), later.name


@pytest.mark.parametrize(("example", "i", "j"), PAIRS)
def test_expanding_takes_nothing_away_and_moves_nothing(example, i, j):
    before, expand, *_ = steps(example, i, j)
    gone = {urn for urn in before.graph.resources if urn not in expand.graph.resources}
    assert {before.graph.resources[urn].name for urn in gone if not _of_signals(urn)} == set()
    for name in (f"{example}-settings-setting-database-host", f"{example}-records-ipv4"):
        for resource in before.graph.resources_named(name):
            now = expand.graph.resources[resource.urn].inputs
            told = ("value", "records", "aliases")
            assert {k: now.get(k) for k in told} == {k: resource.inputs.get(k) for k in told}, name
    for server in before.graph.resources_named(f"{example}-server-instance"):
        now = expand.graph.resources[server.urn].inputs
        changed = {key for key in {*now, *server.inputs} if now.get(key) != server.inputs.get(key)}
        # The session store needs rights of the role: containers may ask for them, while the server runs on.
        assert changed <= {"metadataOptions"}, "it goes on as it is"


@pytest.mark.parametrize(("example", "i", "j"), PAIRS)
def test_a_promotion_ends_at_the_stage_itself_but_for_what_is_left_over(example, i, j):
    *_, contract, fresh = steps(example, i, j)
    left = contract.architecture.leftovers
    allowed = {urn for name in left for urn in (r.urn for r in contract.graph.resources_named(name))}
    assert len(allowed) == len(left)
    assert all(contract.graph.resources[urn].protect for urn in allowed)
    frames = {contract.graph.resources[urn].parent for urn in allowed}  # components have nothing of their own
    settings = {urn for urn in frames if urn in fresh.graph.resources}
    for urn in contract.graph.resources.keys() | fresh.graph.resources.keys():
        if urn in allowed | frames - settings:
            continue
        ours, theirs = contract.graph.resources.get(urn), fresh.graph.resources.get(urn)
        assert ours and theirs, urn
        assert ours == theirs or urn in settings, urn


def test_servers_of_a_fleet_wait_for_the_data():
    """They would look for it in a database that is still empty."""
    walk = {step.name: step.graph for step in steps("shop", 1, 5)}

    def size(name):
        (group,) = walk[name].resources_named("shop-fleet-servers")
        return group.inputs["minSize"], group.inputs["maxSize"]

    assert size("expand") == (0, 0)
    assert size("data") == size("fresh")
    assert not walk["expand"].resources_named("shop-settings-setting-database-read-host"), (
        "replicas of an empty database"
    )
    assert walk["data"].resources_named("shop-settings-setting-database-read-host")


def test_traffic_moves_by_weight_and_without_a_gap():
    """The record of before goes on answering until its last per cent has moved, and then names the new entrance."""
    walk = {step.name: step.graph for step in steps("news", 2, 4)}

    def weights(name):
        found = [r for r in walk[name] if r.type == "aws:route53/record:Record" and "records-ipv4" in r.name]
        return {r.inputs["setIdentifier"]: dict(leaves(r.inputs))["weightedRoutingPolicies[0].weight"] for r in found}

    assert weights("before") == {"current": 100}
    assert weights("expand") == {"current": 100, "following": 0}
    assert weights("traffic") == {"current": 0, "following": 100}
    assert weights("contract") == {"current": 100}
    (after,) = walk["contract"].resources_named("news-records-ipv4")
    (following,) = walk["traffic"].resources_named("news-records-ipv4-following")
    assert after.inputs["aliases"] == following.inputs["aliases"]


def _of_signals(urn: str) -> bool:
    """Alarms come and go with what they watch."""
    return "$aws:cloudwatch/metricAlarm:" in urn
