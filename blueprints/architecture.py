"""The resolved, complete, frozen description that the stacks build from.

A blueprint sets as little as possible; an architecture has every value, in base units: seconds, GiB, fractions
(70 % is 0.7), US dollars a month. Where each value came from is in `Resolution.origins`.
"""

from collections.abc import Mapping
from dataclasses import field
from typing import Literal

from tenfold.blueprints.own import Own
from tenfold.blueprints.stages.promotion import Promotion
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
BASE = "base"  # the environment's name where none is named


class Health(Value):
    path: str
    every: int
    timeout: int
    healthy_after: int
    unhealthy_after: int
    starts_in: int


class Jobs(Value):
    """Background work: beside the application, or on workers."""

    image: str
    command: tuple[str, ...]


class App(Value):
    image: str
    port: int
    health: Health
    stateless: bool
    env: Mapping[str, str]
    secrets: tuple[str, ...]
    jobs: Jobs | None
    drain: int


class Usage(Value):
    """What is billed by use, a month: counts, and sizes in GiB. None where `load` decides."""

    requests: int | None = None
    transfer_out: int | None = None
    lcu_hours: int | None = None
    nat: int | None = None
    between_zones: int | None = None
    cdn_out: int | None = None
    cdn_in: int | None = None
    cdn_requests: int | None = None
    waf_requests: int | None = None
    logs: int | None = None
    files: int | None = None
    file_reads: int | None = None
    file_writes: int | None = None
    messages: int | None = None
    table_reads: int | None = None
    table_writes: int | None = None
    tables: int | None = None
    snapshots: int | None = None
    backups: int | None = None


class Load(Value):
    """What the application has to carry; sizing works from this."""

    users: int
    peak: float  # requests a second
    reads: float  # fraction of the requests that only read
    data: int  # GiB
    growth: float  # fraction a month
    slowest_acceptable: float  # seconds
    cpu_per_request: float  # seconds of one vCPU in the application
    queries_per_request: int
    cache_hits: float  # fraction of the reads
    working_set: float  # fraction of the data
    answer_size: float  # KiB
    launch_time: int  # seconds
    campaign: int  # times the peak, within minutes; 1 where none is expected
    largest_tenant: float  # fraction of the load
    usage: Usage = Usage()


class Network(Value):
    cidr: str
    zones: int
    nat: str  # none | one | per-zone


class Server(Value):
    instance: str
    disk: int  # GiB, the data volume
    connections: int  # to the database from its pool, if it has one; in a promotion as in the stage before


class Storage(Value):
    size: int
    up_to: int
    type: str


class Backups(Value):
    keep: int  # days
    window: str  # "03:00-04:00", UTC


class Pooling(Value):
    via: str  # none | pgbouncer | proxy
    mode: str  # session | transaction | statement
    connections: int  # to the database, from one pool


class Replicas(Value):
    """Read replicas of the database."""

    count: int
    instance: str
    max_lag: int  # seconds; one further behind is not asked


class Shards(Value):
    """The database spread over several; shard 0 is the primary."""

    strategy: str  # hash | range | geographic | tenant
    key: str
    count: int
    start: str  # primary | even
    pins: Mapping[str, int]  # of regions, too
    months: Mapping[str, int]  # first month -> shard
    shares: Mapping[str, float]  # known fractions of the load, by key
    tried: tuple[str, ...]


class Database(Value):
    """At stage 1 only `engine` and `version` are used: the database is a container on the server."""

    engine: str  # postgres | mysql
    version: str
    instance: str
    storage: Storage
    standby: bool
    backups: Backups
    pooling: Pooling
    parameters: Mapping[str, str]
    replicas: Replicas | None = None
    shards: Shards | None = None
    password_keeper: str = "stack"  # stack | rds
    password_generation: int = 1


class Balancer(Value):
    kind: str  # application | network
    algorithm: str  # round-robin | least-outstanding | weighted
    sticky: int | None  # seconds
    routes: Mapping[str, str]  # path pattern -> service
    certificate: str  # managed | an ARN
    idle: int | None = None  # seconds until a quiet connection is closed; None leaves AWS's 60


class Rollout(Value):
    keep_healthy: float
    checkpoint: int


class Schedule(Value):
    """Other limits, from `cron` until `until` (or until another schedule)."""

    cron: str
    until: str | None
    zone: str  # IANA name
    servers_min: int
    servers_max: int


