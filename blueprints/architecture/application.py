"""The application, and what it has to carry."""

from collections.abc import Mapping

from tenfold.blueprints.choices import SessionStore
from tenfold.blueprints.value import Value


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


class Sessions(Value):
    store: SessionStore
    signing_key: int | None = None  # generation of the key that signs tokens


class Uploads(Value):
    keep: int  # days in which replaced and deleted files can be restored


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
