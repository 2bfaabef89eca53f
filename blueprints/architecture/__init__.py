"""The resolved, complete, frozen description that the stacks build from.

A blueprint sets as little as possible; an architecture has every value, in base units: seconds, GiB, fractions
(70 % is 0.7), US dollars a month. Where each value came from is in `Resolution.origins`.
"""

from collections.abc import Mapping
from dataclasses import field

from tenfold.blueprints.architecture.application import App, Load, Sessions, Uploads
from tenfold.blueprints.architecture.edge import Balancer, Cdn, Network
from tenfold.blueprints.architecture.messages import Event, Queue
from tenfold.blueprints.architecture.regions import Recovery, Standby, Vault
from tenfold.blueprints.architecture.servers import Fleet, Server, Workers
from tenfold.blueprints.architecture.services import Kubernetes, ReadModel, Service
from tenfold.blueprints.architecture.signals import Signals
from tenfold.blueprints.architecture.stores import Cache, Database
from tenfold.blueprints.choices import ActiveRegion, ZoneOwner
from tenfold.blueprints.own import Own
from tenfold.blueprints.stages.promotion import Promotion
from tenfold.blueprints.value import Value

BASE = "base"  # the environment's name where none is named


class Architecture(Value):
    name: str
    environment: str
    stage: int
    stage_name: str
    throwaway: bool
    region: str
    domain: str | None
    zone: ZoneOwner
    zone_name: str | None  # of the existing one; None: the domain without its first label, or itself
    owner: str | None
    tags: Mapping[str, str]
    budget: float | None
    permissions_boundary: str | None  # ARN of a policy
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
    vault: Vault | None = None
    residency: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # group of tenants -> regions of its data
    active: ActiveRegion = "primary"  # which region has the writable database
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
    def owns_database(self) -> bool:
        """Whether the managed database is the stack's own; else it is existing, or on the server."""
        return self.has("database") and self.database.existing is None

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
