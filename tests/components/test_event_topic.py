"""The topic: the message as it was published, to each queue by its filter, nothing that is lost without a word."""

import json
from typing import Any, cast

import pulumi
import pytest
from examples import documented_arguments, example
from recording import Graph, assert_house_rules, record

from tenfold.components.event_topic import (
    EventTopic,
    EventTopicArgs,
    TopicOrder,
    TopicSubscriptionArgs,
    check,
    publish_statements,
    topic_arn,
)

NAME = "shop-topic-order-placed"
KEY = "arn:aws:kms:us-east-1:123456789012:key/k"
MAIL = "arn:aws:sqs:us-east-1:123456789012:mail"
SUBSCRIPTION = {"queue_arn": MAIL, "dead_letters_arn": f"{MAIL}-dead"}


def arguments(**args: Any) -> EventTopicArgs:
    base = {"topic_name": "shop-prod-order-placed", "kms_key_arn": KEY, "subscriptions": {"to-mail": SUBSCRIPTION}}
    return cast(EventTopicArgs, {**base, "tags": {"app": "shop"}, **args})


def topic(**args: Any) -> Graph:
    return record(lambda: EventTopic(NAME, arguments(**args)).topic_arn)


def test_a_queue_gets_the_message_as_it_was_published_by_a_filter_over_its_detail() -> None:
    graph = topic(subscriptions={"to-mail": SUBSCRIPTION, "to-tax": {**SUBSCRIPTION, "filter": '{"country":["de"]}'}})
    assert_house_rules(graph, NAME)
    plain, filtered = (graph[f"{NAME}-to-{queue}"].inputs for queue in ("mail", "tax"))
    assert (plain["protocol"], plain["endpoint"], plain["rawMessageDelivery"]) == ("sqs", MAIL, True)
    assert json.loads(plain["redrivePolicy"]) == {"deadLetterTargetArn": f"{MAIL}-dead"}
    assert "filterPolicy" not in plain
    assert json.loads(filtered["filterPolicy"]) == {"detail": {"country": ["de"]}}
    assert filtered["filterPolicyScope"] == "MessageBody"


def test_nothing_without_tls_and_nothing_in_plain_text_at_rest() -> None:
    graph = topic()
    assert graph[f"{NAME}-topic"].inputs["kmsMasterKeyId"] == KEY
    [refused] = json.loads(graph[f"{NAME}-policy"].inputs["policy"])["Statement"]
    assert (refused["Effect"], refused["Action"]) == ("Deny", "sns:Publish")
    assert refused["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}


def test_in_order_within_each_group_and_the_publisher_says_what_is_the_same() -> None:
    made = topic(order="fifo")[f"{NAME}-topic"].inputs
    assert made["name"] == "shop-prod-order-placed.fifo" and made["fifoTopic"] is True
    assert (made["contentBasedDeduplication"], made["fifoThroughputScope"]) == (False, "MessageGroup")
    assert not {"fifoTopic", "contentBasedDeduplication"} & topic()[f"{NAME}-topic"].inputs.keys()


def test_another_subscription_only_adds() -> None:
    one, two = topic(), topic(subscriptions={"to-mail": SUBSCRIPTION, "to-tax": SUBSCRIPTION})
    before, after = ({r.name: r.inputs for r in graph if r.name != NAME} for graph in (one, two))
    assert before.items() <= after.items() and len(after) == len(before) + 1


def test_a_topic_s_arn_is_known_before_it_and_publishing_is_for_named_topics() -> None:
    def arn(order: TopicOrder) -> Any:
        return record(lambda: topic_arn("shop-prod-paid", order, pulumi.InvokeOptions())).result

    assert arn(TopicOrder.NONE) == "arn:aws:sns:us-east-1:123456789012:shop-prod-paid"
    assert arn(TopicOrder.FIFO) == "arn:aws:sns:us-east-1:123456789012:shop-prod-paid.fifo"
    publish, encrypt = publish_statements(["arn:topic"], KEY)
    assert (publish["Action"], publish["Resource"]) == (["sns:Publish"], ["arn:topic"])
    assert (encrypt["Action"], encrypt["Resource"]) == (["kms:Decrypt", "kms:GenerateDataKey"], KEY)


@pytest.mark.parametrize(
    ("args", "words"),
    [
        ({"order": "lifo"}, 'must be "none" or "fifo"'),
        ({"topic_name": "a" * 252, "order": "fifo"}, "257 characters; SNS takes 256"),
        ({"subscriptions": {"a": {**SUBSCRIPTION, "filter": "{"}}}, "not JSON"),
        ({"subscriptions": {"a": {**SUBSCRIPTION, "filter": "[]"}}}, "must be an object"),
    ],
)
def test_what_sns_does_not_take_is_refused_with_what_is_right(args: dict[str, Any], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        check(arguments(**args))


def test_the_page_s_example_runs_and_its_tables_are_complete() -> None:
    graph = example("event_topic")
    [allow, _] = json.loads(graph["shop-queue-stock-policy"].inputs["policy"])["Statement"]
    made = graph["shop-topic-basket-changed-topic"].inputs
    [source] = allow["Condition"]["ArnEquals"]["aws:SourceArn"]
    assert source.endswith(f":{made['name']}")
    assert documented_arguments("event_topic") >= {
        *EventTopicArgs.__annotations__,
        *TopicSubscriptionArgs.__annotations__,
    }
