"""The database and the cache."""

from tenfold.blueprints.architecture.stores import Backups, Cache, Database, Pooling, Replicas, Shards, Storage
from tenfold.blueprints.assemble.existing import assemble_existing_database, assemble_imported_database
from tenfold.blueprints.assemble.values import Values
from tenfold.blueprints.choices import ClusterMode

SHARDS = ("database", "shards")


def assemble_database(values: Values) -> Database:
    managed, existing = "database" in values.capabilities, assemble_existing_database(values)
    # In a container on the server (stage 1) the database has no pooler and no standby.
    return Database(
        engine=values.at("database.engine"),
        version=values.at("database.version"),
        instance=values.at("database.instance"),
        storage=Storage(**values.under("database", "storage")),
        standby=managed and values.at("database.standby"),
        backups=Backups(values.at("database.backups.keep"), values.at("database.backups.window")),
        pooling=Pooling(
            values.at("database.pooling.via") if managed else "none",
            values.at("database.pooling.mode"),
            values.at("database.pooling.connections"),
        ),
        parameters=values.under("database", "parameters"),
        replicas=_replicas(values) if "replicas" in values.capabilities and not existing else None,
        shards=_shards(values),
        password_keeper=values.at("database.password.keeper"),
        password_generation=values.at("database.password.generation"),
        existing=existing,
        imported=assemble_imported_database(values),
    )


def _shards(values: Values) -> Shards | None:
    fields = values.under(*SHARDS)
    if "shards" not in values.capabilities or "key" not in fields:
        return None
    return Shards(
        strategy=fields["strategy"],
        key=fields["key"],
        count=fields.get("count", 1),
        start=fields["start"],
        pins=values.under(*SHARDS, "pins") | values.under(*SHARDS, "regions"),
        months=values.under(*SHARDS, "months"),
        shares=values.under(*SHARDS, "shares"),
        tried=tuple(fields.get("i_have_tried", ())),
    )


def _replicas(values: Values) -> Replicas:
    return Replicas(**{part: values.at(f"database.replicas.{part}") for part in Replicas.__dataclass_fields__})


def assemble_cache(values: Values) -> Cache | None:
    """A cache as a capability of its own, or as the session store."""
    keeps_sessions = "sessions" in values.capabilities and values.at("sessions.store") == "cache"
    if "cache" not in values.capabilities and not keeps_sessions:
        return None
    engine, shards = values.at("cache.engine"), values.at("cache.shards")
    return Cache(
        engine=engine,
        version=values.at("cache.version"),
        node=values.at("cache.node"),
        nodes=values.at("cache.nodes"),
        cluster_mode=_cluster_mode(shards),
        shards=shards if isinstance(shards, int) else 1,
        eviction=None if engine == "memcached" else values.at("cache.eviction"),
        keep_snapshots=0 if engine == "memcached" else values.at("cache.keep_snapshots"),
    )


def _cluster_mode(shards: str | int) -> ClusterMode:
    if shards == "none":
        return "disabled"
    return "compatible" if shards == "compatible" else "enabled"
