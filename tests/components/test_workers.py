"""Workers: nobody connects to them, their number follows the backlog, and no message is cut off."""

import base64
import json
import signal
import threading
import time
from pathlib import Path
from typing import Any, cast

import boto3
import pytest
from examples import documented_arguments, example, python_blocks
from moto import mock_aws
from recording import Graph, assert_house_rules, record

from tenfold.components.host import Application, HostPlan, Jobs, Worker, cloud_config
from tenfold.components.queue import work_statement
from tenfold.components.workers import HEARTBEAT, BacklogArgs, Workers, WorkersArgs

pytestmark = pytest.mark.usefixtures("computed")
KEY = "arn:aws:kms:us-east-1:123456789012:key/k"
QUEUE = "arn:aws:sqs:us-east-1:123456789012:orders"
ORDERS: BacklogArgs = {"queue_name": "orders", "acceptable_delay_seconds": 30, "message_takes_seconds": 2}
PLAN = HostPlan(
    "us-east-1",
    "/shop/prod",
    "/shop/prod/workers",
    jobs=Jobs(("worker",), "ghcr.io/acme/shop:1.4.2"),
    worker=Worker(drain_seconds=32),
)


def workers(**args: Any) -> Graph:
    inputs = {
        "vpc_id": "vpc-1",
        "subnet_ids": ["subnet-a", "subnet-b"],
        "instance_type": "t4g.small",
        "servers": 1,
        "servers_max": 10,
        "queues": {"orders": ORDERS},
        "user_data": cloud_config(PLAN),
        "log_group_name": PLAN.log_group,
        "kms_key_arn": KEY,
        "parameters_arns": ["arn:aws:ssm:us-east-1:123456789012:parameter/shop/prod/*"],
        "tags": {"app": "shop"},
        **args,
    }
    return record(lambda: Workers("shop-workers", cast(WorkersArgs, inputs)).group_name)


def test_house_rules() -> None:
    graph = workers(statements=[work_statement([QUEUE])])
    tags = graph.resources.pop("shop-workers-servers").inputs["tags"]  # a group's tags are a list: looked at here
    assert_house_rules(graph, "shop-workers")
    assert {tag["key"]: tag["value"] for tag in tags} == {"Name": "shop-workers-servers", "app": "shop"}


def test_nobody_connects_to_a_worker_and_it_has_the_role_in_its_containers() -> None:
    graph = workers(
        statements=[work_statement([QUEUE])],
        reaches={"database": {"security_group_id": "sg-database", "port": 5432}},
    )
    [way] = graph.of("vpc/securityGroupIngressRule:SecurityGroupIngressRule")
    assert way.inputs["securityGroupId"] == "sg-database", "into the database's group, not into its own"
    template = graph["shop-workers-template"].inputs
    assert template["metadataOptions"]["httpPutResponseHopLimit"] == 2
    assert template["networkInterfaces"][0]["associatePublicIpAddress"] == "false"
    assert base64.b64decode(template["userData"]).decode() == cloud_config(PLAN)


def test_it_may_work_on_its_queues_and_hold_its_own_group_only() -> None:
    graph = workers(statements=[work_statement([QUEUE])], tags={"stack": "shop-prod"})
    rights = {s["Sid"]: s for s in json.loads(graph["shop-workers-policy"].inputs["policy"])["Statement"]}
    assert rights["WorkOnQueues"]["Resource"] == [QUEUE]
    assert {"sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:ChangeMessageVisibility"} <= set(
        rights["WorkOnQueues"]["Action"]
    )
    assert "sqs:SendMessage" not in json.dumps(rights)
    for name in ("CompleteLifecycle", "HoldLifecycle"):
        assert rights[name]["Resource"].endswith(":autoScalingGroupName/shop-workers-servers-*")
        assert rights[name]["Condition"]["StringEquals"] == {
            "aws:ResourceTag/Name": "shop-workers-servers",
            "aws:ResourceTag/stack": "shop-prod",
        }


def test_one_that_leaves_is_waited_for_and_a_dead_one_is_not() -> None:
    hook = workers()["shop-workers-drain"].inputs
    assert hook["lifecycleTransition"] == "autoscaling:EC2_INSTANCE_TERMINATING"
    assert hook["heartbeatTimeout"] == HEARTBEAT and hook["defaultResult"] == "CONTINUE"
    group = workers()["shop-workers-servers"].inputs
    assert group["instanceRefresh"]["preferences"]["scaleInProtectedInstances"] == "Refresh"
    assert "GroupInServiceInstances" in group["enabledMetrics"]


def test_the_number_follows_the_backlog_and_is_no_difference() -> None:
    graph = workers()
    policy = graph["shop-workers-backlog"].inputs
    assert policy["policyType"] == "TargetTrackingScaling"
    assert policy["targetTrackingConfiguration"]["targetValue"] == 15
    assert graph["shop-workers-servers"].ignore_changes == ("desiredCapacity",)
    assert "shop-workers-first" not in graph.resources


