"""Events in a stack: a rule and a policy for each pair, a bus that may use the key, and only adding when one comes."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from tenfold.blueprints.architecture import Architecture
from tenfold.blueprints.resolve import load
from tenfold.diff.compare import compare
from tenfold.graph import Graph
from tenfold.recorder.light.record import record
from tenfold.recorder.program import run_of
from tests.stacks import graphs, properties
from tests.stacks.graphs import Case
from tests.stacks.mocks import deployed
from tests.stacks.test_stack_queues import ORDERS, identities

LONGEST = f"an-event-{'of-the-longest-name' * 2}"[:40]
TWENTY = {f"queue-of-20-letters{last}": ORDERS for last in "abcdefghijklmnopqrst"}
QUEUES = {"stock": ORDERS, "mail": ORDERS}
PLACED = {"order-placed": {"to": ["stock", "mail"], "filter": {"mail": {"total": [{"numeric": [">", 10]}]}}}}


def architecture(folder: Path, queues: Mapping[str, Any], events: Mapping[str, Any], **more: Any) -> Architecture:
    """With the longest name that a blueprint may have."""
    app = {"image": "ghcr.io/acme/shop:1.4.2", "stateless": True}
    base = {"name": "a-name-of-24-charactersx", "stage": 3, "with": ["queues", "events"], "app": app}
    file = folder / "blueprint.yaml"
    file.write_text(json.dumps({**base, "queues": queues, "events": events, **more}))
    found = load(file)
    assert found.architecture, found.problems
    return found.architecture


def graph(folder: Path, events: Mapping[str, Any], **more: Any) -> Graph:
    return record(run_of(architecture(folder, QUEUES, events, **more)))


@pytest.mark.parametrize(
    ("queues", "events"),
    [(QUEUES, PLACED), (TWENTY, {LONGEST: {"to": list(TWENTY)}}), (QUEUES, {"paid": {"to": ["mail"], "keep": "none"}})],
    ids=["two", "the longest names", "no archive"],
)
def test_every_stack_s_properties_hold(tmp_path: Path, queues: dict[str, Any], events: dict[str, Any]) -> None:
    made = architecture(tmp_path, queues, events)
    assert properties.complaints(record(run_of(made)), made) == []


def test_each_queue_and_its_dead_letters_let_its_rules_send_and_nobody_else(tmp_path: Path) -> None:
    made = graph(tmp_path, {**PLACED, "paid": {"to": ["mail"]}})
    policies = {r.name.rpartition("queue-")[2]: r.inputs["policy"] for r in made if r.type.endswith(":QueuePolicy")}
    for policy, rules in (
        ("stock-policy", ["order-placed-to-stock"]),
        ("mail-policy", ["order-placed-to-mail", "paid-to-mail"]),
        ("mail-dead-letters-policy", ["order-placed-to-mail", "paid-to-mail"]),
    ):
        [allow] = [s for s in json.loads(str(policies[policy]))["Statement"] if s["Effect"] == "Allow"]
        assert [arn.rpartition("/")[2] for arn in allow["Condition"]["ArnEquals"]["aws:SourceArn"]] == rules


def test_the_application_finds_the_bus_and_publishes_there_only(tmp_path: Path) -> None:
    made = graph(tmp_path, PLACED)
    [settings] = [r.inputs["values"] for r in made if r.type == "tenfold:index:Settings"]
    assert isinstance(settings, dict) and "EVENT_BUS_NAME" in settings
    [policy] = [
        text
        for r in made
        if r.type == "aws:iam/rolePolicy:RolePolicy"
        if "PutEvents" in (text := str(r.inputs["policy"]))
    ]
    assert "events:*" not in policy and "PutRule" not in policy


TOPICS = {"moved": {"to": ["stock", "mail"], "via": "topic", "filter": {"mail": {"total": [5]}}}}


def test_a_topic_needs_no_bus_and_its_queues_let_it_send(tmp_path: Path) -> None:
    of = architecture(tmp_path, QUEUES, TOPICS)
    made = record(run_of(of))
    assert properties.complaints(made, of) == []
    assert not [r for r in made if r.type.startswith("aws:cloudwatch/event")]
    policies = [str(r.inputs["policy"]) for r in made if r.type.endswith(":QueuePolicy")]
    assert len(policies) == 4 and all(
        ":sns:us-east-1:123456789012:a-name-of-24-charactersx-base-moved" in p for p in policies
    )
    [settings] = [r.inputs["values"] for r in made if r.type == "tenfold:index:Settings"]
    assert isinstance(settings, dict) and "EVENT_MOVED_TOPIC_ARN" in settings and "EVENT_BUS_NAME" not in settings
    roles = [
        text for r in made if r.type == "aws:iam/rolePolicy:RolePolicy" if "sns:" in (text := str(r.inputs["policy"]))
    ]
    assert len(roles) == 1 and "sns:Publish" in roles[0] and "PutEvents" not in roles[0]
    [key] = [r for r in made if r.type == "aws:kms/key:Key"]
    assert "EventsLook" not in str(key.inputs["policy"])


def test_a_service_publishes_on_the_topics_of_its_events_and_on_no_other(tmp_path: Path) -> None:
    search = {"image": "ghcr.io/acme/search:0.9.0", "route": "/search/*", "publishes": ["moved"]}
    events = {**TOPICS, **PLACED, "sold": {"to": ["mail"], "via": "topic"}}
    made = graph(tmp_path, events, services={"search": search}, stage=6, name="shop", **{"with": []})
    [policy] = [str(r.inputs["policy"]) for r in made if r.name == "shop-service-search-fleet-policy"]
    assert "sns:Publish" in policy and "PutEvents" not in policy and "topic-sold" not in policy
    [values] = [r.inputs["values"] for r in made if r.name == "shop-service-search-settings"]
    assert isinstance(values, dict)
    assert "EVENT_MOVED_TOPIC_ARN" in values and not {"EVENT_SOLD_TOPIC_ARN", "EVENT_BUS_NAME"} & set(values)


def test_only_a_stack_with_events_lets_eventbridge_use_its_key(tmp_path: Path) -> None:
    def sids(events: Mapping[str, Any]) -> set[str]:
        [key] = [r for r in graph(tmp_path, events) if r.type == "aws:kms/key:Key"]
        return {statement["Sid"] for statement in json.loads(str(key.inputs["policy"]))["Statement"]}

    assert sids(PLACED) - sids({}) == {"Events", "EventsLook"}


def test_another_event_only_adds(tmp_path: Path) -> None:
    """The other events, their queues and archives stay as they are; the new one's queues let its rule send."""
    one = identities(graph(tmp_path, PLACED))
    two = identities(graph(tmp_path, {**PLACED, "paid": {"to": ["mail"]}}))
    assert set(one) <= set(two)
    changed = {urn.rpartition("::")[2].removeprefix("a-name-of-24-charactersx-") for urn in one if one[urn] != two[urn]}
    assert changed == {"queue-mail-policy", "queue-mail-dead-letters-policy", "signals-dashboard"}


