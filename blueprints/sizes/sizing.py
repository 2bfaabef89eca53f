"""Sizes from load: each rule is a pure function that returns a value and the arithmetic behind it, in words.

The assumptions are deliberately few and on the safe side. They are starting points for an application nobody has
measured yet; a value in the blueprint overrides the rule, and the signals show when a size is wrong.
"""

from collections.abc import Callable, Iterable, Mapping
from functools import partial
from math import ceil

from tenfold.blueprints.sizes import offerings
from tenfold.blueprints.sizes.needs import MEAN_OF_PEAK, Needs, Sized, first_offered, pick
from tenfold.blueprints.sizes.queueing import busiest

# Assumptions, ours. Those that matter most are fields of `load`, so that a measurement replaces them.
# Seconds of one vCPU in the database for a query: PostgreSQL does 160 to 224 transactions of 20 queries a second on
# one (sysbench, read and write mixed, 2 to 8 vCPUs, linear: a cloud vendor's published table).
QUERY_CPU = 0.005 / 20
PEAK_PER_USER = 0.003  # requests/s per monthly user: 3 % at work at once, a request every 10 s
DATA_PER_USER = 0.4  # MiB in the database
CONNECTION_MEMORY = 10  # MiB; a PostgreSQL backend with its work memory
ENGINE_MEMORY = 0.5  # GiB for the engine itself
USABLE_MEMORY = 0.75  # of the instance; the rest is the system's
READ_HEAVY = 0.7  # share of reads from which replicas take most of the load
SESSION_MEMORY = 10  # KiB for one visitor's session with its keys
SESSIONS_PER_USER = 0.2  # share of monthly users with a live session
CACHED_DATA = 0.05  # share of the data whose answers are asked for again and again
WORKERS = (10, 500)  # the fewest that a range allows for, and the most that `workers.servers` takes
WORKERS_ROOM = 2  # times the workers that the peak keeps busy: a backlog shrinks only where more is done than comes
SERVER_MEMORY = 0.5  # GiB of the system beside one container
STAGE1_DATABASE_MEMORY = 0.75  # GiB for the database container beside the application


def _short(number: float) -> str:
    for size, letter in ((1_000_000, "M"), (1_000, "k")):
        if number >= size:
            return f"{number / size:.3g}{letter}"
    return f"{number:.3g}"


def _busiest(n: Needs, vcpus: int, seconds: float) -> float:
    """Highest CPU utilisation at which a machine with `vcpus` answers in time; a request takes `seconds` of CPU."""
    return busiest(vcpus, seconds, n["load.slowest_acceptable"])


DATABASE_VERSIONS = {
    "postgres": ("17", "a settled major version, supported by the community until 2029-11"),
    "mysql": ("8.4", "the long-term support series, until 2032-04"),
}
CACHE_VERSIONS = {
    "valkey": ("8.1", "a settled release of Valkey"),
    "redis": ("7.1", "the last Redis that ElastiCache offers"),
    "memcached": ("1.6.22", "the newest Memcached that ElastiCache offers"),
}


def database_version(n: Needs) -> Sized:
    """Ends of support: postgresql.org/support/versioning; MySQL's product lifecycle table."""
    return Sized(*DATABASE_VERSIONS[n["database.engine"]])


def cache_version(n: Needs) -> Sized:
    return Sized(*CACHE_VERSIONS[n["cache.engine"]])


def pooling_via(n: Needs) -> Sized:
    if n["database.engine"] == "postgres":
        return Sized("pgbouncer", "costs nothing and shares a few connections among many requests")
    return Sized("none", "PgBouncer speaks PostgreSQL only, and RDS Proxy is paid for by the hour")


def zones(n: Needs) -> Sized:
    has = offerings.zones(n["region"])
    if has < 3:
        return Sized(has, f"as many as {n['region']} has")
    return Sized(3, "room for later stages; zones cost nothing by themselves")


def nat(n: Needs) -> Sized:
    if "fleet" in n.capabilities:
        return Sized("one", "the servers are in private subnets; a gateway per zone costs as much again per zone")
    return Sized("none", "the server has an address of its own")


