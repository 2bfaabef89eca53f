"""The largest blueprint that is accepted stays below AWS's quotas in every stage (quotas.yaml)."""

import json
from base64 import b64decode
from collections import Counter
from pathlib import Path
from typing import Any, cast

import pytest
import yaml

from tenfold.blueprints.resolve import load
from tenfold.components.parts.names import AUTO_NAME_SUFFIX
from tenfold.graph import Graph
from tenfold.recorder.light.record import record
from tenfold.recorder.program import run_of

QUOTAS = yaml.safe_load(Path(__file__).with_name("quotas.yaml").read_text())
ENVIRONMENT = "e" * 24
PLACEHOLDER = "<urn"  # of what only the cloud can tell, longer than an ARN or a name
EDGE_ADDRESSES = 55  # rules that CloudFront's list of addresses counts as (VPC User Guide, "AWS-managed prefix lists")
LONGEST_REGION = "ap-southeast-1"


def largest(stage: int) -> dict[str, Any]:
    said: dict[str, Any] = {
        "name": "a" * 24,
        "stage": stage,
        "region": LONGEST_REGION,
        "domain": f"{'d' * 40}.example.com",
        "owner": "team@example.com",
        "tags": {f"tag-{number}": "x" for number in range(39)},
        "app": {
            "image": "123456789012.dkr.ecr.ap-southeast-1.amazonaws.com/app:1",
            "stateless": True,
            "secrets": [f"SERVICE_{number:03}_{'K' * 100}" for number in range(110)],
            "env": {"LONG": "é" * 2048},
        },
        "environments": {ENVIRONMENT: {}},
    }
    if stage >= 3:
        said["balancer"] = {"routes": {f"/route-{number}/*": "app" for number in range(100 if stage < 4 else 99)}}
    if stage >= 4:
        said["cdn"] = {"static": {"paths": [f"/static-{number}/*" for number in range(74)]}}
        said["database"] = {"replicas": {"count": 15}}
    return said


@pytest.fixture(scope="module", params=[1, 2, 3, 4, 5])
def graph(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Graph:
    file = tmp_path_factory.mktemp("largest") / "largest.yaml"
    file.write_text(json.dumps(largest(request.param)))
    resolution = load(file, environment=ENVIRONMENT)
    assert resolution.architecture is not None, resolution.problems
    return record(run_of(resolution.architecture))


def test_names_fit(graph: Graph) -> None:
    for resource in graph:
        if limit := QUOTAS["names"].get(resource.type):
            fixed: Any = next(
                (
                    resource.inputs[key]
                    for key in ("name", "identifier", "userId", "userGroupId")
                    if key in resource.inputs
                ),
                "",
            )
            known = isinstance(fixed, str) and fixed and PLACEHOLDER not in fixed
            length = len(fixed) if known else len(resource.name) + AUTO_NAME_SUFFIX
            assert length <= limit, f"{resource.name}: {length} characters, AWS takes {limit}"


def test_documents_fit(graph: Graph) -> None:
    seen = set()
    for resource in graph:
        for name, limit in QUOTAS["documents"].get(resource.type, {}).items():
            text = plain(resource.inputs.get(name))
            if text is None:
                continue
            raw = b64decode(text) if resource.type == "aws:ec2/launchTemplate:LaunchTemplate" else text.encode()
            size = len(raw)
            seen.add(resource.type)
            assert size <= limit, f"{resource.name}: {name} has {size}, AWS takes {limit}"
    assert "aws:iam/rolePolicy:RolePolicy" in seen and "aws:ssm/parameter:Parameter" in seen


def plain(value: Any) -> str | None:
    if isinstance(value, dict) and "value" in value:  # marked as a secret
        value = value["value"]
    if not isinstance(value, str):
        return None
    try:
        return json.dumps(json.loads(value), separators=(",", ":"))
    except ValueError:
        return value


def test_counts_and_entries_fit(graph: Graph) -> None:
    for kind, rule in QUOTAS["counts"].items():
        found = Counter[str]()
        for resource in (r for r in graph if r.type == kind):
            weight = EDGE_ADDRESSES if resource.inputs.get("prefixListId") else 1
            found[str(resource.inputs.get(rule["of"], ""))] += weight
        assert max(found.values(), default=0) <= rule["most"], (kind, found.most_common(1))
    for resource in graph:
        for name, limit in QUOTAS["entries"].items():
            assert len(cast(Any, resource.inputs.get(name)) or ()) <= limit, f"{resource.name}: {name}"
