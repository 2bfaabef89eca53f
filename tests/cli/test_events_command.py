"""`tenfold events`: who receives what, and archived events once more; against the simulated bus, and one that fails."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace as N
from typing import Any

import boto3
import pytest
from click.testing import CliRunner
from moto import mock_aws

from tenfold import deployment, exits
from tenfold.cli import tenfold
from tenfold.failure import Failure
from tenfold.local.moto import patches
from tenfold.messages import events as messages
from tenfold.promotion.checks import Asked

assert patches
MARKET = str(Path(__file__).resolve().parents[2] / "blueprints" / "market.yaml")
PREFIX = "https://sqs.us-east-1.amazonaws.com/123456789012"
ARN = "arn:aws:sqs:us-east-1:123456789012"
BARGAIN = {"price": [{"numeric": ["<", 10]}]}
SUBSCRIPTIONS = {("placed", "stock"): None, ("placed", "mail"): BARGAIN, ("seen", "stock"): None}


@pytest.fixture
def deploy(monkeypatch: pytest.MonkeyPatch) -> Any:
    """A stack whose state holds these resources; `client` is what boto3 would give."""

    def make(client: Any, resources: list[dict[str, Any]], outputs: dict[str, Any]) -> None:
        stack = {"type": "pulumi:pulumi:Stack", "outputs": outputs}
        target = N(
            where=N(
                stack="market-prod", where="somewhere", directory=Path("none"), cloud=N(endpoint="http://127.0.0.1:9")
            ),
            architecture=N(region="us-east-1"),
            driver=N(deployed_resources=lambda: [stack, *resources]),
            flags="blueprints/market.yaml --env prod",
            title_of=lambda held: "market-prod",
        )
        monkeypatch.setattr(deployment, "prepare", lambda *asked: target)
        monkeypatch.setattr(Asked, "client", lambda self, service, region=None: client(service))
        monkeypatch.setattr(messages, "POLL_SECONDS", 0.01)

    return make


def outputs() -> dict[str, Any]:
    dead = {name: f"{PREFIX}/{name}-dead" for name in ("mail", "stock", "unrelated")}
    return {"stage": 6, "dead_letters": dead, "event_dead_letters": f"{PREFIX}/bus-dead"}


@pytest.fixture
def bus(deploy: Any) -> Iterator[Any]:
    """A bus with three subscriptions and an archive of `placed`, as the stack makes them."""
    with mock_aws():
        events, sqs = boto3.client("events", "us-east-1"), boto3.client("sqs", "us-east-1")
        arn = events.create_event_bus(Name="market-prod")["EventBusArn"]
        resources = [{"type": messages.BUS, "outputs": {"name": "market-prod", "arn": arn}}]
        allow = {"Effect": "Allow", "Principal": {"Service": "events.amazonaws.com"}, "Action": "sqs:SendMessage"}
        for name in ("stock", "mail", "stock-dead", "mail-dead", "unrelated-dead", "bus-dead"):
            policy = {"Version": "2012-10-17", "Statement": [{**allow, "Resource": f"{ARN}:{name}"}]}
            sqs.create_queue(QueueName=name, Attributes={"Policy": json.dumps(policy)})
        for (event, queue), filter in SUBSCRIPTIONS.items():
            pattern = json.dumps({"detail-type": [event], **({"detail": filter} if filter else {})})
            name = f"{event}-to-{queue}"
            rule = events.put_rule(Name=name, EventBusName="market-prod", EventPattern=pattern)["RuleArn"]
            target = {"Id": "queue", "Arn": f"{ARN}:{queue}"}
            events.put_targets(Rule=name, EventBusName="market-prod", Targets=[target])
            resources.append({"type": messages.RULE, "outputs": {"name": name, "arn": rule, "eventPattern": pattern}})
        kept = {"ArchiveName": "placed", "EventPattern": '{"detail-type":["placed"]}', "RetentionDays": 30}
        archive = events.create_archive(EventSourceArn=arn, **kept)["ArchiveArn"]
        held = {"name": "placed", "arn": archive, "eventPattern": kept["EventPattern"], "retentionDays": 30}
        resources.append({"type": messages.ARCHIVE, "outputs": held})
        deploy(lambda service: boto3.client(service, "us-east-1"), resources, outputs())
        yield N(events=events, sqs=sqs)


def publish(bus: Any, **detail: Any) -> None:
    entry = {"EventBusName": "market-prod", "Source": "market", "DetailType": "placed", "Detail": json.dumps(detail)}
    assert bus.events.put_events(Entries=[entry])["FailedEntryCount"] == 0


def received(bus: Any, queue: str) -> list[Any]:
    messages = bus.sqs.receive_message(QueueUrl=f"{PREFIX}/{queue}", MaxNumberOfMessages=10).get("Messages", ())
    return [json.loads(message["Body"])["detail"] for message in messages]


def run(*args: str) -> tuple[int, str, Any]:
    """Exit code, what was printed, and the `Failure` the command ended with."""
    found = CliRunner().invoke(tenfold, ["events", *args])
    failure = found.exception if isinstance(found.exception, Failure) else None
    assert failure or found.exception is None or isinstance(found.exception, SystemExit), found.exception
    return failure.code if failure else found.exit_code, found.output, failure


# ---- the list
def test_each_subscription_is_listed_with_what_is_kept_and_what_failed(bus: Any) -> None:
    publish(bus, price=5)
    bus.sqs.send_message(QueueUrl=f"{PREFIX}/mail-dead", MessageBody="x")
    code, printed, _ = run(MARKET, "--env", "prod")
    lines = [line.split() for line in printed.splitlines()]
    assert code == exits.DONE
    assert ["placed", "bus", "mail", "1", '{"price":', '[{"numeric":', '["<",', "10]}]}"] in lines
    assert ["placed", "bus", "stock", "0", "-"] in lines and ["seen", "-", "-"] in lines
    assert any(line[:5] == ["placed", "30", "days", "1", "event,"] for line in lines)
    found = json.loads(run(MARKET, "--json")[1])
    assert found["bus"] == "market-prod" and found["dead_letters"] == 0
    placed, seen = found["events"]
    assert placed["subscriptions"][0] == {"queue": "mail", "filter": BARGAIN, "dead_letters": 1}
    assert (placed["archive"]["keep_days"], placed["archive"]["events"], seen["archive"]) == (30, 1, None)


TOPIC = "arn:aws:sns:us-east-1:123456789012:market-prod-moved"


def of_topic(filter: str = "") -> dict[str, Any]:
    held = {"topic": TOPIC, "protocol": "sqs", "endpoint": f"{ARN}:mail", "filterPolicy": filter}
    return {"type": messages.TOPIC_SUBSCRIPTION, "outputs": held}


def test_events_of_topics_are_listed_without_a_bus_and_cannot_be_replayed(deploy: Any) -> None:
    alarms = {"topic": "arn:alarms", "protocol": "email", "endpoint": "ops@example.com"}
    own = {"topic": TOPIC, "protocol": "email", "endpoint": "sales@example.com"}
    subscriptions = [{"type": messages.TOPIC_SUBSCRIPTION, "outputs": each} for each in (alarms, own)]
    resources = [of_topic('{"detail": {"price": [5]}}'), *subscriptions]
    named = {"event_topics": {"moved": TOPIC}, "queues": {"mail": f"{PREFIX}/mail"}}
    with mock_aws():
        boto3.client("sqs", "us-east-1").create_queue(QueueName="mail-dead")
        deploy(lambda service: boto3.client(service, "us-east-1"), resources, {**outputs(), **named})
        assert ["moved", "topic", "mail", "0", '{"price":', "[5]}"] in [
            line.split() for line in run(MARKET)[1].splitlines()
        ]
        assert json.loads(run(MARKET, "--json")[1])["events"][0]["via"] == "topic"
        failure = run("replay", MARKET, "moved", "--from", "1h")[2]
    assert (failure.code, failure.what) == (exits.WRONG_INPUT, "moved has no archive.")
    assert "via: bus" in failure.remedies[0]


def test_of_two_regions_the_first_one_s_bus_is_listed(bus: Any, deploy: Any) -> None:
    resources = [
        {"type": messages.BUS, "urn": f"urn::shop{role}-events-bus", "outputs": {"name": "shop", "arn": arn}}
        for role, arn in (
            ("-standby", "arn:aws:events:eu-west-1:123456789012:event-bus/shop"),
            ("", "arn:aws:events:us-east-1:123456789012:event-bus/shop"),
        )
    ]
    rules = [
        {"type": messages.RULE, "outputs": {"name": "a-to-b", "arn": f"arn:aws:events:{region}:1:rule/shop/a-to-b",
         "eventPattern": '{"detail-type": ["a"]}'}}
        for region in ("eu-west-1", "us-east-1")
    ]  # fmt: skip
    daily = {"name": "daily", "arn": "arn:aws:events:us-east-1:1:rule/daily", "scheduleExpression": "rate(1 day)"}
    own = {"type": messages.RULE, "outputs": daily}
    found = messages.bus_of([*resources, *rules, own])
    assert found and ":us-east-1:" in found.arn and len(found.subscriptions) == 1


def test_a_stack_without_events_or_without_anything(deploy: Any) -> None:
    deploy(lambda service: pytest.fail("AWS is not asked"), [], outputs())
    assert "no events; `events:` in the blueprint" in run(MARKET)[1]
    assert json.loads(run(MARKET, "--json")[1]) == {"version": 1, "bus": None, "dead_letters": 0, "events": []}
    assert run("replay", MARKET, "placed", "--from", "1h")[2].what == "market-prod has no events."
    deploy(lambda service: None, [], {})
    assert run(MARKET)[2].remedies == ("tenfold up blueprints/market.yaml --env prod",)


# ---- a replay
def test_a_replay_goes_to_the_subscriptions_of_its_event_by_their_filters(bus: Any) -> None:
    for price in (5, 50):
        publish(bus, price=price)
    assert sorted(d["price"] for d in received(bus, "stock")) == [5, 50] and len(received(bus, "mail")) == 1
    code, printed, _ = run("replay", MARKET, "placed", "--from", "1h", "--yes")
    assert (code, printed.splitlines()[-1][:36]) == (exits.DONE, "Done: placed replayed to mail, stock")
    assert "may not be in the archive yet" in printed and "now and then twice" in printed
    assert sorted(d["price"] for d in received(bus, "stock")) == [5, 50] and len(received(bus, "mail")) == 1


def test_a_replay_to_one_queue_leaves_the_others_alone(bus: Any) -> None:
    publish(bus, price=5)
    received(bus, "stock"), received(bus, "mail")
    assert run("replay", MARKET, "placed", "--from", "1h", "--to-queue", "mail", "--yes")[0] == exits.DONE
    assert (len(received(bus, "mail")), received(bus, "stock")) == (1, [])


def test_only_events_of_the_time_are_replayed(bus: Any) -> None:
    publish(bus, price=5)
    received(bus, "stock")
    early = datetime.now(UTC) - timedelta(hours=2)
    asked = ("--from", f"{early:%Y-%m-%dT%H:%M}", "--to", "1h", "--yes")
    assert run("replay", MARKET, "placed", *asked)[0] == exits.DONE
    assert received(bus, "stock") == []


def test_for_machines_nothing_is_replayed_without_yes(bus: Any) -> None:
    publish(bus, price=5)
    received(bus, "stock")
    for also, status, again in (((), None, 0), (("--yes",), "completed", 1)):
        code, printed, _ = run("replay", MARKET, "placed", "--from", "1h", "--to-queue", "stock", "--json", *also)
        found = json.loads(printed)
        assert (code, found["status"], found["queues"]) == (exits.DONE, status, ["stock"])
        assert len(received(bus, "stock")) == again


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (("plaecd", "--from", "1h"), "no event 'plaecd'"),
        (("placed", "--from", "1h", "--to-queue", "unrelated"), "placed has no queue 'unrelated'"),
        (("seen", "--from", "1h"), "seen has no archive"),
        (("placed", "--from", "1h", "--to", "2h"), "ends before it begins"),
        (("placed", "--from", "2099-01-01"), "begins in the future"),
    ],
)
def test_what_cannot_be_replayed_is_said_before_aws_is_asked(bus: Any, args: tuple[str, ...], words: str) -> None:
    code, _, failure = run("replay", MARKET, *args, "--yes")
    assert code == exits.WRONG_INPUT and words in failure.what and failure.remedies
    assert bus.events.list_replays()["Replays"] == []


def test_a_time_older_than_the_archive_is_told(bus: Any) -> None:
    assert "keeps 30 days" in run("replay", MARKET, "placed", "--from", "31d", "--yes")[1]


@pytest.mark.parametrize("moment", ["yesterday", "2026-13-01", "25:00"])
def test_what_is_no_time_is_refused_with_an_example(moment: str) -> None:
    code, printed, _ = run("replay", MARKET, "placed", "--from", moment)
    assert code == exits.WRONG_INPUT and "2026-11-27T08:00" in printed


def test_nobody_to_ask(bus: Any) -> None:
    code, _, failure = run("replay", MARKET, "placed", "--from", "1h")
    assert (code, failure.why, failure.remedies) == (exits.REFUSED, "nothing was replayed", ("add --yes",))
    assert bus.events.list_replays()["Replays"] == []


def test_help_shows_examples_and_exit_codes() -> None:
    for words in (["--help"], ["list", "--help"], ["replay", "--help"]):
        assert "--from 2h --to-queue mail" in run(*words)[1]
    assert "the replay was cancelled" in run("replay", "--help")[1]


# ---- against an EventBridge that does not do as asked
class Slow:
    """A replay that is seen in these states, one a look."""

    def __init__(self, *states: str):
        self.states, self.cancelled = list(states), False

    def __call__(self, service: str) -> Any:
        return self

    def start_replay(self, **asked: Any) -> Any:
        self.asked = asked

    def cancel_replay(self, ReplayName: str) -> Any:
        self.cancelled = True

    def describe_replay(self, ReplayName: str) -> Any:
        state = self.states.pop(0) if len(self.states) > 1 else self.states[0]
        if state == "Ctrl-C":
            raise KeyboardInterrupt
        return {"State": state, "StateReason": "InternalException", "EventLastReplayedTime": datetime(2026, 11, 27, 8)}


EVENTS = "arn:aws:events:us-east-1:123456789012"


def state() -> list[dict[str, Any]]:
    pattern = '{"detail-type":["placed"]}'
    named = {"name": "placed", "arn": f"{EVENTS}:archive/placed", "eventPattern": pattern, "retentionDays": 30}
    return [
        {"type": messages.BUS, "outputs": {"name": "market-prod", "arn": f"{EVENTS}:event-bus/market-prod"}},
        {
            "type": messages.RULE,
            "outputs": {
                "name": "placed-to-mail",
                "arn": f"{EVENTS}:rule/market-prod/placed-to-mail",
                "eventPattern": pattern,
            },
        },
        {"type": messages.ARCHIVE, "outputs": named},
    ]


def test_a_replay_is_followed_to_its_end_and_names_its_rules(deploy: Any) -> None:
    slow = Slow("STARTING", "RUNNING", "COMPLETED")
    deploy(slow, state(), outputs())
    assert run("replay", MARKET, "placed", "--from", "1h", "--yes")[0] == exits.DONE
    assert slow.asked["Destination"] == {
        "Arn": f"{EVENTS}:event-bus/market-prod",
        "FilterArns": [f"{EVENTS}:rule/market-prod/placed-to-mail"],
    }
    assert len(slow.asked["ReplayName"]) <= 64


def test_a_replay_that_fails_says_how_far_it_came(deploy: Any) -> None:
    deploy(Slow("RUNNING", "FAILED"), state(), outputs())
    code, _, failure = run("replay", MARKET, "placed", "--from", "1h", "--yes")
    assert (code, failure.why) == (exits.FAILED, "InternalException") and "up to 2026-11-27 08:00" in failure.what


@pytest.mark.parametrize(("at_last", "code"), [("CANCELLED", exits.INTERRUPTED), ("COMPLETED", exits.DONE)])
def test_ctrl_c_cancels(deploy: Any, at_last: str, code: int) -> None:
    slow = Slow("RUNNING", "Ctrl-C", at_last)
    deploy(slow, state(), outputs())
    assert run("replay", MARKET, "placed", "--from", "1h", "--yes")[0] == code
    assert slow.cancelled