def test_the_first_worker_is_started_by_a_step_that_an_alarm_calls() -> None:
    graph = workers(servers=0, queues={"reports": ORDERS | {"acceptable_delay_seconds": 1200}})
    assert graph["shop-workers-servers"].inputs["minSize"] == 0
    assert graph["shop-workers-first"].inputs["adjustmentType"] == "ExactCapacity"
    [action] = graph["shop-workers-first-alarm"].inputs["alarmActions"]
    assert "shop-workers-first" in action


def test_without_queues_the_number_is_fixed() -> None:
    graph = workers(servers=2, servers_max=2, queues={})
    assert not graph.of("autoscaling/policy:Policy")


def test_a_second_queue_changes_the_policy_and_nothing_of_the_group() -> None:
    one, two = workers(), workers(queues={"orders": ORDERS, "mail": {**ORDERS, "queue_name": "mail"}})
    assert {name for name, r in two.resources.items() if one[name].inputs != r.inputs} <= {
        "shop-workers",
        "shop-workers-backlog",
    }


def test_a_delay_that_cannot_be_kept_is_refused() -> None:
    with pytest.raises(ValueError, match="20 min together"):
        workers(servers=0)


def test_the_host_runs_the_jobs_alone_and_lets_any_user_of_the_container_be_busy() -> None:
    text = cloud_config(PLAN)
    assert "tenfold-jobs.service" in text and "/usr/local/sbin/tenfold-worker" in text
    assert "WORKER_BUSY_FILE=/run/worker/busy" in text and "install -d -m 1777 /run/worker" in text
    assert "docker stop --time 32 jobs" in text and "TimeoutStopSec=47" in text
    assert "Description=The application" not in text
    assert "Alias=tenfold-app.service" in text, "tenfold-settings restarts app first, which must not fail"


@pytest.mark.parametrize(
    "parts",
    [
        {},
        {"worker": Worker(30)},
        {"application": Application(8080, 30), "worker": Worker(30), "jobs": Jobs(("worker",))},
    ],
)
def test_a_host_has_an_application_or_is_a_worker(parts: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="a host has an application"):
        HostPlan("us-east-1", "/shop/prod", "/shop/prod/workers", **parts)


def test_the_page_is_complete_and_its_example_runs() -> None:
    graph = example("workers")
    assert graph["shop-workers-backlog"].inputs["targetTrackingConfiguration"]["targetValue"] == 15
    arguments = WorkersArgs.__annotations__.keys() | BacklogArgs.__annotations__.keys()
    assert documented_arguments("workers") == set(arguments)


# ---- the loop on the page, against a queue
@pytest.fixture
def loop() -> dict[str, Any]:
    names: dict[str, Any] = {}
    exec(python_blocks("workers")[1], names)
    return names


@mock_aws
def test_the_loop_does_each_message_once_and_leaves_what_fails(loop: dict[str, Any]) -> None:
    sqs = boto3.client("sqs", "us-east-1")
    url = sqs.create_queue(QueueName="orders", Attributes={"VisibilityTimeout": "30"})["QueueUrl"]
    for body in ("first", "poison", "last"):
        sqs.send_message(QueueUrl=url, MessageBody=body)
    stopping, done = threading.Event(), list[str]()

    def do(body: str) -> None:
        done.append(body)
        if len(done) == 3:
            stopping.set()
        if body == "poison":
            raise ValueError("cannot be done")

    loop["work"](sqs, url, do, stopping)
    left = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
    assert sorted(done) == ["first", "last", "poison"]
    assert left["ApproximateNumberOfMessagesNotVisible"] == "1", "the poison, which comes again when it is visible"
    assert left["ApproximateNumberOfMessages"] == "0"


@mock_aws
def test_a_long_message_stays_hidden_and_protects_its_server_a_short_one_does_not(
    loop: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    busy = tmp_path / "busy"
    monkeypatch.setenv("WORKER_BUSY_FILE", str(busy))
    sqs = boto3.client("sqs", "us-east-1")
    loop["BEAT"] = 0.2

    def run(seconds: float) -> bool:
        url = sqs.create_queue(QueueName=f"takes-{seconds * 100:.0f}", Attributes={"VisibilityTimeout": "1"})[
            "QueueUrl"
        ]
        sqs.send_message(QueueUrl=url, MessageBody="order")
        [message] = sqs.receive_message(QueueUrl=url)["Messages"]
        with loop["beating"](sqs, url, message["ReceiptHandle"], 30):
            time.sleep(seconds)
        hidden = "Messages" not in sqs.receive_message(QueueUrl=url, WaitTimeSeconds=0)
        return hidden

    run(0.01)
    assert not busy.exists()
    assert run(1.3), "it was hidden for one second, and for thirty more by a beat"
    assert busy.exists()


def test_sigterm_ends_the_loop(loop: dict[str, Any]) -> None:
    before = signal.getsignal(signal.SIGTERM)
    try:
        stopping = loop["stop_on_sigterm"]()
        assert not stopping.is_set()
        signal.raise_signal(signal.SIGTERM)
        assert stopping.is_set()
    finally:
        signal.signal(signal.SIGTERM, before)
