"""The sections of a blueprint, stages 1 to 4: one class a section, in the order of the file."""

from typing import Annotated, Any, Literal

from pydantic import Field

from blueprints import units
from blueprints.fields import Section, must, said
from blueprints.forms import Measured, Shards, Spelled

_PART = r"[a-z0-9]+([._-]+[a-z0-9]+)*"  # of an image name
Image = Annotated[str, Spelled(
    "TF-V017", rf"{_PART}(:[0-9]{{1,5}})?(/{_PART})*(:[A-Za-z0-9_][A-Za-z0-9._-]{{0,127}})?(@sha256:[0-9a-f]{{64}})?",
    "a container image", "Write registry/name:tag, for example ghcr.io/acme/shop:1.4.2.", 512,
)]  # fmt: skip
UrlPath = Annotated[str, Spelled(
    "TF-V018", r"/[A-Za-z0-9/_.~:@!$&()*+,;=%?-]*", "a path of a web address",
    "It starts with /, for example /healthz.", 1024,
)]  # fmt: skip
RoutePattern = Annotated[str, Spelled(
    "TF-V019",
    r"[/*][A-Za-z0-9*?/_.$~\"'@:+&-]{0,127}|host:[A-Za-z0-9*?.-]{1,128}"
    r"|header:[A-Za-z0-9-]{1,40}=[A-Za-z0-9*?/_.$~\"'@:+&-]{1,127}", "a route",
    "Write a path like /api/*, host:api.example.com, or header:X-Version=2.", 128,
)]  # fmt: skip
VariableName = Annotated[str, Spelled(
    "TF-V020", r"[A-Z][A-Z0-9_]*", "the name of an environment variable",
    "Capital letters, digits and _; for example LOG_LEVEL.", 128,
)]  # fmt: skip
VariableValue = Annotated[str, Spelled(  # a parameter of Parameter Store, and one line of an environment file
    "TF-V033", r"(?!.*\{\{)[^\x00-\x08\x0a-\x1f\x7f]+", "a value an environment variable can hold",
    "One line of 1 to 4,096 characters without {{. Leave an empty one out; encode others in base64.", 4096,
)]  # fmt: skip
Argument = Annotated[str, Spelled(
    "TF-V034", r"[^\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]*", "an argument of a command",
    "It cannot hold control characters.", 2000,
)]  # fmt: skip
Window = Annotated[str, Spelled(
    "TF-V021", r"([01][0-9]|2[0-3]):[0-5][0-9]-([01][0-9]|2[0-3]):[0-5][0-9]", "a daily window",
    'Write start and end in UTC, in quotes: "03:00-04:00".',
)]  # fmt: skip
Notice = Annotated[str, Spelled(
    "TF-V022", r"email:[^@\s:]+@[^@\s]+\.[^@\s]+|https://[^\s/]+[^\s]*|arn:aws[a-z-]*:sns:[a-z0-9-]+:[0-9]{12}:[A-Za-z0-9_-]+",
    "somebody to notify", "Write email:ops@example.com, an https:// address, or the ARN of an SNS topic.", 512,
)]  # fmt: skip
Certificate = Annotated[str, Spelled(
    "TF-V023", r"managed|arn:aws[a-z-]*:(acm|iam):[a-z0-9-]*:[0-9]{12}:(certificate|server-certificate)/.+",
    "a certificate", "Write managed, or the ARN of a certificate in ACM.", 512,
)]  # fmt: skip
CdnPath = Annotated[str, Spelled(
    "TF-V041", r"[/*][A-Za-z0-9_.*$/~\"'@:+&?-]{0,254}", "a path pattern of CloudFront",
    "Begin with / or *, like /static/*; * is any number of characters, ? is one.", 255,
)]  # fmt: skip
PagePath = Annotated[str, Spelled(
    "TF-V042", r"/[A-Za-z0-9/_.~@+-]*[A-Za-z0-9_~@+-]", "the path of a file",
    "It starts with / and names one file, without * and ?: /static/unavailable.html.", 255,
)]  # fmt: skip
CdnCertificate = Annotated[str, Spelled(
    "TF-V023", r"managed|arn:aws[a-z-]*:acm:[a-z0-9-]+:[0-9]{12}:certificate/.+",
    "a certificate", "Write managed, or the ARN of a certificate in ACM of us-east-1.", 512,
)]  # fmt: skip
Level = Annotated[str, Spelled(
    "TF-V006", r"(100|[1-9][0-9]?) ?%", "a share of CPU", "From 1% to 100%: {60%: +1, 80%: +3}.", 5,
)]  # fmt: skip
Role = Annotated[str, Spelled(
    "TF-V016", r"[a-z][a-z0-9-]{0,22}[a-z0-9]", "a name",
    "2 to 24 lower-case letters, digits and hyphens, starting with a letter: morning.", 24,
)]  # fmt: skip
Port = Annotated[int, Field(ge=1, le=65535)]


