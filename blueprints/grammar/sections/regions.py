"""Regions: a second one that takes over, and how soon it must. docs/stages/7.md"""

from typing import Annotated

from tenfold.blueprints.choices import ActiveRegion, StandbyMode, VaultLock
from tenfold.blueprints.grammar import units
from tenfold.blueprints.grammar.fields import Section, optional, required
from tenfold.blueprints.grammar.forms import Day, Measured


class Standby(Section):
    """The region that takes over."""

    region: str | None = optional("AWS region; another one than `region`.", "replace")
    mode: StandbyMode | None = optional(
        "What runs there before it is needed: the data alone, a small fleet, or as much as in the first region.",
        "in-place",
    )
    servers: int | None = optional("Servers of its small fleet, in mode `warm`.", "in-place", ge=1, le=500)


class Drill(Section):
    """What a failover in an account took, tried or needed."""

    date: Annotated[str, Day()] = required("The day on which it was measured.", "none")
    promote: Annotated[int, Measured(units.DURATION, 1, 86_400, "from 1s to 1d")] | None = optional(
        "Until the replicas were databases of their own.", "none"
    )
    launch: Annotated[int, Measured(units.DURATION, 1, 86_400, "from 1s to 1d")] | None = optional(
        "Until the servers were in service.", "none"
    )


class Recovery(Section):
    """What may be lost when a region fails."""

    time: Annotated[int, Measured(units.DURATION, 60, 7 * 86_400, "from 1m to 7d")] | None = optional(
        "From the failure until the application answers again (RTO).", "none"
    )
    point: Annotated[int, Measured(units.DURATION, 1, 7 * 86_400, "from 1s to 7d")] | None = optional(
        "How much of what was written last may be lost (RPO).", "in-place"
    )
    decision: Annotated[int, Measured(units.DURATION, 0, 86_400, "from 0s to 1d")] | None = optional(
        "How long people take to decide; a part of `time`.", "none"
    )
    drill: Drill | None = optional("What was measured, and is reckoned with instead of what is assumed.", "none")


class Vault(Section):
    """Copies of the databases' backups in the other region, where nobody can delete them before their time."""

    keep: Annotated[int, Measured(units.DAYS, 1, 3_650, "from 1d to 3650d")] | None = optional(
        "How long backups and their copies are kept; the lock refuses less.", "in-place"
    )
    lock: VaultLock | None = optional(
        "Who can take the lock off: whoever has the permission, or with `compliance` nobody, for ever.",
        "in-place",
    )


class Regions(Section):
    """Several regions of one stack."""

    active: ActiveRegion | None = optional("The one that has the writable database; a failover writes it.", "in-place")
    standby: Standby | None = optional("The region that takes over.", "in-place")
    recovery: Recovery | None = optional("What may be lost when a region fails.", "in-place")
    vault: Vault | None = optional("Copies of backups that nobody can delete.", "in-place")
