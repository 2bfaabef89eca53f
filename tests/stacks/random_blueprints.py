"""Random valid blueprints of stages 1 to 3, 6 and 7: every field, absent as often as present.

`test_stack_random.py` asks for each field of the grammar. Blueprints of stages 6 and 7 hold what stages 4 and 5 add.
"""

from typing import Any

from hypothesis import strategies as st


def some(**fields: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    """A section with any of these fields."""
    return st.fixed_dictionaries({}, optional=fields)


ALLOWED = ["us-east-1", "us-west-2", "eu-west-1", "eu-central-1", "ap-southeast-2"]
TRIED = ["queries", "machine", "replicas", "cache", "archive", "pooling"]
checks = {
    "timeout": st.just("4s"),
    "healthy_after": st.integers(2, 10),
    "unhealthy_after": st.integers(2, 10),
    "starts_in": st.just("90s"),
}
texts = st.text("abcdefghijklmnop-", min_size=1, max_size=12)
app = st.fixed_dictionaries(
    {"image": st.sampled_from(["ghcr.io/acme/shop:1.4.2", "123456789012.dkr.ecr.us-east-1.amazonaws.com/shop:1"])},
    optional={
        "port": st.integers(1024, 65535),
        "health": some(path=st.sampled_from(["/", "/healthz"]), every=st.sampled_from(["10s", "1m"]), **checks),
        "env": st.dictionaries(st.sampled_from(["LOG_LEVEL", "LANG_", "X"]), texts, max_size=2),
        "secrets": st.lists(st.sampled_from(["STRIPE_KEY", "MAIL_TOKEN"]), unique=True),
        "jobs": st.fixed_dictionaries(
            {"command": st.just(["worker", "--all"])}, optional={"image": st.just("ghcr.io/acme/jobs:1")}
        ),
        "drain": st.sampled_from(["0s", "45s"]),
    },
)
database = some(
    engine=st.sampled_from(["postgres", "mysql"]),
    standby=st.booleans(),
    storage=st.just({"size": "100GiB", "up_to": "400GiB", "type": "gp3"}),
    instance=st.just("db.m7g.large"),
    version=st.just("17"),
    password=some(keeper=st.sampled_from(["stack", "rds"]), generation=st.integers(1, 3)),
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
    idle=st.just("5m"),
    certificate=st.just("managed"),
    routes=st.just({"/api/*": "app", "host:api.example.com": "app"}),
)
rollout = st.just({"keep_healthy": "50%", "checkpoint": "0s"})
fleet = some(servers=st.sampled_from([2, 3, "2-6"]), instance=st.just("m7g.large"), rollout=rollout)
schedules = {
    "evening": {"cron": "30 17 * * *", "until": "30 23 * * *", "zone": "Europe/Berlin", "servers": "4-8"},
    "night": {"cron": "0 1 * * *", "servers": "2-3"},
}
pauses = some(warmup=st.just("3m"), schedules=st.just(schedules))
scaling = st.tuples(
    st.one_of(
        some(out_at=st.just("70%"), in_at=st.just("25%"), cooldown=st.just({"out": "2m", "in": "10m"})),
        some(steps=st.just({"60%": 1, "80%": 3}), in_at=st.just("25%")),
        some(track=st.just("55%"), predict=st.booleans()),
    ),
    pauses,
).map(lambda parts: {**parts[0], **parts[1]})
scaled_fleet = some(
    servers=st.sampled_from(["2-6", "2-20"]),
    scaling=scaling,
    rollout=rollout,
).flatmap(
    lambda fleet: st.one_of(
        st.just({**fleet, "scaling": {**fleet.get("scaling", {}), "warm_pool": 2}}),
        some(spot=some(share=st.just("50%"), base=st.integers(1, 2))).map(lambda spot: {**fleet, **spot}),
        st.just({**fleet, "instance": "m7g.large", "alternatives": ["m8g.large", "m6g.large"]}),
    )
)
EDGE = "arn:aws:lambda:us-east-1:123456789012:function:edge"
at_edge = st.one_of(
    st.just({}),
    st.fixed_dictionaries(
        {
            "functions": some(
                redirects=st.just({"/old": "/new", "/blog/*": "/news/*"}),
                headers=st.just({"Permissions-Policy": "camera=()"}),
                experiments=st.just({"checkout": "10%"}),
            )
        }
    ),
    st.fixed_dictionaries(
        {
            "functions": some(
                request=st.just("function handler(event) { return event.request; }"),
                response=st.just("function handler(event) { return event.response; }"),
                one_name=st.just(False),
            )
        }
    ),
    st.just({"lambdas": {"origin_request": f"{EDGE}:1", "origin_response": f"{EDGE}:2", "body": True}}),
    st.just(
        {
            "functions": {"one_name": False},
            "lambdas": {"viewer_request": f"{EDGE}:3", "viewer_response": f"{EDGE}:4"},
        }
    ),
)
cdn = st.tuples(
    some(
        static=st.just({"paths": ["/static/*", "*.css"], "keep": "90d"}),
        dynamic=st.just({"paths": ["*"], "cache": "headers"}),
        error_page=st.just("/static/unavailable.html"),
        price_class=st.sampled_from(["100", "200", "all"]),
        waf=st.booleans(),
        certificate=st.just("managed"),
    ),
    at_edge,
).map(lambda parts: {**parts[0], **parts[1]})
divided = {"count": st.just(2), "i_have_tried": st.just(TRIED), "key": st.just("user_id"), "buckets": st.just(960)}
pinned = {"pins": st.just({"acme": 1}), "shares": st.just({"acme": "2%"})}
shards = st.one_of(
    st.fixed_dictionaries({**divided, "strategy": st.just("hash")}, optional=pinned),
    st.fixed_dictionaries(divided, optional={"start": st.sampled_from(["primary", "even"])}),
    st.fixed_dictionaries({**divided, "strategy": st.just("tenant"), **pinned}),
    st.fixed_dictionaries({**divided, "strategy": st.just("range"), "months": st.just({"2026-11": 0, "2027-01": 1})}),
    st.fixed_dictionaries({**divided, "strategy": st.just("geographic"), "regions": st.just({"eu": 0, "us": 1})}),
)
grown_database = some(
    parameters=st.just({"work_mem": "8192"}),
    replicas=some(count=st.integers(1, 2), instance=st.just("db.m7g.large"), max_lag=st.just("20s")),
    pooling=st.sampled_from([{"via": "proxy"}, {"via": "proxy", "mode": "session"}]),
    shards=shards,
)
COUNTED = "requests lcu_hours cdn_requests waf_requests file_reads file_writes messages table_reads table_writes"
STORED = "transfer_out nat between_zones cdn_out cdn_in logs files tables snapshots backups"
usage = some(
    **dict.fromkeys(COUNTED.split(), st.just("1M")),
    **dict.fromkeys(STORED.split(), st.just("10GiB")),
)
measured = some(
    users=st.sampled_from(["500k", "1M"]),
    reads=st.just("80%"),
    data=st.just("200GiB"),
    peak=st.just("900 requests/s"),
    growth=st.just("5%/month"),
    slowest_acceptable=st.just("800ms"),
    cpu_per_request=st.just("8ms"),
    queries_per_request=st.integers(0, 20),
    cache_hits=st.just("80%"),
    working_set=st.just("20%"),
    answer_size=st.just("30KiB"),
    launch_time=st.just("3m"),
    campaign=st.integers(1, 4),
    largest_tenant=st.just("3%"),
    usage=usage,
)
regions = some(
    active=st.sampled_from(["primary", "standby"]),
    standby=st.one_of(
        some(mode=st.sampled_from(["pilot-light", "hot"])), some(mode=st.just("warm"), servers=st.integers(1, 3))
    ).map(lambda standby: {"region": "us-west-2", **standby}),
    vault=some(keep=st.just("40d"), lock=st.sampled_from(["governance", "compliance"])),
    recovery=some(
        time=st.just("2h"),
        point=st.just("30m"),
        decision=st.just("10m"),
        drill=st.just({"date": "2026-11-02", "promote": "8m", "launch": "4m"}),
    ),
)
cache = st.one_of(
    st.just({"node": "cache.t4g.small", "eviction": "allkeys-lfu", "version": "8.0"}),
    some(engine=st.sampled_from(["valkey", "redis"]), nodes=st.integers(1, 3), keep_snapshots=st.just("3d")),
    st.just({"nodes": 2, "keep_snapshots": "7d"}),
    some(engine=st.just("valkey"), nodes=st.integers(2, 3), shards=st.sampled_from(["compatible", 1, 3])),
    some(engine=st.just("memcached"), nodes=st.integers(1, 3)),
)


def deduplicated(queue: dict[str, Any]) -> st.SearchStrategy[dict[str, Any]]:
    return st.sampled_from(["by-id", "by-content"]).map(lambda how: {**queue, "deduplicate": how})


work = st.fixed_dictionaries(
    {"acceptable_delay": st.sampled_from(["20m", "1h"]), "message_takes": st.sampled_from(["1s", "1m"])},
    optional={
        "attempts": st.integers(1, 10),
        "keep": st.sampled_from(["1d", "14d"]),
        "dead_letters": st.just("14d"),
        "per_request": st.sampled_from([0.02, 1]),
        "order": st.sampled_from(["none", "fifo"]),
    },
).flatmap(lambda queue: st.just(queue) if queue.get("order") != "fifo" else deduplicated(queue))


def owns(service: dict[str, Any]) -> bool:
    """Something that could stay when it is retired."""
    return bool(service.get("data") or service.get("secrets"))


indexed = {"indexes": st.just({"by-day": "day, id"}), "expires": st.just("gone_at")}
tables = st.one_of(
    some(primary_key=st.sampled_from(["id", "customer, placed_at number"]), **indexed),
    st.fixed_dictionaries(
        {"read_units": st.just("5-100"), "write_units": st.sampled_from([5, "5-50"])},
        optional={"utilization": st.just("60%"), "cooldown": st.just({"out": "2m", "in": "20m"})},
    ),
)
service = st.fixed_dictionaries(
    {"image": st.sampled_from(["ghcr.io/acme/search:0.9.0", "123456789012.dkr.ecr.us-east-1.amazonaws.com/s:1"])},
    optional={
        "share": st.sampled_from(["0%", "10%"]),
        "port": st.integers(1024, 65535),
        "health": some(path=st.just("/ready"), every=st.just("20s"), **checks),
        "drain": st.sampled_from(["0s", "45s"]),
        "cpu": st.sampled_from(["100m", "1500m"]),
        "memory": st.sampled_from(["256MiB", "4GiB"]),
        "instance": st.just("m7g.large"),
        "servers": st.sampled_from([2, "2-20"]),
        "scaling": some(track=st.sampled_from(["60%", "1000 requests/server"]), warmup=st.just("3m")),
        "env": st.dictionaries(st.sampled_from(["LOG_LEVEL", "X"]), texts, max_size=2),
        "secrets": st.lists(st.sampled_from(["API_KEY", "MAIL_TOKEN"]), min_size=1, unique=True),
        "data": st.one_of(
            some(
                engine=st.sampled_from(["postgres", "mysql"]),
                size=st.just("40GiB"),
                standby=st.booleans(),
                instance=st.just("db.t4g.medium"),
            ),
            st.just({"engine": "postgres", "version": "17"}),
            st.builds(lambda table: {"engine": "dynamodb", "table": table}, tables),
            st.just({"engine": "bucket", "keep": "30d"}),
            st.just({"engine": "opensearch", "size": "50GiB", "search": {"nodes": 6, "masters": True}}),
        ).filter(lambda given: "engine" in given),
    },
).flatmap(lambda service: st.booleans().map(lambda retired: service | ({"retired": retired} if owns(service) else {})))
on_kubernetes = st.fixed_dictionaries(
    {"runs_on": st.just("kubernetes")},
    optional={
        "pods": st.sampled_from([3, "2-20"]),
        "scaling": st.sampled_from([{"track": "60%"}, {"track_memory": "80%", "settle": "1m"}]),
        "priority": st.just(100),
    },
)


def of_machines(cluster: dict[str, Any]) -> st.SearchStrategy[dict[str, Any]]:
    """A type of their own is for machines that are managed."""
    if "nodes" not in cluster:
        return st.just(cluster)
    kind = {"arm64": "m7g.large", "amd64": "m7i.large"}[cluster.get("processor", "arm64")]
    return st.sampled_from([cluster, {**cluster, "instance": kind}])


kubernetes = st.fixed_dictionaries(
    {"admins": st.just({"deploy": "arn:aws:iam::123456789012:role/deploy"})},
    optional={
        "reachable_from": st.just(["192.0.2.0/24"]),
        "processor": st.sampled_from(["arm64", "amd64"]),
        "cpu_limit": st.sampled_from([6, 500]),
        "nodes": st.just("managed"),
        "machines": st.just(3),
        "version": st.just("1.35"),
    },
).flatmap(of_machines)
detail = st.fixed_dictionaries({"total": st.just([{"numeric": [">", 10]}])}, optional={"by": st.just({"card": [True]})})
read_model = st.one_of(
    some(engine=st.just("dynamodb"), primary_key=st.just("order_id"), keep=st.sampled_from(["1d", "35d"]), **indexed),
    some(
        version=st.just("2.17"),
        instance=st.just("m6g.large.search"),
        size=st.just("50GiB"),
        search=some(nodes=st.sampled_from([3, 6]), masters=st.booleans()),
    ).map(lambda searched: {"engine": "opensearch", **searched}),
)


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
            **({"publishes": draw(st.lists(st.sampled_from(sorted(events)), unique=True))} if events else {}),
            **({"was": "find"} if name == "images" else {}),
            **draw(service),
        }
        if draw(st.booleans()):
            of_servers = ("servers", "scaling", "instance")
            as_it_is = {key: value for key, value in services[name].items() if key not in of_servers}
            services[name] = as_it_is | draw(on_kubernetes)
    sections = {"queues": queues, "events": events, "services": services}
    filled = [queue for queue in able if heard and queue not in services]
    if filled and draw(st.booleans()):
        sections["read_models"] = {filled[0]: {"listens_to": heard[:1], **draw(read_model)}}
    if any("runs_on" in service for service in services.values()):
        sections["kubernetes"] = {"viewers": {"people": "arn:aws:iam::123456789012:role/people"}, **draw(kubernetes)}
    return {key: section for key, section in sections.items() if section}