def between(unit: units.Unit, low: float, high: float, text: str) -> Measured:
    return Measured(unit, low, high, text)


class Health(Section):
    path: UrlPath | None = said("What a healthy application answers with 200.", "in-place")
    every: Annotated[int, between(units.DURATION, 5, 300, "from 5s to 5m (the balancer's limits)")] | None = said(
        "Time between two checks.", "in-place"
    )
    timeout: Annotated[int, between(units.DURATION, 2, 120, "from 2s to 2m (the balancer's limits)")] | None = said(
        "How long an answer may take.", "in-place"
    )
    healthy_after: int | None = said("Good checks in a row until traffic comes.", "in-place", ge=2, le=10)
    unhealthy_after: int | None = said("Bad checks in a row until traffic stops.", "in-place", ge=2, le=10)
    starts_in: Annotated[int, between(units.DURATION, 0, 7200, "at most 2h")] | None = said(
        "How long the application may take to start before checks count.", "in-place"
    )


class Jobs(Section):
    """Background work beside the application."""

    image: Image | None = said("Container image of the background work; without it, the application's.", "restart")
    command: list[Argument] | None = said("Command and its arguments.", "restart", min_length=1)


class AppChange(Section):
    """The application, as an environment may change it."""

    image: Image | None = said("Container image of the application.", "restart")
    port: Port | None = said("Port the application listens on.", "restart")
    health: Health | None = said("How its health is checked.", "in-place")
    stateless: bool | None = said(
        "True when sessions, uploads and caches live elsewhere, so that any server can answer.", "none"
    )
    env: dict[VariableName, VariableValue] | None = said("Environment variables.", "restart")
    secrets: list[VariableName] | None = said("Names of secrets; the values live in Secrets Manager.", "restart")
    jobs: Jobs | None = said("Background work beside the application.", "restart")
    drain: Annotated[int, between(units.DURATION, 0, 3600, "at most 1h (the balancer's limit)")] | None = said(
        "How long requests may finish when a server leaves.", "in-place"
    )


class App(AppChange):
    """The application."""

    # Required here, optional in an environment: narrower than the class above says.
    image: Image = must("Container image of the application.", "restart")  # type: ignore[assignment]


class Load(Section):
    """What the application has to carry; sizing works from this."""

    users: Annotated[int, Measured(units.COUNT)] | None = said("Users in a month.", "none")
    peak: Annotated[float, Measured(units.RATE)] | None = said("Requests a second at the busiest moment.", "none")
    reads: Annotated[float, Measured(units.PERCENT)] | None = said("Share of requests that only read.", "none")
    data: Annotated[int, between(units.SIZE, 0, 65536, "at most 64TiB (the limit of RDS)")] | None = said(
        "Data in the database today.", "none"
    )
    growth: Annotated[float, between(units.GROWTH, 0, 10, "at most 1000%/month")] | None = said(
        "How fast users and data grow.", "none"
    )
    slowest_acceptable: Annotated[float, between(units.LATENCY, 0.001, 300, "from 1ms to 5m")] | None = said(
        "An answer slower than this is too slow.", "none"
    )


class Network(Section):
    """The VPC and its subnets: public, private and database, in each zone."""

    cidr: str | None = said("IPv4 addresses of the VPC, a private block from /16 to /20.", "replace")
    zones: int | None = said("Availability zones to use.", "in-place", ge=1, le=4)
    nat: Literal["none", "one", "per-zone"] | None = said("NAT gateways for private subnets.", "in-place")


