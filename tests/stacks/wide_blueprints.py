"""Blueprints of stages 1 to 3, with queues, events and services of stage 6, out to the edges of what the grammar takes,
and now and then past them.

`random_blueprints` are what people write; these are for the question whether everything that is refused is refused
before the program runs.
"""

from typing import Any

from hypothesis import strategies as st

from tenfold.blueprints.sizes import offerings
from tests.stacks.random_blueprints import some

anything = st.text(st.characters(codec="utf-8", exclude_characters="\ufeff"), max_size=30)
names = st.from_regex(r"[a-z][a-z0-9-]{0,22}[a-z0-9]", fullmatch=True)
variables = st.one_of(st.sampled_from(["LOG_LEVEL", "PORT", "DATABASE_URL", "X"]), st.from_regex(r"[A-Z_a-z]{1,9}"))
domains = st.sampled_from(["example.com", "a.b.c.example.co", "shop.example.com", f"{'x' * 60}.example.com"])
versions = {
    engine: [*offerings.database_series(engine), *offerings.database_versions(engine)[-3:]]
    for engine in ("postgres", "mysql")
}
classes = sorted({name for part in offerings.table("rds")["engines"].values() for name in part["classes"]})
types = sorted(offerings.table("ec2")["types"])
nodes = sorted(offerings.table("elasticache")["types"])
patterns = st.one_of(
    st.from_regex(r"[/*][A-Za-z0-9*?/_.$~\"'@:+&-]{0,20}", fullmatch=True),
    st.sampled_from(["/api/*", "/api", "/api/", "/a-b/*", "/a/b/*", "*.png", "host:*.example.com", "header:X-A=b?"]),
)


def seconds(low: int, high: int) -> st.SearchStrategy[str]:
    return st.one_of(st.sampled_from([low, high]), st.integers(low, high)).map(lambda value: f"{value}s")


def percent() -> st.SearchStrategy[str]:
    return st.one_of(st.sampled_from([0, 100, 0.5]), st.integers(0, 100)).map(lambda value: f"{value}%")


def gib(low: int, high: int) -> st.SearchStrategy[str]:
    return st.one_of(st.sampled_from([low, high]), st.integers(low, high)).map(lambda value: f"{value}GiB")


def days(high: int) -> st.SearchStrategy[str]:
    return st.integers(0, high).map(lambda value: f"{value}d")


