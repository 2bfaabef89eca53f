"""The fleet: private, interchangeable, replaced without a gap, silent about what AWS changes by itself."""

import base64
import dataclasses
import json
import re
from typing import Any, cast

import pytest
from examples import documented_arguments, example
from hypothesis import given
from hypothesis import strategies as st
from recording import Graph, assert_house_rules, record

from tenfold.components.fleet import BalancerMetricsArgs, Fleet, FleetArgs
from tenfold.components.host import Application, HostPlan, cloud_config
from tenfold.components.parts.policies import allow
from tenfold.components.parts.reach import ReachArgs
from tenfold.components.parts.scaler import CooldownArgs, ScalingArgs, ScheduleArgs, StepArgs
from tenfold.components.plans import mixed_instances
from tenfold.components.plans.rollout import healthy, refresh

pytestmark = pytest.mark.usefixtures("computed")
KEY = "arn:aws:kms:us-east-1:123456789012:key/k"
PLAN = HostPlan("us-east-1", "/shop/prod", "/shop/prod/fleet", Application(8080, 30, "ghcr.io/acme/shop:1.4.2"))


def fleet(**args: Any) -> Graph:
    inputs = {
        "vpc_id": "vpc-1",
        "subnet_ids": ["subnet-a", "subnet-b"],
        "instance_type": "t4g.small",
        "servers": 2,
        "port": 8080,
        "target_group_arn": "arn:aws:elasticloadbalancing:us-east-1:123456789012:targetgroup/app/1",
        "balancer_security_group_id": "sg-balancer",
        "user_data": cloud_config(PLAN),
        "log_group_name": PLAN.log_group,
        "kms_key_arn": KEY,
        "parameters_arns": ["arn:aws:ssm:us-east-1:123456789012:parameter/shop/prod/*"],
        "tags": {"app": "shop"},
        **args,
    }
    return record(lambda: Fleet("shop-fleet", cast(FleetArgs, inputs)).group_name)


def group(graph: Graph) -> dict[str, Any]:
    return graph["shop-fleet-servers"].inputs


def template(graph: Graph) -> dict[str, Any]:
    return graph["shop-fleet-template"].inputs


def test_house_rules() -> None:
    graph = fleet()
    tagged_by_list = graph.resources.pop("shop-fleet-servers")  # a group's tags are a list: looked at here
    assert_house_rules(graph, "shop-fleet")
    tags = tagged_by_list.inputs["tags"]
    assert {tag["key"]: tag["value"] for tag in tags} == {"Name": "shop-fleet-servers", "app": "shop"}
    assert tags == sorted(tags, key=lambda tag: tag["key"]), "the same order every time"


def test_servers_are_private_encrypted_and_entered_by_the_balancer_only() -> None:
    graph = fleet()
    found = template(graph)
    assert found["networkInterfaces"][0]["associatePublicIpAddress"] == "false"
    assert found["metadataOptions"]["httpTokens"] == "required"
    [disk] = found["blockDeviceMappings"]
    assert disk["ebs"]["encrypted"] == "true" and disk["ebs"]["kmsKeyId"] == KEY
    entries = graph.of("vpc/securityGroupIngressRule:SecurityGroupIngressRule")
    assert [(e.inputs["referencedSecurityGroupId"], e.inputs["fromPort"]) for e in entries] == [("sg-balancer", 8080)]
    assert not any("cidrIpv4" in entry.inputs for entry in entries)
    assert "keyName" not in found, "no SSH"


def test_containers_get_the_role_only_where_the_application_needs_it() -> None:
    hops = "httpPutResponseHopLimit"
    assert template(fleet())["metadataOptions"][hops] == 1
    own = [allow("ReadFiles", ["s3:GetObject"], "arn:aws:s3:::files/*")]
    assert template(fleet(statements=own))["metadataOptions"][hops] == 2


def test_a_server_ends_servers_of_its_own_environment_only() -> None:
    tags = {"stack": "shop-prod"}
    graph = fleet(
        servers_max=4, scaling={"track_cpu_fraction": 0.6}, spot={"fraction": 0.5, "base_servers": 1}, tags=tags
    )
    rights = {s["Sid"]: s for s in json.loads(graph["shop-fleet-policy"].inputs["policy"])["Statement"]}
    for name in ("CompleteLifecycle", "LeaveGroup"):
        assert rights[name]["Condition"]["StringEquals"] == {
            "aws:ResourceTag/Name": "shop-fleet-servers",
            "aws:ResourceTag/stack": "shop-prod",
        }


