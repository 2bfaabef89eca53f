"""Interchangeable servers, from stage 3."""

from typing import Annotated

from pydantic import Field

from blueprints.grammar import units
from blueprints.grammar.fields import Section, optional
from blueprints.grammar.forms import Measured
from blueprints.grammar.sections.scaling import Scaling


class Rollout(Section):
    keep_healthy: Annotated[float, Measured(units.PERCENT)] | None = optional(
        "Share of servers in service while they are replaced.", "none"
    )
    checkpoint: Annotated[int, Measured(units.DURATION, 0, 172800, "at most 48h (Auto Scaling's limit)")] | None = (
        optional("Pause after the first servers, to look before going on.", "none")
    )


class Spot(Section):
    """Servers that AWS may take back with two minutes' notice, and sells cheaper."""

    share: Annotated[float, Measured(units.PERCENT)] | None = optional(
        "Which part of the servers above `base` is spot.", "restart"
    )
    base: int | None = optional(
        "So many servers are never spot; unless said, the least of `servers`.", "restart", ge=0, le=500
    )


class Fleet(Section):
    """Interchangeable servers behind the balancer."""

    instance: str | None = optional("EC2 instance type.", "restart")
    alternatives: Annotated[list[str], Field(max_length=39)] | None = optional(
        "EC2 instance types that AWS may take where it has none of `instance`, the best first.", "restart"
    )
    spot: Spot | None = optional("Servers that AWS may take back, from stage 5.", "restart")
    servers: Annotated[tuple[int, int], Measured(units.RANGE, 1, 500, "from 1 to 500")] | None = optional(
        "How many servers.", "in-place"
    )
    scaling: Scaling | None = optional("When servers come and go, from stage 5.", "in-place")
    rollout: Rollout | None = optional("How new versions reach the servers.", "none")
