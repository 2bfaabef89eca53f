"""When servers of the fleet come and go, from stage 5."""

from typing import Annotated

from pydantic import Field

from tenfold.blueprints.grammar import units
from tenfold.blueprints.grammar.fields import Section, optional, required
from tenfold.blueprints.grammar.forms import Measured, Spelled

Level = Annotated[str, Spelled(
    "TF-V006", r"(100|[1-9][0-9]?) ?%", "a share of CPU", "From 1% to 100%: {60%: +1, 80%: +3}.", 5,
)]  # fmt: skip
Role = Annotated[str, Spelled(
    "TF-V016", r"[a-z][a-z0-9-]{0,22}[a-z0-9]", "a name",
    "2 to 24 lower-case letters, digits and hyphens, starting with a letter: morning.", 24,
)]  # fmt: skip


# "Quotas for Amazon EC2 Auto Scaling", which AWS does not raise: 20 step adjustments of a policy; 125 scheduled actions
# of a group, of which a schedule is two, its beginning and its end.
STEPS, SCHEDULES = 20, 62


class Cooldown(Section):
    """Pause after a change; of a fleet only thresholds have one."""

    out: Annotated[int, Measured(units.DURATION, 0, 3600, "at most 1h")] | None = optional(
        "After servers, or units of a table, were added.", "in-place"
    )
    in_: Annotated[int, Measured(units.DURATION, 0, 7200, "at most 2h")] | None = optional(
        "After servers, or units of a table, were removed.", "in-place", alias="in"
    )


class Schedule(Section):
    """Other limits at certain hours."""

    cron: str = required('When it begins, five fields: "0 8 * * 1-5".', "in-place")
    until: str | None = optional("When the fleet's own limits hold again, five fields.", "in-place")
    zone: str | None = optional("Time zone of both, like Europe/Berlin; UTC without it.", "in-place")
    servers: Annotated[tuple[int, int], Measured(units.RANGE, 0, 500, "from 0 to 500")] = required(
        "How many servers from then on.", "in-place"
    )


class Scaling(Section):
    """When servers are added and removed, between the limits of `fleet.servers`."""

    out_at: Annotated[float, Measured(units.PERCENT, 0.01, 1, "from 1% to 100%")] | None = optional(
        "Average CPU at which a server is added.", "in-place"
    )
    in_at: Annotated[float, Measured(units.PERCENT, 0.01, 1, "from 1% to 100%")] | None = optional(
        "Average CPU at which a server is removed.", "in-place"
    )
    cooldown: Cooldown | None = optional("Pause after a step.", "in-place")
    steps: Annotated[dict[Level, Annotated[int, Field(ge=1, le=100)]], Field(max_length=STEPS)] | None = optional(
        "In place of `out_at`: more servers at once the higher the CPU, {60%: +1, 80%: +3}.", "in-place"
    )
    track: Annotated[tuple[str, float], Measured(units.TARGET)] | None = optional(
        "In place of `out_at` and `in_at`: the level to keep each server at.", "in-place"
    )
    predict: bool | None = optional("Also add servers before a peak that two weeks of history foresee.", "in-place")
    warmup: Annotated[int, Measured(units.DURATION, 0, 3600, "at most 1h")] | None = optional(
        "Time until a new server carries its share and its metrics count.", "in-place"
    )
    schedules: Annotated[dict[Role, Schedule], Field(max_length=SCHEDULES)] | None = optional(
        "Other limits at certain hours, by name.", "in-place"
    )
    warm_pool: int | None = optional("Number of stopped servers that wait, ready to start.", "in-place", ge=0, le=100)
