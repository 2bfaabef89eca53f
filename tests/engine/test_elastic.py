"""A fleet that scales, on the real engine: what the autoscaler does is its business, also for the next `up`."""

import pytest

TOP = """name: shop
stage: 3
with: [autoscaling, tokens, uploads]
app: {image: "ghcr.io/acme/shop:1.4.2", stateless: true}
environments: {dev: {throwaway: true}}
"""
THRESHOLDS = "fleet: {servers: 2-20, scaling: {out_at: 70%}}\n"
STEPS = """fleet:
  servers: 2-20
  scaling:
    steps: {60%: +1, 80%: +3}
    predict: true
    warm_pool: 2
    schedules: {day: {cron: "0 8 * * 1-5", until: "0 20 * * 1-5", zone: Europe/Berlin, servers: 6-20}}
sessions: {signing_key: 2}
"""


@pytest.fixture
def blueprint(tmp_path):
    path = tmp_path / "shop.yaml"

    def write(scaling):
        path.write_text(TOP + scaling)
        return str(path), "--env", "dev", "--local"

    return write


def group(aws):
    [found] = aws("autoscaling").describe_auto_scaling_groups()["AutoScalingGroups"]
    return found


def test_a_fleet_scales_and_nobody_fights_about_it(fresh, aws, blueprint):
    where = blueprint(THRESHOLDS)
    fresh("up", *where)
    before, scaling = group(aws), aws("autoscaling")
    name = before["AutoScalingGroupName"]
    assert (before["MinSize"], before["MaxSize"], before["DesiredCapacity"]) == (2, 20, 2)

    policies = {p["PolicyName"]: p for p in scaling.describe_policies(AutoScalingGroupName=name)["ScalingPolicies"]}
    [out] = [p for policy, p in policies.items() if "scale-out" in policy]
    assert (out["Cooldown"], out["ScalingAdjustment"], len(policies)) == (180, 1, 2)
    alarms = aws("cloudwatch").describe_alarms()["MetricAlarms"]
    assert [alarm["Threshold"] for alarm in alarms if out["PolicyARN"] in alarm["AlarmActions"]] == [70]

    scaling.execute_policy(AutoScalingGroupName=name, PolicyName=out["PolicyName"])
    assert len(group(aws)["Instances"]) == 3
    assert fresh.json("up", *where)["changes"] == [], "servers that came by themselves are no difference"
    assert group(aws)["DesiredCapacity"] == 3

    where = blueprint(STEPS)
    summary = fresh.json("up", *where)["summary"]
    assert "replace" not in summary and "delete" not in summary, "the same policies, told other things"
    after = group(aws)
    assert (after["AutoScalingGroupName"], after["DesiredCapacity"]) == (name, 3)
    assert after["WarmPoolConfiguration"]["MaxGroupPreparedCapacity"] == 4
    hooks = scaling.describe_lifecycle_hooks(AutoScalingGroupName=name)["LifecycleHooks"]
    assert {hook["LifecycleHookName"] for hook in hooks} == {"drain", "ready"}
    actions = scaling.describe_scheduled_actions(AutoScalingGroupName=name)["ScheduledUpdateGroupActions"]
    assert {a["ScheduledActionName"]: a["MinSize"] for a in actions} == {"day": 6, "day-end": 2}
    assert not any("DesiredCapacity" in action for action in actions), "how many run is left to scaling"

    assert fresh.json("up", *where)["changes"] == []
    assert fresh.json("refresh", *where)["changes"] == []
    fresh("destroy", *where)
    assert scaling.describe_auto_scaling_groups()["AutoScalingGroups"] == []
