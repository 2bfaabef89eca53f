"""Queues as AWS has them: which dead-letter queue is taken, and what moving messages out of one does."""

import json
from collections.abc import Iterator
from functools import partial
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from moto import mock_aws

from tenfold.local.moto import patches, sqs
from tests.local.world import REGION

assert patches


@pytest.fixture(scope="module")
def cloud() -> Iterator[Any]:
    with mock_aws():
        yield boto3.client("sqs", REGION)


@pytest.fixture
def client(cloud: Any) -> Any:
    for url in cloud.list_queues().get("QueueUrls", ()):
        cloud.delete_queue(QueueUrl=url)
    return cloud


def queue(client: Any, name: str, **attributes: Any) -> tuple[str, str]:
    """(url, ARN)"""
    texts = {key: value if isinstance(value, str) else json.dumps(value) for key, value in attributes.items()}
    url = client.create_queue(QueueName=name, Attributes=texts)["QueueUrl"]
    return url, f"arn:aws:sqs:{REGION}:123456789012:{name}"


def bodies(client: Any, url: str) -> list[str]:
    return [m["Body"] for m in client.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", ())]


def attribute(client: Any, url: str, name: str) -> str | None:
    return client.get_queue_attributes(QueueUrl=url, AttributeNames=[name]).get("Attributes", {}).get(name)


def with_dead_letters(client: Any, count: int) -> tuple[str, str, str]:
    """(url of a queue, url and ARN of its dead-letter queue with `count` messages that failed once)"""
    dlq, arn = queue(client, "dead")
    redrive = {"deadLetterTargetArn": arn, "maxReceiveCount": 1}
    url, _ = queue(client, "jobs", RedrivePolicy=redrive, VisibilityTimeout="0")
    for number in range(count):
        client.send_message(QueueUrl=url, MessageBody=str(number))
    for _ in range(2):
        bodies(client, url)
    assert attribute(client, dlq, "ApproximateNumberOfMessages") == str(count)
    return url, dlq, arn


# ---- attributes
def test_the_policy_of_a_queue_outlives_a_change_of_another_attribute(client: Any) -> None:
    statement = {"Effect": "Allow", "Principal": "*", "Action": "sqs:SendMessage", "Resource": "*"}
    url, _ = queue(client, "jobs", Policy={"Version": "2012-10-17", "Statement": [statement]})
    client.set_queue_attributes(QueueUrl=url, Attributes={"VisibilityTimeout": "90"})
    assert json.loads(attribute(client, url, "Policy") or "{}")["Statement"] == [statement]
    client.set_queue_attributes(QueueUrl=url, Attributes={"Policy": ""})
    assert attribute(client, url, "Policy") is None


def test_a_redrive_allow_policy_is_answered_and_taken_away(client: Any) -> None:
    url, _ = queue(client, "dead", RedriveAllowPolicy={"redrivePermission": "denyAll"})
    assert json.loads(attribute(client, url, "RedriveAllowPolicy") or "") == {"redrivePermission": "denyAll"}
    client.set_queue_attributes(QueueUrl=url, Attributes={"RedriveAllowPolicy": ""})
    assert attribute(client, url, "RedriveAllowPolicy") is None


@pytest.mark.parametrize(
    ("name", "value"), [(name, str(end)) for name, (low, high) in sqs.RANGES.items() for end in (low - 1, high + 1)]
)
def test_an_attribute_out_of_its_range_is_refused(client: Any, name: str, value: str) -> None:
    with pytest.raises(ClientError, match=f"InvalidAttributeValue.*{name}"):
        queue(client, "jobs", **{name: value})


@pytest.mark.parametrize(
    ("dead", "source", "accepted"),
    [
        ({}, {}, True),
        ({"FifoQueue": "true"}, {}, False),
        ({}, {"FifoQueue": "true"}, False),
        ({"FifoQueue": "true"}, {"FifoQueue": "true"}, True),
        ({"RedriveAllowPolicy": {"redrivePermission": "denyAll"}}, {}, False),
        ({"RedriveAllowPolicy": {"redrivePermission": "byQueue", "sourceQueueArns": ["…:other"]}}, {}, False),
        ({"RedriveAllowPolicy": {"redrivePermission": "byQueue", "sourceQueueArns": ["…:jobs"]}}, {}, True),
    ],
)
def test_a_dead_letter_queue_is_of_the_same_type_and_allows_its_source(
    client: Any, dead: dict[str, Any], source: dict[str, Any], accepted: bool
) -> None:
    if allow := dead.get("RedriveAllowPolicy"):
        prefix = f"arn:aws:sqs:{REGION}:123456789012"
        allow["sourceQueueArns"] = [arn.replace("…", prefix) for arn in allow.get("sourceQueueArns", ())]
    _, arn = queue(client, "dead" + ".fifo" * ("FifoQueue" in dead), **dead)
    policy = {"deadLetterTargetArn": arn, "maxReceiveCount": 3}
    make = partial(queue, client, "jobs" + ".fifo" * ("FifoQueue" in source), **source, RedrivePolicy=policy)
    if accepted:
        make()
        return
    with pytest.raises(ClientError, match="parameter RedrivePolicy is invalid"):
        make()


# ---- moving
def test_messages_go_back_to_the_queue_they_came_from(client: Any) -> None:
    url, dlq, arn = with_dead_letters(client, 3)
    client.start_message_move_task(SourceArn=arn)
    [task] = client.list_message_move_tasks(SourceArn=arn)["Results"]
    assert (task["Status"], task["ApproximateNumberOfMessagesMoved"]) == ("COMPLETED", 3)
    assert "TaskHandle" not in task and "DestinationArn" not in task
    assert bodies(client, dlq) == []
    assert bodies(client, url) == ["0", "1", "2"]


def test_a_moved_message_is_a_new_one_that_may_fail_as_often_as_any(client: Any) -> None:
    url, dlq, arn = with_dead_letters(client, 1)
    old = client.receive_message(QueueUrl=dlq, VisibilityTimeout=0)["Messages"][0]["MessageId"]
    client.start_message_move_task(SourceArn=arn)
    [message] = client.receive_message(QueueUrl=url, AttributeNames=["All"])["Messages"]
    assert message["Attributes"]["ApproximateReceiveCount"] == "1"
    assert message["MessageId"] != old


def test_messages_go_to_another_queue_where_one_is_named(client: Any) -> None:
    _, _, arn = with_dead_letters(client, 2)
    other, target = queue(client, "other")
    client.start_message_move_task(SourceArn=arn, DestinationArn=target)
    assert bodies(client, other) == ["0", "1"]


def test_no_more_are_moved_than_the_rate_allows(client: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    _, _, arn = with_dead_letters(client, 3)
    now = sqs.unix_time()
    monkeypatch.setattr(sqs, "unix_time", lambda: now)
    handle = client.start_message_move_task(SourceArn=arn, MaxNumberOfMessagesPerSecond=1)["TaskHandle"]

    def moved() -> Any:
        return client.list_message_move_tasks(SourceArn=arn)["Results"][0]

    assert (moved()["Status"], moved()["ApproximateNumberOfMessagesMoved"]) == ("RUNNING", 0)
    with pytest.raises(ClientError, match="Only one active task"):
        client.start_message_move_task(SourceArn=arn)
    monkeypatch.setattr(sqs, "unix_time", lambda: now + 2)
    assert moved()["ApproximateNumberOfMessagesMoved"] == 2
    assert client.cancel_message_move_task(TaskHandle=handle)["ApproximateNumberOfMessagesMoved"] == 2
    monkeypatch.setattr(sqs, "unix_time", lambda: now + 9)
    assert (moved()["Status"], moved()["ApproximateNumberOfMessagesMoved"]) == ("CANCELLED", 2)
    with pytest.raises(ClientError, match="ResourceNotFoundException"):
        client.cancel_message_move_task(TaskHandle=handle)


def test_what_sqs_does_not_move_is_refused(client: Any) -> None:
    _, _, arn = with_dead_letters(client, 0)
    _, plain = queue(client, "plain")
    _, fifo = queue(client, "ordered.fifo", FifoQueue="true")
    for parameters, reason in [
        ({"SourceArn": plain}, "must be configured as a Dead Letter Queue"),
        ({"SourceArn": arn, "DestinationArn": arn}, "cannot be the same"),
        ({"SourceArn": arn, "DestinationArn": fifo}, "same type"),
        ({"SourceArn": arn, "DestinationArn": plain, "MaxNumberOfMessagesPerSecond": 501}, "between 1 and 500"),
        ({"SourceArn": f"{arn}s"}, "ResourceNotFoundException"),
        ({"SourceArn": arn, "DestinationArn": f"{plain}s"}, "ResourceNotFoundException"),
    ]:
        with pytest.raises(ClientError, match=reason):
            client.start_message_move_task(**parameters)


def test_messages_in_order_stay_in_order(client: Any) -> None:
    dlq, arn = queue(client, "dead.fifo", FifoQueue="true")
    policy = {"deadLetterTargetArn": arn, "maxReceiveCount": 1}
    url, target = queue(client, "jobs.fifo", FifoQueue="true", RedrivePolicy=policy)
    for body in "ab":
        client.send_message(QueueUrl=dlq, MessageBody=body, MessageGroupId="g", MessageDeduplicationId=body)
    client.start_message_move_task(SourceArn=arn, DestinationArn=target)
    received = client.receive_message(QueueUrl=url, MaxNumberOfMessages=10, AttributeNames=["All"])["Messages"]
    assert [(m["Body"], m["Attributes"]["MessageGroupId"]) for m in received] == [("a", "g"), ("b", "g")]
