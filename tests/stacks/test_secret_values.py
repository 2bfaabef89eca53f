"""Values of secrets that the stack's configuration holds: which secrets get one, and what a plan knows of them."""

from pathlib import Path

import pytest

from tenfold import planning, recorder
from tenfold.blueprints.resolve import Resolution, load
from tenfold.graph import SECRET, SIGNATURE, Graph
from tenfold.recorder.program import run_of
from tenfold.stacks import secret_values

BLUEPRINT = """name: shop
stage: 6
app: {image: "ghcr.io/acme/shop:1", stateless: true, secrets: [STRIPE_KEY, OTHER]}
services:
  search: {image: "ghcr.io/acme/search:1", route: /search/*, secrets: [INDEX_KEY]}
environments: {prod: {}}
"""
STRIPE, INDEX = "shop-settings-secret-stripe-key-value", "shop-service-search-settings-secret-index-key-value"
CONFIG = {"tenfold:STRIPE_KEY": "sk_live_1", "tenfold:search.INDEX_KEY": "index_1"}


@pytest.fixture
def resolution(tmp_path: Path) -> Resolution:
    file = tmp_path / "shop.yaml"
    file.write_text(BLUEPRINT)
    resolution = load(file, environment="prod")
    assert resolution.architecture, resolution.problems
    return resolution


def versions(graph: Graph) -> set[str]:
    named = {resource.name for resource in graph.resources.values() if "secretVersion" in resource.type}
    return {name for name in named if "-settings-secret-" in name}


@pytest.mark.parametrize("kind", [recorder.FAST, recorder.SDK])
def test_a_configured_value_goes_into_its_secret_and_stays_one(resolution: Resolution, kind: str):
    assert resolution.architecture
    graph = recorder.record(run_of(resolution.architecture, config=CONFIG), kind).graph
    assert versions(graph) == {STRIPE, INDEX}
    [stripe] = [resource for resource in graph.resources.values() if resource.name == STRIPE]
    value = stripe.inputs["secretString"]
    assert isinstance(value, dict) and value[SIGNATURE] == SECRET


def test_without_configuration_their_owner_fills_them(resolution: Resolution):
    assert versions(planning.record(resolution, warn=False)) == set()


def test_a_plan_takes_away_no_value_that_a_run_has_put_there(resolution: Resolution):
    assert versions(planning.record(resolution, warn=False, deployed={STRIPE})) == {STRIPE}
    assert versions(planning.record(resolution, warn=False, deployed={STRIPE, INDEX, "other"})) == {STRIPE, INDEX}


def test_a_key_that_nobody_reads_is_named(resolution: Resolution):
    assert resolution.architecture
    keys = [*CONFIG, "tenfold:blueprint", "aws:region", "tenfold:STRIPE_KEI", "tenfold:serch.INDEX_KEY"]
    assert secret_values.unknown(resolution.architecture, keys) == ["tenfold:STRIPE_KEI", "tenfold:serch.INDEX_KEY"]


def test_a_secret_that_was_not_set_as_one_is_named(resolution: Resolution):
    assert resolution.architecture
    configuration = {
        "tenfold:STRIPE_KEY": "sk_live_1",
        "tenfold:search.INDEX_KEY": {"secure": "v1:abc"},
        "aws:region": "x",
    }
    assert secret_values.in_clear(resolution.architecture, configuration) == ["tenfold:STRIPE_KEY"]
