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

QUEUE = "aws:sqs/queue:Queue"
ARCHIVE = "aws:cloudwatch/eventArchive:EventArchive"


def queues(at: At, resources: Sequence[Resource]) -> Iterator[Charge]:
    """The messages are divided as the queues state, else alike; dead letters are taken to be none."""
    shares = per_request(at.architecture) or dict.fromkeys(at.architecture.queues, 1.0)
    use, name = at.usage["messages"], at.tier.removeprefix("queue-")
    fifo = any(queue.inputs.get("fifoQueue") for queue in resources)
    what, key = ("FIFO queue requests", "sqs.fifo") if fifo else ("queue requests", "sqs.standard")
    if name not in shares:
        yield Charge(what, key, same(0), "no dead letters", by_use=True)
        return
    share = shares[name] / (sum(shares.values()) or 1)
    part = f" × {share:.0%}" if len(shares) > 1 else ""
    yield Charge(what, key, same(use.amount * CALLS * share), f"{use.how}{part} × {CALLS} calls", by_use=True)


def buses(at: At, resources: Sequence[Resource]) -> Iterator[Charge]:
    use = at.usage["messages"]
    yield Charge("events", "eventbridge", same(use.amount), use.how, by_use=True)


def archives(at: At, resources: Sequence[Resource]) -> Iterator[Charge]:
    """All messages are taken for events, divided among the archives alike; each is paid for when it comes, and for as
    long as it is kept."""
    use, each = at.usage["messages"], f" × {EVENT} KiB"
    coming = use.amount * EVENT / GIB
    months = sum(number(archive.inputs.get("retentionDays"), 0) for archive in resources) / len(resources) / DAYS
    yield Charge("events into the archive", "eventbridge.archive.in", same(coming), f"{use.how}{each}", by_use=True)
    kept = f"{use.how}{each}, kept {months:.2g} months on average"
    yield Charge("events in the archive", "eventbridge.archive.kept", same(coming * months), kept, by_use=True)


BILLED = {
    QUEUE: queues,
    "aws:cloudwatch/eventBus:EventBus": buses,
    ARCHIVE: archives,
}
