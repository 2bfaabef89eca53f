"""The queue: nothing is lost without a word, nobody comes without TLS, and what cannot be done is kept."""

import json
from typing import Any, cast

import boto3
import pulumi
import pytest
from examples import documented_arguments, example, python_blocks
from hypothesis import given
from hypothesis import strategies as st
from moto import mock_aws
from recording import Graph, assert_house_rules, record

from tenfold.components.queue import (
    KEEP_SECONDS,
    Queue,
    QueueArgs,
    SenderArgs,
    check,
    key_statement,
    send_statement,
    visibility_seconds,
    work_statement,
)
from tenfold.local.aws.rules import sqs

NAME = "shop-queue-orders"


def queue(**args: Any) -> Graph:
    inputs = cast(QueueArgs, {"tags": {"app": "shop"}, **args})
    return record(lambda: Queue(NAME, inputs).url)


def policy_of(graph: Graph, child: str) -> list[dict[str, Any]]:
    return json.loads(graph[f"{NAME}-{child}"].inputs["policy"])["Statement"]


def test_what_fails_too_often_goes_to_a_queue_that_takes_it_from_this_one_only() -> None:
    graph = queue(attempts=3)
    assert_house_rules(graph, NAME)
    redrive = json.loads(graph[f"{NAME}-queue"].inputs["redrivePolicy"])
    allow = json.loads(graph[f"{NAME}-dead-letters-sources"].inputs["redriveAllowPolicy"])
    assert redrive == {
        "deadLetterTargetArn": f"arn:aws:sqs:us-east-1:123456789012:{NAME}-dead-letters",
        "maxReceiveCount": 3,
    }
    assert allow == {
        "redrivePermission": "byQueue",
        "sourceQueueArns": [f"arn:aws:sqs:us-east-1:123456789012:{NAME}-queue"],
    }
    assert graph[f"{NAME}-dead-letters"].inputs["messageRetentionSeconds"] == KEEP_SECONDS[1]


@given(st.integers(1, 7200))
def test_a_message_is_hidden_six_times_as_long_as_it_takes(takes: int) -> None:
    hidden = visibility_seconds(takes)
    assert 30 <= hidden <= 43_200
    assert hidden >= 6 * takes
    assert hidden == 6 * takes or hidden == 30


def test_workers_wait_for_messages_instead_of_asking_again_and_again() -> None:
    for child in ("queue", "dead-letters"):
        assert queue()[f"{NAME}-{child}"].inputs["receiveWaitTimeSeconds"] == 20


def test_messages_are_encrypted_by_sqs_or_with_a_key_of_your_own() -> None:
    key = "arn:aws:kms:us-east-1:123456789012:key/k"
    for child in ("queue", "dead-letters"):
        plain, own = queue()[f"{NAME}-{child}"].inputs, queue(kms_key_arn=key)[f"{NAME}-{child}"].inputs
        assert plain["sqsManagedSseEnabled"] is True and "kmsMasterKeyId" not in plain
        assert own["kmsMasterKeyId"] == key and "sqsManagedSseEnabled" not in own, "SQS takes one of the two"


