"""An event reaches the queues that ask for it, as EventBridge delivers it: only where a queue allows it, archived and
replayed. The same for notices of a topic."""

import json
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from moto import mock_aws

from tenfold.local.moto import events, patches
from tests.local.world import REGION

assert patches
ACCOUNT = "123456789012"


class Cloud:
    """A bus `shop`; queues named in the order they are asked for."""

    def __init__(self) -> None:
        self.events, self.sqs, self.sns = (boto3.client(name, REGION) for name in ("events", "sqs", "sns"))
        self.bus = self.events.create_event_bus(Name="shop")["EventBusArn"]
        self.count = 0

    def queue(self, sender: str = "events.amazonaws.com", source: str = "*", **attributes: str) -> tuple[str, str]:
        """(url, ARN) of a queue that takes messages of this sender."""
        self.count += 1
        name = f"q{self.count}" + ".fifo" * ("FifoQueue" in attributes)
        arn = f"arn:aws:sqs:{REGION}:{ACCOUNT}:{name}"
        statement = {
            "Effect": "Allow",
            "Principal": {"Service": sender},
            "Action": "sqs:SendMessage",
            "Resource": arn,
            "Condition": {"ArnLike": {"aws:SourceArn": source}},
        }
        policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
        url = self.sqs.create_queue(QueueName=name, Attributes={"Policy": policy, **attributes})["QueueUrl"]
        return url, arn

    def rule(self, target: dict[str, Any], pattern: dict[str, Any] | None = None) -> str:
        """The name of a rule with this target."""
        self.count += 1
        name = f"rule{self.count}"
        pattern = pattern or {"detail-type": ["order-placed"]}
        self.events.put_rule(Name=name, EventBusName="shop", EventPattern=json.dumps(pattern))
        self.events.put_targets(Rule=name, EventBusName="shop", Targets=[{"Id": "queue", **target}])
        return name

    def publish(self, kind: str = "order-placed", **detail: Any) -> None:
        entry = {"EventBusName": "shop", "Source": "shop", "DetailType": kind, "Detail": json.dumps(detail)}
        assert self.events.put_events(Entries=[entry])["FailedEntryCount"] == 0

    def received(self, url: str) -> list[Any]:
        messages = self.sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", ())
        return [json.loads(message["Body"]) for message in messages]


@pytest.fixture(scope="module")
def cloud() -> Iterator[Cloud]:
    with mock_aws():
        yield Cloud()


def transformer(name: str, path: str, template: str) -> dict[str, Any]:
    return {"InputTransformer": {"InputPathsMap": {name: path}, "InputTemplate": template}}


# ---- delivery
def test_an_event_arrives_whole_at_each_queue_that_asks_for_it(cloud: Cloud) -> None:
    (url, arn), (other, other_arn), (none, none_arn) = cloud.queue(), cloud.queue(), cloud.queue()
    cloud.rule({"Arn": arn})
    cloud.rule({"Arn": other_arn}, {"detail": {"total": [{"numeric": [">", 10]}]}})
    cloud.rule({"Arn": none_arn}, {"source": ["elsewhere"]})
    cloud.publish(id="a", total=20)
    [event] = cloud.received(url)
    assert (event["source"], event["detail-type"]) == ("shop", "order-placed")
    assert event["detail"] == {"id": "a", "total": 20}
    assert set(event) == {"version", "id", "source", "detail-type", "account", "time", "region", "resources", "detail"}
    assert cloud.received(other) == [event]
    assert cloud.received(none) == []


@pytest.mark.parametrize(
    ("given", "arrives"),
    [
        ({"Input": '{"fixed": 1}'}, {"fixed": 1}),
        ({"InputPath": "$.detail"}, {"items": [{"id": "x"}], "note": 'say "hi"'}),
        (transformer("id", "$.detail.items[0].id", '{"order": <id>}'), {"order": "x"}),
        (transformer("id", "$.detail.items[0].id", '"order <id> placed"'), "order x placed"),
        (transformer("n", "$.detail.note", '{"note": <n>}'), {"note": 'say "hi"'}),
    ],
)
def test_a_target_makes_of_an_event_what_it_says(cloud: Cloud, given: dict[str, Any], arrives: Any) -> None:
    url, arn = cloud.queue()
    cloud.rule({"Arn": arn, **given}, {"detail-type": [str(given)]})
    cloud.publish(str(given), items=[{"id": "x"}], note='say "hi"')
    assert cloud.received(url) == [arrives]


