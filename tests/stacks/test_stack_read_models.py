"""Read models: jobs fill them, the application asks them, and nobody else reaches them."""

import json
from pathlib import Path
from typing import Any

import pytest

from tenfold.blueprints.resolve import load
from tenfold.graph import Graph
from tenfold.recorder.light.record import record
from tenfold.recorder.program import run_of

BLUEPRINT = """
name: shop
stage: 6
app: {image: "ghcr.io/acme/shop:1.4.2", stateless: true, jobs: {command: [worker]}}
queues: {orders-of: {message_takes: 1s, acceptable_delay: 1m}, offers: {message_takes: 1s, acceptable_delay: 1m}}
events: {order-placed: {to: [orders-of], keep: 30d}, offer-changed: {to: [offers], keep: 30d}}
read_models:
  orders-of: {listens_to: [order-placed], primary_key: "customer, order_id"}
  offers: {listens_to: [offer-changed], engine: opensearch, size: 50GiB}
"""


@pytest.fixture(scope="module")
def graph(tmp_path_factory: pytest.TempPathFactory) -> Graph:
    file: Path = tmp_path_factory.mktemp("models") / "shop.yaml"
    file.write_text(BLUEPRINT)
    resolution = load(file)
    assert resolution.architecture, resolution.problems
    return record(run_of(resolution.architecture))


def statements(graph: Graph, role: str) -> dict[str, Any]:
    [policy] = [r for r in graph if r.name == f"shop-{role}-policy"]
    return {one["Sid"]: one for one in json.loads(str(policy.inputs["policy"]))["Statement"]}


def test_jobs_write_a_model_and_the_application_only_asks_it(graph: Graph) -> None:
    application, jobs = statements(graph, "fleet"), statements(graph, "workers")
    assert {"FillSearch", "WriteItems"} <= jobs.keys()
    assert not {"FillSearch", "WriteItems"} & application.keys()
    asked = application["AskSearch"]["Resource"]
    assert {path.rpartition("/")[2] for path in asked} == {"_search", "_msearch", "_count"}


def test_each_is_found_by_its_setting(graph: Graph) -> None:
    settings = {str(r.inputs["name"]).rpartition("/")[2] for r in graph if r.type == "aws:ssm/parameter:Parameter"}
    models = {name for name in settings if "MODEL" in name.upper()}
    assert {name.upper().replace("-", "_") for name in models} == {"MODEL_ORDERS_OF_TABLE", "MODEL_OFFERS_URL"}


def test_servers_and_workers_reach_the_domain_and_nobody_else(graph: Graph) -> None:
    [domain] = [r for r in graph if r.type == "aws:opensearch/domain:Domain"]
    disk = domain.inputs["ebsOptions"]
    assert isinstance(disk, dict) and disk["volumeSize"] == 50 and domain.protect
    rules = [r for r in graph if "read-model-offers" in r.name and r.type.endswith(":SecurityGroupIngressRule")]
    assert {r.component for r in rules} == {"shop-fleet", "shop-workers"}
    assert all("cidrIpv4" not in r.inputs and r.inputs["fromPort"] == 443 for r in rules)
