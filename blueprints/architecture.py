"""The resolved, complete, frozen description that the stacks build from.

A blueprint says as little as it can; an architecture says everything, in base units: seconds, GiB, fractions
(70 % is 0.7), US dollars a month. Nothing here knows where a value came from; `Resolution.origins` does.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from blueprints.promotion import Promotion


@dataclass(frozen=True)
class Health:
    path: str
    every: int
    timeout: int
    healthy_after: int
    unhealthy_after: int
    starts_in: int


@dataclass(frozen=True)
class Jobs:
    """Background work beside the application."""

    image: str
    command: tuple[str, ...]


@dataclass(frozen=True)
class App:
    image: str
    port: int
    health: Health
    stateless: bool
    env: Mapping[str, str]
    secrets: tuple[str, ...]
    jobs: Jobs | None
    drain: int


@dataclass(frozen=True)
class Load:
    """What the application has to carry; sizing works from this."""

    users: int
    peak: float  # requests a second
    reads: float  # fraction of the requests that only read
    data: int  # GiB
    growth: float  # fraction a month
    slowest_acceptable: float  # seconds


@dataclass(frozen=True)
class Network:
    cidr: str
    zones: int
    nat: str  # none | one | per-zone


@dataclass(frozen=True)
class Server:
    instance: str
    disk: int  # GiB, the data volume
    connections: int  # to the database from its pool, if it has one; in a promotion as in the stage before


@dataclass(frozen=True)
class Storage:
    size: int
    up_to: int
    type: str


@dataclass(frozen=True)
class Backups:
    keep: int  # days
    window: str  # "03:00-04:00", UTC


@dataclass(frozen=True)
class Pooling:
    via: str  # none | pgbouncer | proxy
    mode: str  # session | transaction | statement
    connections: int  # to the database, from one pool


@dataclass(frozen=True)
class Replicas:
    """Read replicas of the database."""

    count: int
    instance: str
    max_lag: int  # seconds; one further behind is not asked


@dataclass(frozen=True)
class Database:
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


@dataclass(frozen=True)
class Balancer:
    kind: str  # application | network
    algorithm: str  # round-robin | least-outstanding | weighted
    sticky: int | None  # seconds
    routes: Mapping[str, str]  # path pattern -> service
    certificate: str  # managed | an ARN
    idle: int | None = None  # seconds until a quiet connection is closed; None leaves AWS's 60


@dataclass(frozen=True)
class Rollout:
    keep_healthy: float
    checkpoint: int


@dataclass(frozen=True)
class Schedule:
    """Other limits, from `cron` until `until` (or until another schedule)."""

    cron: str
    until: str | None
    zone: str  # IANA name
    servers_min: int
    servers_max: int


@dataclass(frozen=True)
class Scaling:
    """One of `out_at`, `steps`, `track_cpu` and `track_requests` is set; `in_at` and the cooldowns where they mean
    something. Cooldowns and warm-up in seconds."""

    out_at: float | None
    in_at: float | None
    cooldown_out: int | None
    cooldown_in: int | None
    steps: tuple[tuple[float, int], ...]  # from this fraction of CPU on, so many servers more
    track_cpu: float | None
    track_requests: int | None  # a server and minute
    predict: bool
    warmup: int
    schedules: Mapping[str, Schedule]
    warm_pool: int


@dataclass(frozen=True)
class Spot:
    """Servers that AWS may take back."""

    share: float  # fraction of the servers above `base`
    base: int  # servers that are never spot


@dataclass(frozen=True)
class Fleet:
    instance: str
    servers_min: int
    servers_max: int
    rollout: Rollout
    scaling: Scaling | None = None
    alternatives: tuple[str, ...] = ()  # other instance types, the best first
    spot: Spot | None = None


@dataclass(frozen=True)
class Sessions:
    store: str  # cache | database | tokens | none
    signing_key: int | None = None  # generation of the key that signs tokens


@dataclass(frozen=True)
class Uploads:
    keep: int  # days that replaced and deleted files can be had back


@dataclass(frozen=True)
class Cache:
    engine: str  # valkey | redis | memcached
    version: str
    node: str
    nodes: int  # of each shard
    cluster_mode: str  # disabled | compatible | enabled
    shards: int  # one unless cluster mode is enabled
    eviction: str | None  # None where the engine has no choice: memcached
    keep_snapshots: int  # days


@dataclass(frozen=True)
class Cdn:
    """CloudFront in front of the balancer and of a bucket with static files."""

    static_paths: tuple[str, ...]
    static_keep: int  # days
    dynamic_paths: tuple[str, ...]
    dynamic_cache: str  # none | headers
    price_class: str  # 100 | 200 | all
    waf: bool
    certificate: str  # managed | an ARN
    error_page: str | None = None  # a file of the bucket, shown while nobody answers


@dataclass(frozen=True)
class Signals:
    latency_p99: float  # seconds
    errors: float  # fraction of requests
    saturation: float  # fraction
    notify: tuple[str, ...]  # email:… | https:… | an SNS topic's ARN


@dataclass(frozen=True)
class Architecture:
    name: str
    environment: str
    stage: int
    stage_name: str
    throwaway: bool
    region: str
    domain: str | None
    zone: str  # managed | existing
    zone_name: str | None  # of the existing one; None: the domain without its first label
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
    overrides: Mapping[str, Mapping[str, object]] = field(default_factory=dict)
    promotion: Promotion | None = None
    leftovers: tuple[str, ...] = ()  # names of resources that stay although the stage does not have them

    @property
    def promoting_from(self) -> int | None:
        return self.promotion.from_stage if self.promotion else None

    def has(self, capability: str) -> bool:
        return capability in self.capabilities
