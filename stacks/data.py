"""What is kept: the managed database and the cache, and what the hosts must know and may reach of them."""

from dataclasses import field
from typing import Any

from blueprints import architecture
from blueprints.value import Value
from components import cache as cache_component
from components import memcached as memcached_component
from components.cache import Cache
from components.database import Database
from components.encryption import Encryption
from components.memcached import Memcached, MemcachedArgs
from components.network import Network
from components.plans import contract, rds
from components.replicas import Replicas
from stacks.base import Base
from stacks.stateless import stateless


class Data(Value):
    """`settings` for the application, `host_secrets` among them that the hosts fill, and those that they filled once;
    `reached` for the hosts' security group; `secret_arns` and `statements` for their role."""

    database: Database | None = None
    replicas: Replicas | None = None
    cache: Cache | Memcached | None = None
    settings: dict[str, Any] = field(default_factory=dict)
    reached: dict[str, Any] = field(default_factory=dict)
    host_secrets: list[str] = field(default_factory=list)
    former_host_secrets: list[str] = field(default_factory=list)
    secret_arns: list[Any] = field(default_factory=list)
    statements: list[Any] = field(default_factory=list)
    outputs: dict[str, Any] = field(default_factory=dict)


def data(given: Base, network: Network, encryption: Encryption) -> Data:
    wanted = given.architecture
    database = _database(given, network, encryption) if wanted.has("database") else None
    cache = _cache(given, network, encryption) if wanted.cache else None
    replicas = _replicas(given, network, encryption, database) if database and wanted.database.replicas else None
    held = Data(database, replicas, cache)
    if database:
        _add_database(given, held, database)
    if given.database_on_host:
        held.settings.update(contract.database_on_host(wanted.database.engine, contract.database_name(wanted.name)))
        held.host_secrets.append("DATABASE_SECRET_ARN")
    elif given.host_has_database or f"{wanted.name}-settings-host-secret-database" in wanted.leftovers:
        held.former_host_secrets.append("DATABASE_SECRET_ARN")
    if replicas and wanted.database.replicas:
        if not given.database_on_host:  # they follow the managed database, which is empty until then
            held.settings.update(contract.replicas(replicas.reader_name, wanted.database.replicas.max_lag))
        held.outputs["database_reader"] = replicas.reader_name
    if isinstance(cache, Memcached):
        _add_memcached(held, cache)
    elif cache and wanted.cache:
        _add_cache(held, cache, wanted.cache)
    without_state = stateless(given, encryption)
    held.settings.update(without_state.settings)
    held.statements.extend(without_state.statements)
    held.outputs.update(without_state.outputs)
    return held


def _add_database(given: Base, held: Data, database: Database) -> None:
    wanted = given.architecture
    proxied = wanted.database.pooling.via == "proxy"
    name, port = contract.database_name(wanted.name), rds.PORTS[wanted.database.engine]
    host = database.proxy_address if proxied else database.address
    direct = database.address if proxied else None
    if not given.database_on_host:
        held.settings.update(contract.database(wanted.database.engine, host, port, name, database.secret_arn, direct))
    held.reached["database"] = {"security_group_id": database.security_group_id, "port": port}
    if proxied:
        held.reached["pool"] = {"security_group_id": database.proxy_security_group_id, "port": port}
    held.secret_arns.append(database.secret_arn)
    held.outputs["database"] = database.address
    held.outputs["database_secret"] = database.secret_arn


def _add_cache(held: Data, cache: Cache, wanted: architecture.Cache) -> None:
    sharded = wanted.cluster_mode != "disabled"  # from `compatible` on: clients change over while both kinds work
    port = cache_component.PORT
    held.settings.update(contract.cache("redis-cluster" if sharded else "redis", cache.endpoint, port))
    held.settings.update(contract.cache_login(cache.cache_name, cache.user_name))
    if wanted.nodes > 1 and not sharded:
        held.settings.update(contract.cache_reader(cache.reader_endpoint))
    held.reached["cache"] = {"security_group_id": cache.security_group_id, "port": port}
    held.statements.append(cache_component.connect_statement(cache.connect_arns))
    held.outputs["cache"] = cache.endpoint


def _add_memcached(held: Data, cache: Memcached) -> None:
    held.settings.update(contract.cache("memcached", cache.endpoint, memcached_component.PORT))
    held.reached["cache"] = {"security_group_id": cache.security_group_id, "port": memcached_component.PORT}
    held.outputs["cache"] = cache.endpoint


def _database(given: Base, network: Network, encryption: Encryption) -> Database:
    wanted = given.architecture.database
    args: dict[str, Any] = {
        "vpc_id": network.vpc_id,
        "subnet_ids": network.database_subnet_ids,
        "client_security_group_ids": {},  # hosts let themselves in (`reaches`): they come and go, the database stays
        "engine": wanted.engine,
        "version": wanted.version,
        "instance_class": wanted.instance,
        "storage_gib": wanted.storage.size,
        "storage_up_to_gib": wanted.storage.up_to,
        "storage_type": wanted.storage.type,
        "standby": wanted.standby,
        "backups_keep_days": wanted.backups.keep,
        "backups_window": wanted.backups.window,
        "database_name": contract.database_name(given.architecture.name),
        "parameters": dict(wanted.parameters),
        "kms_key_arn": encryption.key_arn,
    }
    if wanted.password_keeper == "stack":  # from the first managed database on: RDS makes no replicas of another
        args |= {"replicable": True, "password_generation": wanted.password_generation}
    if wanted.pooling.via == "proxy":
        args["pooling"] = {"mode": wanted.pooling.mode, "connections": wanted.pooling.connections}
    return Database(given.name("database"), given.keeping(**args), given.options)


def _replicas(given: Base, network: Network, encryption: Encryption, database: Database) -> Replicas:
    wanted = given.architecture.database
    assert wanted.replicas
    args = given.keeping(
        primary_identifier=database.identifier,
        engine=wanted.engine,
        instance_class=wanted.replicas.instance,
        count=wanted.replicas.count,
        max_lag=wanted.replicas.max_lag,
        zones=network.zones,
        storage_up_to_gib=wanted.storage.up_to,
        vpc_id=network.vpc_id,
        security_group_id=database.security_group_id,
        reader_zone=f"{given.architecture.name}.internal",
        monitoring_role_arn=database.monitoring_role_arn,
        kms_key_arn=encryption.key_arn,
    )
    return Replicas(given.name("replicas"), args, given.options)


def _cache(given: Base, network: Network, encryption: Encryption) -> Cache | Memcached:
    wanted = given.architecture.cache
    assert wanted
    if wanted.engine == "memcached":
        return _memcached(given, network, wanted)
    args = given.keeping(
        vpc_id=network.vpc_id,
        subnet_ids=network.database_subnet_ids,
        kms_key_arn=encryption.key_arn,
        engine=wanted.engine,
        version=wanted.version,
        node_type=wanted.node,
        nodes=wanted.nodes,
        cluster_mode=wanted.cluster_mode,
        shards=wanted.shards,
        eviction=wanted.eviction,
        keep_snapshots=wanted.keep_snapshots,
    )
    return Cache(given.name("cache"), args, given.options)


def _memcached(given: Base, network: Network, wanted: architecture.Cache) -> Memcached:
    args: MemcachedArgs = {
        "vpc_id": network.vpc_id,
        "subnet_ids": network.database_subnet_ids,
        "version": wanted.version,
        "node_type": wanted.node,
        "nodes": wanted.nodes,
        "tags": given.tags,
    }
    return Memcached(given.name("cache"), args, given.options)
