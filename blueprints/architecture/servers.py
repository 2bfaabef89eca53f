"""What the application runs on: one server, or a fleet that follows the load; and the workers."""

from tenfold.blueprints.architecture.scaling import Scaling
from tenfold.blueprints.value import Value


class Server(Value):
    instance: str
    disk: int  # GiB, the data volume
    connections: int  # to the database from its pool, if it has one; in a promotion as in the stage before


class Rollout(Value):
    keep_healthy: float
    checkpoint: int


class Spot(Value):
    """Servers that AWS may take back."""

    share: float  # fraction of the servers above `base`
    base: int  # servers that are never spot


class Fleet(Value):
    instance: str
    servers_min: int
    servers_max: int
    rollout: Rollout
    scaling: Scaling | None = None
    alternatives: tuple[str, ...] = ()  # other instance types, the best first
    spot: Spot | None = None


class Workers(Value):
    """Servers that run the background jobs."""

    instance: str
    servers_min: int
    servers_max: int
    at_once: int  # messages that one server works on at the same time
