"""A new launch template reaches the running instances of a group that asks for an instance refresh, and only then."""

from collections.abc import Iterator
from typing import Any

import pytest
from moto import mock_aws

from tenfold.local.aws import Handlers
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
    return {i["InstanceId"] for i in described(world, group)["Instances"]}


def described(world: World, group: str) -> dict[str, Any]:
    asked = {"AutoScalingGroupNames": [group]}
    [found] = world.handlers.clients.call("autoscaling", REGION, "DescribeAutoScalingGroups", asked)[
        "AutoScalingGroups"
    ]
    return found


def test_a_group_gets_several_types_and_loses_them_again(world: World) -> None:
    """In place; every instance is replaced, and no change of something else forgets the policy."""
    one = {
        "minSize": 3,
        "maxSize": 4,
        "vpcZoneIdentifiers": ["$subnet"],
        "launchTemplate": {"id": "$old", "version": "1"},
        "instanceRefresh": {"strategy": "Rolling"},
    }
    made = world.build("group", {"type": GROUP, "inputs": one})
    assert made.error == ""
    alone, before = dict(made.inputs), instances(world, made.id)
    template = {"launchTemplateId": world.made["old"].id, "version": "1"}
    policy = {
        "launchTemplate": {"launchTemplateSpecification": template, "overrides": [{"instanceType": "t3.small"}]},
        "instancesDistribution": {"onDemandBaseCapacity": 2, "onDemandPercentageAboveBaseCapacity": 50},
    }
    several = {key: value for key, value in alone.items() if key != "launchTemplate"} | {"mixedInstancesPolicy": policy}
    larger = several | {"maxSize": 6, "desiredCapacity": 5}
    outputs = made.outputs
    for old, new, running in ((alone, several, 3), (several, larger, 5)):
        assert not any(replaces for _, replaces in world.handlers.diff(GROUP, old, new).values())
        outputs = world.handlers.update(GROUP, made.id, old, new, outputs, REGION)
        found = described(world, made.id)
        assert found["MixedInstancesPolicy"]["InstancesDistribution"]["OnDemandBaseCapacity"] == 2
        assert "LaunchTemplate" not in found and len(found["Instances"]) == running, "half a spot server is one"
    mixed = instances(world, made.id)
    assert not mixed & before
    world.handlers.update(GROUP, made.id, larger, alone | {"maxSize": 6, "desiredCapacity": 5}, outputs, REGION)
    assert "MixedInstancesPolicy" not in described(world, made.id) and not instances(world, made.id) & mixed


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
