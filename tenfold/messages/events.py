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
ARCHIVED_WITHIN = timedelta(minutes=10)
POLL_SECONDS = 2.0
COMPLETED, CANCELLED, FAILED = "COMPLETED", "CANCELLED", "FAILED"


class Subscription(Value):
    event: str
    queue: str
    rule_arn: str
    filter: str
    """A pattern over the detail, as JSON; empty for all."""


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
    """The bus of the stack, from its state; None where it has none."""
    by_type = {kind: [resource for resource in deployed if resource["type"] == kind] for kind in (BUS, RULE, ARCHIVE)}
    if not by_type[BUS]:
        return None
    [bus] = by_type[BUS]
    subscriptions = [_subscription(rule["outputs"]) for rule in by_type[RULE]]
    archives = [_archive(archive["outputs"]) for archive in by_type[ARCHIVE]]
    return Bus(
        bus["outputs"]["name"],
        bus["outputs"]["arn"],
        tuple(sorted(subscriptions, key=lambda one: (one.event, one.queue))),
        {one.event: one for one in archives},
    )


def _subscription(rule: Mapping[str, Any]) -> Subscription:
    pattern = json.loads(rule["eventPattern"])
    [event] = pattern["detail-type"]
    filter = json.dumps(pattern["detail"], ensure_ascii=False) if "detail" in pattern else ""
    return Subscription(event, rule["name"].removeprefix(f"{event}-to-"), rule["arn"], filter)


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
    raise Failure(
        f"{event} has no archive.",
        why="`keep: none` in the blueprint",
        remedies=(f"`events: {{{event}: {{keep: 14d}}}}` keeps what comes from then on",),
        code=exits.WRONG_INPUT,
    )


def check_times(first: datetime, last: datetime, now: datetime) -> None:
    """Raises `Failure` where nothing can lie between them."""
    wrong = "begins in the future" if first > now else "ends before it begins" if last <= first else ""
    if wrong:
        raise Failure(
            f"The time from {shown(first)} to {shown(last)} UTC {wrong}.",
            remedies=("--from 2026-11-27T08:00 --to 2026-11-27T09:30, or --from 2h for the last two hours",),
            code=exits.WRONG_INPUT,
        )


def shown(moment: datetime) -> str:
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
