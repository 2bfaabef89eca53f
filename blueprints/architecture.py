"""The resolved, complete, frozen description that the stacks build from.

A blueprint says as little as it can; an architecture says everything, in base units: seconds, GiB, fractions
(70 % is 0.7), US dollars a month. Nothing here knows where a value came from; `Resolution.origins` does.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field


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


@dataclass(frozen=True)
class Balancer:
    kind: str  # application | network
    algorithm: str  # round-robin | least-outstanding | weighted
    sticky: int | None  # seconds
    routes: Mapping[str, str]  # path pattern -> service
    certificate: str  # managed | an ARN


@dataclass(frozen=True)
class Rollout:
    keep_healthy: float
    checkpoint: int


@dataclass(frozen=True)
class Fleet:
    instance: str
    servers_min: int
    servers_max: int
    rollout: Rollout


@dataclass(frozen=True)
class Sessions:
    store: str  # cache | database | none


@dataclass(frozen=True)
class Cache:
    engine: str  # valkey | redis
    version: str
    node: str
    nodes: int
    eviction: str
    keep_snapshots: int  # days


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
    promoting_from: int | None
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
    overrides: Mapping[str, Mapping[str, object]] = field(default_factory=dict)

    def has(self, capability: str) -> bool:
        return capability in self.capabilities
