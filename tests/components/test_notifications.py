"""Who is told: subscriptions by address, an encrypted topic that only this account's alarms and budgets publish to."""

import json
from typing import Any, cast

import pulumi
import pytest
from examples import documented_arguments, example
from hypothesis import given
from hypothesis import strategies as st
from recording import Graph, assert_house_rules, record

from tenfold.components.notifications import (
    Notifications,
    NotificationsArgs,
    OtherRegionArgs,
    Target,
    existing,
    targets,
)

KEY = "arn:aws:kms:us-east-1:123456789012:key/k"
EXISTING = "arn:aws:sns:us-east-1:123456789012:on-call"


def notifications(*notify: str, **args: Any) -> Graph:
    inputs = {"kms_key_arn": KEY, "notify": list(notify), "tags": {"app": "shop"}, **args}

    def program() -> Any:
        made = Notifications("shop-notifications", cast(NotificationsArgs, inputs))
        return pulumi.Output.all(made.topic_arn, made.topic_arns)

    return record(program)


def test_house_rules() -> None:
    assert_house_rules(notifications("email:ops@example.com"), "shop-notifications")


def test_alarms_in_another_region_have_a_topic_there_with_the_same_people() -> None:
    own, far = "arn:aws:sns:us-east-1:123456789012:on-call", "arn:aws:sns:eu-west-1:123456789012:on-call"
    key = KEY.replace("us-east-1", "eu-west-1")
    graph = notifications(
        "email:ops@example.com", own, far, other_regions={"eu-west-1": {"role": "far", "kms_key_arn": key}}
    )
    assert_house_rules(graph, "shop-notifications")
    people = graph["shop-notifications-far-email-ops-example-com"].inputs
    assert (people["region"], people["topic"]) == (
        "eu-west-1",
        "arn:aws:sns:us-east-1:123456789012:shop-notifications-far-topic",
    )
    assert graph["shop-notifications-far-topic"].inputs["kmsMasterKeyId"] == key
    assert "region" not in graph["shop-notifications-topic"].inputs
    wanted = targets([own, far])
    assert (existing(wanted, "us-east-1"), existing(wanted, "eu-west-1")) == ([own], [far]), "each in its region"
    with pytest.raises(ValueError, match="eu-west-1"):
        notifications(far)
    with pytest.raises(ValueError, match="us-east-1 is the topic's own region; leave it out"):
        notifications(other_regions={"us-east-1": {"role": "far", "kms_key_arn": KEY}})


def test_the_topic_is_encrypted_and_closed_to_strangers() -> None:
    graph = notifications()
    assert graph["shop-notifications-topic"].inputs["kmsMasterKeyId"] == KEY
    *statements, refused = json.loads(graph["shop-notifications-policy"].inputs["policy"])["Statement"]
    assert (refused["Effect"], refused["Condition"]) == ("Deny", {"Bool": {"aws:SecureTransport": "false"}})
    publishers = {statement["Principal"]["Service"] for statement in statements}
    assert publishers == {"cloudwatch.amazonaws.com", "budgets.amazonaws.com"}
    assert all(s["Condition"] == {"StringEquals": {"aws:SourceAccount": "123456789012"}} for s in statements)


def test_subscriptions_and_existing_topics() -> None:
    graph = notifications("email:ops@example.com", "https://hooks.example.com/x", EXISTING)
    found = {r.inputs["protocol"]: r.inputs["endpoint"] for r in graph.of("sns/topicSubscription:TopicSubscription")}
    assert found == {"email": "ops@example.com", "https": "https://hooks.example.com/x"}
    own, told = graph.result
    assert told == [own, EXISTING]


def test_names_come_from_addresses_and_hide_tokens() -> None:
    graph = notifications("email:ops@example.com", "https://user:word@hooks.example.com/services/T0/SECRET")
    names = sorted(graph.names("sns/topicSubscription:TopicSubscription"))
    assert names[0] == "shop-notifications-email-ops-example-com"
    assert names[1].startswith("shop-notifications-https-hooks-example-com-")
    assert len({target.role for target in targets(["email:a.b@c.com", "email:a-b@c.com", "email:A.b@c.com"])}) == 3
    assert not any("SECRET" in name or "word" in name for name in names)


ADDRESSES = st.from_regex(r"[a-z]{1,8}@[a-z]{1,8}\.(com|org)", fullmatch=True).map(lambda address: f"email:{address}")


@given(st.lists(ADDRESSES, max_size=6, unique=True), ADDRESSES)
def test_adding_somebody_renames_nobody(some: list[str], another: str) -> None:
    before, after = [t.role for t in targets(some)], [t.role for t in targets([another, *some])]
    assert set(before) <= set(after)
    assert len(targets([*some, *some])) == len(some), "each once"


@pytest.mark.parametrize(
    "entry",
    ["ops@example.com", "email:ops", "slack:#ops", "http://example.com", "https:", "arn:aws:sqs:us-east-1:1:q", ""],
)
def test_what_cannot_be_notified_is_refused_with_examples(entry: str) -> None:
    with pytest.raises(ValueError, match=r"email:ops@example\.com"):
        targets([entry])


def test_both_ways_to_write_a_hook() -> None:
    assert targets(["https:hooks.example.com/x", "https://hooks.example.com/x"]) == [
        Target("https", "https://hooks.example.com/x")
    ]


def test_documentation() -> None:
    assert_house_rules(example("notifications"), "shop-notifications")
    assert documented_arguments("notifications") >= {
        *NotificationsArgs.__annotations__,
        *OtherRegionArgs.__annotations__,
    }