class Server(Section):
    """The one server of stages 1 and 2."""

    instance: str | None = said("EC2 instance type.", "restart")
    disk: Annotated[int, between(units.SIZE, 8, 16384, "from 8GiB to 16TiB (gp3)")] | None = said(
        "Size of the data volume; it can only grow.", "in-place"
    )


class Storage(Section):
    size: Annotated[int, between(units.SIZE, 20, 65536, "from 20GiB to 64TiB (RDS, gp3)")] | None = said(
        "Allocated storage; it can only grow.", "in-place"
    )
    up_to: Annotated[int, between(units.SIZE, 20, 65536, "from 20GiB to 64TiB (RDS, gp3)")] | None = said(
        "Storage autoscaling stops here.", "in-place"
    )
    type: Literal["gp3"] | None = said("Storage type.", "in-place")


class Backups(Section):
    keep: Annotated[int, between(units.DAYS, 0, 35, "from 0d to 35d (the limit of RDS)")] | None = said(
        "How long backups are kept; any point in time since can be restored. 0d turns backups off.", "in-place"
    )
    window: Window | None = said("When the daily backup is taken, UTC, 30 minutes or more.", "in-place")


class Pooling(Section):
    via: Literal["none", "pgbouncer", "proxy"] | None = said(
        "Who shares database connections: PgBouncer on the servers, or RDS Proxy.", "restart"
    )
    mode: Literal["session", "transaction", "statement"] | None = said(
        "How long a client keeps a connection.", "restart"
    )
    connections: int | None = said("Connections from one pool to the database.", "restart", ge=1, le=5000)


class Replicas(Section):
    """Copies of the database that answer what only reads."""

    count: int | None = said("How many (RDS takes 15); each costs as much as its instance.", "in-place", ge=1, le=15)
    instance: str | None = said("RDS instance class of each.", "restart")
    max_lag: Annotated[int, between(units.DURATION, 1, 3600, "from 1s to 1h")] | None = said(
        "One that is further behind the primary is not asked until it has caught up.", "in-place"
    )


class Database(Section):
    """At stage 1 a container on the server; from stage 2 an RDS instance of its own."""

    engine: Literal["postgres", "mysql"] | None = said("Database engine.", "replace")
    version: str | None = said("Major version, or an exact one, in quotes.", "restart")
    instance: str | None = said("RDS instance class.", "restart")
    storage: Storage | None = said("Storage of the database.", "in-place")
    standby: bool | None = said("A standby in another zone takes over within a minute or two (Multi-AZ).", "in-place")
    backups: Backups | None = said("Daily backups with point-in-time restore.", "in-place")
    pooling: Pooling | None = said("Sharing of database connections.", "restart")
    parameters: dict[str, str] | None = said("Engine parameters, values in quotes.", "restart")
    replicas: Replicas | None = said("Read replicas, from stage 4.", "in-place")


class Balancer(Section):
    """The load balancer in front of the servers."""

    kind: Literal["application", "network"] | None = said("Layer 7 (application) or layer 4 (network).", "replace")
    algorithm: Literal["round-robin", "least-outstanding", "weighted"] | None = said(
        "Which server gets the next request.", "in-place"
    )
    sticky: (
        Annotated[int, Measured(units.DURATION, 1, 604800, "from 1s to 7d (the balancer's limits)", word="none")] | None
    ) = said("How long a visitor stays with one server; for applications that keep sessions.", "in-place")
    idle: Annotated[int, between(units.DURATION, 1, 4000, "from 1s to 4000s (the balancer's limits)")] | None = said(
        "After how long a connection on which nothing moves is closed; 60s unless said. Websockets want more than the "
        "pause between two signs of life.",
        "in-place",
    )
    routes: dict[RoutePattern, str] | None = said("Path, host or header patterns, and who answers them.", "in-place")
    certificate: Certificate | None = said("TLS certificate: managed, or an ARN.", "in-place")


