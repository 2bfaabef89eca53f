"""Queues, topics and events: billed by the message. How many there are is not known before: `load.usage.messages`
says it, else a message for each request that writes is assumed."""

from collections.abc import Iterator, Sequence

from tenfold.foresight.charges.charge import At, Charge
from tenfold.foresight.servers import same
from tenfold.graph import Resource

CALLS = 3  # of SQS for a message: send, receive, delete


def queues(at: At, found: Sequence[Resource]) -> Iterator[Charge]:
    fifo = [queue for queue in found if queue.inputs.get("fifoQueue")]
    for what, key, some in (
        ("queue requests", "sqs.standard", len(found) - len(fifo)),
        ("FIFO queue requests", "sqs.fifo", len(fifo)),
    ):
        if some:
            use = at.usage["messages"]
            amount = use.amount * CALLS * some / len(found)
            yield Charge(what, key, same(amount), f"{use.how} × {CALLS} calls", by_use=True)


def buses(at: At, found: Sequence[Resource]) -> Iterator[Charge]:
    use = at.usage["messages"]
    yield Charge("events", "eventbridge", same(use.amount), use.how, by_use=True)


BILLED = {
    "aws:sqs/queue:Queue": queues,
    "aws:cloudwatch/eventBus:EventBus": buses,
}
