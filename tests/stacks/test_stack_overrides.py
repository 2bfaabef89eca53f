"""`overrides:` change what they name and nothing else: blocks are merge, in either spelling."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tenfold.blueprints.resolve import load
from tenfold.graph import SIGNATURE, Graph
from tenfold.recorder import FAST, SDK, record
from tenfold.recorder.program import run_of
from tenfold.stacks.overrides import merge

ROOT = Path(__file__).parents[2]
BLOCK = {"path": "/up", "healthy_threshold": 3, "matcher": "200-399"}
CHECK = {"health_check": BLOCK, "port": 80, "subnets": ["a"]}


def planned(stage: int, overrides: dict, kind: str = FAST) -> Graph:
    architecture = load(ROOT / "blueprints" / "shop.yaml", environment="prod", stage=stage).architecture
    assert architecture is not None
    return record(run_of(replace(architecture, overrides=overrides)), kind).graph


@pytest.mark.parametrize(
    ("wanted", "changed"),
    [
        ({"health_check": {"matcher": "200"}}, {"health_check": {**BLOCK, "matcher": "200"}}),
        ({"health_check": {"healthyThreshold": 5}}, {"health_check": {**BLOCK, "healthy_threshold": 5}}),
        ({"health_check": {"path": None, "interval": 9}}, {
            "health_check": {"healthy_threshold": 3, "matcher": "200-399", "interval": 9}
        }),
        ({"subnets": ["b", "c"]}, {"subnets": ["b", "c"]}),
        ({"health_check": {}}, {}),
        ({"stickiness": {"type": "lb_cookie", "cookieDuration": None}}, {"stickiness": {"type": "lb_cookie"}}),
    ],
)  # fmt: skip
def test_only_what_is_named_changes(wanted, changed):
    assert merge(CHECK, wanted) == {**CHECK, **changed}


def test_null_takes_away():
    assert merge(CHECK, {"health_check": None, "protocol": None}) == {"port": 80, "subnets": ["a"]}


def test_a_tag_is_no_property_and_has_one_spelling():
    said = {"tags": {"cost_center": "a"}, "root": {"volume_tags": {"cost_center": "a"}}}
    assert merge(said, {"tags": {"costCenter": "b"}})["tags"] == {"cost_center": "a", "costCenter": "b"}
    assert len(merge(said, {"root": {"volumeTags": {"costCenter": "b"}}})["root"]["volume_tags"]) == 2


@pytest.mark.parametrize("stage", [1, 3, 5])
def test_an_empty_block_over_any_block_of_any_resource_changes_nothing(stage):
    """Whatever way the component said it."""
    plain = planned(stage, {})
    blocks = {
        resource.name: {
            key: {} for key, value in resource.inputs.items() if isinstance(value, dict) and SIGNATURE not in value
        }
        for resource in plain
        if resource.custom and len(plain.resources_named(resource.name)) == 1
    }
    assert sum(map(len, blocks.values())) > 20
    assert planned(stage, blocks).resources == plain.resources


def test_the_sdk_merges_alike():
    wanted = {"shop-balancer-app": {"healthCheck": {"matcher": "200", "healthyThreshold": 5}}}
    fast, sdk = (
        planned(3, wanted, kind).resources_named("shop-balancer-app")[0].inputs["healthCheck"] for kind in (FAST, SDK)
    )
    before: Any = planned(3, {}).resources_named("shop-balancer-app")[0].inputs["healthCheck"]
    assert fast == sdk == {**before, "matcher": "200", "healthyThreshold": 5}
