"""Whatever keeps something in the first region is in the second one too, or is named with what is lost of it."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tenfold.blueprints.architecture import Architecture
from tenfold.blueprints.recovery.arithmetic import stores, summary
from tenfold.blueprints.resolve import load
from tenfold.graph import Graph, Resource
from tenfold.recorder.light.record import record
from tenfold.recorder.program import run_of
from tests.stacks.values import mentioned, role

ALL_KINDS = """
name: shop
stage: 7
domain: shop.example.com
app: {image: "ghcr.io/acme/shop:1.4.2", stateless: true, secrets: [STRIPE_KEY], jobs: {command: [worker]}}
database: {shards: {key: customer, count: 2, i_have_tried: [queries, machine, replicas, cache, archive, pooling]}}
queues:
  mail: {message_takes: 1s, acceptable_delay: 1m}
  orders-of: {message_takes: 1s, acceptable_delay: 1m}
  offers: {message_takes: 1s, acceptable_delay: 1m}
read_models: {orders-of: {listens_to: [order-placed]}, offers: {listens_to: [order-placed], engine: opensearch}}
events: {order-placed: {to: [mail], keep: 30d}, order-paid: {to: [mail]}}
kubernetes: {admins: {deploy: "arn:aws:iam::123456789012:role/deploy"}}
services:
  search: {image: "ghcr.io/acme/search:1", route: /search/*, secrets: [API_KEY], data: {engine: postgres}}
  pictures: {image: "ghcr.io/acme/pictures:1", route: /pictures/*, data: {engine: bucket}}
  baskets: {image: "ghcr.io/acme/baskets:1", route: /baskets/*, data: {engine: dynamodb}}
  find: {image: "ghcr.io/acme/find:1", route: /find/*, data: {engine: opensearch}}
  prices: {image: "ghcr.io/acme/prices:1", route: /prices/*, runs_on: kubernetes}
"""
# A resource by its name -> the store that it is, as the plan calls it.
STORES = {
    r"-service-(.+)-database-primary": r"database of \1",
    r"-read-model-(.+)-search-domain": r"read model \1",
    r"-read-model-(.+)-table": r"read model \1",
    r"-service-(.+)-table-": r"table of \1",
    r"-service-(.+)-search-domain": r"search domain of \1",
    r"-service-(.+)-data-bucket": r"bucket of \1",
    r"-database-primary": "database",
    r"-shard-.+-primary": "shards",
    r"-uploads-bucket": "uploads",
    r"-cache-primary": "cache",
    r"-events-archive-": "archived events",
    r"-queue-|-events-dead-letters": "queues",
    r"-cdn-files": "CDN files",
    r"-(balancer|cdn)-logs": "access logs",
    r"-cluster": "cluster",
}
# Type of a copy -> its input that names what it copies.
COPIES = {
    "aws:kms/replicaKey:ReplicaKey": "primaryKeyArn",
    "aws:rds/instance:Instance": "replicateSourceDb",
    "aws:backup/plan:Plan": "rules",
    "aws:s3/bucketReplicationConfig:BucketReplicationConfig": "bucket",
}


@pytest.fixture(scope="module")
def everything(tmp_path_factory: pytest.TempPathFactory) -> Architecture:
    file: Path = tmp_path_factory.mktemp("stores") / "shop.yaml"
    file.write_text(ALL_KINDS)
    resolution = load(file)
    assert resolution.architecture, resolution.problems
    return resolution.architecture


@pytest.fixture(scope="module")
def recorded(everything: Architecture) -> Graph:
    return record(run_of(everything))


def kept(graph: Graph) -> Iterator[Resource]:
    """In the first region, that is where what has no region of its own is."""
    for resource in graph:
        if resource.keeps == "data" and role(resource) == "primary" and "region" not in resource.inputs:
            yield resource


def known_there(graph: Graph) -> set[str]:
    """Versions of secrets whose value the second region's balancer has: one CDN comes to both, with one secret."""
    rules = [r for r in graph if r.type == "aws:lb/listenerRule:ListenerRule" and role(r) == "standby"]
    return {graph.resources[urn].name for rule in rules for urn in rule.property_dependencies.get("conditions", ())}


def store_of(resource: Resource) -> str:
    return next(
        (
            re.sub(f".*(?:{end}).*", name, resource.name)
            for end, name in STORES.items()
            if re.search(end, resource.name)
        ),
        "",
    )


def test_each_store_is_copied_or_said_to_be_lost(everything: Architecture, recorded: Graph) -> None:
    copied = {urn for r in recorded if r.type in COPIES for urn in mentioned(r.inputs.get(COPIES[r.type]))}
    points, seen = {store.name: store.point for store in stores(everything)}, set[str]()
    for resource in kept(recorded):
        is_copied = resource.urn in copied or bool(resource.inputs.get("replicas"))
        if store := store_of(resource):
            assert store in points, f"nothing says what is lost of {resource.name}"
            assert is_copied == (points[store] is not None), f"{resource.name}, {store}: {points[store]}"
            seen.add(store)
        else:  # the same in both regions
            assert is_copied or f"{resource.name}-value" in known_there(recorded), f"{resource.name} has no copy"
    assert seen == set(points), "the blueprint of this test has all kinds"


def test_the_plan_names_all_of_them(everything: Architecture) -> None:
    said = summary(everything)
    assert all(store.name in said for store in stores(everything))


def test_backups_of_every_database_that_is_written_are_copied(recorded: Graph) -> None:
    [selection] = [r for r in recorded if r.type == "aws:backup/selection:Selection"]
    instances = [r for r in recorded if r.type == "aws:rds/instance:Instance"]
    written = {r.urn for r in instances if not r.inputs.get("replicateSourceDb")}
    assert mentioned(selection.inputs["resources"]) == written
    assert len(written) == 3, "the database, its shard, a service's"