def test_from_stage_5_to_6_the_example_only_adds() -> None:
    """What exists stays as it is, except the key's policy, who may use what, what is observed, and the jobs, which
    leave the fleet's servers."""
    before, after = (identities(graphs.graph(Case("market", stage, "prod"))) for stage in (5, 6))
    assert set(before) <= set(after)
    names = {urn.rpartition("::")[2] for urn in after if urn not in before}
    tiers = (
        "market-queue-",
        "market-events-",
        "market-topic-",
        "market-workers",
        "market-service-",
        "market-settings-",
        "market-signals-",
    )
    assert {name for name in names if not name.startswith(tiers)} == set()
    changed = {urn.rpartition("::")[2] for urn in before if before[urn] != after[urn]}
    assert changed == {
        "market-encryption-key",
        "market-fleet-policy",
        "market-fleet-template",
        "market-signals-dashboard",
    }


def test_a_service_that_listens_works_on_its_own_queue_and_jobs_do_not(tmp_path: Path) -> None:
    search = {"image": "ghcr.io/acme/search:0.9.0", "route": "/search/*", "listens_to": ["order-placed"]}
    app = {"image": "ghcr.io/acme/shop:1.4.2", "stateless": True, "jobs": {"command": ["worker"]}}
    more = {"services": {"search": search}, "app": app, "stage": 6, "name": "shop", "with": []}
    of = architecture(tmp_path, {**QUEUES, "search": ORDERS}, PLACED, **more)
    made = record(run_of(of))
    assert properties.complaints(made, of) == []
    assert "order-placed-to-search" in {str(r.inputs["name"]) for r in made if r.type.endswith(":EventRule")}
    roles = {r.name: str(r.inputs["policy"]) for r in made if r.type == "aws:iam/rolePolicy:RolePolicy"}

    def works_on(role: str) -> set[str]:
        [policy] = [text for name, text in roles.items() if name.endswith(f"-{role}-policy")]
        [work] = [s for s in policy.split('"Sid"') if "sqs:ReceiveMessage" in s]
        return {queue for queue in of.queues if f"queue-{queue}-queue" in work}

    assert works_on("service-search-fleet") == {"search"} and works_on("workers") == {"stock", "mail"}
    backlogs = {r.name for r in made if r.type.endswith(":MetricAlarm") and "-backlog-" in r.name}
    assert backlogs and not any("-search" in name for name in backlogs)


def test_aws_takes_twenty_subscriptions_with_the_longest_names(tmp_path: Path) -> None:
    with deployed(architecture(tmp_path, TWENTY, {LONGEST: {"to": list(TWENTY)}})) as cloud:
        events = cloud.client("events")
        rules = [r["Name"] for r in events.list_rules(EventBusName="a-name-of-24-charactersx-base")["Rules"]]
        own = [rule for rule in rules if not rule.startswith("Events-Archive-")]
        assert len(own) == 20 and max(map(len, own)) == 64
        [archive] = events.list_archives()["Archives"]
        assert len(archive["ArchiveName"]) <= 48


@pytest.mark.parametrize(
    ("before", "after", "missed"),
    [
        ({"via": "bus"}, {"via": "topic"}, "events-rule-paid-to-mail"),
        ({"via": "topic"}, {"via": "bus"}, "topic-paid-to-mail"),
        ({"to": ["mail", "stock"]}, {"to": ["mail"]}, "events-rule-paid-to-stock"),
        ({"to": ["mail"]}, {"to": ["mail", "stock"]}, None),
    ],
    ids=["to a topic", "to the bus", "one queue less", "one queue more"],
)
def test_a_change_says_whom_the_publisher_no_longer_reaches(
    tmp_path: Path, before: dict[str, Any], after: dict[str, Any], missed: str | None
) -> None:
    one, two = (graph(tmp_path, {"paid": {"to": ["mail"], **spec}}) for spec in (before, after))
    changes = {c.name.removeprefix("a-name-of-24-charactersx-"): c.interrupts for c in compare(one, two).interruptions}
    assert list(changes) == ([missed] if missed else [])
    assert all("reaches this queue no more" in why for why in changes.values())