def test_what_they_reach_is_a_rule_in_the_group_that_is_entered() -> None:
    graph = fleet(reaches={"database": {"security_group_id": "sg-database", "port": 5432}})
    rule = graph["shop-fleet-to-database"].inputs
    assert (rule["securityGroupId"], rule["fromPort"], rule["toPort"]) == ("sg-database", 5432, 5432)
    assert rule["referencedSecurityGroupId"] == "shop-fleet-access.id"


def test_a_newer_image_and_a_scaled_group_are_no_difference() -> None:
    graph = fleet()
    assert template(graph)["imageId"].startswith("resolve:ssm:/aws/service/ami-amazon-linux-latest/al2023-ami-")
    assert template(graph)["imageId"].endswith("-arm64"), "a t4g is Graviton"
    assert template(fleet(instance_type="t3.small"))["imageId"].endswith("-x86_64")
    assert graph["shop-fleet-servers"].ignore_changes == ("desiredCapacity",)
    assert "desiredCapacity" not in group(graph)
    assert "aws:ssm/getParameter:getParameter" not in [token for token, _ in graph.invokes]


def test_a_change_of_user_data_is_a_rollout() -> None:
    graph = fleet()
    assert base64.b64decode(template(graph)["userData"]).decode() == cloud_config(PLAN)
    assert group(graph)["launchTemplate"]["version"] == "1", "the number, not $Latest: a rollout shows in the diff"
    other = dataclasses.replace(PLAN, application=Application(8080, 30, "ghcr.io/acme/shop:1.4.3"))
    assert template(fleet(user_data=cloud_config(other)))["userData"] != template(graph)["userData"]


def test_the_balancer_decides_about_health_after_the_start() -> None:
    found = group(fleet(starts_in_seconds=90, warmup_seconds=100))
    assert found["healthCheckType"] == "ELB" and found["healthCheckGracePeriod"] == 270
    assert found["defaultInstanceWarmup"] == 100


def test_stage_five_only_changes_numbers() -> None:
    fixed, scaled = fleet(), fleet(servers_max=20)
    assert [r.urn for r in fixed] and {r.urn for r in fixed} == {r.urn for r in scaled}
    assert (group(fixed)["minSize"], group(fixed)["maxSize"]) == (2, 2)
    assert {k for k in group(fixed) if group(fixed)[k] != group(scaled)[k]} == {"maxSize"}


SCALING = {"out_at_cpu_fraction": 0.7, "in_at_cpu_fraction": 0.3}
BALANCER = {"load_balancer": "app/lb/1", "target_group": "targetgroup/app/2"}


def test_scaling_only_adds_children_and_changes_no_server() -> None:
    fixed, elastic = fleet(), fleet(servers_max=20, scaling=SCALING)
    assert {r.urn for r in fixed} < {r.urn for r in elastic}
    added = {r.name.removeprefix("shop-fleet-") for r in elastic} - {r.name.removeprefix("shop-fleet-") for r in fixed}
    assert added == {"scale-out", "scale-out-alarm", "scale-in", "scale-in-alarm", "drain"}
    assert {k for k in group(fixed) if group(fixed)[k] != group(elastic)[k]} == {"maxSize"}
    assert template(fixed) == template(elastic)
    assert elastic["shop-fleet-servers"].ignore_changes == ("desiredCapacity",), "the autoscaler's business"


def test_an_alarm_rings_for_its_policy_about_this_group() -> None:
    graph = fleet(servers_max=20, scaling=SCALING)
    alarm = graph["shop-fleet-scale-in-alarm"].inputs
    assert alarm["alarmActions"] == [graph_arn("shop-fleet-scale-in")]
    assert alarm["dimensions"] == {"AutoScalingGroupName": "shop-fleet-servers.name"}
    assert graph["shop-fleet-scale-in"].inputs["autoscalingGroupName"] == "shop-fleet-servers.name"


def graph_arn(name: str) -> str:
    return f"arn:aws:autoscaling:us-east-1:123456789012:{name}"


def test_a_leaving_server_may_say_that_it_is_done_and_nothing_more() -> None:
    graph = fleet(servers_max=20, scaling=SCALING, drain_seconds=60)
    hook = graph["shop-fleet-drain"].inputs
    assert (hook["lifecycleTransition"], hook["heartbeatTimeout"]) == ("autoscaling:EC2_INSTANCE_TERMINATING", 105)
    assert hook["defaultResult"] == "CONTINUE", "a server that hangs must not stay"
    [(_, statements)] = [p for p in graph.policies() if p[0] == "shop-fleet-policy"]
    [own] = [s for s in statements if s["Sid"] == "CompleteLifecycle"]
    assert own["Action"] == ["autoscaling:CompleteLifecycleAction"]
    assert own["Resource"].endswith(":autoScalingGroup:*:autoScalingGroupName/shop-fleet-servers-*")


