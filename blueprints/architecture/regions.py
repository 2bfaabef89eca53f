"""The region that takes over, and how soon."""

from tenfold.blueprints.choices import StandbyMode, VaultLock
from tenfold.blueprints.value import Value


class Standby(Value):
    """The region that takes over."""

    region: str
    mode: StandbyMode
    servers: int  # of the small fleet, in mode warm


class Drill(Value):
    """What a failover took, in seconds; None for what it did not measure. `date` is the day, ISO 8601."""

    date: str
    promote: int | None = None
    launch: int | None = None


class Recovery(Value):
    """What may be lost when a region fails, in seconds."""

    time: int
    point: int
    decision: int
    drill: Drill | None = None


class Vault(Value):
    """Copies of the databases' backups in the other region."""

    keep: int  # days
    lock: VaultLock
