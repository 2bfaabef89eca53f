"""A new launch template reaches the running instances of a group that asks for an instance refresh, and only then."""

from collections.abc import Iterator
from typing import Any

import pytest
from moto import mock_aws

from tenfold.local.handlers import Handlers
from tests.local.world import REGION, World

GROUP = "aws:autoscaling/group:Group"
BASE: dict[str, dict[str, Any]] = {
    "vpc": {"type": "aws:ec2/vpc:Vpc", "inputs": {"cidrBlock": "10.0.0.0/16"}},
    "subnet": {"type": "aws:ec2/subnet:Subnet", "inputs": {"vpcId": "$vpc", "cidrBlock": "10.0.0.0/24"}},
    "targets": {
        "type": "aws:lb/targetGroup:TargetGroup",
        "inputs": {"vpcId": "$vpc", "port": 80, "protocol": "HTTP"},
    },
    "old": {"type": "aws:ec2/launchTemplate:LaunchTemplate", "inputs": {"imageId": "$ami", "instanceType": "t3.micro"}},
    "new": {"type": "aws:ec2/launchTemplate:LaunchTemplate", "inputs": {"imageId": "$ami", "instanceType": "t3.small"}},
}


@pytest.fixture
def world() -> Iterator[World]:
    with mock_aws():
        made = World(Handlers(None))
        for name, entry in BASE.items():
            assert made.build(name, entry).error == ""
        yield made


def instances(world: World, group: str) -> set[str]:
    asked = {"AutoScalingGroupNames": [group]}
    found = world.handlers.clients.call("autoscaling", REGION, "DescribeAutoScalingGroups", asked)
    return {i["InstanceId"] for i in found["AutoScalingGroups"][0]["Instances"]}


@pytest.mark.parametrize("refresh", [{"strategy": "Rolling"}, None])
def test_instances_are_replaced_where_a_refresh_is_asked_for(world: World, refresh: dict[str, Any] | None) -> None:
    inputs: dict[str, Any] = {
        "minSize": 2,
        "maxSize": 4,
        "desiredCapacity": 2,
        "vpcZoneIdentifiers": ["$subnet"],
        "targetGroupArns": ["$targets"],
        "launchTemplate": {"id": "$old", "version": "1"},
        **({"instanceRefresh": refresh} if refresh else {}),
    }
    made = world.build("group", {"type": GROUP, "inputs": inputs})
    assert made.error == ""
    before = instances(world, made.id)
    changed = {**made.inputs, "launchTemplate": {"id": world.made["new"].id, "version": "1"}}
    world.handlers.update(GROUP, made.id, made.inputs, changed, made.outputs, REGION)
    after = instances(world, made.id)
    assert len(after) == 2
    assert (after & before == set()) if refresh else (after == before)
    asked = {"TargetGroupArn": world.made["targets"].id}
    health = world.handlers.clients.call("elbv2", REGION, "DescribeTargetHealth", asked)["TargetHealthDescriptions"]
    assert {h["Target"]["Id"] for h in health} == after