def test_a_warm_pool_waits_until_servers_are_ready() -> None:
    graph = fleet(servers_max=20, scaling={**SCALING, "warm_pool_servers": 2}, starts_in_seconds=90)
    assert group(graph)["warmPool"] == {"poolState": "Stopped", "minSize": 2, "maxGroupPreparedCapacity": 4}
    hook = graph["shop-fleet-ready"].inputs
    assert (hook["lifecycleTransition"], hook["heartbeatTimeout"]) == ("autoscaling:EC2_INSTANCE_LAUNCHING", 270)
    assert "shop-fleet-ready" not in fleet(servers_max=20, scaling=SCALING)


SPOT = {"alternatives": ["t3a.small", "t3.medium"], "spot": {"fraction": 0.5}}


def test_several_types_are_the_same_group_with_another_launch() -> None:
    one = fleet(instance_type="t3.small", servers_max=20, scaling=SCALING)
    several = fleet(instance_type="t3.small", servers_max=20, scaling=SCALING, **SPOT)
    assert {r.urn for r in one} == {r.urn for r in several}
    assert template(one) == template(several), "the template's own type is the first of them"
    changed = {k for k in {**group(one), **group(several)} if group(one).get(k) != group(several).get(k)}
    assert changed == {"launchTemplate", "mixedInstancesPolicy", "capacityRebalance"}
    policy = group(several)["mixedInstancesPolicy"]
    assert policy["launchTemplate"]["launchTemplateSpecification"]["version"] == "1", "a rollout shows here too"
    types = [other["instanceType"] for other in policy["launchTemplate"]["overrides"]]
    assert types == ["t3.small", "t3a.small", "t3.medium"]
    assert policy["instancesDistribution"] == {
        "onDemandAllocationStrategy": "prioritized",
        "onDemandBaseCapacity": 2,
        "onDemandPercentageAboveBaseCapacity": 50,
        "spotAllocationStrategy": "price-capacity-optimized",
    }


def test_no_spot_is_said_and_not_left_out() -> None:
    found = group(fleet(alternatives=["c6g.large"]))
    spread = found["mixedInstancesPolicy"]["instancesDistribution"]
    assert (spread["onDemandBaseCapacity"], spread["onDemandPercentageAboveBaseCapacity"]) == (0, 100)
    assert found["capacityRebalance"] is False


def test_only_a_spot_server_may_ask_for_its_own_end() -> None:
    def allowed(**args: Any) -> set[str]:
        graph = fleet(servers_max=20, scaling=SCALING, **args)
        return {
            action
            for name, found in graph.policies()
            if name == "shop-fleet-policy"
            for s in found
            for action in s["Action"]
        }

    leave = "autoscaling:TerminateInstanceInAutoScalingGroup"
    assert leave in allowed(spot={"fraction": 1.0}) and leave not in allowed(alternatives=["t4g.medium"])


@pytest.mark.parametrize(
    ("args", "words"),
    [
        ({"alternatives": ["t3.small"]}, "t3.small is x86_64, t4g.small is arm64"),
        ({"alternatives": ["t4g.small"]}, "once"),
        ({"alternatives": ["c6g.large", "c6g.large"]}, "once"),
        ({"alternatives": [f"c6g.{n}xlarge" for n in range(40)]}, "takes 40"),
        ({"spot": {"fraction": 0.0}}, "fraction must be above 0"),
        (
            {"spot": {"fraction": 0.5}, "servers_max": 9, "scaling": {**SCALING, "warm_pool_servers": 2}},
            "no warm pool of spot",
        ),
    ],
)
def test_types_that_no_group_can_have_are_refused(args: dict[str, Any], words: str) -> None:
    with pytest.raises(ValueError, match=r"alternatives|spot") as refused:
        fleet(**args)
    assert words in str(refused.value)


@given(st.integers(1, 50), st.integers(0, 50), st.floats(0.01, 1))
def test_the_arithmetic_of_spot_keeps_the_base_and_at_most_the_share(low: int, base: int, share: float) -> None:
    percent = mixed_instances.on_demand(share)
    assert 0 <= percent <= 100 and (100 - percent) / 100 <= share + 1e-9, "rounded towards on demand"
    said = mixed_instances.notes(["t4g.small"], {"fraction": share, "base_servers": base}, low, low + 50)[0]
    for servers, spot in re.findall(r"of (\d+) servers (\d+) spot", said):
        assert 0 <= int(spot) <= max(0, int(servers) - base) * share + 1e-9


