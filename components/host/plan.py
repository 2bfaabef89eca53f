"""What a host runs: plain data, complete before anything is rendered."""

import re
from dataclasses import dataclass
from typing import NamedTuple

from tenfold.components.plans.choices import check_choice
from tenfold.components.plans.pooling import PoolMode
from tenfold.components.plans.rds import DatabaseEngine

# A reference to an image, as the OCI distribution specification allows it, and nothing that a shell or systemd reads
# as more than a word.
_IMAGE = re.compile(r"[a-zA-Z0-9][a-zA-Z0-9._:/@-]{0,511}")
_DOMAIN = re.compile(r"([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}")
_PATH = re.compile(r"/[A-Za-z0-9][A-Za-z0-9_./-]*[A-Za-z0-9]")


class Health(NamedTuple):
    """When the host restarts the application by itself."""

    path: str
    interval_seconds: int
    timeout_seconds: int
    unhealthy_threshold: int
    starts_in_seconds: int


class Application(NamedTuple):
    port: int
    drain_seconds: int  # between the request to stop and the kill
    image: str | None = None  # None: follows the parameter <path>/release/APP_IMAGE, so that a release restarts no host
    health: Health | None = None  # None where a balancer checks, and the fleet replaces the host


class Jobs(NamedTuple):
    command: tuple[str, ...]
    image: str | None = None  # None: follows <path>/release/JOBS_IMAGE


class Worker(NamedTuple):
    """The host only works on messages: it waits for the one in work when it leaves, and is kept while one takes
    long."""

    drain_seconds: int  # between the request to stop and the kill


class Proxy(NamedTuple):
    """Terminates TLS where there is no balancer; without a domain it serves plain HTTP on port 80."""

    domain: str | None


class Database(NamedTuple):
    """A database in a container of the host, its files on the data volume. Only where no managed one exists."""

    engine: str  # a DatabaseEngine
    version: str
    name: str


class Pooler(NamedTuple):
    """PgBouncer between the application and PostgreSQL."""

    mode: str  # a PoolMode
    connections: int  # from this host to the database


class Lifecycle(NamedTuple):
    """The host answers its group's lifecycle hooks: when it leaves, and with `ready` (a path) when it has started."""

    ready: str | None = None


@dataclass(frozen=True)
class HostPlan:
    """Everything that decides a host's user data. Raises ValueError for what no host could run.

    Settings, secrets and (where an image is None) releases are read at run time below `path` in Parameter Store
    (components/settings.py); they are not part of the plan, so changing them changes no user data.
    """

    region: str
    path: str  # /<name>/<environment>
    log_group: str
    application: Application | None = None  # None on a worker, which has jobs only
    jobs: Jobs | None = None
    worker: Worker | None = None
    proxy: Proxy | None = None
    database: Database | None = None
    pooler: Pooler | None = None
    lifecycle: Lifecycle | None = None  # only in a group that has hooks
    volume_id: str | None = None  # data volume, mounted on /data
    registries: tuple[str, ...] = ()  # private ECR registries of images that are followed; those of fixed ones are seen

    def __post_init__(self) -> None:
        for image in self.images():
            _match(_IMAGE, image, "image", "an image reference such as ghcr.io/acme/shop:1.4.2")
        _match(_PATH, self.path, "path", "a path such as /shop/prod")
        if self.proxy and self.proxy.domain is not None:
            _match(_DOMAIN, self.proxy.domain, "domain", "a name such as shop.example.com")
        if (self.application is None) != (self.worker is not None) or (self.worker and not self.jobs):
            raise ValueError("a host has an application; or it is a worker, and has jobs")
        if self.application and self.application.health:
            _match(re.compile(r"/[^\s\"'\\]*"), self.application.health.path, "health.path", "a path such as /healthz")
        if self.lifecycle and self.lifecycle.ready is not None:
            _match(re.compile(r"/[^\s\"'\\]*"), self.lifecycle.ready, "lifecycle.ready", "a path such as /healthz")
        if self.application and not 1 <= self.application.port <= 65535:
            raise ValueError(f"port: {self.application.port} is not between 1 and 65535")
        if self.database:
            check_choice("engine", self.database.engine, DatabaseEngine)
        if self.database and self.volume_id is None:
            raise ValueError("volume_id: a database on the host needs a data volume, or its data goes with the host")
        if self.pooler:
            check_choice("mode", self.pooler.mode, PoolMode)

    def images(self) -> list[str]:
        """The images whose names are fixed in the user data."""
        jobs = self.jobs.image if self.jobs else None
        own = self.application.image if self.application else None
        return [image for image in (own, jobs) if image is not None]


def _match(pattern: re.Pattern[str], value: str, what: str, expected: str) -> None:
    if not pattern.fullmatch(value):
        raise ValueError(f"{what}: {value!r} is not {expected}")