class Scaling(Value):
    """One of `out_at`, `steps`, `track_cpu` and `track_requests` is set; `in_at` and the cooldowns where they mean
    something. Cooldowns and warm-up in seconds."""

    out_at: float | None
    in_at: float | None
    cooldown_out: int | None
    cooldown_in: int | None
    steps: tuple[tuple[float, int], ...]  # (fraction of CPU, servers added from there on)
    track_cpu: float | None
    track_requests: int | None  # a server and minute
    predict: bool
    warmup: int
    schedules: Mapping[str, Schedule]
    warm_pool: int


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


class Sessions(Value):
    store: str  # cache | database | tokens | none
    signing_key: int | None = None  # generation of the key that signs tokens


class Uploads(Value):
    keep: int  # days in which replaced and deleted files can be restored


class Cache(Value):
    engine: str  # valkey | redis | memcached
    version: str
    node: str
    nodes: int  # of each shard
    cluster_mode: str  # disabled | compatible | enabled
    shards: int  # one unless cluster mode is enabled
    eviction: str | None  # None where the engine has no choice: memcached
    keep_snapshots: int  # days


class EdgeFunctions(Value):
    """What the edge itself does to requests and answers."""

    one_name: bool = False  # whoever comes by another name is sent to `domain`
    redirects: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    experiments: Mapping[str, float] = field(default_factory=dict)  # cookie -> fraction of visitors for whom it is `b`
    request: str = ""  # JavaScript; empty where it is generated
    response: str = ""

    @property
    def events(self) -> dict[str, tuple[str, ...]]:
        """What runs at each event, by the blueprint's fields: the team's code and what would be generated."""
        own = {"request": ("one_name", "redirects", "experiments"), "response": ("headers", "experiments")}
        return {event: tuple(f for f in (event, *others) if getattr(self, f)) for event, others in own.items()}


class Cdn(Value):
    """CloudFront in front of the balancer and of a bucket with static files."""

    static_paths: tuple[str, ...]
    static_keep: int  # days
    dynamic_paths: tuple[str, ...]
    dynamic_cache: str  # none | headers
    price_class: str  # 100 | 200 | all
    waf: bool
    certificate: str  # managed | an ARN
    error_page: str | None = None  # a file of the bucket, shown while the application does not answer
    functions: EdgeFunctions = EdgeFunctions()


class Queue(Value):
    """Times in seconds."""

    message_takes: float
    acceptable_delay: int
    attempts: int
    keep: int
    order: str  # none | fifo
    deduplicate: str  # by-id | by-content; of a FIFO queue
    dead_letters: int
    per_request: float | None = None  # messages for each request; None where it is not known


class Event(Value):
    """What has happened, by the name that is its detail type."""

    to: tuple[str, ...]  # queues
    via: str  # bus | topic | fifo-topic
    filters: Mapping[str, str]  # queue -> JSON pattern over the detail
    keep: int | None  # days in the archive of the bus; None without one


class Workers(Value):
    """Servers that run the background jobs."""

    instance: str
    servers_min: int
    servers_max: int
    at_once: int  # messages that one server works on at the same time


class Key(Value):
    """An attribute that a table finds or orders items by."""

    name: str
    type: str  # text | number | binary


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

    engine: str  # postgres | mysql | bucket | dynamodb | opensearch
    version: str
    instance: str
    size: int  # GiB
    standby: bool
    keep: int  # days
    table: ServiceTable
    search: ServiceSearch


class ReadModel(Value):
    """A table that is filled from events, and filled again by a replay of their archive."""

    listens_to: tuple[str, ...]  # events
    engine: str  # dynamodb
    table: ServiceTable
    keep: int  # days


class Service(Value):
    """A part of the application that is released, scaled and stored on its own. Nothing here depends on where it runs
    but `instance`, and what a copy is: a server's container, or a pod."""

    image: str
    route: str  # a path pattern
    share: float  # fraction of the route's requests; the application answers the others
    runs_on: str  # servers | kubernetes
    port: int
    health: Health
    drain: int  # seconds
    cpu: float  # vCPU of one copy
    memory: float  # GiB of one copy
    instance: str  # of a server, which runs one copy
    copies_min: int
    copies_max: int
    scaling: Scaling
    env: Mapping[str, str]
    secrets: tuple[str, ...]
    sends_to: tuple[str, ...]
    listens_to: tuple[str, ...]  # events, which its own queue receives: the one called `known_as`
    publishes: tuple[str, ...]  # events
    data: ServiceData | None
    known_as: str  # the name that its resources have
    retired: bool  # only what it owns is left


class Kubernetes(Value):
    """The cluster of services on Kubernetes; there is one where a service runs on it."""

    version: str
    admins: Mapping[str, str]  # name -> ARN of a role or user
    reachable_from: tuple[str, ...]  # networks outside that reach its API
    processor: str  # arm64 | amd64
    cpu_limit: int  # vCPUs of all machines together