def test_schedules_set_limits_and_leave_the_desired_number() -> None:
    day = {"cron": "0 8 * * *", "until": "0 20 * * *", "time_zone": "Europe/Berlin", "servers": 6, "servers_max": 20}
    graph = fleet(servers_max=20, scaling={**SCALING, "schedules": {"day": day}})
    begin, end = graph["shop-fleet-schedule-day"].inputs, graph["shop-fleet-schedule-day-end"].inputs
    assert (begin["minSize"], begin["maxSize"], begin["desiredCapacity"]) == (6, 20, -1)
    assert (end["minSize"], end["maxSize"], end["timeZone"]) == (2, 20, "Europe/Berlin")


def test_failing_answers_stop_a_rollout() -> None:
    graph = fleet(balancer=BALANCER, stop_at_error_fraction=0.01)
    preferences = group(graph)["instanceRefresh"]["preferences"]
    assert preferences["alarmSpecification"] == {"alarms": ["shop-fleet-rollout-alarm.name"]}
    assert "autoRollback" not in preferences, "AWS has none for an image that is named by parameter"
    alarm = graph["shop-fleet-rollout-alarm"].inputs
    assert alarm["threshold"] == 1 and alarm["treatMissingData"] == "notBreaching"
    assert "alarmSpecification" not in group(fleet())["instanceRefresh"]["preferences"]


def test_failures_to_start_and_stop_are_told() -> None:
    notice = fleet(failures_topic_arn="arn:aws:sns:us-east-1:123456789012:alarms")["shop-fleet-failures"].inputs
    assert notice["groupNames"] == ["shop-fleet-servers.name"]
    assert {kind.rpartition("_")[2] for kind in notice["notifications"]} == {"ERROR"}


def test_servers_and_disks_carry_the_tags() -> None:
    specifications = template(fleet())["tagSpecifications"]
    assert {item["resourceType"] for item in specifications} == {"instance", "volume", "network-interface"}
    assert all(item["tags"] == {"app": "shop", "Name": "shop-fleet-server"} for item in specifications)


def test_extra_permissions_are_added_to_the_role() -> None:
    connect = {"Sid": "X", "Effect": "Allow", "Action": ["elasticache:Connect"], "Resource": "arn:aws:elasticache:x"}
    [(_, statements)] = [p for p in fleet(statements=[connect]).policies() if p[0] == "shop-fleet-policy"]
    assert connect in statements and len(statements) > 3


@pytest.mark.parametrize("numbers", [{"servers": 0}, {"servers": 3, "servers_max": 2}, {"keep_healthy_fraction": 1.5}])
def test_impossible_numbers_are_refused(numbers: dict[str, float]) -> None:
    with pytest.raises(ValueError, match=next(iter(numbers))):
        fleet(**numbers)


# --- rollout ---


@given(st.integers(1, 1000), st.floats(0, 1))
def test_a_rollout_keeps_its_promise_and_always_moves(servers: int, keep: float) -> None:
    low, high = healthy(servers, keep)
    may_miss, may_exceed = servers * (100 - low) / 100, servers * (high - 100) / 100
    assert low / 100 >= keep - 0.005, "a percentage is whole"
    assert may_miss >= 0.99 or may_exceed >= 1, "one server at least can be replaced"
    assert 0 <= low <= 100 <= high <= 200 and high - low <= 100


def test_two_servers_are_replaced_new_one_first() -> None:
    assert healthy(2, 0.9) == (100, 150)
    assert healthy(10, 0.9) == (90, 100)
    assert healthy(1, 0.9) == (100, 200)


def test_checkpoint_after_the_first_server() -> None:
    preferences = refresh(4, 0.9, 600, 120)["preferences"]
    assert preferences["checkpoint_percentages"] == [25, 100] and preferences["checkpoint_delay"] == "600"
    assert "checkpoint_percentages" not in refresh(4, 0.9, 0, 120)["preferences"]
    assert "checkpoint_percentages" not in refresh(1, 0.9, 600, 120)["preferences"], "the first is all of them"


def test_documentation() -> None:
    graph = example("fleet")
    del graph.resources["shop-fleet-servers"]
    assert_house_rules(graph, "shop-fleet")
    kinds = (
        FleetArgs,
        ReachArgs,
        BalancerMetricsArgs,
        ScalingArgs,
        StepArgs,
        ScheduleArgs,
        CooldownArgs,
        mixed_instances.SpotArgs,
    )
    assert documented_arguments("fleet") >= {name for kind in kinds for name in kind.__annotations__}