def standby_region(n: Needs) -> Sized:
    """Another region under the same law; where AWS has none, the region itself, which a rule refuses."""
    home = n["region"]
    partner = offerings.region_facts()["partners"].get(home)
    if partner is None:
        return Sized(home, f"AWS has no second region under the law of {home}; set one")
    return Sized(partner, f"far from {home}, and under the same law")


def peak(n: Needs) -> Sized:
    users = n["load.users"]
    value = max(1.0, round(users * PEAK_PER_USER, 3))
    return Sized(value, f"{_short(users)} users × 3 % at once × a request every 10 s = {value:g} requests/s")


def data(n: Needs) -> Sized:
    users = n["load.users"]
    value = max(1, ceil(users * DATA_PER_USER / 1024))
    return Sized(value, f"{_short(users)} users × {DATA_PER_USER} MiB = {value} GiB (at least 1)")


def storage_size(n: Needs) -> Sized:
    """RDS allocates at least 20 GiB (gp3); six months of growth fit."""
    now, growth = n["load.data"], n["load.growth"]
    grown = ceil(now * (1 + growth) ** 6)
    value = min(65536, max(20, grown))
    return Sized(
        value,
        f"{now} GiB growing {growth * 100:.3g} % a month for 6 months = {grown} GiB (20 GiB is the least RDS has)",
    )


