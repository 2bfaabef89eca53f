"""The managed database with its read replicas, and the cache.

Several databases (shards) are one primary and others beside it, each a `_database` and a `_database_tier` of its own.
"""

import pulumi

from components.database import Database, DatabaseArgs
from components.parts.database_proxy import ProxyMode
from components.plans import contract, rds
from components.replicas import Replicas, ReplicasArgs
from stacks.cache import cache
from stacks.ground import Ground
from stacks.tier import Tier, present, subject


def data(ground: Ground) -> Tier:
    """The plan shows the cache before the replicas, as the stages bring them; settings and outputs have the replicas
    beside their database."""
    database = _database(ground) if ground.place.architecture.has("database") else None
    cached = cache(ground)
    managed = _database_tier(ground, database) + _replicas(ground, database) if database else Tier()
    return _host_database(ground) + managed + cached


def _host_database(ground: Ground) -> Tier:
    """The database on the server. Its secret stays where the application does not use it any more: to the end of a
    promotion as the way back, and after it as a leftover."""
    at, database = ground.place, ground.place.architecture.database
    if at.database_on_host:
        name = contract.database_name(at.architecture.name)
        return Tier(
            settings=contract.database_on_host(database.engine, name),
            host_secrets=("DATABASE_SECRET_ARN",),
        )
    if at.host_has_database or f"{at.name('settings')}-host-secret-database" in at.architecture.leftovers:
        return Tier(former_host_secrets=("DATABASE_SECRET_ARN",))
    return Tier()


def _database(ground: Ground) -> Database:
    at, database = ground.place, ground.place.architecture.database
    args: DatabaseArgs = {
        **at.keeping,
        "vpc_id": ground.network.vpc_id,
        "subnet_ids": ground.network.database_subnet_ids,
        "client_security_group_ids": {},  # hosts let themselves in (`reaches`): they come and go, the database stays
        "engine": rds.DatabaseEngine(database.engine),
        "version": database.version,
        "instance_class": database.instance,
        "storage_gib": database.storage.size,
        "storage_up_to_gib": database.storage.up_to,
        "storage_type": rds.StorageType(database.storage.type),
        "standby": database.standby,
        "backups_keep_days": database.backups.keep,
        "backups_window": database.backups.window,
        "database_name": contract.database_name(at.architecture.name),
        "parameters": dict(database.parameters),
        "kms_key_arn": ground.encryption.key_arn,
    }
    if database.password_keeper == "stack":  # from the first managed database on: RDS makes no replicas of another
        args["replicable"], args["password_generation"] = True, database.password_generation
    if database.pooling.via == "proxy":
        args["pooling"] = {"mode": ProxyMode(database.pooling.mode), "connections": database.pooling.connections}
    return Database(at.name("database"), args, at.options)


def _database_tier(ground: Ground, instance: Database) -> Tier:
    at, database = ground.place, ground.place.architecture.database
    proxied = database.pooling.via == "proxy"
    port, identifiers = rds.PORTS[database.engine], {"DBInstanceIdentifier": instance.identifier}
    tier = Tier(
        reaches={"database": {"security_group_id": instance.security_group_id, "port": port}},
        secret_arns=(instance.secret_arn,),
        outputs={"database": instance.address, "database_secret": instance.secret_arn},
        subjects={"database": subject("database", identifiers, **_facts(ground))},
    )
    if proxied:
        group = present(instance.proxy_security_group_id)
        tier += Tier(reaches={"pool": {"security_group_id": group, "port": port}})
    if at.database_on_host:
        return tier
    host = present(instance.proxy_address) if proxied else instance.address
    name, direct = contract.database_name(at.architecture.name), instance.address if proxied else None
    return tier + Tier(settings=contract.database(database.engine, host, port, name, instance.secret_arn, direct))


def _facts(ground: Ground) -> dict[str, float]:
    database = ground.place.architecture.database
    return {
        "storage": database.storage.size,
        "memory": rds.memory_gib(database.instance),
        "max_connections": rds.max_connections(database.engine, database.instance, database.parameters),
        "burstable": database.instance.startswith("db.t"),
        "postgres": database.engine == "postgres",
    }


def _replicas(ground: Ground, primary: Database) -> Tier:
    at, database = ground.place, ground.place.architecture.database
    spec = database.replicas
    if spec is None:
        return Tier()
    args: ReplicasArgs = {
        **at.keeping,
        "primary_identifier": primary.identifier,
        "engine": rds.DatabaseEngine(database.engine),
        "instance_class": spec.instance,
        "count": spec.count,
        "max_lag": spec.max_lag,
        "zones": ground.network.zones,
        "storage_up_to_gib": database.storage.up_to,
        "vpc_id": ground.network.vpc_id,
        "security_group_id": primary.security_group_id,
        "reader_zone": f"{at.architecture.name}.internal",
        "monitoring_role_arn": primary.monitoring_role_arn,
        "kms_key_arn": ground.encryption.key_arn,
    }
    replicas = Replicas(at.name("replicas"), args, at.options)
    facts = {"max_lag": spec.max_lag, "memory": rds.memory_gib(spec.instance)}
    return Tier(
        # Replicas follow the managed database, which is empty while the application uses the server's own.
        settings={} if at.database_on_host else contract.replicas(replicas.reader_name, spec.max_lag),
        outputs={"database_reader": replicas.reader_name},
        subjects={
            f"replica-{number}": subject("replica", {"DBInstanceIdentifier": _nth(number, replicas)}, **facts)
            for number in range(1, spec.count + 1)
        },
    )


def _nth(number: int, replicas: Replicas) -> pulumi.Output[str]:
    return replicas.identifiers.apply(lambda identifiers: identifiers[number - 1])