app_health = some(
    path=st.from_regex(r"/[A-Za-z0-9/_.~:@!$&()*+,;=%?'-]{0,20}", fullmatch=True),
    every=seconds(5, 300),
    timeout=seconds(2, 120),
    healthy_after=st.integers(2, 10),
    unhealthy_after=st.integers(2, 10),
    starts_in=seconds(0, 7200),
)
app = some(
    image=st.sampled_from(["a", "ghcr.io/acme/shop:1.4.2", "localhost:5000/x@sha256:" + "0" * 64]),
    port=st.integers(1, 65535),
    health=app_health,
    env=st.dictionaries(variables, anything, max_size=3),
    secrets=st.lists(variables, max_size=3),
    jobs=some(image=st.just("worker"), command=st.lists(anything, min_size=1, max_size=4)),
    drain=seconds(0, 3600),
)
database = st.sampled_from(["postgres", "mysql"]).flatmap(
    lambda engine: some(
        engine=st.just(engine),
        version=st.sampled_from(versions[engine]),
        instance=st.sampled_from(classes),
        storage=some(size=gib(20, 65536), up_to=gib(20, 65536)),
        standby=st.booleans(),
        backups=some(keep=days(35), window=st.sampled_from(["00:00-00:30", "23:45-00:30", "03:00-02:59"])),
        pooling=some(
            via=st.sampled_from(["none", "pgbouncer", "proxy"]),
            mode=st.sampled_from(["session", "transaction", "statement"]),
            connections=st.integers(1, 5000),
        ),
        parameters=st.dictionaries(
            st.sampled_from(["max_connections", "rds.force_ssl", "require_secure_transport", "work_mem"]),
            st.sampled_from(["0", "1", "100", "ON", "{DBInstanceClassMemory/9531392}"]),
            max_size=2,
        ),
    )
)
queue_names = st.sampled_from(["stock", "mail", "a--b", f"a{'b' * 19}", "to", "x-"])
event_names = st.sampled_from(["paid", "order-placed", f"e{'x' * 39}", "a-to-b"])
scalars = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False), anything)
comparisons = st.dictionaries(
    st.sampled_from(["prefix", "numeric", "exists", "cidr", "anything-but", "like"]),
    st.one_of(scalars, st.just([">", 3]), st.just("10.0.0.0/8")),
    min_size=1,
    max_size=1,
)
filters = st.dictionaries(anything, st.lists(st.one_of(scalars, comparisons), max_size=2), max_size=2)
queue = st.fixed_dictionaries(
    {"acceptable_delay": seconds(1, 1_209_600), "message_takes": seconds(1, 7200)},
    optional={
        "attempts": st.integers(1, 1000),
        "keep": seconds(60, 1_209_600),
        "dead_letters": seconds(60, 1_209_600),
        "order": st.sampled_from(["none", "fifo"]),
        "deduplicate": st.sampled_from(["by-id", "by-content"]),
    },
)
event = st.fixed_dictionaries(
    {"to": st.lists(queue_names, min_size=1, max_size=3)},
    optional={
        "filter": st.dictionaries(queue_names, filters, max_size=2),
        "keep": st.one_of(st.just("none"), days(3650)),
        "via": st.sampled_from(["bus", "topic", "fifo-topic"]),
    },
)
sections: dict[str, st.SearchStrategy[Any]] = {
    "promoting_from": st.integers(1, 2),
    "region": st.sampled_from(offerings.regions()),
    "domain": domains,
    "zone": st.sampled_from(["managed", "existing", "example.com", "c.example.co"]),
    "owner": st.one_of(st.just("team@example.com"), anything),
    "tags": st.dictionaries(anything, anything, max_size=2),
    "budget": st.sampled_from(["0 USD/month", "0.001 USD/month", "1000000 USD/month"]),
    "throwaway": st.booleans(),
    "with": st.lists(st.sampled_from(["database", "balancer", "fleet", "sessions"]), unique=True),
    "without": st.lists(st.sampled_from(["server", "database", "balancer", "fleet", "sessions"]), max_size=1),
    "load": some(users=st.sampled_from([0, 100, "10M"]), data=gib(0, 65536), growth=st.just("1000%/month")),
    "network": some(
        cidr=st.sampled_from(["10.0.0.0/16", "172.31.240.0/20", "100.64.0.0/16"]),
        zones=st.integers(1, 4),
        nat=st.sampled_from(["none", "one", "per-zone"]),
    ),
    "server": some(instance=st.sampled_from(types), disk=gib(8, 16384)),
    "database": database,
    "balancer": some(
        kind=st.sampled_from(["application", "network"]),
        algorithm=st.sampled_from(["round-robin", "least-outstanding", "weighted"]),
        sticky=st.one_of(st.just("none"), seconds(1, 604800)),
        routes=st.dictionaries(patterns, st.just("app"), max_size=6),
        certificate=st.sampled_from(["managed", "arn:aws:acm:us-east-1:123456789012:certificate/0"]),
    ),
    "fleet": some(
        instance=st.sampled_from(types),
        servers=st.sampled_from([1, 2, "2-20", 500]),
        rollout=some(keep_healthy=percent(), checkpoint=seconds(0, 172800)),
    ),
    "sessions": some(store=st.sampled_from(["cache", "database", "none"])),
    "cache": some(
        engine=st.sampled_from(["valkey", "redis", "memcached"]),
        version=st.sampled_from(["6.2", "7.1", "8.0", "9.1", "1.6.6", "1.6.22"]),
        shards=st.sampled_from(["none", "compatible", 1, 84, 500]),
        node=st.sampled_from(nodes),
        nodes=st.integers(1, 40),
        keep_snapshots=days(35),
    ),
    "signals": some(
        latency=st.sampled_from([{"p99": "1ms"}, {"p99": "300s"}]),
        errors=percent(),
        saturation=percent(),
        alarms=st.dictionaries(
            st.sampled_from(["server-disk", "server-credits", "balancer-requests", "database-storage", "x-y"]),
            some(
                threshold=st.sampled_from(["0%", "100%", "90%", 0, 3, "1ms", "2GiB"]),
                severity=st.sampled_from(["page", "notify"]),
                rings=st.booleans(),
                **{"for": st.one_of(seconds(60, 604_800), st.sampled_from(["1m", "10m", "1h", "1d", "7d"]))},
            ),
            min_size=1,
            max_size=3,
        ),
        notify=st.lists(
            st.sampled_from([
                "email:a.b@example.com", "email:a-b@example.com", "https://x.example.com/a?b=c", "https://x/",
                "arn:aws:sns:us-east-1:123456789012:alarms",
            ]),
            max_size=4,
        ),
    ),
}  # fmt: skip

