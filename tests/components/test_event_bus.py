"""The bus: a rule for each subscription, whole events, nothing that is lost without a word."""

import json
from typing import Any, cast

import pulumi
import pytest
from examples import documented_arguments, example
from recording import Graph, assert_house_rules, record

from tenfold.components.event_bus import (
    ArchiveArgs,
    EventBus,
    EventBusArgs,
    SubscriptionArgs,
    check,
    publish_statement,
    rule_arn,
)

NAME = "shop-events"
KEY = "arn:aws:kms:us-east-1:123456789012:key/k"
MAIL = "arn:aws:sqs:us-east-1:123456789012:mail"
SUBSCRIPTION = {"event": "order-placed", "queue_arn": MAIL, "dead_letters_arn": f"{MAIL}-dead"}


def arguments(**args: Any) -> EventBusArgs:
    base = {"bus_name": "shop-prod", "kms_key_arn": KEY, "subscriptions": {"order-placed-to-mail": SUBSCRIPTION}}
    return cast(EventBusArgs, {**base, "tags": {"app": "shop"}, **args})


def bus(**args: Any) -> Graph:
    return record(lambda: EventBus(NAME, arguments(**args)).bus_name)


def test_each_subscription_has_a_rule_and_one_target_with_its_dead_letters() -> None:
    filtered = {**SUBSCRIPTION, "filter": '{"country":["de"]}'}
    graph = bus(subscriptions={"order-placed-to-mail": SUBSCRIPTION, "order-placed-to-tax": filtered})
    assert_house_rules(graph, NAME)
    patterns = {
        role: json.loads(graph[f"{NAME}-rule-order-placed-to-{role}"].inputs["eventPattern"])
        for role in ("mail", "tax")
    }
    assert patterns["mail"] == {"detail-type": ["order-placed"]}
    assert patterns["tax"] == {"detail-type": ["order-placed"], "detail": {"country": ["de"]}}
    target = graph[f"{NAME}-target-order-placed-to-mail"].inputs
    assert (target["arn"], target["deadLetterConfig"]) == (MAIL, {"arn": f"{MAIL}-dead"})
    assert not {"input", "inputPath", "inputTransformer"} & target.keys(), "the event arrives whole"
    assert target["retryPolicy"] == {"maximumEventAgeInSeconds": 86_400, "maximumRetryAttempts": 185}


def test_another_subscription_only_adds() -> None:
    one = bus()
    two = bus(subscriptions={"order-placed-to-mail": SUBSCRIPTION, "order-placed-to-tax": SUBSCRIPTION})
    before = {r.name: r.inputs for r in one if r.name != NAME}
    after = {r.name: r.inputs for r in two if r.name != NAME}
    assert before.items() <= after.items()


def test_events_patterns_and_archives_are_under_the_key_and_its_failure_loses_nothing() -> None:
    graph = bus(archives={"order-placed": {"keep_days": 30}})
    assert graph[f"{NAME}-bus"].inputs["kmsKeyIdentifier"] == KEY
    archive = graph[f"{NAME}-archive-order-placed"]
    assert (archive.inputs["kmsKeyIdentifier"], archive.inputs["retentionDays"], archive.protect) == (KEY, 30, True)
    assert json.loads(archive.inputs["eventPattern"]) == {"detail-type": ["order-placed"]}
    dead = graph[f"{NAME}-dead-letters"]
    assert dead.inputs["sqsManagedSseEnabled"] is True and dead.protect
    [allow, deny] = json.loads(graph[f"{NAME}-dead-letters-policy"].inputs["policy"])["Statement"]
    assert allow["Condition"] == {
        "ArnEquals": {"aws:SourceArn": "arn:aws:events:us-east-1:123456789012:event-bus/shop-prod"}
    }
    assert deny["Effect"] == "Deny"


def test_what_may_be_thrown_away_is_not_protected() -> None:
    graph = bus(archives={"order-placed": {"keep_days": 30}}, throwaway=True)
    assert not any(resource.protect for resource in graph)


def test_a_rule_s_arn_is_known_before_the_rule_and_publishing_is_for_one_bus() -> None:
    found = record(lambda: rule_arn("shop-prod", "order-placed-to-mail", pulumi.InvokeOptions())).result
    assert found == "arn:aws:events:us-east-1:123456789012:rule/shop-prod/order-placed-to-mail"
    assert publish_statement("arn:bus") == {
        "Sid": "PublishEvents", "Effect": "Allow", "Action": ["events:PutEvents"], "Resource": "arn:bus",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("args", "words"),
    [
        ({"archives": {"order-placed": {"keep_days": 0}}}, "at least 1"),
        ({"subscriptions": {"a" * 65: SUBSCRIPTION}}, "at most 64"),
        ({"subscriptions": {"a": {**SUBSCRIPTION, "filter": "{"}}}, "not JSON"),
        ({"subscriptions": {"a": {**SUBSCRIPTION, "filter": "[]"}}}, "must be an object"),
        ({"subscriptions": {"a": {**SUBSCRIPTION, "filter": json.dumps({"a": ["x" * 4100]})}}}, "4,096"),
    ],
)
def test_what_eventbridge_does_not_take_is_refused_with_what_is_right(args: dict[str, Any], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        check(arguments(**args))


def test_the_page_s_example_runs_and_its_tables_are_complete() -> None:
    graph = example("event_bus")
    policy = json.loads(graph["shop-queue-mail-policy"].inputs["policy"])
    [allow, _] = policy["Statement"]
    rule = graph["shop-events-rule-order-placed-to-mail"]
    [source] = allow["Condition"]["ArnEquals"]["aws:SourceArn"]
    assert source.endswith(f":rule/shop/{rule.inputs['name']}")
    arguments = {*EventBusArgs.__annotations__, *SubscriptionArgs.__annotations__, *ArchiveArgs.__annotations__}
    assert documented_arguments("event_bus") >= arguments