def test_nobody_comes_without_tls_and_no_service_that_is_not_named() -> None:
    rule = "arn:aws:events:us-east-1:123456789012:rule/shop/order-placed"
    graph = queue(senders={"order-placed": {"service": "events.amazonaws.com", "source_arn": rule}})
    for child in ("policy", "dead-letters-policy"):
        deny = policy_of(graph, child)[-1]
        assert (deny["Effect"], deny["Principal"], deny["Action"]) == ("Deny", "*", "sqs:*")
        assert deny["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}
    [allow, _] = policy_of(graph, "policy")
    assert allow["Principal"] == {"Service": "events.amazonaws.com"}
    assert allow["Action"] == ["sqs:SendMessage"] and allow["Sid"] == "SendFromEvents"
    assert allow["Condition"] == {"ArnEquals": {"aws:SourceArn": [rule]}}
    assert [s["Effect"] for s in policy_of(queue(), "policy")] == ["Deny"]


def test_fifty_events_fit_into_a_policy_as_sqs_takes_it() -> None:
    """20 statements, 10 conditions, 8,192 bytes."""
    arn = "arn:aws:{}:us-east-1:123456789012:{}acme-web-shop-prod{}something-happened-{}"
    senders = {
        f"event-{number}": {
            "service": "sns.amazonaws.com" if number % 2 else "events.amazonaws.com",
            "source_arn": arn.format(*(("sns", "", "-") if number % 2 else ("events", "rule/", "/")), number),
        }
        for number in range(50)
    }
    inputs = queue(senders=senders)[f"{NAME}-policy"].inputs
    assert sqs.policy(inputs) == [] and len(inputs["policy"]) <= 8192
    assert inputs["policy"].count("something-happened-") == 50
    one = {"Effect": "Allow", "Condition": {"ArnEquals": {"aws:SourceArn": "arn"}}}
    reasons = [reason for _, reason in sqs.policy({"policy": json.dumps({"Statement": [one] * 21})})]
    assert reasons == ["has 21 statements, at most 20 are allowed", "has 21 conditions, at most 10 are allowed"]


def test_both_queues_keep_their_order_and_at_full_speed() -> None:
    graph = queue(order="fifo")
    for child in ("queue", "dead-letters"):
        inputs = graph[f"{NAME}-{child}"].inputs
        assert (inputs["fifoQueue"], inputs["contentBasedDeduplication"]) == (True, False)
        assert (inputs["deduplicationScope"], inputs["fifoThroughputLimit"]) == ("messageGroup", "perMessageGroupId")
    by_content = queue(order="fifo", deduplicate="by-content")[f"{NAME}-queue"].inputs
    assert by_content["contentBasedDeduplication"] is True
    assert "fifoQueue" not in queue()[f"{NAME}-queue"].inputs


def test_messages_are_protected_unless_they_may_be_thrown_away() -> None:
    for child in ("queue", "dead-letters"):
        assert queue()[f"{NAME}-{child}"].protect
        assert not queue(throwaway=True)[f"{NAME}-{child}"].protect


@pytest.mark.parametrize(
    ("args", "words"),
    [
        ({"message_takes_seconds": 7201}, "six times"),
        ({"message_takes_seconds": 0}, "above 0 and at most 7,200"),
        ({"keep_seconds": 59}, "keep_seconds: 59 must be from 60"),
        ({"dead_letters_keep_seconds": 1_209_601}, "14 days"),
        ({"attempts": 0}, "from 1 to 1,000"),
        ({"order": "lifo"}, '"none" or "fifo"'),
        ({"order": "fifo", "deduplicate": "never"}, '"by-id" or "by-content"'),
        ({"deduplicate": "by-content"}, 'set order to "fifo"'),
    ],
)
def test_what_sqs_does_not_take_is_refused_with_what_is_right(args: dict[str, Any], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        check(cast(QueueArgs, args))


def test_a_role_sends_or_works_and_cannot_change_or_empty_a_queue() -> None:
    made = [send_statement(["arn:q"]), work_statement(["arn:q"]), key_statement("arn:k")]
    found = record(lambda: pulumi.Output.from_input(made)).result
    actions = [set(statement["Action"]) for statement in found]
    assert "sqs:SendMessage" in actions[0] and "sqs:ReceiveMessage" not in actions[0]
    assert {"sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:ChangeMessageVisibility"} <= actions[1]
    assert not {"sqs:PurgeQueue", "sqs:DeleteQueue", "sqs:SetQueueAttributes", "sqs:*"} & (actions[0] | actions[1])
    assert all(statement["Resource"] != "*" for statement in found)


def test_the_page_s_example_runs_and_its_tables_are_complete() -> None:
    graph = example("queue")
    assert "shop-queue-orders-queue" in graph and graph["shop-queue-invoices-queue"].inputs["fifoQueue"]
    assert documented_arguments("queue") >= {*QueueArgs.__annotations__, *SenderArgs.__annotations__}


def test_the_page_s_worker_does_the_work_once_and_lets_poison_go() -> None:
    """The functions of the page, against a queue and its dead letters."""
    names: dict[str, Any] = {}
    exec(python_blocks("queue")[1], names)
    with mock_aws():
        sqs = boto3.client("sqs", "us-east-1")
        dead = sqs.create_queue(QueueName="dead")["QueueUrl"]
        redrive = json.dumps({"deadLetterTargetArn": "arn:aws:sqs:us-east-1:123456789012:dead", "maxReceiveCount": 2})
        attributes = {"RedrivePolicy": redrive, "VisibilityTimeout": "0"}
        url = sqs.create_queue(QueueName="jobs", Attributes=attributes)["QueueUrl"]
        worked: list[str] = []

        def do(body: str) -> None:
            if body == "poison":
                raise ValueError(body)
            worked.append(body)

        done: set[str] = set()
        names["send"](sqs, url, "mail")
        names["work"](sqs, url, do, done)
        names["send"](sqs, url, "poison")
        for _ in range(2):
            with pytest.raises(ValueError, match="poison"):
                names["work"](sqs, url, do, done)
        names["work"](sqs, url, do, done)
        assert worked == ["mail"]
        assert [m["Body"] for m in sqs.receive_message(QueueUrl=dead)["Messages"]] == ["poison"]