everywhere = {
    "region": st.sampled_from(["us-east-1", "eu-west-1", "ap-southeast-2"]),
    "domain": st.just("shop.example.com"),
    "zone": st.sampled_from(["managed", "existing"]),
    "owner": st.just("team@example.com"),
    "tags": st.dictionaries(st.sampled_from(["cost-center", "team"]), texts, max_size=2),
    "budget": st.just("200 USD/month"),
    "throwaway": st.booleans(),
    "permissions_boundary": st.just("arn:aws:iam::123456789012:policy/apps"),
    "load": some(users=st.sampled_from(["50", "3k", "10k"]), reads=st.just("50%"), data=st.just("80GiB")),
    "network": network,
    "signals": some(
        latency=st.just({"p99": "250ms"}),
        errors=st.just("2%"),
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
        "server": st.just({"disk": "60GiB"}),
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
        "workers": some(
            servers=st.sampled_from([2, "0-3", "1-10"]), instance=st.just("t4g.medium"), at_once=st.integers(1, 20)
        ),
        "fleet": scaled_fleet,
        "database": grown_database,
        "sessions": st.fixed_dictionaries({"store": st.just("tokens")}, optional={"signing_key": st.integers(1, 4)}),
        "uploads": some(keep=st.just("90d")),
        "cache": cache,
        "cdn": cdn,
        "load": measured,
        "edition": st.just("2026-11"),
    },
}
by_stage[7] = {**by_stage[6], "regions": regions, "residency": st.just({"all": ALLOWED})}


def of_stage(stage: int) -> st.SearchStrategy[dict[str, Any]]:
    longest = {6: "a-name-of-16-cha", 7: "a-name"}.get(stage, "a-name-of-24-charactersx")
    said = {
        "name": st.sampled_from(["ab", "shop", longest]),
        "stage": st.just(stage),
        "app": app.map(lambda given: {**given, "stateless": True}),
    }
    blueprint = st.fixed_dictionaries(said, optional={**everywhere, **by_stage[stage]})
    if stage < 6:
        return blueprint
    return st.tuples(blueprint, messages()).map(lambda both: {**both[0], **both[1]})


blueprints = st.sampled_from(sorted(by_stage)).flatmap(of_stage)
