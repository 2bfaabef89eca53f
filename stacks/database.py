"""One managed database and its read replicas, as the blueprint has them: the primary, and each shard beside it."""

from typing import NotRequired, TypedDict

import pulumi

from tenfold.blueprints.architecture.stores import Replicas as Copies
from tenfold.components.database import Database, DatabaseArgs, SourceArgs
from tenfold.components.parts.database_proxy import ProxyMode
from tenfold.components.plans import contract, rds
from tenfold.components.replicas import Replicas, ReplicasArgs
from tenfold.components.signals import SubjectArgs
from tenfold.stacks import subjects
from tenfold.stacks.ground import Ground
from tenfold.stacks.tier import Tier, present, subject


def make_database(ground: Ground, tier: str) -> Database:
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
    if (imported := database.imported) and tier == "database" and at.primary:
        args["database_name"] = imported.name
        args["imported"] = {"identifier": imported.identifier, "user": imported.user}
        if imported.key:
            args["imported"]["kms_key_arn"] = imported.key
        if imported.security_groups:
            args["imported"]["security_group_ids"] = [*imported.security_groups]
    if database.password_keeper == "stack":  # from the first managed database on: RDS makes no replicas of another
        args["replicable"], args["password_generation"] = True, database.password_generation
    args = {**args, **over_regions(ground, tier)}
    if database.pooling.via == "proxy":
        args["pooling"] = {"mode": ProxyMode(database.pooling.mode), "connections": database.pooling.connections}
    return Database(at.name(tier), args, at.options)


class OverRegions(TypedDict):
    secret_copies: NotRequired[dict[str, pulumi.Input[str]]]
    source: NotRequired[SourceArgs]
    keeps_former: NotRequired[bool]


def over_regions(ground: Ground, tier: str) -> OverRegions:
    """In the first region of two: who gets its secret. In the second: which database it follows, until it is active. In
    both: whether the database stays that had its name before a failback."""
    at = ground.place
    args: OverRegions = {"keeps_former": True} if f"{at.name(tier)}-former" in at.architecture.leftovers else {}
    if not at.primary:
        promoted = at.architecture.active == at.role
        args["source"] = {"arn": at.source(tier), "secret_arn": at.here(secret(tier)), "promoted": promoted}
    elif ground.secret_copies:
        args["secret_copies"] = ground.secret_copies
    return args


def standby_sources(ground: Ground, tier: str, instance: Database) -> Tier:
    """What the same database of another region needs to know of this one, and which backups are copied there."""
    if not ground.place.architecture.standby:
        return Tier()
    sources = {tier: instance.arn, secret(tier): instance.secret_arn} if ground.secret_copies else {}
    return Tier(sources=sources, databases={tier: instance.arn})


def secret(tier: str) -> str:
    """Under which name a second region finds the secret of this database."""
    return f"{tier}-secret"


def host(ground: Ground, instance: Database) -> pulumi.Output[str]:
    """Where clients connect: the proxy, where there is one."""
    proxied = ground.place.architecture.database.pooling.via == "proxy"
    return present(instance.proxy_address) if proxied else instance.address


def alarm_subject(ground: Ground, instance: Database) -> SubjectArgs:
    """The database as a subject of alarms."""
    facts = subjects.database_facts(ground.place.architecture)
    return subject("database", {"DBInstanceIdentifier": instance.identifier}, **facts)


def make_replicas(ground: Ground, primary: Database, copies: Copies, tier: str, zone: str) -> Replicas:
    """`zone`: of the reader name; private zones of one network have different names."""
    at, database = ground.place, ground.place.architecture.database
    args: ReplicasArgs = {
        **at.keeping,
        "primary_identifier": primary.identifier,
        "engine": rds.DatabaseEngine(database.engine),
        "instance_class": copies.instance,
        "count": copies.count,
        "max_lag_seconds": copies.max_lag,
        "zone_names": ground.network.zones,
        "storage_up_to_gib": database.storage.up_to,
        "vpc_id": ground.network.vpc_id,
        "security_group_id": primary.security_group_id,
        "reader_zone": zone,
        "monitoring_role_arn": primary.monitoring_role_arn,
        "kms_key_arn": ground.encryption.key_arn,
    }
    return Replicas(at.name(tier), args, at.options)


def watched_replicas(replicas: Replicas, copies: Copies, role: str) -> dict[str, SubjectArgs]:
    """Each replica as a subject of alarms: `replica-1` for the role `replica`."""
    facts = subjects.replica_facts(copies)
    return {
        f"{role}-{number}": subject("replica", {"DBInstanceIdentifier": _nth(number, replicas)}, **facts)
        for number in range(1, copies.count + 1)
    }


def _nth(number: int, replicas: Replicas) -> pulumi.Output[str]:
    return replicas.identifiers.apply(lambda identifiers: identifiers[number - 1])
