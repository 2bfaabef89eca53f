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
from tenfold.graph import Graph, Resource
from tenfold.recorder.light.record import record
from tenfold.recorder.program import run_of
from tenfold.refusals import rights
from tenfold.refusals.rejected_inputs import refusals

QUOTAS = yaml.safe_load(Path(__file__).with_name("quotas.yaml").read_text())
ENVIRONMENT = "e" * 24
PLACEHOLDER = "<urn"  # of what only the cloud can tell, longer than an ARN or a name
EDGE_ADDRESSES = 55  # rules that CloudFront's list of addresses counts as (VPC User Guide, "AWS-managed prefix lists")
LONGEST_REGION = "ap-southeast-1"
SERVICES = 20
SHARDS = {
    "key": "user_id",
    "count": 16,
    "i_have_tried": ["queries", "machine", "replicas", "cache", "archive", "pooling"],
}
EDGE = {
    "one_name": True,
    "redirects": {f"/old-{number}/*": f"/new-{number}/*" for number in range(100)},
    "headers": {f"X-Header-{number}": "x" * 200 for number in range(20)},
    "experiments": {f"{'e' * 36}-{number:02}": "50%" for number in range(10)},
}


def largest(stage: int) -> dict[str, Any]:
    said: dict[str, Any] = {
        # From stage 6 shorter: names of services are within the same limits (TF-R166).
        "name": "a" * (24 if stage < 6 else 13),
        "stage": stage,
        "region": LONGEST_REGION,
        "domain": f"{'d' * 40}.example.com",
        "owner": "team@example.com",
        "tags": {f"tag-{number:02}-{'t' * 100}": "x" * 250 for number in range(40)},
        "app": {
            "image": "123456789012.dkr.ecr.ap-southeast-1.amazonaws.com/app:1",
            "stateless": True,
            "secrets": [f"SERVICE_{number:03}_{'K' * 100}" for number in range(110)],
            "env": {"LONG": "é" * 2048},
        },
        "environments": {ENVIRONMENT: {}},
    }
    if stage >= 3:
        routes = 100 if stage < 4 else 99 if stage < 6 else 99 - SERVICES
        said["balancer"] = {"routes": {f"/route-{number}/*": "app" for number in range(routes)}}
    if stage >= 4:
        said["zone"] = "managed"
        said["cdn"] = {"static": {"paths": [f"/static-{number}/*" for number in range(74)]}, "functions": EDGE}
        said["database"] = {"replicas": {"count": 15}}
    if stage >= 5:
        said["fleet"] = {"servers": "2-500", "scaling": {"steps": {f"{n}%": 1 for n in range(60, 80)}, "in_at": "10%"}}
    if stage >= 6:
        said |= messages_and_services("kubernetes" if stage == 7 else "servers")
    if stage == 6:
        said["database"] = {"replicas": {"count": 2}, "shards": SHARDS}
    if stage == 7:
        said |= {"region": "us-east-1", "regions": {"standby": {"mode": "hot"}}}
    return said


def messages_and_services(runs_on: str) -> dict[str, Any]:
    """300 rules of the bus: 250 subscriptions and 50 archives."""
    queues = [f"queue-{number:02}" for number in range(20)]
    events = [f"{'e' * 37}-{number:02}" for number in range(50)]
    data: list[dict[str, Any]] = [{"engine": engine} for engine in ("postgres", "bucket", "dynamodb", "opensearch")]
    data[2]["table"] = {"primary_key": "id", "indexes": {f"by-{n:02}": f"a{n}" for n in range(20)}}
    service = {"runs_on": runs_on, "sends_to": queues, "publishes": events, "image": "ghcr.io/acme/part:1"}
    everybody = {f"a{letter}": f"arn:aws:iam::123456789012:role/{letter}" for letter in "bcdefghijklmnopqrstu"}
    return {
        "queues": {name: {"message_takes": "1s", "acceptable_delay": "1m"} for name in queues},
        "events": {name: {"to": [queues[(at + n) % 20] for n in range(5)]} for at, name in enumerate(events)},
        "services": {
            f"svc-{at:02}": service | {"route": f"/svc-{at}/*", "data": data[at % 4]} for at in range(SERVICES)
        },
        **({"kubernetes": {"admins": everybody}} if runs_on == "kubernetes" else {}),
    }


@pytest.fixture(scope="module", params=[1, 2, 3, 4, 5, 6, 7])
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
    assert "aws:iam/role:Role" in seen and "aws:ssm/parameter:Parameter" in seen


def test_rights_fit(graph: Graph) -> None:
    sizes = dict(rights.sizes(graph, LONGEST_REGION))
    assert sizes and max(sizes.values()) <= rights.CHARACTERS, sizes


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
        found = Counter[tuple[str, str]]()
        for resource in (r for r in graph if r.type == kind):
            weight = EDGE_ADDRESSES if resource.inputs.get("prefixListId") else 1
            parent = str(resource.inputs.get(rule["of"], ""))
            if parent != rule.get("unless"):
                found[resource.provider, parent] += weight
        assert max(found.values(), default=0) <= rule["most"], (kind, found.most_common(1))
    for resource in graph:
        for name, limit in QUOTAS["entries"].items():
            assert len(cast(Any, resource.inputs.get(name)) or ()) <= limit, f"{resource.name}: {name}"


def test_no_resource_is_refused_by_the_limits_of_the_local_cloud(graph: Graph) -> None:
    """The largest of each type, which are those that a limit would meet first."""
    largest = dict[str, Resource]()
    for resource in graph:
        if resource.custom:
            before = largest.get(resource.type)
            if before is None or len(str(resource.inputs)) > len(str(before.inputs)):
                largest[resource.type] = resource
    wrong = refusals(graph, LONGEST_REGION, {resource.name for resource in largest.values()})
    assert [f"{one.resource.name}: {one.path} {one.reason}" for one in wrong] == []


def test_dashboards_fit(graph: Graph) -> None:
    """500 widgets and 2,500 metrics of a dashboard, 100 alarms of a widget: "CloudWatch service quotas"."""
    for resource in (each for each in graph if each.type == "aws:cloudwatch/dashboard:Dashboard"):
        body = cast(str, resource.inputs["dashboardBody"])
        widgets = [widget["properties"] for widget in json.loads(body)["widgets"]]
        assert len(widgets) <= 500 and len(body) < 1_000_000, (resource.name, len(widgets), len(body))
        assert sum(len(widget.get("metrics", ())) for widget in widgets) <= 2_500, resource.name
        assert max(len(widget.get("alarms", ())) for widget in widgets) <= 100, resource.name
