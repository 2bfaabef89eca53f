"""The reference itself: what the recorder says the engine is asked is what the engine was asked, in a first preview.

The engine writes every request it gets into a file (`PULUMI_DEBUG_GRPC`).
"""

import json
from pathlib import Path

import pytest
from google.protobuf import json_format
from sample import sample  # beside this file

from tenfold.blueprints.resolve import load
from tenfold.graph import UNKNOWN, Resource, make_urn
from tenfold.recorder import pulumi_private, record, sdk
from tenfold.recorder.program import PROJECT, run_of

SHOP = "blueprints/shop.yaml"


@pytest.mark.parametrize("stage", sample(["1", "2", "3"], ["1", "3"]))  # the second has a database, as the third has
def test_the_engine_is_asked_what_the_plan_says(fresh, tmp_path, stage):
    log = tmp_path / "requests.json"
    fresh("preview", SHOP, "--env", "prod", "--stage", stage, "--local", PULUMI_DEBUG_GRPC=str(log))
    asked = _registered(log, "shop-prod")

    architecture = load(SHOP, environment="prod", stage=stage).architecture
    assert architecture is not None
    planned = {r.urn: _comparable(r) for r in record(run_of(architecture, tokens=False)).graph}

    assert sorted(asked) == sorted(planned)
    for urn, wanted in planned.items():
        for field in Resource._fields:
            if field != "place":
                value = getattr(wanted, field)
                assert _seen(getattr(asked[urn], field), value) == value, f"{urn}: {field}"


def _registered(log: Path, stack: str) -> dict[str, Resource]:
    """The engine's own record of the registrations, by URN."""
    found: dict[str, Resource] = {}
    for line in log.read_text().splitlines():
        call = json.loads(line)
        if not call["method"].endswith("/RegisterResource") or call["request"]["type"] == "pulumi:pulumi:Stack":
            continue
        request = json_format.ParseDict(
            call["request"], pulumi_private.RegisterResourceRequest(), ignore_unknown_fields=True
        )
        urn = make_urn(PROJECT, stack, request.parent, request.type, request.name)
        above = found.get(request.parent)
        found[urn] = _comparable(sdk.resource(urn, request, above.component if above else request.name))
    return found


def _seen(asked: object, planned: object) -> object:
    """What was asked, as far as a plan can know it: names are chosen and passwords drawn by then."""
    if planned == UNKNOWN or (isinstance(planned, str) and "<secretsmanager:" in planned):
        return planned
    if isinstance(asked, dict) and isinstance(planned, dict):
        return {key: _seen(value, planned.get(key)) for key, value in asked.items()}
    if isinstance(asked, list) and isinstance(planned, list) and len(asked) == len(planned):
        return [_seen(a, p) for a, p in zip(asked, planned, strict=True)]
    return asked


def _comparable(resource: Resource) -> Resource:
    """Without what only an account can answer: the plan has a stand-in for it (`<ssm:…>`), the local cloud a value."""
    inputs = {name: value for name, value in resource.inputs.items() if name != "ami"}
    return resource._replace(inputs=inputs)
