"""Services beside the application, and tables."""

from collections.abc import Mapping

from tenfold.blueprints.architecture.application import Health
from tenfold.blueprints.architecture.scaling import Scaling
from tenfold.blueprints.choices import DataEngine, KeyType, Processor, ReadModelEngine, Runtime
from tenfold.blueprints.value import Value

SERVICE_NEEDS = frozenset({"image", "route"})  # fields of a service that no default gives
# What a service owns -> the fields of `data` that mean something for it.
_DATABASE = ("version", "instance", "size", "standby", "keep")
DATA_FIELDS = {
    "none": (),
    "postgres": _DATABASE,
    "mysql": _DATABASE,
    "bucket": ("keep",),
    "dynamodb": ("keep", "table"),
    "opensearch": ("version", "instance", "size", "search"),
}
# Fields that mean something where a service runs there.
OF_SERVERS = ("servers", "instance", "scaling.warmup")
OF_PODS = ("pods", "priority", "scaling.track_memory", "scaling.settle")

# The same of a read model.
MODEL_FIELDS = {
    "dynamodb": ("primary_key", "indexes", "expires", "keep"),
    "opensearch": ("version", "instance", "size", "search"),
}


class Key(Value):
    """An attribute that a table finds or orders items by."""

    name: str
    type: KeyType


class TableCapacity(Value):
    """Units by the hour, from least to most."""

    reads: tuple[int, int]
    writes: tuple[int, int]
    track: float  # fraction in use
    cooldown_out: int  # seconds
    cooldown_in: int  # seconds


class ServiceTable(Value):
    key: tuple[Key, ...]  # one, or two: the second orders
    indexes: Mapping[str, tuple[Key, ...]]
    expires: str | None
    capacity: TableCapacity | None  # None: on demand


class ServiceSearch(Value):
    nodes: int
    masters: bool


class ServiceData(Value):
    """What a service owns. DATA_FIELDS says which of it is used."""

    engine: DataEngine
    version: str
    instance: str
    size: int  # GiB
    standby: bool
    keep: int  # days
    table: ServiceTable
    search: ServiceSearch


class ReadModel(Value):
    """What is filled from events, and again by a replay of their archive. MODEL_FIELDS says what of it is used."""

    listens_to: tuple[str, ...]  # events
    engine: ReadModelEngine
    table: ServiceTable
    keep: int  # days
    version: str
    instance: str
    size: int  # GiB of each node
    search: ServiceSearch


class Service(Value):
    """A part of the application that is released, scaled and stored on its own. Nothing here depends on where it runs
    but `instance`, and what a copy is: a server's container, or a pod."""

    image: str
    route: str  # a path pattern
    share: float  # fraction of the route's requests; the application answers the others
    runs_on: Runtime
    port: int
    health: Health
    drain: int  # seconds
    cpu: float  # vCPU of one copy
    memory: float  # GiB of one copy
    instance: str  # of a server, which runs one copy
    copies_min: int
    copies_max: int
    scaling: Scaling
    track_memory: float | None  # of pods: fraction of their memory
    settle: int  # seconds that a need for fewer pods must last
    priority: int | None  # of pods
    env: Mapping[str, str]
    secrets: tuple[str, ...]
    sends_to: tuple[str, ...]
    listens_to: tuple[str, ...]  # events, which its own queue receives: the one called `known_as`
    publishes: tuple[str, ...]  # events
    data: ServiceData | None
    known_as: str  # the name that its resources have
    retired: bool  # only what it owns is left


class MachineGroup(Value):
    """Machines of one type, as many at all times."""

    instance: str
    machines: int


class Kubernetes(Value):
    """The cluster of services on Kubernetes; there is one where a service runs on it."""

    version: str
    group: MachineGroup | None  # None where all machines are Auto Mode's
    auto_cpus: int  # vCPUs of all machines together that Auto Mode may make: what a group leaves of `cpu_limit`
    admins: Mapping[str, str]  # name -> ARN of a role or user
    viewers: Mapping[str, str]  # the same
    reachable_from: tuple[str, ...]  # networks outside that reach its API
    processor: Processor
    cpu_limit: int  # vCPUs of all machines together
