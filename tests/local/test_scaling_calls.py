"""What workers and their scaling ask of Auto Scaling, answered as AWS answers it."""

from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError
from moto import mock_aws

from tenfold.local.aws import Handlers
from tests.local.test_instance_refresh import BASE, GROUP, described, instances
from tests.local.world import REGION, World

SIZES = {
    "minSize": 0,
    "maxSize": 4,
    "desiredCapacity": 3,
    "vpcZoneIdentifiers": ["$subnet"],
    "launchTemplate": {"id": "$old", "version": "1"},
}


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    with mock_aws():
        made = World(Handlers(None))
        for name, entry in BASE.items():
            assert made.build(name, entry).error == ""
        yield made


def call(world: World, operation: str, **parameters: Any) -> dict[str, Any]:
    return world.handlers.clients.call("autoscaling", REGION, operation, parameters)


def test_a_step_policy_answers_its_arn_which_an_alarm_needs(world: World) -> None:
    group = world.build("stepped", {"type": GROUP, "inputs": SIZES})
    answer = call(
        world,
        "PutScalingPolicy",
        AutoScalingGroupName=group.id,
        PolicyName="out-from-zero",
        PolicyType="StepScaling",
        AdjustmentType="ExactCapacity",
        StepAdjustments=[{"MetricIntervalLowerBound": 0, "ScalingAdjustment": 1}],
    )
    [policy] = call(world, "DescribePolicies", AutoScalingGroupName=group.id)["ScalingPolicies"]
    assert answer["PolicyARN"] == policy["PolicyARN"]


def test_servers_protected_from_scale_in_stay(world: World) -> None:
    group = world.build("protected", {"type": GROUP, "inputs": {**SIZES, "protectFromScaleIn": True}})
    before = instances(world, group.id)
    call(world, "SetDesiredCapacity", AutoScalingGroupName=group.id, DesiredCapacity=0)
    assert instances(world, group.id) == before
    free, *_ = sorted(before)
    protection = {"InstanceIds": [free], "ProtectedFromScaleIn": False}
    call(world, "SetInstanceProtection", AutoScalingGroupName=group.id, **protection)
    call(world, "SetDesiredCapacity", AutoScalingGroupName=group.id, DesiredCapacity=2)
    assert instances(world, group.id) == before - {free}


def test_a_server_asks_for_more_time_by_the_hook_it_waits_in(world: World) -> None:
    group = world.build("waiting", {"type": GROUP, "inputs": SIZES})
    hook = {"AutoScalingGroupName": group.id, "LifecycleHookName": "drain"}
    server = described(world, group.id)["Instances"][0]["InstanceId"]
    with pytest.raises(ClientError, match="No Lifecycle Hook"):
        call(world, "RecordLifecycleActionHeartbeat", **hook, InstanceId=server)
    call(world, "PutLifecycleHook", **hook, LifecycleTransition="autoscaling:EC2_INSTANCE_TERMINATING")
    call(world, "RecordLifecycleActionHeartbeat", **hook, InstanceId=server)
    with pytest.raises(ClientError, match="No active Lifecycle Action"):
        call(world, "RecordLifecycleActionHeartbeat", **hook, InstanceId="i-0123456789abcdef0")


def test_metrics_that_are_left_out_are_disabled(world: World) -> None:
    metrics = ["GroupDesiredCapacity", "GroupInServiceInstances"]
    group = world.build("measured", {"type": GROUP, "inputs": {**SIZES, "enabledMetrics": metrics}})
    assert group.error == ""
    inputs, outputs = dict(group.inputs), group.outputs
    less = inputs | {"enabledMetrics": metrics[:1]}
    none = {key: value for key, value in inputs.items() if key != "enabledMetrics"}
    for before, after in ((inputs, less), (less, inputs), (inputs, none)):
        outputs = world.handlers.update(GROUP, group.id, before, after, outputs, REGION)
        enabled = described(world, group.id).get("EnabledMetrics", [])
        assert sorted(metric["Metric"] for metric in enabled) == after.get("enabledMetrics", [])
