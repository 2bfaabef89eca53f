"""The rules of order themselves: each of them applies to something, and finds what is out of order."""

import dataclasses

import pytest

from tenfold.blueprints.architecture import Architecture
from tenfold.blueprints.resolve import load
from tenfold.graph import Graph
from tenfold.recorder.light.record import record
from tenfold.recorder.program import run_of
from tests.stacks import after
from tests.stacks.graphs import architecture, cases, graph

# What no example has: servers without a way to the internet, and a proxy of a database with a login of its own.
CLOSED = """
name: shop
stage: 5
owner: ops@example.com
app: {image: ghcr.io/acme/shop:1.4.2, stateless: true}
network: {nat: none}
database: {pooling: {via: proxy}, replicas: {count: 1}}
domain: shop.example.com
cdn: {}
"""


@pytest.fixture(scope="module")
def wanted(tmp_path_factory) -> Architecture:
    file = tmp_path_factory.mktemp("closed") / "shop.yaml"
    file.write_text(CLOSED)
    resolution = load(file)
    assert resolution.architecture is not None, resolution.problems
    return resolution.architecture


@pytest.fixture(scope="module")
def closed(wanted: Architecture) -> Graph:
    return record(run_of(wanted))


def test_nothing_is_made_before_what_it_needs(closed: Graph, wanted: Architecture):
    """The examples and random blueprints are held to it too, as to every property (`properties.CHECKS`)."""
    assert [line for check in after.CHECKS for line in check(closed, wanted)] == []


def test_every_rule_applies_to_something(closed: Graph):
    """A rule that has lost what it is about holds nothing."""
    graphs = [closed, *(graph(case) for case in cases("prod"))]
    applied = {rule for found in graphs for rule, _, _ in after.demanded(found)}
    assert [(rule.later, rule.way) for rule in after.RULES if rule not in applied] == []


def test_what_does_not_wait_is_found(closed: Graph, wanted: Architecture):
    """As every resource would be registered whose order nobody thought of: with what its inputs say, and no more."""
    loose = {
        urn: resource._replace(dependencies=tuple(after.inputs_say(resource) & {*resource.dependencies}))
        for urn, resource in closed.resources.items()
    }
    found = list(after.order(dataclasses.replace(closed, resources=loose), wanted))
    for later, earlier in (
        ("shop-balancer-lb", "shop-network-internet"),
        ("shop-fleet-servers", "shop-network-s3"),
        ("shop-fleet-servers", "shop-network-private-1-routing"),
        ("shop-fleet-servers", "shop-network-endpoints-from-network"),
        ("shop-cdn-distribution", "shop-cdn-logs-ownership"),
        ("shop-network-flow-log", "shop-network-flow-logs-policy"),
        ("shop-database-primary", "shop-database-monitoring-policy"),
    ):
        assert any(line.startswith(f"{later} does not wait for {earlier}:") for line in found), (later, earlier)


def test_every_copy_of_both_regions_goes_before_what_it_copies():
    """The engine destroys in the opposite order. `after.copies` holds every example and random blueprint to it."""
    [case] = (case for case in cases("prod") if (case.example, case.stage) == ("shop", 7))
    both = graph(case)
    pairs = {(copy.name, source.name) for copy, source in after.find_copies(both)}
    assert pairs == {
        ("shop-standby-database-primary", "shop-database-primary"),
        ("shop-replicas-1", "shop-database-primary"),
        ("shop-replicas-2", "shop-database-primary"),
        ("shop-encryption-key-standby", "shop-encryption-key"),
        ("shop-standby-tokens-key-1", "shop-tokens-key-1"),
        ("shop-standby-tokens-key-2", "shop-tokens-key-2"),
    }
    loose = {urn: resource._replace(dependencies=()) for urn, resource in both.resources.items()}
    found = set(after.copies(dataclasses.replace(both, resources=loose), architecture(case)))
    assert found == {f"{copy} does not wait for {source}" for copy, source in pairs}