def test_a_queue_whose_policy_does_not_allow_it_gets_nothing(cloud: Cloud) -> None:
    url, arn = cloud.queue(sender="sns.amazonaws.com")
    foreign, foreign_arn = cloud.queue(source=f"arn:aws:events:{REGION}:{ACCOUNT}:rule/other/*")
    dead, dead_arn = cloud.queue()
    cloud.rule({"Arn": arn, "DeadLetterConfig": {"Arn": dead_arn}}, {"detail-type": ["denied"]})
    cloud.rule({"Arn": foreign_arn}, {"detail-type": ["denied"]})
    cloud.publish("denied", id="a")
    assert cloud.received(url) == cloud.received(foreign) == []
    assert [event["detail"] for event in cloud.received(dead)] == [{"id": "a"}]


def test_a_policy_may_deny_all_but_encrypted_connections(cloud: Cloud) -> None:
    url, arn = cloud.queue()
    held = json.loads(cloud.sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["Policy"])["Attributes"]["Policy"])
    plain_text = {"Bool": {"aws:SecureTransport": "false"}}
    tls = {"Effect": "Deny", "Principal": "*", "Action": "sqs:*", "Resource": arn, "Condition": plain_text}
    held["Statement"].append(tls)
    cloud.sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": json.dumps(held)})
    cloud.rule({"Arn": arn}, {"detail-type": ["secure"]})
    cloud.publish("secure", id="a")
    assert len(cloud.received(url)) == 1


def test_a_disabled_rule_sends_nothing(cloud: Cloud) -> None:
    url, arn = cloud.queue()
    name = cloud.rule({"Arn": arn}, {"detail-type": ["off"]})
    cloud.events.disable_rule(Name=name, EventBusName="shop")
    cloud.publish("off")
    assert cloud.received(url) == []


def test_a_fifo_queue_gets_the_message_group(cloud: Cloud) -> None:
    url, arn = cloud.queue(FifoQueue="true")
    cloud.rule({"Arn": arn, "SqsParameters": {"MessageGroupId": "orders"}}, {"detail-type": ["ordered"]})
    cloud.publish("ordered", id="a")
    [message] = cloud.sqs.receive_message(QueueUrl=url, AttributeNames=["All"])["Messages"]
    assert message["Attributes"]["MessageGroupId"] == "orders"


# ---- archive and replay
def test_archived_events_are_replayed_to_the_rules_of_the_bus_and_not_archived_again(cloud: Cloud) -> None:
    url, arn = cloud.queue()
    name = cloud.rule({"Arn": arn}, {"detail-type": ["kept"]})
    pattern = json.dumps({"detail-type": ["kept"]})
    archive = cloud.events.create_archive(ArchiveName="all", EventSourceArn=cloud.bus, EventPattern=pattern)
    began = events.unix_time()
    cloud.publish("kept", id="a")
    assert cloud.events.describe_archive(ArchiveName="all")["EventCount"] == 1
    assert len(cloud.received(url)) == 1
    rule = cloud.events.describe_rule(Name=name, EventBusName="shop")["Arn"]
    ask = {"EventSourceArn": archive["ArchiveArn"], "Destination": {"Arn": cloud.bus, "FilterArns": [rule]}}
    for replay, start, end, count in [("now", began - 60, began + 60, 1), ("later", began + 60, began + 90, 0)]:
        cloud.events.start_replay(ReplayName=replay, EventStartTime=start, EventEndTime=end, **ask)
        assert [e["replay-name"] for e in cloud.received(url)] == [replay] * count
    assert cloud.events.describe_archive(ArchiveName="all")["EventCount"] == 1
    cloud.events.delete_archive(ArchiveName="all")


