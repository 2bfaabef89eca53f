"""Queues, topics and events: billed by the message. How many there are is not known before: `load.usage.messages`
says it, else `per_request` of each queue; a message for each request that writes where that is not stated."""

from collections.abc import Iterator, Sequence

from tenfold.foresight.charges.charge import At, Charge, number
from tenfold.foresight.servers import same
from tenfold.foresight.usage import GIB, per_request
from tenfold.graph import Resource

CALLS = 3  # of SQS for a message: send, receive, delete
EVENT = 1  # KiB of an event with what EventBridge adds; our assumption, as in usage.py
DAYS = 30.4  # of a month
TOPIC_TIER, BUS_TIER, ALARMS_TIER = "topic-", "events", "notifications"

QUEUE = "aws:sqs/queue:Queue"
ARCHIVE = "aws:cloudwatch/eventArchive:EventArchive"


def queues(at: At, resources: Sequence[Resource]) -> Iterator[Charge]:
    """The messages are divided as the queues state, else alike; dead letters are taken to be none."""
    shares = per_request(at.architecture) or dict.fromkeys(at.architecture.queues, 1.0)
    use, name = at.usage["messages"], at.tier.removeprefix("queue-")
    fifo = any(queue.inputs.get("fifoQueue") for queue in resources)
    what, key = ("FIFO queue requests", "sqs.fifo") if fifo else ("queue requests", "sqs.standard")
    if at.tier != BUS_TIER and (at.tier == name or name not in at.architecture.queues):
        yield _unknown("queues", resources)
        return
    if name not in shares:
        yield Charge(what, key, same(0), "no dead letters", by_use=True)
        return
    share = shares[name] / (sum(shares.values()) or 1)
    part = f" × {share:.0%}" if len(shares) > 1 else ""
    yield Charge(what, key, same(use.amount * CALLS * share), f"{use.how}{part} × {CALLS} calls", by_use=True)


def _unknown(what: str, resources: Sequence[Resource]) -> Charge:
    """Of a team's own tier, of which nobody says how many messages it has."""
    return Charge(what, f"unknown.{resources[0].type}", same(len(resources)), f"{len(resources)} of your own")


def buses(at: At, resources: Sequence[Resource]) -> Iterator[Charge]:
    if at.tier != BUS_TIER:
        yield _unknown("buses", resources)
        return
    amount, how = _events(at, len(at.architecture.bus_events))
    yield Charge("events", "eventbridge", same(amount), how, by_use=True)


def topics(at: At, resources: Sequence[Resource]) -> Iterator[Charge]:
    """Of an event. What goes to queues costs nothing where the topic keeps no order; a filter reads the body, which
    has a price of its own, by the GB. The topic of alarms sends a few mails, of which 1,000 a month are free."""
    if at.tier == ALARMS_TIER:
        return
    event = at.architecture.topic_events.get(at.tier.removeprefix(TOPIC_TIER))
    if event is None:
        yield _unknown("topics", resources)
        return
    amount, how = _events(at, 1)
    key = "sns.fifo" if event.via == "fifo-topic" else "sns"
    yield Charge("events published", key, same(amount), how, by_use=True)
    size, each = amount * EVENT / GIB, f"{how} × {EVENT} KiB"
    if event.via == "fifo-topic":
        yield Charge("their size, in order", "sns.fifo.size", same(size), each, by_use=True)
    if event.filters:
        filtered = size * len(event.filters)
        yield Charge("filters", "sns.filtered", same(filtered), f"{each} × {len(event.filters)} filters", by_use=True)


def _events(at: At, some: int) -> tuple[float, str]:
    """All messages are taken for events, divided among their kinds alike: the amount of some of them."""
    use, every = at.usage["messages"], len(at.architecture.events)
    return use.amount * some / every, use.how if some == every else f"{use.how} × {some} of {every} kinds of event"


def archives(at: At, resources: Sequence[Resource]) -> Iterator[Charge]:
    """Events of the bus are divided among the archives alike; each is paid for when it comes, and for as long as it is
    kept."""
    if at.tier != BUS_TIER:
        yield _unknown("archives", resources)
        return
    amount, how = _events(at, len(at.architecture.bus_events))
    each, coming = f" × {EVENT} KiB", amount * EVENT / GIB
    months = sum(number(archive.inputs.get("retentionDays"), 0) for archive in resources) / len(resources) / DAYS
    yield Charge("events into the archive", "eventbridge.archive.in", same(coming), f"{how}{each}", by_use=True)
    kept = f"{how}{each}, kept {months:.2g} months on average"
    yield Charge("events in the archive", "eventbridge.archive.kept", same(coming * months), kept, by_use=True)


BILLED = {
    QUEUE: queues,
    "aws:cloudwatch/eventBus:EventBus": buses,
    ARCHIVE: archives,
    "aws:sns/topic:Topic": topics,
}
