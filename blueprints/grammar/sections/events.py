"""Events: delivered to every queue that subscribes to them, from stage 6. docs/events.md"""

from typing import Annotated

from pydantic import Field

from tenfold.blueprints.choices import Way
from tenfold.blueprints.grammar import units
from tenfold.blueprints.grammar.fields import Section, optional, required
from tenfold.blueprints.grammar.forms import Measured, Pattern, Spelled
from tenfold.blueprints.grammar.sections.queues import QueueName

# No part `to`: `order-placed` and `orders` are the rule `order-placed-to-orders`, which names one pair only.
EventName = Annotated[str, Spelled(
    "TF-V016", r"(?!.*-to(-|$))[a-z][a-z0-9]+(-[a-z0-9]+)*", "a name",
    "2 to 40 lower-case letters, digits and single hyphens, starting with a letter, without a part `to`: order-placed.",
    40,
)]  # fmt: skip


class Event(Section):
    """One kind of event, by the name that its publisher gives it (its detail type)."""

    to: Annotated[list[QueueName], Field(min_length=1, max_length=20)] = required(
        "Queues that receive it, each its own copy.", "in-place"
    )
    via: Way | None = optional(
        "`bus`: EventBridge, which keeps and replays. `topic`: SNS, sooner and cheaper. `fifo-topic`: SNS in order, to "
        "FIFO queues. What comes between the change and the application's restart reaches nobody.",
        "in-place",
    )
    filter: dict[QueueName, Annotated[str, Pattern()]] | None = optional(
        "Which of them a queue receives, by queue: a pattern over the event's detail. Default: all.", "in-place"
    )
    keep: Annotated[int, Measured(units.DAYS, 1, 3650, "from 1d to 3650d", word="none")] | None = optional(
        "How long the archive of the bus keeps it, to be replayed; `none` makes no archive. Less of it drops what is "
        "older.",
        "in-place",
    )
