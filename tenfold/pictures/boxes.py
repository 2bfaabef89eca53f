"""An architecture as boxes and arrows: what there is at its stage, and the few figures one asks for first."""

from collections.abc import Iterator

from tenfold.blueprints.architecture import Architecture
from tenfold.pictures.model import Arrow, Box, Picture

# From, to, what passes. An arrow is drawn where both ends are; of those with one start in the same line, the first.
_ARROWS: tuple[tuple[Arrow, ...], ...] = (
    (Arrow("users", "cdn"), Arrow("users", "balancer"), Arrow("users", "server")),
    (Arrow("cdn", "files", "files"),),
    (Arrow("cdn", "balancer", "all else"),),
    (Arrow("balancer", "fleet"),),
    (Arrow("balancer", "services", "their paths"),),
    (Arrow("fleet", "cache"),),
    (Arrow("fleet", "database"), Arrow("server", "database")),
    (Arrow("fleet", "uploads"),),
    (Arrow("fleet", "events", "events"), Arrow("fleet", "queues", "work")),
    (Arrow("events", "queues"),),
    (Arrow("queues", "workers"),),
    (Arrow("workers", "database"),),
    (Arrow("workers", "models"),),
    (Arrow("database", "replicas", "copies"),),
    (Arrow("database", "standby", "copies"),),
    (Arrow("uploads", "standby", "copies"),),
)
_ASIDE = ("network", "encryption", "settings", "signals", "notifications", "budget")


def picture(a: Architecture) -> Picture:
    boxes = tuple(_boxes(a))
    return Picture(" · ".join((*a.title, f"stage {a.stage} {a.stage_name}")), boxes, arrows(boxes), _ASIDE)


def arrows(boxes: tuple[Box, ...]) -> tuple[Arrow, ...]:
    """Those between the boxes that there are."""
    ids = {box.id for box in boxes}
    drawn = ([arrow for arrow in either if {arrow.start, arrow.end} <= ids] for either in _ARROWS)
    return tuple(some[0] for some in drawn if some)


def _boxes(a: Architecture) -> Iterator[Box]:
    """In the order of the lanes."""
    yield Box("users", "users", "Users", (f"{a.load.users:,}, {a.load.peak:,g} requests/s",))
    if a.cdn:
        wall = ("with a firewall",) if a.cdn.waf else ()
        yield Box("cdn", "edge", "CDN", ("CloudFront", *wall), tiers=("cdn",), shows=("cdn",))
        yield Box("files", "edge", "Static files", ("S3 bucket", ", ".join(a.cdn.static_paths)), tiers=("cdn",))
    if a.balancer:
        tls = "TLS" if a.domain or a.balancer.certificate != "managed" else "no TLS"
        kind = (f"{a.balancer.kind}, {tls}", *([a.domain] if a.domain else []))
        tiers = ("balancer", "domain", "records")
        yield Box("balancer", "entry", "Load balancer", kind, tiers=tiers, shows=("balancer",))
    yield from _servers(a)
    yield from _data(a)


def _servers(a: Architecture) -> Iterator[Box]:
    if services := sorted(a.running_services):
        own = sum(bool(service.data) for service in a.running_services.values())
        data = (f"{own} with data of {'its' if own == 1 else 'their'} own",) if own else ()
        count = str(len(services)) if len(services) > 1 else ""
        name = "Services" if count else "Service"
        on = [name for name in services if a.running_services[name].runs_on == "kubernetes"]
        where = ("on Kubernetes" if on == services else f"{', '.join(on)} on Kubernetes",) if on else ()
        tiers, shows = ("service-", "cluster", "nodes"), ("services", "kubernetes")
        yield Box("services", "servers", name, (", ".join(services), *data, *where), count, tiers, shows)
    if a.server and not a.fleet:
        own = (f"{a.database.engine} {a.database.version} on it",) if a.has_host_database else ()
        yield Box("server", "servers", "Server", (a.server.instance, *own), tiers=("server",), shows=("server",))
    if a.fleet:
        count = _range(a.fleet.servers_min, a.fleet.servers_max)
        notes = (a.fleet.instance, *([_scaling(a)] if a.fleet.scaling else []), *_sessions(a, "tokens"))
        shows = ("server", "fleet", "autoscaling", "sessions", "tokens")
        yield Box("fleet", "servers", "Servers", notes, count, ("fleet", "tokens"), shows)
    if a.events:
        what = ", ".join(sorted(a.events))
        name = "Events" if a.bus_events and a.topic_events else "Event bus" if a.bus_events else "Event topics"
        yield Box("events", "servers", name, (what,), tiers=("events", "topic-"), shows=("events",))
    if a.queues:
        names = ", ".join(sorted(a.queues))
        count = str(len(a.queues)) if len(a.queues) > 1 else ""
        yield Box("queues", "servers", "Queue" if not count else "Queues", (names,), count, ("queue-",), ("queues",))
    if a.workers:
        count = _range(a.workers.servers_min, a.workers.servers_max)
        notes = (a.workers.instance, "by the backlog") if "-" in count else (a.workers.instance,)
        yield Box("workers", "servers", "Workers", notes, count, ("workers",), ("workers",))