class Rollout(Section):
    keep_healthy: Annotated[float, Measured(units.PERCENT)] | None = said(
        "Share of servers in service while they are replaced.", "none"
    )
    checkpoint: Annotated[int, between(units.DURATION, 0, 172800, "at most 48h (Auto Scaling's limit)")] | None = said(
        "Pause after the first servers, to look before going on.", "none"
    )


class Cooldown(Section):
    """How long nothing else happens after a step; only thresholds have one."""

    out: Annotated[int, between(units.DURATION, 0, 3600, "at most 1h")] | None = said(
        "After servers were added.", "in-place"
    )
    in_: Annotated[int, between(units.DURATION, 0, 7200, "at most 2h")] | None = said(
        "After servers were taken away.", "in-place", alias="in"
    )


class Schedule(Section):
    """Other limits at certain hours."""

    cron: str = must('When it begins, five fields: "0 8 * * 1-5".', "in-place")
    until: str | None = said("When the fleet's own limits hold again, five fields.", "in-place")
    zone: str | None = said("Time zone of both, like Europe/Berlin; UTC without it.", "in-place")
    servers: Annotated[tuple[int, int], between(units.RANGE, 0, 500, "from 0 to 500")] = must(
        "How many servers from then on.", "in-place"
    )


class Scaling(Section):
    """When servers come and go, between the limits of `fleet.servers`."""

    out_at: Annotated[float, between(units.PERCENT, 0.01, 1, "from 1% to 100%")] | None = said(
        "Average CPU at which a server is added.", "in-place"
    )
    in_at: Annotated[float, between(units.PERCENT, 0.01, 1, "from 1% to 100%")] | None = said(
        "Average CPU at which a server is taken away.", "in-place"
    )
    cooldown: Cooldown | None = said("How long nothing else happens after a step.", "in-place")
    steps: dict[Level, Annotated[int, Field(ge=1, le=100)]] | None = said(
        "In place of `out_at`: the fuller, the more servers at once, {60%: +1, 80%: +3}.", "in-place"
    )
    track: Annotated[tuple[str, float], Measured(units.TARGET)] | None = said(
        "In place of `out_at` and `in_at`: what each server is kept at.", "in-place"
    )
    predict: bool | None = said("Also add servers before a peak that two weeks of history foresee.", "in-place")
    warmup: Annotated[int, between(units.DURATION, 0, 3600, "at most 1h")] | None = said(
        "Until a new server carries its share and its metrics count.", "in-place"
    )
    schedules: dict[Role, Schedule] | None = said("Other limits at certain hours, by name.", "in-place")
    warm_pool: int | None = said("Servers that wait, ready and stopped.", "in-place", ge=0, le=100)


class Spot(Section):
    """Servers that AWS may take back with two minutes' notice, and sells cheaper."""

    share: Annotated[float, Measured(units.PERCENT)] | None = said(
        "Which part of the servers above `base` is spot.", "restart"
    )
    base: int | None = said(
        "So many servers are never spot; unless said, the least of `servers`.", "restart", ge=0, le=500
    )


class Fleet(Section):
    """Interchangeable servers behind the balancer."""

    instance: str | None = said("EC2 instance type.", "restart")
    alternatives: Annotated[list[str], Field(max_length=39)] | None = said(
        "EC2 instance types that AWS may take where it has none of `instance`, the best first.", "restart"
    )
    spot: Spot | None = said("Servers that AWS may take back, from stage 5.", "restart")
    servers: Annotated[tuple[int, int], between(units.RANGE, 1, 500, "from 1 to 500")] | None = said(
        "How many servers.", "in-place"
    )
    scaling: Scaling | None = said("When servers come and go, from stage 5.", "in-place")
    rollout: Rollout | None = said("How new versions reach the servers.", "none")


class Sessions(Section):
    store: Literal["cache", "database", "tokens", "none"] | None = said("Where sessions live.", "restart")
    signing_key: int | None = said(
        "Generation of the key that signs tokens; one more rotates it.", "restart", ge=1, le=1000
    )


