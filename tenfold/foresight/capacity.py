"""How full each tier is at the peak, computed from `load`; which one is full first, and when.

A row is one limit of one tier: what is used of it at `load.peak`, and how much may be. Where a figure rests on the CPU
of a request that nobody has stated, the row has the range that is usual (5 to 50 ms, a factor of ten) beside it.
What has no limit that an application meets (balancer, standard queues, the edge) has no row.
"""

from collections.abc import Callable, Iterator, Sequence
from math import inf, log
from typing import NamedTuple

from tenfold.blueprints.architecture import Architecture
from tenfold.blueprints.rules.pooling import connection_limit, pool_count
from tenfold.blueprints.sizes import needs, offerings, sizing
from tenfold.blueprints.sizes.queueing import busiest
from tenfold.foresight import servers, usage
from tenfold.foresight.usage import GIB

USUAL_CPU = (0.005, 0.020, 0.050)  # seconds of CPU a request: what most web applications are between
VOLUME = (3_000, 125)  # IOPS and MB/s of gp3 (RDS User Guide, "gp3 storage")
LARGE_VOLUME, LARGE_FROM = (
    (12_000, 500),
    {"postgres": 400, "mysql": 400},
)  # larger volumes, in GiB, are four striped ones
PAGE = {"postgres": 8, "mysql": 16}  # KiB of a page
MISSES = 0.01  # of the queries read from the volume while the working set is in memory; ours
WRITES = 3  # operations on the volume for a request that writes: log, page, index; ours
PRIMARY_WRITES = 5_000  # requests that write, a second, that a primary takes: an anchor of a published lesson
OPERATIONS = 20_000  # of a burstable cache node a second (AWS's blog on right sizing); others 58,000 on one thread
OPERATIONS_LARGE = 58_000
A_REQUEST = 2  # operations in the cache for a request: the session and an answer; ours
NAT_GBIT = 100  # VPC User Guide, "NAT gateway basics": 5 to 100 Gbit/s, it scales by itself
# A second and kind of call without batches in high-throughput mode, which every FIFO queue here has; 300 for each
# message group (SQS Developer Guide, "Amazon SQS message quotas", read on 2026-11-27).
FIFO_CALLS = {
    **dict.fromkeys(("us-east-1", "us-west-2", "eu-west-1"), 70_000),
    **dict.fromkeys(("us-east-2", "eu-central-1"), 19_000),
    **dict.fromkeys(("ap-south-1", "ap-southeast-1", "ap-southeast-2", "ap-northeast-1"), 9_000),
    **dict.fromkeys(("eu-west-2", "sa-east-1"), 4_500),
}
FIFO_CALLS_ELSEWHERE = 2_400
NEARLY = 0.8  # of a limit that must not be met: memory, connections, storage, operations
STORAGE = 0.9


class Row(NamedTuple):
    """One limit of one tier. `used` of `limit`, in `unit`; `at_most` is the share of the limit from which it is too
    full. `usual`: the least and the most that `used` usually is, where it rests on an assumption."""

    tier: str
    what: str
    used: float
    limit: float
    unit: str
    at_most: float
    how: str
    signal: str = ""
    usual: tuple[float, float] | None = None
    fixed: float = 0.0  # of `used`, what does not grow with the load
    measured: bool = False

    @property
    def name(self) -> str:
        return f"{self.tier} {self.what}"

    @property
    def share(self) -> float:
        return self.used / self.limit if self.limit else 0.0

    @property
    def full(self) -> float:
        """1 where it is as full as it may be."""
        return self.share / self.at_most

    def months(self, growth: float) -> float:
        """Until it is too full, at so much growth a month; 0 where it is, infinite without growth."""
        grows, room = self.used - self.fixed, self.at_most * self.limit - self.fixed
        if self.full >= 1:
            return 0.0
        return log(room / grows) / log(1 + growth) if growth > 0 and grows > 0 else inf


