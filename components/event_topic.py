"""EventTopic: one kind of event, passed on to every queue that subscribes to it."""

import json
from collections.abc import Sequence
from enum import StrEnum
from typing import Any, NotRequired, TypedDict

import pulumi
import pulumi_aws as aws

from tenfold.components.parts import policies
from tenfold.components.parts.component import Component
from tenfold.components.plans.choices import check_choice
from tenfold.components.plans.filters import check_filter

TOPIC_NAME = 256  # characters with `.fifo`: CreateTopic, API reference


class TopicOrder(StrEnum):
    NONE = "none"
    FIFO = "fifo"


class TopicSubscriptionArgs(TypedDict):
    queue_arn: pulumi.Input[str]
    """The queue that receives them, FIFO where the topic is, whose policy lets `topic_arn` send. Change: replaces the
    subscription."""
    dead_letters_arn: pulumi.Input[str]
    """The queue for what cannot be delivered, of the same order and with the same in its policy. Change: in place."""
    filter: NotRequired[str]
    """A pattern over the event's detail, as JSON. Default: all events. Change: in place, within 15 minutes."""


class EventTopicArgs(TypedDict):
    topic_name: str
    """Physical name of the topic, without `.fifo`: policies of queues name it. Change: replaces the topic; what its
    publishers send to the former one reaches nobody."""
    subscriptions: dict[str, TopicSubscriptionArgs]
    """Who receives it, by name. Change: adds and removes subscriptions."""
    order: NotRequired[TopicOrder]
    """`none`, or `fifo`: in order within each message group, to FIFO queues. Default: `none`. Change: replaces the
    topic."""
    kms_key_arn: pulumi.Input[str]
    """Key for messages while SNS has them; whoever publishes must be allowed to use it. Change: in place."""
    tags: NotRequired[dict[str, pulumi.Input[str]]]
    """Tags of the topic. Default: none. Change: in place."""


class EventTopic(Component[EventTopicArgs]):
    """A topic, its policy, and a subscription for each queue: the message as it was published (raw delivery), a filter
    over its body, and dead letters of the queue that should have had it.

    Nothing is protected, because a topic keeps nothing.
    """

    topic_arn: pulumi.Output[str]
    """ARN of the topic, to publish on."""
    topic_name: pulumi.Output[str]
    """Name of the topic."""

    def __init__(self, name: str, args: EventTopicArgs, opts: pulumi.ResourceOptions | None = None):
        super().__init__(name, args, opts)
        check(args)
        topic = aws.sns.Topic(
            f"{name}-topic",
            name=physical_name(args["topic_name"], _order(args)),
            kms_master_key_id=args["kms_key_arn"],
            **_ordering(_order(args)),
            tags=self._tags(f"{name}-topic"),
            opts=self._child(),
        )
        aws.sns.TopicPolicy(
            f"{name}-policy",
            arn=topic.arn,
            policy=policies.document(policies.refuse_plain_text(topic.arn, "sns")),
            opts=self._child(),
        )
        for role, to in args["subscriptions"].items():
            aws.sns.TopicSubscription(
                f"{name}-{role}",
                topic=topic.arn,
                protocol="sqs",
                endpoint=to["queue_arn"],
                raw_message_delivery=True,
                **_filter(to),
                redrive_policy=pulumi.Output.json_dumps({"deadLetterTargetArn": to["dead_letters_arn"]}),
                opts=self._child(),
            )
        self.topic_arn, self.topic_name = topic.arn, topic.name
        self._register()


def physical_name(topic_name: str, order: TopicOrder) -> str:
    return f"{topic_name}.fifo" if order == TopicOrder.FIFO else topic_name


def topic_arn(topic_name: str, order: TopicOrder, call: pulumi.InvokeOptions) -> pulumi.Output[str]:
    """Of a topic in the region and account of `call`, for the policies of its queues, which have to be there before
    the topic sends."""
    account, region = aws.get_caller_identity(opts=call), aws.get_region(opts=call)
    partition = aws.get_partition(opts=call).partition
    name = physical_name(topic_name, order)
    return pulumi.Output.from_input(f"arn:{partition}:sns:{region.region}:{account.account_id}:{name}")


def publish_statements(
    topic_arns: Sequence[pulumi.Input[str]], kms_key_arn: pulumi.Input[str]
) -> list[policies.Statement]:
    """For a role that publishes, on these topics only. SNS encrypts with the rights of whoever publishes (SNS Developer
    Guide, "Managing Amazon SNS encryption keys and costs")."""
    return [
        policies.allow("PublishToTopics", ["sns:Publish"], list(topic_arns)),
        policies.allow("EncryptTopics", ["kms:Decrypt", "kms:GenerateDataKey"], kms_key_arn),
    ]


def check(args: EventTopicArgs) -> None:
    """Raises ValueError, with what is right, for what SNS does not take."""
    name = physical_name(args["topic_name"], _order(args))
    if len(name) > TOPIC_NAME:
        raise ValueError(f"topic_name: {len(name)} characters; SNS takes {TOPIC_NAME}, `.fifo` among them")
    for role, to in args["subscriptions"].items():
        check_filter(role, to.get("filter"))


def _order(args: EventTopicArgs) -> TopicOrder:
    return check_choice("order", args.get("order", TopicOrder.NONE), TopicOrder)


def _ordering(order: TopicOrder) -> dict[str, Any]:
    """A message group at a time is in order, so that groups do not share a limit (CreateTopic, FifoThroughputScope);
    the publisher names what is the same event, as of a FIFO queue."""
    if order == TopicOrder.NONE:
        return {}
    return {"fifo_topic": True, "content_based_deduplication": False, "fifo_throughput_scope": "MessageGroup"}


def _filter(to: TopicSubscriptionArgs) -> dict[str, Any]:
    """Over the body, where the event's detail is `detail`, as it is in an event of a bus."""
    if not (filter := to.get("filter")):
        return {}
    body = {"detail": json.loads(filter)}
    return {"filter_policy": json.dumps(body, ensure_ascii=False), "filter_policy_scope": "MessageBody"}
