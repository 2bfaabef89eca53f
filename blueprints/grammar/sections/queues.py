"""Queues: work that nobody waits for, from stage 6. docs/components/queue.md"""

from typing import Annotated

from tenfold.blueprints.choices import Deduplicate, Order
from tenfold.blueprints.grammar import units
from tenfold.blueprints.grammar.fields import Section, optional, required
from tenfold.blueprints.grammar.forms import Measured, Spelled

QueueName = Annotated[str, Spelled(
    "TF-V016", r"[a-z][a-z0-9-]{0,18}[a-z0-9]", "a name",
    "2 to 20 lower-case letters, digits and hyphens, starting with a letter: orders, order-mail.", 20,
)]  # fmt: skip
Keep = Annotated[int, Measured(units.DURATION, 60, 1_209_600, "from 60s to 14d, which is what SQS keeps")]


class Queue(Section):
    """One queue, with a second one for what cannot be done."""

    message_takes: Annotated[
        float,
        Measured(units.LATENCY, 0.001, 7200, "from 1ms to 2h; SQS hides a message for at most 12h, six times as long"),
    ] = required(
        "How long a worker needs for one message; nobody else sees it for six times as long, and at least 30s.",
        "in-place",
    )
    acceptable_delay: Annotated[int, Measured(units.DURATION, 1, 1_209_600, "from 1s to 14d")] = required(
        "How long a message may wait: the alarm on its age, and how many messages a worker may have before it.",
        "in-place",
    )
    per_request: Annotated[float, Measured(units.RATIO, 0, 1000, "from 0 to 1000")] | None = optional(
        "Messages for each request to the application, on average: how many workers there may be, and what they cost.",
        "none",
    )
    attempts: int | None = optional(
        "How often a message is tried before it is a dead letter.", "in-place", ge=1, le=1000
    )
    keep: Keep | None = optional(
        "How long a message waits before it is dropped. Less of it drops what is older.", "in-place"
    )
    order: Order | None = optional(
        "`fifo`: in order within a message group, each message once. For life: a change replaces the queue.", "replace"
    )
    deduplicate: Deduplicate | None = optional(
        "With `fifo`: what makes two messages within five minutes the same.", "in-place"
    )
    dead_letters: Keep | None = optional("How long dead letters are kept. Less of it drops what is older.", "in-place")
