"""Every kind of route a blueprint can say reaches the balancer."""

from typing import Any

import pytest

from tenfold.blueprints.resolve import load
from tenfold.recorder.light.record import record
from tenfold.recorder.program import run_of
from tests.stacks.values import of_type

BLUEPRINT = "name: shop\nstage: 3\napp: {image: ghcr.io/acme/shop:1.4.2, stateless: true}\n"
CONDITIONS = {
    "/api/*": {"pathPattern": {"values": ["/api/*"]}},
    "*.png": {"pathPattern": {"values": ["*.png"]}},
    "host:api.example.com": {"hostHeader": {"values": ["api.example.com"]}},
    "header:X-Version=2": {"httpHeader": {"httpHeaderName": "X-Version", "values": ["2"]}},
}


def routed(tmp_path, *patterns: str):
    file = tmp_path / "shop.yaml"
    routes = ", ".join(f'"{pattern}": app' for pattern in patterns)
    file.write_text(f"{BLUEPRINT}balancer: {{routes: {{{routes}}}}}\n")
    return load(file)


def test_each_kind_is_a_condition_of_the_listener(tmp_path):
    resolution = routed(tmp_path, *CONDITIONS)
    assert resolution.architecture is not None
    rules: Any = of_type(record(run_of(resolution.architecture)), "lb/listenerRule:ListenerRule")
    found = [condition for rule in rules for condition in rule.inputs["conditions"]]
    assert all(condition in found for condition in CONDITIONS.values())
    assert len(found) == len(CONDITIONS)
    assert len({rule.inputs["priority"] for rule in rules}) == len(CONDITIONS)


@pytest.mark.parametrize("pattern", ["api/*", "api", "header:X-Version", "host:", "/a b"])
def test_what_the_balancer_would_refuse_is_a_problem_of_the_blueprint(tmp_path, pattern):
    assert [problem.code for problem in routed(tmp_path, pattern).problems] == ["TF-V019"]
