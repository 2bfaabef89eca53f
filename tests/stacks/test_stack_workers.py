"""Workers in a stack: background jobs leave the application's servers, and follow the queues' backlog."""

import json
from pathlib import Path
from typing import Any

import pytest

from tenfold.blueprints.architecture import Architecture
from tenfold.blueprints.resolve import load
from tenfold.blueprints.rules.workers import FROM_ZERO
from tenfold.components.plans import backlog
from tenfold.graph import Graph
from tenfold.recorder.light.record import record
from tenfold.recorder.program import run_of
from tests.stacks import golden, host, properties
from tests.stacks.mocks import deployed

URNS = Path(__file__).with_name("workers.urns")
ORDERS = {"acceptable_delay": "30s", "message_takes": "2s"}
JOBS = "/etc/systemd/system/tenfold-jobs.service"
REPORTS = {"acceptable_delay": "30m", "message_takes": "5m"}


def architecture(folder: Path, apart: bool = True, **more: Any) -> Architecture:
    said: dict[str, Any] = {
        "name": "shop",
        "stage": 5,
        "with": ["queues", "workers"] if apart else ["queues"],
        "app": {"image": "ghcr.io/acme/shop:1.4.2", "stateless": True, "jobs": {"command": ["worker"]}},
        "queues": {"orders": ORDERS},
        **more,
    }
    file = folder / "shop.yaml"
    file.write_text(json.dumps(said))
    found = load(file)
    assert found.architecture and not found.problems, found.problems
    return found.architecture


def graph(folder: Path, apart: bool = True, **more: Any) -> Graph:
    return record(run_of(architecture(folder, apart, **more)))


def rights(made: Graph, role: str) -> str:
    [policy] = made.resources_named(f"{role}-policy")
    return str(policy.inputs["policy"])


def software(made: Graph, template: str) -> str:
    [found] = made.resources_named(template)
    return host.user_data(found)


def test_every_stack_s_properties_hold(tmp_path: Path) -> None:
    queues = {f"queue-of-20-letters{last}": {**ORDERS, "order": "fifo"} for last in "abcdefghijklmnopqrst"}
    made = architecture(tmp_path, name="a-name-of-24-charactersx", queues=queues)
    assert properties.complaints(record(run_of(made)), made) == []


def test_jobs_leave_the_fleet_and_keep_their_settings(tmp_path: Path) -> None:
    beside, apart = graph(tmp_path, apart=False), graph(tmp_path)
    assert JOBS in software(beside, "shop-fleet-template")
    assert JOBS not in software(apart, "shop-fleet-template")
    jobs = software(apart, "shop-workers-template")
    assert "jobs ghcr.io/acme/shop:1.4.2 --env-file /run/tenfold/app.env" in jobs and "-- worker" in jobs
    fleet = software(apart, "shop-fleet-template")
    path = next(line for line in jobs.splitlines() if '"path": "/shop' in line)
    assert path in fleet, "the same settings and secrets"


def test_the_application_sends_and_the_workers_also_work(tmp_path: Path) -> None:
    apart = graph(tmp_path)
    fleet, workers = rights(apart, "shop-fleet"), rights(apart, "shop-workers")
    assert "sqs:SendMessage" in fleet and "sqs:ReceiveMessage" not in fleet
    assert "sqs:ReceiveMessage" in workers and "sqs:SendMessage" in workers
    assert "dead-letters" not in workers and "sqs:*" not in workers
    assert "sqs:ReceiveMessage" in rights(graph(tmp_path, apart=False), "shop-fleet")


def test_taking_workers_only_adds(tmp_path: Path) -> None:
    """And changes what runs on the fleet, what it may do, and who is watched."""
    before, after = graph(tmp_path, apart=False), graph(tmp_path)
    assert set(before.resources) <= set(after.resources)
    changed = {r.name for r in before if after.resources[r.urn].inputs != r.inputs}
    assert changed <= {
        "shop-fleet",
        "shop-fleet-template",
        "shop-fleet-policy",
        "shop-signals",
        "shop-signals-dashboard",
        "shop-signals-queue-orders-depth",  # more workers can do more before messages expire
    }
    added = {r.component for r in after if r.urn not in before.resources}
    assert added == {"shop-workers", "shop-signals"}


