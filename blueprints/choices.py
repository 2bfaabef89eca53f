"""The choices of a blueprint, as types: what the grammar takes for a field, and what the architecture then has."""

from typing import Literal

ZoneOwner = Literal["managed", "existing"]
Nat = Literal["none", "one", "per-zone"]

DatabaseEngine = Literal["postgres", "mysql"]
PasswordKeeper = Literal["stack", "rds"]
Pooler = Literal["none", "pgbouncer", "proxy"]
PoolMode = Literal["session", "transaction", "statement"]
ShardStrategy = Literal["hash", "range", "geographic", "tenant"]
ShardStart = Literal["primary", "even"]

CacheEngine = Literal["valkey", "redis", "memcached"]
ClusterMode = Literal["disabled", "compatible", "enabled"]
SessionStore = Literal["cache", "database", "tokens", "none"]

BalancerKind = Literal["application", "network"]
Algorithm = Literal["round-robin", "least-outstanding", "weighted"]
DynamicCache = Literal["none", "headers"]
PriceClass = Literal["100", "200", "all"]

Order = Literal["none", "fifo"]
Deduplicate = Literal["by-id", "by-content"]
Way = Literal["bus", "topic", "fifo-topic"]

DataEngine = Literal["none", "postgres", "mysql", "bucket", "dynamodb", "opensearch"]
KeyType = Literal["text", "number", "binary"]
ReadModelEngine = Literal["dynamodb", "opensearch"]
Runtime = Literal["servers", "kubernetes"]
Nodes = Literal["auto", "managed"]
Processor = Literal["arm64", "amd64"]

StandbyMode = Literal["pilot-light", "warm", "hot"]
ActiveRegion = Literal["primary", "standby"]
VaultLock = Literal["governance", "compliance"]

Severity = Literal["page", "notify"]