# ---- what is refused
def test_a_rule_has_five_targets_and_a_queue_that_exists(cloud: Cloud) -> None:
    _, arn = cloud.queue()
    name = cloud.rule({"Arn": arn}, {"detail-type": ["many"]})

    def put(*targets: dict[str, str]) -> None:
        cloud.events.put_targets(Rule=name, EventBusName="shop", Targets=targets)

    put(*({"Id": f"t{at}", "Arn": arn} for at in range(4)))
    put({"Id": "t0", "Arn": arn})
    with pytest.raises(ClientError, match="LimitExceededException"):
        put({"Id": "sixth", "Arn": arn})
    with pytest.raises(ClientError, match="does not exist"):
        put({"Id": "queue", "Arn": f"{arn}-gone"})


def test_a_bus_with_rules_is_not_deleted(cloud: Cloud) -> None:
    cloud.events.create_event_bus(Name="other")
    cloud.events.put_rule(Name="r", EventBusName="other", EventPattern='{"source": ["a"]}')
    with pytest.raises(ClientError, match="since it has rules"):
        cloud.events.delete_event_bus(Name="other")
    cloud.events.delete_rule(Name="r", EventBusName="other")
    cloud.events.delete_event_bus(Name="other")


def test_tags_are_of_the_rule_of_that_bus(cloud: Cloud) -> None:
    rule = {"Name": "same", "EventPattern": '{"source": ["a"]}'}
    own = [cloud.events.put_rule(**rule, **bus)["RuleArn"] for bus in ({}, {"EventBusName": "shop"})]
    cloud.events.tag_resource(ResourceARN=own[1], Tags=[{"Key": "a", "Value": "b"}])
    assert [len(cloud.events.list_tags_for_resource(ResourceARN=arn)["Tags"]) for arn in own] == [0, 1]


# ---- topics
def test_a_topic_sends_to_queues_by_their_filter_and_policy(cloud: Cloud) -> None:
    topic = cloud.sns.create_topic(Name="orders")["TopicArn"]
    (url, arn), (denied, denied_arn) = cloud.queue(sender="sns.amazonaws.com", source=topic), cloud.queue()
    policy = {"RawMessageDelivery": "true", "FilterPolicy": '{"kind": ["placed"]}'}
    for endpoint in (arn, denied_arn):
        cloud.sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=endpoint, Attributes=policy)
    for kind in ("placed", "paid"):
        kinds = {"kind": {"DataType": "String", "StringValue": kind}}
        cloud.sns.publish(TopicArn=topic, Message=json.dumps(kind), MessageAttributes=kinds)
    assert cloud.received(url) == ["placed"]
    assert cloud.received(denied) == []


def test_what_a_queue_does_not_allow_is_a_dead_letter_of_the_subscription(cloud: Cloud) -> None:
    topic = cloud.sns.create_topic(Name="moved")["TopicArn"]
    _, denied_arn = cloud.queue()
    dead, dead_arn = cloud.queue(sender="sns.amazonaws.com", source=topic)
    policy = {"RawMessageDelivery": "true", "RedrivePolicy": json.dumps({"deadLetterTargetArn": dead_arn})}
    cloud.sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=denied_arn, Attributes=policy)
    cloud.sns.publish(TopicArn=topic, Message='{"order": 7}')
    assert cloud.received(dead) == [{"order": 7}]


def test_a_topic_filters_by_network(cloud: Cloud) -> None:
    topic = cloud.sns.create_topic(Name="seen")["TopicArn"]
    url, arn = cloud.queue(sender="sns.amazonaws.com", source=topic)
    by_network = json.dumps({"detail": {"ip": [{"cidr": "10.0.0.0/24"}]}})
    policy = {"RawMessageDelivery": "true", "FilterPolicyScope": "MessageBody", "FilterPolicy": by_network}
    cloud.sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn, Attributes=policy)
    for ip in ("10.0.0.7", "10.0.1.7", "not an address"):
        cloud.sns.publish(TopicArn=topic, Message=json.dumps({"detail": {"ip": ip}}))
    assert cloud.received(url) == [{"detail": {"ip": "10.0.0.7"}}]
