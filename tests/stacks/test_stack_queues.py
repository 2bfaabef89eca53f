"""Queues in a stack: the application finds them, may use them and nothing more, and somebody hears of dead letters."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from tenfold.blueprints.architecture import Architecture
from tenfold.blueprints.resolve import load
from tenfold.blueprints.rules.families import family_settings
from tenfold.components.plans import contract
from tenfold.diff import compare
from tenfold.failure import Failure
from tenfold.graph import Graph
from tenfold.recorder.light.record import record
from tenfold.recorder.program import run_of
from tenfold.refusals import losses
from tests.stacks import graphs, properties
from tests.stacks.graphs import Case
from tests.stacks.mocks import deployed

ROOT = Path(__file__).parents[2]
ORDERS = {"acceptable_delay": "30s", "message_takes": "2s"}
LONGEST = {f"queue-of-20-letters{last}": {**ORDERS, "order": "fifo"} for last in "abcdefghijklmnopqrst"}


def architecture(folder: Path, queues: Mapping[str, object], **more: object) -> Architecture:
    """With the longest name that a blueprint may have."""
    app = {"image": "ghcr.io/acme/shop:1.4.2", "stateless": True}
    said = {"name": "a-name-of-24-charactersx", "stage": 3, "with": ["queues"], "app": app, "queues": queues, **more}
    file = folder / "blueprint.yaml"
    file.write_text(json.dumps(said))
    found = load(file)
    assert found.architecture and not found.problems, found.problems
    return found.architecture


def graph(folder: Path, queues: Mapping[str, object], **more: object) -> Graph:
    return record(run_of(architecture(folder, queues, **more)))


def identities(made: Graph) -> dict[str, Any]:
    return {resource.urn: resource.inputs for resource in made if resource.custom}


@pytest.mark.parametrize("queues", [{"orders": ORDERS}, LONGEST], ids=["one", "twenty with the longest names"])
def test_every_stack_s_properties_hold(tmp_path: Path, queues: dict[str, object]) -> None:
    made = architecture(tmp_path, queues)
    assert properties.complaints(record(run_of(made)), made) == []


def test_the_application_finds_each_queue_under_its_name(tmp_path: Path) -> None:
    of = architecture(tmp_path, {"orders": ORDERS, "order-mail": ORDERS})
    made = record(run_of(of))
    [component] = [resource for resource in made if resource.type == "tenfold:index:Settings"]
    values = component.inputs["values"]
    assert isinstance(values, dict)
    keys = {key for key in values if key.startswith("QUEUE_")}
    assert keys == {"QUEUE_ORDERS_URL", "QUEUE_ORDER_MAIL_URL"}
    assert keys == set(family_settings(of)), "the rule that keeps them free knows the same names"
    assert keys == set(contract.family("QUEUE_<NAME>_URL", {"orders": "", "order-mail": ""}))


def test_hosts_send_and_work_and_cannot_empty_or_change_a_queue(tmp_path: Path) -> None:
    made = graph(tmp_path, {"orders": ORDERS})
    policies = [str(r.inputs["policy"]) for r in made if r.type == "aws:iam/rolePolicy:RolePolicy"]
    [policy] = [text for text in policies if "sqs:SendMessage" in text]
    assert all(
        action in policy for action in ("sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:ChangeMessageVisibility")
    )
    assert "sqs:PurgeQueue" not in policy and "sqs:*" not in policy and "dead-letters" not in policy


def test_somebody_hears_of_late_messages_and_of_dead_letters(tmp_path: Path) -> None:
    made = graph(tmp_path, {"orders": ORDERS})
    alarms = {r.name: r.inputs for r in made if r.type == "aws:cloudwatch/metricAlarm:MetricAlarm"}
    late = next(inputs for name, inputs in alarms.items() if name.endswith("queue-orders-age"))
    dead = next(inputs for name, inputs in alarms.items() if name.endswith("queue-orders-dead-letters-any"))
    assert (late["metricName"], late["threshold"]) == ("ApproximateAgeOfOldestMessage", 60.0)
    assert (dead["metricName"], dead["threshold"]) == ("ApproximateNumberOfMessagesVisible", 0.0)
    assert "dead-letters" in str(dead["dimensions"])


def test_another_queue_only_adds(tmp_path: Path) -> None:
    """The first queue, its dead letters and its alarms stay as they are."""
    one, two = (
        identities(graph(tmp_path, {"orders": ORDERS})),
        identities(graph(tmp_path, {"orders": ORDERS, "mail": ORDERS})),
    )
    assert set(one) <= set(two)
    changed = {urn.rpartition("::")[2] for urn in one if one[urn] != two[urn]}
    assert {name for name in changed if "queue" in name} == set()
    assert all(part in name for name in changed for part in ("a-name-of-24",)) and len(changed) <= 3, changed


@pytest.mark.parametrize("after", [{}, {"mail": {**ORDERS, "order": "fifo"}}], ids=["removed", "another order"])
def test_a_queue_with_what_waits_in_it_goes_only_when_that_is_said(tmp_path: Path, after: dict[str, object]) -> None:
    """SQS does not change the order of a queue: it would be another one, and an empty one."""
    before, wanted = graph(tmp_path, {"mail": ORDERS}), graph(tmp_path, after)
    state = [{"urn": resource.urn, "protect": resource.protect} for resource in before]
    lost = {change.name for change in losses.losses(state, compare(before, wanted))}
    assert lost == {f"a-name-of-24-charactersx-queue-mail-{part}" for part in ("queue", "dead-letters")}


def test_who_wants_another_order_is_told_the_way(tmp_path: Path) -> None:
    in_order = architecture(tmp_path, {"mail": {**ORDERS, "order": "fifo"}})
    difference = compare(graph(tmp_path, {"mail": ORDERS}), record(run_of(in_order)))
    state = [{"urn": change.urn, "protect": True} for change in difference.changes]
    with pytest.raises(Failure) as refused:
        losses.refuse_loss(losses.losses(state, difference), in_order, 6)
    assert 'by a second one: docs/queues.md, "Another order"' in " ".join(refused.value.remedies)
    assert "\n## Another order\n" in (ROOT / "docs" / "queues.md").read_text(encoding="utf-8")


def test_aws_takes_twenty_queues_with_the_longest_names(tmp_path: Path) -> None:
    with deployed(architecture(tmp_path, LONGEST)) as cloud:
        urls = cloud.client("sqs").list_queues()["QueueUrls"]
        assert len(urls) == 40 and all(url.endswith(".fifo") for url in urls)
        assert max(len(url.rpartition("/")[2]) for url in urls) <= 80


def test_from_stage_5_to_6_the_example_only_adds() -> None:
    """What exists stays as it is, except who may use what, what is observed, and the jobs, which leave the fleet's
    servers."""
    before, after = identities(graphs.graph(Case("iot", 5, "prod"))), identities(graphs.graph(Case("iot", 6, "prod")))
    assert set(before) <= set(after)
    names = {urn.rpartition("::")[2] for urn in after if urn not in before}
    tiers = {"iot-queue-", "iot-workers", "iot-settings-", "iot-signals-"}
    assert {name for name in names if not name.startswith(tuple(tiers))} == set()
    changed = {urn.rpartition("::")[2] for urn in before if before[urn] != after[urn]}
    assert changed == {"iot-fleet-policy", "iot-fleet-template", "iot-signals-dashboard"}


JOBS = {"image": "ghcr.io/acme/shop:1.4.2", "stateless": True, "jobs": {"command": ["worker"]}}
FOR_ALL = {"s3", "ec2messages", "api", "dkr", "kms", "logs", "monitoring", "secretsmanager", "ssm", "ssmmessages"}


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ({"network": {"nat": "none"}}, FOR_ALL | {"sqs"}),
        ({"network": {"nat": "none"}, "queues": {}, "with": []}, FOR_ALL),
        ({"network": {"nat": "one"}}, {"s3"}),
        ({"network": {"nat": "none"}, "stage": 5}, FOR_ALL | {"sqs", "autoscaling", "ec2"}),
        (
            {"network": {"nat": "none"}, "app": JOBS, "with": ["queues", "workers"]},
            FOR_ALL | {"sqs", "autoscaling", "ec2"},
        ),
    ],
    ids=["servers", "no queue", "a way out", "servers that come and go", "workers"],
)
def test_servers_without_a_way_out_reach_the_services_that_they_call(
    tmp_path: Path, more: dict[str, Any], expected: set[str]
) -> None:
    file = tmp_path / "blueprint.yaml"
    app = {key: JOBS[key] for key in ("image", "stateless")}
    base = {"name": "shop", "stage": 3, "with": ["queues"], "app": app, "queues": {"orders": ORDERS}, **more}
    file.write_text(json.dumps({key: value for key, value in base.items() if value not in ({}, [])}))
    resolution = load(file)
    assert resolution.architecture, resolution.problems
    assert "TF-R016" in {p.code for p in resolution.problems} or expected == {"s3"}
    made = record(run_of(resolution.architecture))
    found = (str(r.inputs["serviceName"]) for r in made if r.type == "aws:ec2/vpcEndpoint:VpcEndpoint")
    assert {name.rpartition(".")[2] for name in found} == expected