def test_another_queue_changes_no_group(tmp_path: Path) -> None:
    one = graph(tmp_path)
    two = graph(tmp_path, queues={"orders": ORDERS, "reports": REPORTS})
    for name in ("shop-workers-servers", "shop-fleet-servers", "shop-queue-orders-queue"):
        [before], [after] = one.resources_named(name), two.resources_named(name)
        assert before.inputs == after.inputs, name


def test_a_long_message_is_waited_for(tmp_path: Path) -> None:
    made = graph(tmp_path, queues={"orders": ORDERS, "reports": REPORTS})
    assert "docker stop --time 330 jobs" in software(made, "shop-workers-template"), "5 min and a long poll"
    assert "docker stop --time 32 jobs" in software(graph(tmp_path), "shop-workers-template")


def test_a_stack_from_one_server_has_workers_that_wait_for_its_data(tmp_path: Path) -> None:
    made = graph(tmp_path, promoting_from=1)
    [group] = made.resources_named("shop-workers-servers")
    assert (group.inputs["minSize"], group.inputs["maxSize"]) == (0, 0)
    assert not [r for r in made if r.name.startswith("shop-signals-workers")]
    assert JOBS in software(made, "shop-server-instance"), "the old server goes on with them"


def test_somebody_hears_when_workers_do_not_catch_up(tmp_path: Path) -> None:
    made = graph(tmp_path)
    [alarm] = made.resources_named("shop-signals-backlog-orders-per-worker")
    assert alarm.inputs["threshold"] == 30, "twice 15 messages a worker"
    queries = alarm.inputs["metricQueries"]
    assert isinstance(queries, list) and queries[-1]["expression"].startswith("(waiting + working) / IF(workers < 1")
    assert len(made.resources_named("shop-signals-workers-in-service")) == 1
    assert not made.resources_named("shop-signals-workers-cpu"), "busy workers are meant to be busy"


def test_the_rule_of_zero_is_the_component_s() -> None:
    assert backlog.from_zero(backlog.STARTS) == FROM_ZERO


def test_urns_are_frozen(tmp_path: Path) -> None:
    found = golden.urns(graph(tmp_path, workers={"servers": "0-10"}, queues={"reports": REPORTS}))
    mine = "".join(line for line in found.splitlines(keepends=True) if "workers" in line or "backlog" in line)
    assert mine == URNS.read_text()


@pytest.mark.parametrize("low", [0, 1])
def test_aws_has_the_policies_and_a_first_worker_starts(tmp_path: Path, low: int) -> None:
    """Read back: from none to the first the rule of zero works, not the tracking."""
    made = architecture(tmp_path, workers={"servers": f"{low}-10"}, queues={"reports": REPORTS, "mail": REPORTS})
    with deployed(made) as cloud:
        scaling, watch = cloud.client("autoscaling"), cloud.client("cloudwatch")
        group = cloud.made["shop-workers-servers"].outputs["name"]
        found = scaling.describe_policies(AutoScalingGroupName=group)["ScalingPolicies"]
        policies = {policy["PolicyType"]: policy for policy in found}
        tracked = policies["TargetTrackingScaling"]["TargetTrackingConfiguration"]
        assert tracked["TargetValue"] == 6
        metrics = tracked["CustomizedMetricSpecification"]["Metrics"]
        assert metrics[-1]["Expression"].endswith("/ IF(workers < 1, 1, workers)") and len(metrics) == 6
        [hook] = scaling.describe_lifecycle_hooks(AutoScalingGroupName=group)["LifecycleHooks"]
        assert hook["LifecycleTransition"] == "autoscaling:EC2_INSTANCE_TERMINATING"
        assert ("StepScaling" in policies) == (low == 0)
        if low == 0:
            step = policies["StepScaling"]
            assert step["AdjustmentType"] == "ExactCapacity" and step["StepAdjustments"][0]["ScalingAdjustment"] == 1
            alarms = watch.describe_alarms()["MetricAlarms"]
            [first] = [alarm for alarm in alarms if step["PolicyARN"] in alarm["AlarmActions"]]
            assert first["Threshold"] == 1
            queues = [q["MetricStat"]["Metric"]["Dimensions"] for q in first["Metrics"] if "MetricStat" in q]
            assert len(queues) == 3
