"""Interchangeable servers, from stage 3."""

from typing import Annotated

from pydantic import Field

from tenfold.blueprints.grammar import units
from tenfold.blueprints.grammar.fields import Section, optional
from tenfold.blueprints.grammar.forms import Measured
from tenfold.blueprints.grammar.sections.scaling import Scaling


class Rollout(Section):
    keep_healthy: Annotated[float, Measured(units.PERCENT)] | None = optional(
        "Share of servers in service while they are replaced.", "none"
    )
    checkpoint: Annotated[int, Measured(units.DURATION, 0, 172800, "at most 48h (Auto Scaling's limit)")] | None = (
        optional("Pause after the first servers, to check them before the rest.", "none")
    )


class Spot(Section):
    """Servers that AWS may take back with two minutes' notice, and sells cheaper."""

    share: Annotated[float, Measured(units.PERCENT)] | None = optional(
        "Share of the servers above `base` that is spot.", "restart"
    )
    base: int | None = optional(
        "Number of servers that are never spot. Default: the minimum of `servers`.", "restart", ge=0, le=500
    )


class Fleet(Section):
    """Interchangeable servers behind the balancer."""

    instance: str | None = optional("EC2 instance type.", "restart")
    alternatives: Annotated[list[str], Field(max_length=39)] | None = optional(
        "EC2 instance types to use where AWS has no `instance` to spare, the best first.", "restart"
    )
    spot: Spot | None = optional("Servers that AWS may take back, from stage 5.", "restart")
    servers: Annotated[tuple[int, int], Measured(units.RANGE, 1, 500, "from 1 to 500")] | None = optional(
        "How many servers.", "in-place"
    )
    scaling: Scaling | None = optional("When servers come and go, from stage 5.", "in-place")
    rollout: Rollout | None = optional("How new versions reach the servers.", "none")
