"""Which part of an architecture a tier is paid for: with all users, or in the region that waits, where nobody asks."""

from collections.abc import Collection
from dataclasses import replace
from functools import cached_property
from typing import NamedTuple

from tenfold.blueprints.architecture import Architecture
from tenfold.blueprints.architecture.application import Usage as Stated
from tenfold.blueprints.standby import primary_of, standby_of
from tenfold.foresight.usage import Usage

STANDBY = "standby-"  # how tiers of the second region begin


class Side(NamedTuple):
    architecture: Architecture
    usage: Usage
    waiting: bool
    """Nobody comes here until a failover."""


class Sides:
    def __init__(self, a: Architecture, usage: Usage, tiers: Collection[str]) -> None:
        self._a, self._tiers, self._whole = a, tiers, Side(a, usage, waiting=False)

    def of(self, tier: str) -> tuple[Side, str]:
        """And the tier's name without its region's. What there is once is paid for with all users."""
        own = tier.removeprefix(STANDBY)
        if own != tier:
            return self._standby, own
        return (self._primary if f"{STANDBY}{tier}" in self._tiers else self._whole), own

    @cached_property
    def _primary(self) -> Side:
        return self._whole if self._a.active == "primary" else _waiting(primary_of(self._a))

    @cached_property
    def _standby(self) -> Side:
        there = standby_of(self._a)
        return Side(there, Usage(there), waiting=False) if self._a.active == "standby" else _waiting(there)


def _waiting(a: Architecture) -> Side:
    """What is kept there is as much as where the users are; what follows from requests is nothing."""
    kept = Stated(files=a.load.usage.files, backups=a.load.usage.backups)
    quiet = replace(a, load=replace(a.load, peak=0.0, usage=kept))
    return Side(quiet, Usage(quiet), waiting=True)
