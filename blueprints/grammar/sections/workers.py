"""Servers of their own for `app.jobs`, from stage 6. docs/components/workers.md"""

from typing import Annotated

from tenfold.blueprints.grammar import units
from tenfold.blueprints.grammar.fields import Section, optional
from tenfold.blueprints.grammar.forms import Measured


class Workers(Section):
    """Servers that run `app.jobs`, as many as the backlog of the queues needs."""

    instance: str | None = optional("EC2 instance type.", "restart")
    at_once: int | None = optional(
        "How many messages one server works on at the same time: the threads or tasks of your worker.", "in-place",
        ge=1, le=1000,
    )  # fmt: skip
    servers: Annotated[tuple[int, int], Measured(units.RANGE, 0, 500, "from 0 to 500")] | None = optional(
        "How many; with queues a range, from 0 where messages may wait for 20 minutes.", "in-place"
    )