def rows(a: Architecture, is_stated: Callable[[str], bool] = lambda path: True) -> list[Row]:
    """`is_stated`: whether the blueprint sets this field; the usual range is shown for a field it does not set."""
    makers = (_hosts, _database, _replicas, _cache, _network, _queues)
    every = [row for maker in makers for row in maker(a)]
    if is_stated("load.cpu_per_request"):
        return every
    low, middle, high = (cpu / a.load.cpu_per_request for cpu in USUAL_CPU)
    return [
        row._replace(usual=(row.used * low / middle, row.used * high / middle)) if row.name in _BY_CPU else row
        for row in every
    ]


_BY_CPU = frozenset({"server CPU", "fleet CPU", "fleet credits", "server credits"})


def fullest(tiers: Sequence[Row]) -> Row | None:
    return max(tiers, key=lambda row: row.full, default=None)


def with_measured(tiers: Sequence[Row], measured: "dict[str, float]") -> list[Row]:
    """Rows whose signal was measured have that share in place of the computed one."""
    return [
        row._replace(used=measured[row.signal] * row.limit, how="measured", usual=None, fixed=0.0, measured=True)
        if row.signal in measured
        else row
        for row in tiers
    ]


def _hosts(a: Architecture) -> Iterator[Row]:
    """One server, or the fleet at its largest."""
    type_, count, tier = _host(a)
    vcpus = int(servers.vcpus(type_))
    each = a.load.cpu_per_request + (servers.database_cpu(a) if a.has_host_database else 0)
    used, can = a.load.peak * each, count * vcpus
    limit = busiest(vcpus, each, a.load.slowest_acceptable)
    many = f"{count} × {type_}" if count > 1 else type_
    how = f"{a.load.peak:g} requests/s × {each * 1000:.3g} ms = {used:.2g} of {can:g} vCPUs ({many})"
    yield Row(
        tier, "CPU", used, can, "vCPUs", limit, f"{how}; {vcpus} vCPUs answer well up to {limit:.0%}", "cpu.server"
    )
    share = servers.baseline(type_)
    if share < 1:
        mean = used * needs.MEAN_OF_PEAK
        how = f"a day's mean of {mean:.2g} of {can * share:.2g} vCPUs that {many} may use all day; above, AWS charges"
        yield Row(tier, "credits", mean, can * share, "vCPUs", 1.0, how)
    gbit = offerings.bandwidth(type_).network_gbit_s
    if gbit:
        sent = a.load.peak * a.load.answer_size * 8 * 1024 / 1e9
        how = (
            f"{a.load.peak:g} requests/s × {a.load.answer_size:g} KiB = {sent:.2g} of {gbit * count:.3g} Gbit/s all day"
        )
        yield Row(tier, "network", sent, gbit * count, "Gbit/s", NEARLY, how)


def _host(a: Architecture) -> tuple[str, int, str]:
    if a.fleet:
        return a.fleet.instance, a.fleet.servers_max if a.fleet.scaling else a.fleet.servers_min, "fleet"
    assert a.server is not None
    return a.server.instance, 1, "server"


def _share_on_primary(a: Architecture) -> float:
    """Of the queries that the cache does not answer: replicas take the reads."""
    return 1 - a.load.reads if a.database.replicas else 1.0


def _database(a: Architecture) -> Iterator[Row]:
    if not a.owns_database:
        return
    class_, load = a.database.instance, a.load
    shards = a.database.shards.count if a.database.shards else 1
    vcpus, largest = int(servers.vcpus(class_)), max(1 / shards, load.largest_tenant if shards > 1 else 0)
    part = _share_on_primary(a) * largest
    each = servers.database_cpu(a)
    used = load.peak * each * part
    limit = busiest(vcpus, each, load.slowest_acceptable)
    of_it = f" × {part:.0%} on the primary" if part < 1 else ""
    how = f"{load.peak:g} requests/s{of_it} × {each * 1000:.3g} ms = {used:.2g} of {vcpus} vCPUs ({class_})"
    yield Row("database", "CPU", used, vcpus, "vCPUs", limit, how, "cpu.database")
    yield from _memory_and_disk(a, class_, part, largest)
    yield from _connections(a)
    writes = load.peak * (1 - load.reads) * largest
    how = f"{load.peak:g} requests/s × {1 - load.reads:.0%} that write; a primary takes about {PRIMARY_WRITES:,}"
    yield Row("database", "writes", writes, PRIMARY_WRITES, "writes/s", 0.7, how, "")
    data, room = load.data * largest, a.database.storage.up_to
    yield Row("database", "storage", data, room, "GiB", STORAGE, f"{data:g} GiB of {room} GiB (`storage.up_to`)")