class Uploads(Section):
    """A bucket for what users upload, so that no server keeps it."""

    keep: Annotated[int, between(units.DAYS, 1, 3650, "from 1d to 3650d")] | None = said(
        "How long replaced and deleted files can be had back.", "in-place"
    )


class Cache(Section):
    """ElastiCache; at stage 3 the session store, from stage 4 for data as well."""

    engine: Literal["valkey", "redis", "memcached"] | None = said(
        "Cache engine. From redis to valkey in place; to and from memcached another cache.", "replace"
    )
    version: str | None = said("Engine version, in quotes.", "restart")
    node: str | None = said("Node type; in place, but for memcached, which is replaced.", "in-place")
    nodes: int | None = said(
        "Nodes: a primary and its replicas, of each shard; of memcached all.", "in-place", ge=1, le=40
    )
    shards: Annotated[str | int, Shards()] | None = said(
        "Cluster mode: into how many shards the data is divided; clients then speak the cluster protocol. A cache that "
        "runs goes from `none` over `compatible` to a number, one step an up, and never back; more or fewer in place.",
        "restart",
    )
    eviction: (
        Literal[
            "volatile-lru", "allkeys-lru", "volatile-lfu", "allkeys-lfu",
            "volatile-random", "allkeys-random", "volatile-ttl", "noeviction",
        ]
        | None
    ) = said("What goes when memory is full.", "in-place")  # fmt: skip
    keep_snapshots: Annotated[int, between(units.DAYS, 0, 35, "from 0d to 35d (the limit of ElastiCache)")] | None = (
        said("How long daily snapshots are kept.", "in-place")
    )


class Static(Section):
    """Files that are the same for everybody, from a bucket."""

    paths: Annotated[list[CdnPath], Field(min_length=1)] | None = said("Paths that the bucket answers.", "in-place")
    keep: Annotated[int, between(units.DAYS, 1, 3650, "from 1d to 3650d")] | None = said(
        "How long replaced and deleted files can be had back.", "in-place"
    )


class Dynamic(Section):
    """What the application answers."""

    paths: Annotated[list[CdnPath], Field(min_length=1)] | None = said(
        'Paths that the application answers; "*" is everything else.', "in-place"
    )
    cache: Literal["none", "headers"] | None = said(
        "Whether the edge keeps answers: never, or as long as their Cache-Control says.", "in-place"
    )


class Cdn(Section):
    """CloudFront: one name for everything, answered near the visitor where that is possible."""

    static: Static | None = said("Files from a bucket.", "in-place")
    dynamic: Dynamic | None = said("Answers of the application.", "in-place")
    error_page: PagePath | None = said(
        "A file of the bucket that is shown while nobody answers (502, 503, 504).", "in-place"
    )
    price_class: Literal["100", "200", "all"] | None = said(
        "Where the edge is: 100 (Americas, Europe), 200 (and Asia, Africa, Middle East), all.", "in-place"
    )
    waf: bool | None = said("A firewall that reads requests before they come in.", "in-place")
    certificate: CdnCertificate | None = said("TLS certificate of the edge: managed, or an ARN.", "in-place")


class Moved(Section):
    """Where a promotion stands. Taking a value back moves back, as long as the old part still has what it needs."""

    data: bool | None = said("The application uses the later stage's database.", "restart")
    traffic: Annotated[float, Measured(units.PERCENT)] | None = said(
        "Share of the domain's answers that name the later entrance; without `domain`, what you moved.",
        "in-place",
    )


class Latency(Section):
    p99: Annotated[float, between(units.LATENCY, 0.001, 300, "from 1ms to 5m")] | None = said(
        "99 of 100 answers are faster; alarm when not.", "in-place"
    )


class Signals(Section):
    """The golden signals and who hears of them."""

    latency: Latency | None = said("Latency.", "in-place")
    errors: Annotated[float, Measured(units.PERCENT)] | None = said(
        "Share of failing requests that raises an alarm.", "in-place"
    )
    saturation: Annotated[float, Measured(units.PERCENT)] | None = said(
        "CPU, memory or storage in use that raises an alarm.", "in-place"
    )
    notify: list[Notice] | None = said("Who is notified.", "in-place")


Overrides = dict[str, dict[str, Any]]