def _data(a: Architecture) -> Iterator[Box]:
    if a.cache:
        notes = (f"{a.cache.engine} {a.cache.version}", a.cache.node, *_sessions(a, "cache"))
        count = str(a.cache.nodes * a.cache.shards) if a.cache.nodes * a.cache.shards > 1 else ""
        yield Box("cache", "data", "Cache", notes, count, ("cache",), ("cache", "sessions"))
    if a.has("database"):
        yield _database(a)
    if replicas := a.database.replicas:
        count = str(replicas.count) if replicas.count > 1 else ""
        name = "Replicas" if count else "Replica"
        yield Box("replicas", "data", name, (replicas.instance, "to read from"), count, ("replicas",), ("replicas",))
    if a.read_models:
        names = ", ".join(sorted(a.read_models))
        count = str(len(a.read_models)) if len(a.read_models) > 1 else ""
        name = "Read models" if count else "Read model"
        yield Box("models", "data", name, (f"{_engines(a)}, {names}",), count, tiers=("read-model-",))
    if a.uploads:
        yield Box("uploads", "data", "Uploads", ("S3 bucket",), tiers=("uploads",), shows=("uploads",))
    if a.standby:
        notes = (a.standby.region, a.standby.mode, *([f"backups for {a.vault.keep} days"] if a.vault else []))
        tiers = ("standby-", "vault", "backup-copies", "uploads-copies", "static-copies", "entry")
        yield Box("standby", "data", "Second region", notes, "", tiers, ("standby-region", "recovery", "vault"))


def _engines(a: Architecture) -> str:
    called = {"dynamodb": "DynamoDB", "opensearch": "OpenSearch"}
    return " and ".join(sorted({called[model.engine] for model in a.read_models.values()}))


def _database(a: Architecture) -> Box:
    shards = a.database.shards
    if a.database.existing:
        return Box(
            "database",
            "data",
            "Database",
            (a.database.engine, "not of this stack", *_sessions(a, "database")),
            shows=("database", "sessions"),
        )
    notes = (
        f"{a.database.engine} {a.database.version}",
        a.database.instance,
        *(["standby in another zone"] if a.database.standby else []),
        *([f"{shards.count} shards by {shards.key}"] if shards else []),
        *_sessions(a, "database"),
    )
    count = str(shards.count) if shards else ""
    tiers = ("database", "database-shard-", "replicas-shard-", "shards")
    return Box("database", "data", "Database", notes, count, tiers, ("database", "shards", "sessions"))


def _sessions(a: Architecture, store: str) -> tuple[str, ...]:
    words = {"tokens": "sessions in signed tokens"}.get(store, "holds sessions")
    return (words,) if a.sessions.store == store else ()


def _scaling(a: Architecture) -> str:
    scaling = a.fleet.scaling if a.fleet else None
    if scaling is None:
        return ""
    if scaling.track_requests:
        return f"{scaling.track_requests} requests each"
    if scaling.track_cpu:
        return f"each at {scaling.track_cpu:.0%} CPU"
    return f"more from {scaling.out_at or scaling.steps[0][0]:.0%} CPU"


def _range(least: int, most: int) -> str:
    if least == most:
        return str(least) if least > 1 else ""
    return f"{least}-{most}"
