"""What regions lack: two tables that say the same, and botocore's list of services beside them."""

import json
import re
from pathlib import Path
from typing import Any

import botocore
import pytest

from tenfold.blueprints.resolve import load
from tenfold.blueprints.sizes import offerings
from tenfold.components.plans.regions import ALWAYS_ON, cdn_log_region, endpoint_name, has_endpoint
from tenfold.recorder.light.record import record
from tenfold.recorder.program import run_of

STAGE4 = {"name": "shop", "stage": 4, "app": {"image": "a/b:1", "stateless": True}}
FACTS = offerings.region_facts()


def partitions() -> list[dict[str, Any]]:
    return json.loads((Path(botocore.__file__).parent / "data" / "endpoints.json").read_text())["partitions"]


def test_regions_that_have_to_be_turned_on_are_known_to_both() -> None:
    standard = next(part for part in partitions() if part["partition"] == "aws")
    assert set(standard["regions"]) - ALWAYS_ON == set(FACTS["cdn_logs"])
    for region in standard["regions"]:
        assert cdn_log_region(region) == FACTS["cdn_logs"].get(region, region)
        assert cdn_log_region(region) in ALWAYS_ON


@pytest.mark.parametrize(("what", "service"), [("cdn", "cloudfront"), ("budget", "budgets")])
def test_what_a_partition_does_not_have_is_absent_in_its_regions(what: str, service: str) -> None:
    for part in partitions():
        for region in set(part["regions"]) & set(offerings.regions()):
            if service not in part["services"]:
                assert region in FACTS["absent"][what], f"{service} is not in {region}"


def recorded(tmp_path: Path, region: str, **said: Any) -> Any:
    file = tmp_path / "shop.yaml"
    file.write_text(json.dumps({**STAGE4, "region": region, **said}))
    resolution = load(file)
    assert resolution.architecture is not None, resolution.problems
    return record(run_of(resolution.architecture))


@pytest.mark.parametrize(("region", "logs"), [("eu-central-1", None), ("eu-central-2", "eu-central-1")])
def test_the_bucket_for_a_cdn_s_logs_is_where_cloudfront_writes(tmp_path: Path, region: str, logs: str | None) -> None:
    of_logs = [r for r in recorded(tmp_path, region) if r.name.startswith("shop-cdn-logs")]
    assert len(of_logs) == 6
    assert {resource.inputs.get("region") for resource in of_logs} == {logs}


def test_endpoints_by_region(tmp_path: Path) -> None:
    graph = recorded(tmp_path, "mx-central-1", network={"nat": "none"}, without=["cdn"])
    names = {r.inputs["serviceName"] for r in graph if r.type == "aws:ec2/vpcEndpoint:VpcEndpoint"}
    assert "com.amazonaws.mx-central-1.ssmmessages" in names
    assert "com.amazonaws.mx-central-1.ec2messages" not in names
    assert has_endpoint("ec2messages", "eu-central-1")
    assert endpoint_name("ecr.api", "cn-north-1") == "cn.com.amazonaws.cn-north-1.ecr.api"
    assert endpoint_name("ssm", "cn-north-1") == "com.amazonaws.cn-north-1.ssm"


def test_servers_of_the_second_region_fetch_images_from_its_own_registry(tmp_path: Path) -> None:
    """The first region's cannot be asked when that region fails."""
    app = {"image": "123456789012.dkr.ecr.us-east-1.amazonaws.com/shop:1", "stateless": True}
    graph = recorded(tmp_path, "us-east-1", stage=7, app=app)
    policies = {r.name: str(r.inputs["policy"]) for r in graph if r.type == "aws:iam/rolePolicy:RolePolicy"}
    registries = {name: set(re.findall("arn:aws:ecr:([a-z0-9-]+):", policy)) for name, policy in policies.items()}
    assert {name: regions for name, regions in registries.items() if regions} == {
        "shop-fleet-policy": {"us-east-1"},
        "shop-standby-fleet-policy": {"us-west-2"},
    }