def _memory_and_disk(a: Architecture, class_: str, part: float, largest: float) -> Iterator[Row]:
    capacity = offerings.capacity(class_.removeprefix("db."))
    gib, load = (capacity[1] if capacity else 0), a.load
    opened = pool_count(a) * a.database.pooling.connections
    hot = load.data * largest * load.working_set
    needed = hot + sizing.ENGINE_MEMORY + opened * sizing.CONNECTION_MEMORY / 1024
    if gib:
        parts = f"{sizing.ENGINE_MEMORY} GiB engine + {hot:.3g} GiB working set + {opened} connections × 10 MiB"
        how = f"{parts}, of {gib:g} GiB"
        yield Row(
            "database", "memory", needed, gib, "GiB", sizing.USABLE_MEMORY, how, "mem.database", None, needed - hot
        )
    fits = min(1.0, max(0.0, (gib * sizing.USABLE_MEMORY - (needed - hot)) / hot)) if gib and hot else 1.0
    missed = 1 - fits * (1 - MISSES)
    queries = load.peak * load.queries_per_request * (1 - servers.hits(a) * load.reads) * part
    writes = load.peak * (1 - load.reads) * largest * WRITES
    used = queries * missed + writes
    own = offerings.bandwidth(class_)
    iops, mb = LARGE_VOLUME if a.database.storage.size >= LARGE_FROM[a.database.engine] else VOLUME
    how = f"{queries:,.0f} queries/s × {missed:.0%} not in memory + {writes:,.0f} for writes"
    yield _narrower("IOPS", used, own.iops, iops, "operations/s", how, class_, "iops.database")
    sent = used * PAGE[a.database.engine] / 1024
    how = f"{used:,.0f} operations/s × {PAGE[a.database.engine]} KiB"
    yield _narrower("throughput", sent, own.volume_mb_s, mb, "MB/s", how, class_, "")


def _narrower(
    what: str, used: float, own: float | None, volume: float, unit: str, how: str, class_: str, signal: str
) -> Row:
    """The class and the volume both have a limit; the lower one holds."""
    limit = min(volume, own or inf)
    whose = f"{class_} all day" if own and own < volume else "the volume"
    return Row("database", what, used, limit, unit, NEARLY, f"{how}; {whose} does {limit:,.0f}", signal)


def _connections(a: Architecture) -> Iterator[Row]:
    limit = connection_limit(a.database)
    many, each = pool_count(a), a.database.pooling.connections
    if limit and a.database.pooling.via != "none":
        how = f"{many} pools × {each}, of {limit} that {a.database.instance} takes"
        opened = many * each
        yield Row(
            "database", "connections", opened, limit, "connections", NEARLY, how, "connections.used", None, opened
        )


def _replicas(a: Architecture) -> Iterator[Row]:
    replicas = a.database.replicas
    if not replicas:
        return
    vcpus, each = int(servers.vcpus(replicas.instance)), servers.database_cpu(a)
    used, can = a.load.peak * a.load.reads * each, replicas.count * vcpus
    limit = busiest(vcpus, each, a.load.slowest_acceptable)
    how = (
        f"{a.load.reads:.0%} of {a.load.peak:g} requests/s × {each * 1000:.3g} ms, on {replicas.count} × {vcpus} vCPUs"
    )
    yield Row("replicas", "CPU", used, can, "vCPUs", limit, how, "cpu.replicas")


