"""The database and the cache."""

from collections.abc import Mapping

from tenfold.blueprints.architecture.existing import ExistingDatabase, ImportedDatabase
from tenfold.blueprints.choices import (
    CacheEngine,
    ClusterMode,
    DatabaseEngine,
    PasswordKeeper,
    Pooler,
    PoolMode,
    ShardStart,
    ShardStrategy,
)
from tenfold.blueprints.value import Value


class Storage(Value):
    size: int
    up_to: int
    type: str


class Backups(Value):
    keep: int  # days
    window: str  # "03:00-04:00", UTC


class Pooling(Value):
    via: Pooler
    mode: PoolMode
    connections: int  # to the database, from one pool


class Replicas(Value):
    """Read replicas of the database."""

    count: int
    instance: str
    max_lag: int  # seconds; one further behind is not asked


class Shards(Value):
    """The database spread over several; shard 0 is the primary."""

    strategy: ShardStrategy
    key: str
    count: int
    start: ShardStart
    pins: Mapping[str, int]  # of regions, too
    months: Mapping[str, int]  # first month -> shard
    shares: Mapping[str, float]  # known fractions of the load, by key
    tried: tuple[str, ...]


class Database(Value):
    """At stage 1 only `engine` and `version` are used: the database is a container on the server."""

    engine: DatabaseEngine
    version: str
    instance: str
    storage: Storage
    standby: bool
    backups: Backups
    pooling: Pooling
    parameters: Mapping[str, str]
    replicas: Replicas | None = None
    shards: Shards | None = None
    password_keeper: PasswordKeeper = "stack"
    password_generation: int = 1
    existing: ExistingDatabase | None = None
    imported: ImportedDatabase | None = None


class Cache(Value):
    engine: CacheEngine
    version: str
    node: str
    nodes: int  # of each shard
    cluster_mode: ClusterMode
    shards: int  # one unless cluster mode is enabled
    eviction: str | None  # None where the engine has no choice: memcached
    keep_snapshots: int  # days