class Standby(Value):
    """The region that takes over."""

    region: str
    mode: str  # pilot-light | warm | hot
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


class Alarm(Value):
    """What a blueprint sets for one alarm; None where it sets nothing."""

    threshold: tuple[str, float] | None = None  # percent, seconds, bytes or count, and how many
    seconds: int | None = None  # beyond the threshold until it rings
    severity: Literal["page", "notify"] | None = None
    rings: bool = True


class Signals(Value):
    latency_p99: float  # seconds
    errors: float  # fraction of requests
    saturation: float  # fraction
    alarms: Mapping[str, Alarm]
    notify: tuple[str, ...]  # email:… | https:… | an SNS topic's ARN


class Architecture(Value):
    name: str
    environment: str
    stage: int
    stage_name: str
    throwaway: bool
    region: str
    domain: str | None
    zone: str  # managed | existing
    zone_name: str | None  # of the existing one; None: the domain without its first label, or itself
    owner: str | None
    tags: Mapping[str, str]
    budget: float | None
    capabilities: frozenset[str]
    app: App
    load: Load
    network: Network
    server: Server | None
    database: Database
    balancer: Balancer | None
    fleet: Fleet | None
    sessions: Sessions
    cache: Cache | None
    signals: Signals
    cdn: Cdn | None = None
    uploads: Uploads | None = None
    queues: Mapping[str, Queue] = field(default_factory=dict)
    events: Mapping[str, Event] = field(default_factory=dict)
    read_models: Mapping[str, ReadModel] = field(default_factory=dict)
    workers: Workers | None = None
    services: Mapping[str, Service] = field(default_factory=dict)
    kubernetes: Kubernetes | None = None
    standby: Standby | None = None
    recovery: Recovery | None = None
    residency: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # group of tenants -> regions of its data
    active: str = "primary"  # or standby: which region has the writable database
    home: str = ""  # of a standby region: the region that it takes over from
    idle: bool = False  # of a standby region at pilot light: what would run waits for a failover
    overrides: Mapping[str, Mapping[str, object]] = field(default_factory=dict)
    promotion: Promotion | None = None
    leftovers: tuple[str, ...] = ()  # names of resources that stay although the stage does not have them
    own: Own | None = None  # what the team adds: tiers and alarms of its own
    named: bool = True  # False where no environment was asked for: `environment` then only fills its place in names

    @property
    def title(self) -> tuple[str, ...]:
        """Name and environment, for a heading."""
        return (self.name, self.environment) if self.named else (self.name,)

    @property
    def promoting_from(self) -> int | None:
        return self.promotion.from_stage if self.promotion else None

    def has(self, capability: str) -> bool:
        return capability in self.capabilities

    def messages(self, queue: str) -> float | None:
        """A second that come to a queue at the peak; None where it is not known."""
        each = self.queues[queue].per_request
        return None if each is None else self.load.peak * each

    @property
    def job_queues(self) -> dict[str, Queue]:
        """Those that background jobs work on: all but the queues of services that listen."""
        owned = {service.known_as for service in self.running_services.values() if service.listens_to}
        return {name: queue for name, queue in self.queues.items() if name not in owned}

    @property
    def bus_events(self) -> dict[str, Event]:
        return {name: event for name, event in self.events.items() if event.via == "bus"}

    @property
    def topic_events(self) -> dict[str, Event]:
        return {name: event for name, event in self.events.items() if event.via != "bus"}

    @property
    def running_services(self) -> dict[str, Service]:
        """Without those that are retired."""
        return {name: service for name, service in self.services.items() if not service.retired}

    def service_of(self, resource: str) -> str:
        """The service that a resource or tier of either region belongs to, by its name; empty for one of no service."""
        resource = resource.replace(f"{self.name}-standby-", f"{self.name}-", 1)
        begins = {f"{self.name}-service-{service.known_as}-": name for name, service in self.services.items()}
        return next((begins[b] for b in sorted(begins, key=len, reverse=True) if resource.startswith(b)), "")

    @property
    def has_host_database(self) -> bool:
        """Whether the server keeps a database of its own: at stage 1, and as the way back until a promotion from it
        has ended."""
        return not self.has("database") or bool(self.promotion and "data" in self.promotion.moves)

    @property
    def paused(self) -> bool:
        """Whether no server runs the application: only the server of stage 1 has its data, or it is idle."""
        return self.database_on_host or self.idle

    @property
    def database_on_host(self) -> bool:
        """Whether the application uses the server's own database. In a promotion it does until the data has moved: the
        managed database is empty until its owner has filled it and has set `moved: {data: true}`."""
        return self.has_host_database and not (self.promotion and not self.promotion.holds("data"))