service_data = some(
    engine=st.sampled_from(["none", "postgres", "mysql", "bucket", "dynamodb"]),
    version=st.sampled_from([*versions["postgres"], *versions["mysql"]]),
    instance=st.sampled_from(classes),
    size=gib(20, 65536),
    standby=st.booleans(),
    keep=days(35),
    table=some(
        primary_key=st.sampled_from(["id", "a, b number", "a, a", "a binary"]),
        indexes=st.dictionaries(st.sampled_from(["by-b", "b.y"]), st.sampled_from(["b", "b number, id"]), max_size=2),
        expires=st.sampled_from(["gone_at", "a"]),
        read_units=st.sampled_from(["on-demand", "1-40000", 5]),
        write_units=st.sampled_from(["on-demand", "1-40000", 5]),
        utilization=percent(),
        cooldown=some(out=seconds(0, 3600), **{"in": seconds(0, 7200)}),
    ),
)
service_names = st.sampled_from(["stock", "mail", "a--b", f"a{'b' * 19}", "x-fleet", "app"])
routed = st.fixed_dictionaries(
    {
        "image": st.sampled_from(["a", "localhost:5000/x@sha256:" + "0" * 64]),
        "route": st.from_regex(r"/[A-Za-z0-9_.-]{1,9}[A-Za-z0-9*?/_.$~\"'@:+&-]{0,120}", fullmatch=True),
    }
)
service_fields: dict[str, st.SearchStrategy[Any]] = {
    "share": percent(),
    "port": st.integers(1, 65535),
    "health": app_health,
    "drain": seconds(0, 3600),
    "cpu": st.sampled_from(["50m", "64", 1.5]),
    "memory": st.sampled_from(["64MiB", "256GiB", "1GiB"]),
    "instance": st.sampled_from(types),
    "servers": st.sampled_from([1, 2, "2-20", 500]),
    "scaling": some(track=st.sampled_from(["1%", "100%", "1 requests/server"]), warmup=seconds(0, 3600)),
    "env": st.dictionaries(variables, anything, max_size=3),
    "secrets": st.lists(variables, max_size=3),
    "sends_to": st.lists(queue_names, max_size=2),
    "listens_to": st.lists(event_names, max_size=2),
    "publishes": st.lists(event_names, max_size=2),
    "data": service_data,
    "pods": st.sampled_from([1, 3, "2-500"]),
    "was": service_names,
    "retired": st.booleans(),
}


kubernetes = st.fixed_dictionaries(
    {"admins": st.sampled_from([{"deploy": "arn:aws:iam::123456789012:role/deploy"}, {"auto": "me"}])},
    optional={
        "version": st.sampled_from(["1.35", "1.20"]),
        "reachable_from": st.lists(st.sampled_from(["192.0.2.0/24", "0.0.0.0/0", "10.0.0.0/8"]), max_size=2),
        "processor": st.sampled_from(["arm64", "amd64"]),
        "cpu_limit": st.integers(2, 10_000),
        "nodes": st.sampled_from(["auto", "managed"]),
        "instance": st.sampled_from(["m7g.large", "m7i.large", "t4g.nano"]),
        "machines": st.integers(2, 450),
    },
)


@st.composite
def services(draw: st.DrawFn) -> dict[str, Any]:
    """One or two, each with a few fields."""
    found = draw(st.dictionaries(service_names, routed, min_size=1, max_size=2))
    for service in found.values():
        for field in draw(st.lists(st.sampled_from(sorted(service_fields)), max_size=3, unique=True)):
            service[field] = draw(service_fields[field])
    return found


messages = st.fixed_dictionaries(
    {
        "with": st.just(["queues", "events"]),
        "queues": st.dictionaries(queue_names, queue, min_size=1, max_size=3),
    },
    optional={"events": st.dictionaries(event_names, event, max_size=2)},
)


@st.composite
def blueprints(draw: st.DrawFn, pods: bool = False) -> dict[str, Any]:
    """A few sections each: with all of them at once nearly every one would be refused for something. `pods`: with
    services on Kubernetes, and little else."""
    found: dict[str, Any] = {"name": draw(names), "stage": draw(st.integers(1, 3))}
    for name in draw(st.lists(st.sampled_from(sorted(sections)), max_size=1 if pods else 4, unique=True)):
        found[name] = draw(sections[name])
    if draw(st.integers(0, 4)) == 4:
        found |= draw(messages)
    if pods or draw(st.integers(0, 2)) == 2:
        found |= {"stage": 3, "with": [*found.get("with", ()), "services"], "without": []}
        found["services"] = draw(services())
    if pods:
        found["with"].append("kubernetes")
        found["kubernetes"] = draw(kubernetes)
        for service in found["services"].values():
            service["runs_on"] = "kubernetes"
            for field in ("servers", "instance", "scaling"):  # of servers alone
                service.pop(field, None)
    found["app"] = {"image": "ghcr.io/acme/shop:1.4.2", "stateless": True}
    if draw(st.booleans()):
        found["app"] |= draw(app)
    return found
