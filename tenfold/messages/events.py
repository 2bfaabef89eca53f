"""The events of a deployed stack: who receives which, what is kept to be replayed, and a replay.

Sources: EventBridge API reference, StartReplay (a name of at most 64 characters; events come in any order, minute by
minute; they are not archived again), DescribeArchive (counts are up to a day old); User Guide, "Archive and replay" (an
event reaches the archive within about ten minutes).
"""

import json
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from tenfold import exits
from tenfold.blueprints.value import Value
from tenfold.failure import Failure
from tenfold.messages.queues import answers
from tenfold.promotion.checks import Asked

RULE, ARCHIVE, BUS = (f"aws:cloudwatch/event{kind}:Event{kind}" for kind in ("Rule", "Archive", "Bus"))
TOPIC_SUBSCRIPTION = "aws:sns/topicSubscription:TopicSubscription"
ARCHIVED_WITHIN = timedelta(minutes=10)
POLL_SECONDS = 2.0
COMPLETED, CANCELLED, FAILED = "COMPLETED", "CANCELLED", "FAILED"


class Subscription(Value):
    event: str
    queue: str
    filter: str
    """A pattern over the detail, as JSON; empty for all."""
    rule_arn: str = ""
    """Of a bus; empty where a topic sends."""


class Archive(Value):
    event: str
    name: str
    arn: str
    keep_days: int


class Counted(Value):
    """As EventBridge counts, up to a day late."""

    events: int
    size_bytes: int


class Bus(Value):
    name: str
    arn: str
    subscriptions: tuple[Subscription, ...]
    archives: Mapping[str, Archive]
    """By event."""

    @property
    def events(self) -> list[str]:
        return sorted({one.event for one in self.subscriptions})

    def queues(self, event: str) -> list[str]:
        return sorted(one.queue for one in self.subscriptions if one.event == event)


def bus_of(deployed: Sequence[Mapping[str, Any]]) -> Bus | None:
    """The bus of the stack's first region, from its state; None where it has none."""
    buses = [resource for resource in deployed if resource["type"] == BUS]
    if not buses:
        return None
    arn = min(buses, key=lambda bus: len(bus.get("urn", "")))["outputs"]["arn"]  # the other one says `standby` besides
    name = arn.rpartition("/")[2]
    here = [one for one in deployed if str(one.get("outputs", {}).get("arn", "")).startswith(_region(arn))]
    rules = (rule["outputs"] for rule in here if rule["type"] == RULE)
    subscriptions = [_subscription(rule) for rule in rules if _is_subscription(rule, name)]
    archives = [_archive(archive["outputs"]) for archive in here if archive["type"] == ARCHIVE]
    return Bus(
        name,
        arn,
        tuple(sorted(subscriptions, key=lambda one: (one.event, one.queue))),
        {one.event: one for one in archives},
    )


def _region(arn: str) -> str:
    """`arn:aws:events:us-east-1:` of a bus there, with which its rules and archives begin too."""
    return f"{':'.join(arn.split(':')[:4])}:"


def _is_subscription(rule: Mapping[str, Any], bus: str) -> bool:
    """Not a rule of a team's own, which may be of another bus or of a schedule."""
    return f":rule/{bus}/" in rule["arn"] and "-to-" in rule["name"]


def _subscription(rule: Mapping[str, Any]) -> Subscription:
    pattern = json.loads(rule["eventPattern"])
    [event] = pattern["detail-type"]
    filter = json.dumps(pattern["detail"], ensure_ascii=False) if "detail" in pattern else ""
    return Subscription(event, rule["name"].removeprefix(f"{event}-to-"), filter, rule["arn"])


def by_topic(deployed: Sequence[Mapping[str, Any]], outputs: Mapping[str, Any]) -> list[Subscription]:
    """Which queues of the stack receive events by topics, from its state and outputs. Left out are topics that no
    output names (those of a second region, that of alarms) and subscriptions that a team added for other queues."""
    events = {arn: event for event, arn in (outputs.get("event_topics") or {}).items()}
    queues = {url.rpartition("/")[2]: name for name, url in (outputs.get("queues") or {}).items()}
    every = (resource["outputs"] for resource in deployed if resource["type"] == TOPIC_SUBSCRIPTION)
    subscriptions = [
        Subscription(events[one["topic"]], queues[queue], _detail(one))
        for one in every
        if one["topic"] in events and (queue := one["endpoint"].rpartition(":")[2]) in queues
    ]
    return sorted(subscriptions, key=lambda one: (one.event, one.queue))