def _cache(a: Architecture) -> Iterator[Row]:
    cache = a.cache
    if not cache:
        return
    row = next((row for row in offerings.sizes("cache") if cache.node in row.names), None)
    parts = cache.nodes if cache.engine == "memcached" else cache.shards
    sessions = (
        a.load.users * sizing.SESSIONS_PER_USER * sizing.SESSION_MEMORY / GIB if a.sessions.store == "cache" else 0
    )
    answers = a.load.data * sizing.CACHED_DATA if a.has("cache") else 0
    if row:
        how = f"{sessions:.2g} GiB of sessions + {answers:.2g} GiB of answers, of {parts} × {row.memory:g} GiB"
        usable = sizing.USABLE_MEMORY
        yield Row("cache", "memory", sessions + answers, parts * row.memory, "GiB", usable, how, "mem.cache")
    limit = OPERATIONS if ".t" in cache.node else OPERATIONS_LARGE
    how = f"{a.load.peak:g} requests/s × {A_REQUEST} operations, of {limit:,} a node"
    yield Row("cache", "operations", a.load.peak * A_REQUEST, limit * parts, "operations/s", NEARLY, how)


def _network(a: Architecture) -> Iterator[Row]:
    if a.network.nat == "none" or a.network.existing:
        return
    gateways = a.network.zones if a.network.nat == "per-zone" else 1
    sent = a.load.peak * usage.OUTSIDE_SHARE * usage.OUTSIDE * 8 * 1024 / 1e9
    of = f"{gateways} × {NAT_GBIT} Gbit/s"
    how = f"{usage.OUTSIDE_SHARE:.0%} of {a.load.peak:g} requests/s × {usage.OUTSIDE} KiB, of {of}"
    yield Row("nat", "throughput", sent, gateways * NAT_GBIT, "Gbit/s", NEARLY, how)


def unknown(a: Architecture) -> Iterator[str]:
    """What no row is about, because the blueprint does not say how much there is of it."""
    queues = [name for name, queue in a.queues.items() if queue.per_request is None]
    if queues:
        fields = ", ".join(f"`queues.{name}.per_request`" for name in queues)
        yield f"whether there are enough workers for {' and '.join(queues)}: state {fields}"


def _queues(a: Architecture) -> Iterator[Row]:
    for name, queue in a.queues.items():
        messages = a.messages(name)
        if queue.order == "fifo" and messages is not None:
            calls = FIFO_CALLS.get(a.region, FIFO_CALLS_ELSEWHERE)
            how = f"{messages:g} messages/s of {calls:,} calls a second without batches; 300 in a message group"
            yield Row(f"queue {name}", "calls", messages, calls, "messages/s", NEARLY, how)
    for name, service in a.running_services.items():
        if service.listens_to:
            yield from _time(a, f"service {name}", [service.known_as], service.copies_max, "copies")
    if a.workers:
        each = f"workers × {a.workers.at_once} at once" if a.workers.at_once > 1 else "workers"
        yield from _time(a, "workers", list(a.job_queues), a.workers.servers_max, each, a.workers.at_once)


def _time(a: Architecture, tier: str, queues: Sequence[str], most: int, whose: str, at_once: int = 1) -> Iterator[Row]:
    """Of those that work on these queues; nothing where the messages of one are not known."""
    taken = [(a.messages(name), a.queues[name].message_takes) for name in queues]
    known = [(messages, seconds) for messages, seconds in taken if messages is not None]
    if known and len(known) == len(taken):
        work = sum(messages * seconds for messages, seconds in known)
        parts = " + ".join(f"{messages:g}/s × {seconds:g} s" for messages, seconds in known)
        how = f"{parts} = {work:.3g} messages in work, of {most} {whose}"
        yield Row(tier, "time", work, most * at_once, "messages", NEARLY, how)