def storage_up_to(n: Needs) -> Sized:
    """Storage autoscaling needs at least 10 % more (RDS); 4 × is room for years and still a limit."""
    size = n["database.storage.size"]
    value = min(65536, max(size * 4, -(-size * 11 // 10)))
    return Sized(value, f"4 × {size} GiB: room to grow, and still a limit")


def disk(n: Needs) -> Sized:
    value = min(16384, max(20, 10 + 2 * n["load.data"]))
    return Sized(value, f"10 GiB for images and logs + 2 × {n['load.data']} GiB of data (at least 20)")


def database_cpu(n: Needs) -> float:
    """Seconds of one vCPU in the database for a request, on average: what the cache answers needs none."""
    hits = n["load.reads"] * n["load.cache_hits"] if "cache" in n.capabilities else 0
    return n["load.queries_per_request"] * QUERY_CPU * (1 - hits)


def server_instance(n: Needs) -> Sized:
    """Everything on one machine until the database moves out."""
    with_database = "database" not in n.capabilities
    rate = n["load.peak"]
    each = n["load.cpu_per_request"] + (database_cpu(n) if with_database else 0)
    vcpus = rate * each
    hot = n["load.data"] * n["load.working_set"] + STAGE1_DATABASE_MEMORY if with_database else 0
    memory = 1 + hot
    busy = partial(_busiest, n, seconds=each)
    name, row = pick(n.sizes("server"), n.allowed_types(offerings.instance_types(n["region"])), vcpus, memory, busy)
    why = f"{rate:g} requests/s need {vcpus:.2g} vCPU and {memory:.2g} GiB; {name} has {row.vcpus} and {row.memory:g}"
    return Sized(name, why + f", at {busy(row.vcpus):.0%} CPU at most")


def fleet_instance(n: Needs) -> Sized:
    """The smallest type of which six carry the peak: fewer, larger servers after that."""
    rate = n["load.peak"]
    each = n["load.cpu_per_request"]
    share, busy = rate * each / 6, partial(_busiest, n, seconds=each)
    name, row = pick(n.sizes("fleet"), n.allowed_types(offerings.instance_types(n["region"])), share, 2, busy)
    return Sized(
        name,
        f"{rate:g} requests/s over at most six servers = {share:.2g} vCPU each; {name} has {row.vcpus}, "
        f"at {busy(row.vcpus):.0%} CPU at most",
    )


def fleet_servers(n: Needs) -> Sized:
    """As many as the peak needs while one is lost; at least two."""
    rate, name = n["load.peak"], n["fleet.instance"]
    row = next((row for row in n.sizes("fleet") if name in row.names), None)
    vcpus = row.vcpus if row else 2  # an instance the user chose: count it as the smallest
    baseline = row.baseline if row else 1
    busy = _busiest(n, vcpus, n["load.cpu_per_request"])
    carries = min(vcpus * busy, vcpus * baseline / MEAN_OF_PEAK) / n["load.cpu_per_request"]
    count = min(500, max(2, ceil(rate / carries) + 1))
    if "autoscaling" in n.capabilities:
        return _elastic(rate, carries, count, n["load.campaign"])
    return Sized(
        (count, count), f"{rate:g} requests/s ÷ {carries:.3g} a server, and one that may fail, at least 2 = {count}"
    )


def _elastic(rate: float, carries: float, count: int, campaign: int) -> Sized:
    """From the need of the day's mean to twice what the peak needs, or what a campaign does: a forecast is no limit."""
    mean = rate * MEAN_OF_PEAK
    low = min(500, max(2, ceil(mean / carries) + 1))
    times = max(2, campaign)
    high = min(500, max(20, times * count, low))
    return Sized(
        (low, high),
        f"least: a quarter of {rate:g} requests/s ÷ {carries:.3g} a server, and one that may fail, at least 2 = {low}; "
        f"most: {'twice' if times == 2 else f'{times} times'} the {count} of the peak, at least 20 = {high}",
    )


def spot_base(n: Needs) -> Sized:
    low = n["fleet.servers"][0]
    return Sized(low, f"the least of `fleet.servers`, {low}: when AWS takes all spot servers back at once, these go on")


def pool_connections(n: Needs) -> Sized:
    """Queries in flight at the peak: PostgreSQL's own advice is a few per core, so small pools are right."""
    rate = n["load.peak"]
    servers = n["fleet.servers"][1] if "fleet" in n.capabilities else 1
    value = min(200, max(10, ceil(rate * 0.05 * 2 / servers)))
    return Sized(value, f"{rate:g} requests/s × 50 ms in the database × 2 ÷ {servers} pools (10 to 200) = {value}")


def database_instance(n: Needs) -> Sized:
    rate, volume = n["load.peak"], n["load.data"]
    pools = n["fleet.servers"][1] if "fleet" in n.capabilities else 1
    connections = pools * n["database.pooling.connections"]
    each = database_cpu(n)
    vcpus, hot = rate * each, n["load.working_set"]
    memory = (ENGINE_MEMORY + volume * hot + connections * CONNECTION_MEMORY / 1024) / USABLE_MEMORY
    offered = offerings.database_classes(n["database.engine"], n["database.version"], n["region"])
    name, row = pick(n.sizes("database"), n.allowed_types(offered), vcpus, memory, partial(_busiest, n, seconds=each))
    why = (
        f"(0.5 GiB engine + {hot:.3g} × {volume} GiB + {connections} connections × 10 MiB) ÷ 75 % = {memory:.2g} GiB, "
        f"{rate:g} requests/s × {each * 1000:.3g} ms = {vcpus:.2g} vCPU; {name} has {row.memory:g} GiB and {row.vcpus}"
    )
    return Sized(name, why)


def cache_node(n: Needs) -> Sized:
    """Sessions, and from the capability `cache` on what is read often; divided among shards or Memcached's nodes."""
    sessions = 0 if n["cache.engine"] == "memcached" else n["load.users"] * SESSIONS_PER_USER
    answers = n["load.data"] * CACHED_DATA if "cache" in n.capabilities else 0
    parts, each = _parts(n)
    memory = (sessions * SESSION_MEMORY / 1024 / 1024 + answers) / USABLE_MEMORY / parts
    name, row = pick(n.sizes("cache"), n.allowed_types(offerings.cache_nodes(n["region"])), 0, memory)
    needs = [f"{_short(sessions)} sessions × 10 KiB"] if sessions else []
    needs += [f"5 % of {n['load.data']} GiB of data"] if answers else []
    total = " + ".join(needs) or "nothing yet"
    why = f"({total})" if len(needs) > 1 else total
    return Sized(name, f"{why} ÷ 75 %{each} = {memory:.2g} GiB; {name} has {row.memory:g}")


def _parts(n: Needs) -> tuple[int, str]:
    """Among how many nodes the cache's data is divided, and that in words."""
    shards, nodes = n["cache.shards"], n["cache.nodes"]
    if n["cache.engine"] == "memcached":
        return nodes, f" ÷ {nodes} nodes"
    return (shards, f" ÷ {shards} shards") if isinstance(shards, int) else (1, "")


def workers_instance(n: Needs) -> Sized:
    name, row = pick(n.sizes("fleet"), n.allowed_types(offerings.instance_types(n["region"])), 0, 0)
    return Sized(
        name, f"`load` says nothing about jobs: the smallest has {row.memory:g} GiB; alarms tell when it is full"
    )


def workers_servers(n: Needs) -> Sized:
    """From one to what works off the peak of each queue that states its messages and is not a service's own."""
    queues = dict.fromkeys(path.split(".")[1] for path in n if path.startswith("queues."))
    taken = [f"queues.{name}" for name in queues if f"services.{name}.listens_to" not in n]
    seconds = sum(n.get(f"{queue}.per_request", 0) * n.get(f"{queue}.message_takes", 0) for queue in taken)
    busy = n["load.peak"] * seconds / n["workers.at_once"]
    value = min(WORKERS[1], max(WORKERS[0], ceil(round(busy * WORKERS_ROOM, 9))))
    bound = f"the messages of the peak keep {busy:.3g} busy, × {WORKERS_ROOM} to work off a backlog"
    if value == WORKERS[0]:
        bound = "ten bound the cost" + ("" if busy else "; state `per_request` of each queue and they follow from it")
    return Sized((1, value), f"one is always there, so that no message waits for a server; {bound}")


def replicas_count(n: Needs) -> Sized:
    """As many as the reads need, and one that may be lost where they are most of the load. RDS takes 15."""
    reads, vcpus = n["load.reads"], _class_vcpus(n["database.replicas.instance"])
    each = n["load.queries_per_request"] * QUERY_CPU
    hits = n["load.cache_hits"] if "cache" in n.capabilities else 0
    needed = n["load.peak"] * reads * (1 - hits) * each
    carried = vcpus * _busiest(n, vcpus, each)
    spare = 1 if reads > READ_HEAVY else 0
    value = min(15, max(1, ceil(round(needed / carried, 9))) + spare)
    why = (
        f"{reads:.0%} of {n['load.peak']:g} requests/s × {each * 1000:.3g} ms = {needed:.2g} vCPU of {carried:.2g} each"
    )
    if spare:
        return Sized(value, f"{why}, and one more: when one is lost, its reads do not fall on the primary")
    return Sized(
        value, f"{why}; one is enough where {READ_HEAVY:.0%} or less are reads: the primary can take them back"
    )


def _class_vcpus(name: str) -> int:
    known = offerings.capacity(name.removeprefix("db."))
    return int(known[0]) if known else 2


def kubernetes_instance(n: Needs) -> Sized:
    """Balanced types of 2 vCPUs and 8 GiB, the newest first."""
    arm = n["kubernetes.processor"] == "arm64"
    offered = n.allowed_types(offerings.instance_types(n["region"]))
    names = ("m7g.large", "m6g.large") if arm else ("m7i.large", "m6i.large", "m5.large")
    alike = (name for name in sorted(offered) if offerings.processor(name) == ("arm64" if arm else "x86_64"))
    name = first_offered(names, offered) or next(alike, names[0])
    return Sized(name, f"for {n['kubernetes.processor']}, small: what one machine that fails takes along is little")


def service_instance(n: Needs, entry: str) -> Sized:
    """`entry` is the service's path, `services.search`."""
    cpu, memory = n[f"{entry}.cpu"], n[f"{entry}.memory"]
    needs = memory + SERVER_MEMORY
    offered = n.allowed_types(offerings.instance_types(n["region"]))
    name, row = pick(n.sizes("fleet"), offered, cpu, needs, lambda _: 1.0)  # `cpu` says the peak already
    why = f"{cpu:g} vCPU at the peak, and {memory:g} GiB + {SERVER_MEMORY:g} of the system"
    return Sized(name, f"{why}; {name} has {row.vcpus} and {row.memory:g}")


def search_version(n: Needs, entry: str) -> Sized:
    return Sized("2.19", "the last of the second series, which clients of all languages speak")


def search_instance(n: Needs, entry: str) -> Sized:
    return Sized("r6g.large.search", "16 GiB, half of it heap: the smallest that AWS does not keep for tests")


def service_database_version(n: Needs, entry: str) -> Sized:
    if n[f"{entry}.data.engine"] == "opensearch":
        return search_version(n, entry)
    return Sized(*DATABASE_VERSIONS[_engine(n, entry)])


def service_database_instance(n: Needs, entry: str) -> Sized:
    if n[f"{entry}.data.engine"] == "opensearch":
        return search_instance(n, entry)
    engine, version = _engine(n, entry), n[f"{entry}.data.version"]
    name, row = pick(
        n.sizes("database"), n.allowed_types(offerings.database_classes(engine, version, n["region"])), 0, 0
    )
    why = f"`load` says nothing about one service: the smallest has {row.memory:g} GiB; alarms tell when it is full"
    return Sized(name, why)


def _engine(n: Needs, entry: str) -> str:
    engine = n[f"{entry}.data.engine"]
    return engine if engine in DATABASE_VERSIONS else "postgres"  # of what is no database, nothing of this is used


def replicas_instance(n: Needs) -> Sized:
    return Sized(n["database.instance"], "as large as the primary: a smaller one falls behind when much is written")


def latency(n: Needs) -> Sized:
    value = n["load.slowest_acceptable"]
    return Sized(value, f"load.slowest_acceptable is {value:g} s")


def notify(n: Needs) -> Sized:
    owner = n.get("owner")
    if owner and "@" in owner and " " not in owner:
        return Sized((f"email:{owner}",), "the owner's address")
    return Sized((), "`owner` has no address")


# In the order they depend on each other.
RULES: Mapping[str, Callable[[Needs], Sized]] = {
    "network.zones": zones,
    "network.nat": nat,
    "regions.standby.region": standby_region,
    "database.version": database_version,
    "database.pooling.via": pooling_via,
    "cache.version": cache_version,
    "load.peak": peak,
    "load.data": data,
    "server.instance": server_instance,
    "server.disk": disk,
    "fleet.instance": fleet_instance,
    "fleet.servers": fleet_servers,
    "fleet.spot.base": spot_base,
    "workers.instance": workers_instance,
    "workers.servers": workers_servers,
    "kubernetes.instance": kubernetes_instance,
    "database.storage.size": storage_size,
    "database.storage.up_to": storage_up_to,
    "database.pooling.connections": pool_connections,
    "database.instance": database_instance,
    "database.replicas.instance": replicas_instance,
    "database.replicas.count": replicas_count,
    "cache.node": cache_node,
    "signals.latency.p99": latency,
    "signals.notify": notify,
}

# Of each entry under a name of the writer's own; they come after the others.
ENTRY_RULES: Mapping[str, Callable[[Needs, str], Sized]] = {
    "services.*.instance": service_instance,
    "read_models.*.version": search_version,
    "read_models.*.instance": search_instance,
    "services.*.data.version": service_database_version,
    "services.*.data.instance": service_database_instance,
}


def rules(paths: Iterable[str]) -> dict[str, Callable[[Needs], Sized]]:
    """All rules by path, those of entries once for each name in `paths`: services.search.instance."""
    paths, ruled = list(paths), dict(RULES)
    for pattern, rule in ENTRY_RULES.items():
        section, _, rest = pattern.partition(".*.")
        for name in dict.fromkeys(path.split(".")[1] for path in paths if path.startswith(f"{section}.")):
            ruled[f"{section}.{name}.{rest}"] = _for(rule, f"{section}.{name}")
    return ruled


def _for(rule: Callable[[Needs, str], Sized], entry: str) -> Callable[[Needs], Sized]:
    return lambda needs: rule(needs, entry)


def rule_name(path: str) -> str:
    section, _, *rest = path.split(".")
    rule = RULES.get(path) or ENTRY_RULES[".".join((section, "*", *rest))]
    return rule.__name__
