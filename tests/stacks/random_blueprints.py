"""Random valid blueprints: every field of stages 1 to 3 and 6 that shapes the stack, absent as often as present."""

from typing import Any

from hypothesis import strategies as st


def some(**fields: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    """A section with any of these fields."""
    return st.fixed_dictionaries({}, optional=fields)


TRIED = ["queries", "machine", "replicas", "cache", "archive", "pooling"]
texts = st.text("abcdefghijklmnop-", min_size=1, max_size=12)
app = st.fixed_dictionaries(
    {"image": st.sampled_from(["ghcr.io/acme/shop:1.4.2", "123456789012.dkr.ecr.us-east-1.amazonaws.com/shop:1"])},
    optional={
        "port": st.integers(1024, 65535),
        "health": some(path=st.sampled_from(["/", "/healthz"]), every=st.sampled_from(["10s", "1m"])),
        "env": st.dictionaries(st.sampled_from(["LOG_LEVEL", "LANG_", "X"]), texts, max_size=2),
        "secrets": st.lists(st.sampled_from(["STRIPE_KEY", "MAIL_TOKEN"]), unique=True),
        "jobs": st.just({"command": ["worker", "--all"]}),
        "drain": st.sampled_from(["0s", "45s"]),
    },
)
database = some(
    engine=st.sampled_from(["postgres", "mysql"]),
    standby=st.booleans(),
    storage=st.just({"size": "100GiB", "up_to": "400GiB"}),
    backups=some(keep=st.sampled_from(["1d", "30d"]), window=st.just("22:30-23:30")),
    pooling=some(
        via=st.sampled_from(["none", "pgbouncer", "proxy"]),
        mode=st.sampled_from(["session", "transaction"]),
        connections=st.integers(5, 50),
    ),
)
network = some(
    cidr=st.sampled_from(["10.0.0.0/16", "172.20.0.0/18", "192.168.0.0/20"]),
    zones=st.integers(2, 3),
    nat=st.sampled_from(["one", "per-zone"]),
)
balancer = some(
    kind=st.sampled_from(["application", "network"]),
    algorithm=st.sampled_from(["round-robin", "least-outstanding", "weighted"]),
    sticky=st.sampled_from(["none", "1h"]),
    routes=st.just({"/api/*": "app", "host:api.example.com": "app"}),
)
fleet = some(servers=st.sampled_from([2, 3, "2-6"]), rollout=st.just({"keep_healthy": "50%", "checkpoint": "0s"}))
cache = st.one_of(
    some(engine=st.sampled_from(["valkey", "redis"]), nodes=st.integers(1, 3), keep_snapshots=st.just("3d")),
    some(engine=st.just("valkey"), nodes=st.integers(2, 3), shards=st.sampled_from(["compatible", 1, 3])),
    some(engine=st.just("memcached"), nodes=st.integers(1, 3)),
)
work = st.fixed_dictionaries(
    {"acceptable_delay": st.sampled_from(["20m", "1h"]), "message_takes": st.sampled_from(["1s", "1m"])},
    optional={
        "attempts": st.integers(1, 10),
        "keep": st.sampled_from(["1d", "14d"]),
        "order": st.sampled_from(["none", "fifo"]),
    },
)
service = st.fixed_dictionaries(
    {"image": st.sampled_from(["ghcr.io/acme/search:0.9.0", "123456789012.dkr.ecr.us-east-1.amazonaws.com/s:1"])},
    optional={
        "share": st.sampled_from(["0%", "10%"]),
        "port": st.integers(1024, 65535),
        "health": some(path=st.just("/ready"), timeout=st.just("3s")),
        "drain": st.sampled_from(["0s", "45s"]),
        "cpu": st.sampled_from(["100m", "2"]),
        "memory": st.sampled_from(["256MiB", "4GiB"]),
        "servers": st.sampled_from([2, "2-20"]),
        "scaling": some(track=st.sampled_from(["60%", "1000 requests/server"]), warmup=st.just("3m")),
        "env": st.dictionaries(st.sampled_from(["LOG_LEVEL", "X"]), texts, max_size=2),
        "secrets": st.lists(st.sampled_from(["API_KEY", "MAIL_TOKEN"]), min_size=1, unique=True),
        "data": st.one_of(
            some(engine=st.sampled_from(["postgres", "mysql"]), size=st.just("40GiB"), standby=st.booleans()),
            st.just({"engine": "bucket", "keep": "30d"}),
            st.just({"engine": "opensearch", "size": "50GiB", "search": {"nodes": 6, "masters": True}}),
        ).filter(lambda given: "engine" in given),
        "retired": st.booleans(),
    },
)
on_kubernetes = st.fixed_dictionaries(
    {"runs_on": st.just("kubernetes")},
    optional={
        "pods": st.sampled_from([3, "2-20"]),
        "scaling": st.sampled_from([{"track": "60%"}, {"memory": "80%", "settle": "1m"}]),
        "priority": st.just(100),
    },
)
kubernetes = st.fixed_dictionaries(
    {"admins": st.just({"deploy": "arn:aws:iam::123456789012:role/deploy"})},
    optional={
        "reachable_from": st.just(["192.0.2.0/24"]),
        "processor": st.sampled_from(["arm64", "amd64"]),
        "cpu_limit": st.sampled_from([6, 500]),
        "nodes": st.just("managed"),
        "machines": st.just(3),
    },
)
detail = st.fixed_dictionaries({"total": st.just([{"numeric": [">", 10]}])}, optional={"by": st.just({"card": [True]})})


@st.composite
def messages(draw: st.DrawFn) -> dict[str, Any]:
    """Queues, events to those of them that can take some, and services that send and listen."""
    queues = draw(st.dictionaries(st.sampled_from(["stock", "mail", "a-queue-of-20-letter"]), work, min_size=1))
    able = [name for name, queue in queues.items() if queue.get("order") != "fifo"]
    events: dict[str, Any] = {}
    for name in draw(st.lists(st.sampled_from(["paid", "order-placed", f"an-event-{'x' * 31}"]), unique=True)):
        ordered = [queue for queue in queues if queue not in able]
        via = draw(st.sampled_from(["bus", "topic", "fifo-topic"]))
        some_of = ordered if via == "fifo-topic" else able
        to = draw(st.lists(st.sampled_from(some_of), min_size=1, unique=True)) if some_of else []
        if to:
            keep = st.sampled_from(["none", "1d"] if via == "bus" else ["none"])
            event = some(keep=keep, filter=st.fixed_dictionaries({to[0]: detail}))
            events[name] = {"to": to, "via": via, **draw(event)}
    services: dict[str, Any] = {}
    heard = sorted(name for name, event in events.items() if event["via"] != "fifo-topic")
    for name in draw(st.lists(st.sampled_from(["stock", "images", "a-service-x"]), unique=True)):
        listens = name in able and heard and draw(st.booleans())
        services[name] = {
            "route": f"/{name}/*",
            "sends_to": draw(st.lists(st.sampled_from(sorted(queues)), unique=True)),
            **({"listens_to": draw(st.lists(st.sampled_from(heard), min_size=1, unique=True))} if listens else {}),
            **({"was": "find"} if name == "images" else {}),
            **draw(service),
        }
        if draw(st.booleans()):
            of_servers = ("servers", "scaling")
            as_it_is = {key: value for key, value in services[name].items() if key not in of_servers}
            services[name] = as_it_is | draw(on_kubernetes)
    sections = {"queues": queues, "events": events, "services": services}
    if any("runs_on" in service for service in services.values()):
        sections["kubernetes"] = draw(kubernetes)
    return {key: section for key, section in sections.items() if section}


everywhere = {
    "region": st.sampled_from(["us-east-1", "eu-west-1", "ap-southeast-2"]),
    "domain": st.just("shop.example.com"),
    "zone": st.sampled_from(["managed", "existing"]),
    "owner": st.just("team@example.com"),
    "tags": st.dictionaries(st.sampled_from(["cost-center", "team"]), texts, max_size=2),
    "budget": st.just("200 USD/month"),
    "throwaway": st.booleans(),
    "load": some(users=st.sampled_from(["50", "3k", "10k"]), reads=st.just("50%"), data=st.just("80GiB")),
    "network": network,
    "signals": some(
        latency=st.just({"p99": "250ms"}),
        saturation=st.just("85%"),
        alarms=st.dictionaries(
            st.sampled_from(["server-cpu", "fleet-cpu", "database-cpu", "cache-memory"]),
            some(threshold=st.just("90%"), severity=st.just("page"), rings=st.booleans(), **{"for": st.just("10m")}),
            max_size=2,
        ),
        notify=st.lists(
            st.sampled_from(["email:ops@example.com", "https://hooks.example.com/x"]), min_size=1, unique=True
        ),
    ),
}
by_stage: dict[int, dict[str, st.SearchStrategy[Any]]] = {
    1: {
        "with": st.just(["database"]),
        "server": some(disk=st.just("60GiB")),
        "database": some(engine=st.sampled_from(["postgres", "mysql"])),
    },
    2: {
        "with": st.sampled_from([["sessions"], ["balancer", "fleet"]]),
        "server": some(instance=st.just("t4g.large")),
        "database": database,
    },
    3: {
        "without": st.sampled_from([["sessions"], ["balancer", "fleet"]]),
        "database": database,
        "balancer": balancer,
        "fleet": fleet,
        "sessions": some(store=st.sampled_from(["cache", "database", "none"])),
        "cache": cache,
    },
    6: {
        "without": st.sampled_from([["workers"], ["cdn"]]),
        "workers": some(servers=st.sampled_from([2, "0-3", "1-10"])),
        "fleet": fleet,
        "database": st.just({"shards": {"key": "user_id", "count": 2, "i_have_tried": TRIED}}),
    },
}


def of_stage(stage: int) -> st.SearchStrategy[dict[str, Any]]:
    said = {
        "name": st.sampled_from(["ab", "shop", "a-name-of-24-charactersx" if stage < 6 else "a-name-of-16-cha"]),
        "stage": st.just(stage),
        "app": app.map(lambda given: {**given, "stateless": True}),
    }
    blueprint = st.fixed_dictionaries(said, optional={**everywhere, **by_stage[stage]})
    if stage < 6:
        return blueprint
    return st.tuples(blueprint, messages()).map(lambda both: {**both[0], **both[1]})


blueprints = st.sampled_from(sorted(by_stage)).flatmap(of_stage)