def _detail(subscription: Mapping[str, Any]) -> str:
    policy = subscription.get("filterPolicy")
    return json.dumps(json.loads(policy)["detail"], ensure_ascii=False) if policy else ""


def _archive(archive: Mapping[str, Any]) -> Archive:
    [event] = json.loads(archive["eventPattern"])["detail-type"]
    return Archive(event, archive["name"], archive["arn"], int(archive["retentionDays"]))


def count(asked: Asked, archive: Archive) -> Counted:
    """Raises `Failure` where AWS refuses the question."""
    with answers(f"the archive of {archive.event}"):
        description = asked.client("events").describe_archive(ArchiveName=archive.name)
    return Counted(int(description.get("EventCount", 0)), int(description.get("SizeBytes", 0)))


def archive_of(bus: Bus, event: str) -> Archive:
    """Raises `Failure` where its events are not kept."""
    if event in bus.archives:
        return bus.archives[event]
    raise _not_kept(event, "`keep: none` in the blueprint", "keep: 14d")


def refuse_topic(event: str, topics: Sequence[Subscription]) -> None:
    """Raises `Failure` for an event that a topic passes on."""
    if any(one.event == event for one in topics):
        raise _not_kept(event, "it goes by a topic, which keeps nothing", "via: bus, keep: 14d")


def _not_kept(event: str, why: str, fields: str) -> Failure:
    remedy = f"`events: {{{event}: {{{fields}}}}}` keeps what comes from then on"
    return Failure(f"{event} has no archive.", why=why, remedies=(remedy,), code=exits.WRONG_INPUT)


def check_times(first: datetime, last: datetime, now: datetime) -> None:
    """Raises `Failure` where nothing can lie between them."""
    wrong = "begins in the future" if first > now else "ends before it begins" if last <= first else ""
    if wrong:
        raise Failure(
            f"The time from {utc_text(first)} to {utc_text(last)} UTC {wrong}.",
            remedies=("--from 2026-11-27T08:00 --to 2026-11-27T09:30, or --from 2h for the last two hours",),
            code=exits.WRONG_INPUT,
        )


def utc_text(moment: datetime) -> str:
    """`2026-11-27 08:00`, in UTC; seconds only where there are any."""
    text = f"{moment.astimezone(UTC):%Y-%m-%d %H:%M:%S}"
    return text.removesuffix(":00") if moment.second == 0 else text


class State(Value):
    """A replay as EventBridge reports it."""

    status: str
    reached: datetime | None
    """The time of the event that was replayed last."""
    reason: str

    @property
    def ended(self) -> bool:
        return self.status in (COMPLETED, CANCELLED, FAILED)


class Replay:
    """Events of one archive, sent again to the rules that are named and to no other."""

    def __init__(self, asked: Asked, bus: Bus, archive: Archive, queues: Sequence[str], now: datetime):
        self.client, self.bus, self.archive, self.queues = asked.client("events"), bus, archive, queues
        self.name = f"{archive.event}-{now:%Y%m%dT%H%M%S}{now.microsecond // 1000:03}Z"

    def start(self, first: datetime, last: datetime) -> None:
        chosen = [
            one.rule_arn
            for one in self.bus.subscriptions
            if one.event == self.archive.event and one.queue in self.queues
        ]
        with answers(f"the replay of {self.archive.event}"):
            self.client.start_replay(
                ReplayName=self.name,
                EventSourceArn=self.archive.arn,
                EventStartTime=first,
                EventEndTime=last,
                Destination={"Arn": self.bus.arn, "FilterArns": chosen},
            )

    def follow(self, tell: Callable[[State], None]) -> State:
        """The state when it has ended; `tell` hears of every look at it. Cancels nothing by itself."""
        while True:
            now = self.state()
            tell(now)
            if now.ended:
                return now
            time.sleep(POLL_SECONDS)

    def cancel(self) -> State:
        """What was replayed stays; a replay that has ended in between is what it is."""
        from botocore.exceptions import ClientError

        with answers(f"the replay of {self.archive.event}"):
            try:
                self.client.cancel_replay(ReplayName=self.name)
            except ClientError as error:
                if error.response["Error"]["Code"] != "IllegalStatusException":
                    raise
        return self.state()

    def state(self) -> State:
        with answers(f"the replay of {self.archive.event}"):
            description = self.client.describe_replay(ReplayName=self.name)
        return State(description["State"], description.get("EventLastReplayedTime"), description.get("StateReason", ""))
