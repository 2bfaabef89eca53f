"""The shards beside the primary, which is shard 0, and the map that says which key is on which."""

from collections.abc import Mapping

import pulumi

from tenfold.blueprints.shards import intent
from tenfold.blueprints.shards.buckets import BUCKETS
from tenfold.components.database import Database
from tenfold.components.plans import contract, rds
from tenfold.components.shard_map import ShardMap, ShardMapArgs
from tenfold.stacks.database import alarm_subject, host, make_database, make_replicas, standby_sources, watched_replicas
from tenfold.stacks.ground import Ground
from tenfold.stacks.tier import Tier, present

READ_HOST = "SHARD_<NAME>_READ_HOST"


def shards(ground: Ground, primary: Database, reader: pulumi.Input[str] | None) -> Tier:
    """`reader`: the name of the primary's replicas, where there are some."""
    spec = ground.place.architecture.database.shards
    if spec is None:
        return Tier()
    others = {number: make_database(ground, shard_tier(number)) for number in range(1, spec.count)}
    tier = _addresses(ground, {0: primary, **others}) + _map(ground)
    if reader is not None:
        tier += Tier(settings=contract.family(READ_HOST, {"0": reader}))
    for number, instance in others.items():
        tier += _shard(ground, number, instance)
    return tier


def shard_tier(number: int) -> str:
    return f"database-shard-{number}"


def _shard(ground: Ground, number: int, instance: Database) -> Tier:
    at, database = ground.place, ground.place.architecture.database
    port, role = rds.PORTS[database.engine], f"shard-{number}"
    tier = Tier(
        reaches={role: {"security_group_id": instance.security_group_id, "port": port}},
        secret_arns=(instance.secret_arn,),
        subjects={f"database-{role}": alarm_subject(ground, instance)},
    ) + standby_sources(ground, shard_tier(number), instance)
    if database.pooling.via == "proxy":
        group = present(instance.proxy_security_group_id)
        tier += Tier(reaches={f"{role}-pool": {"security_group_id": group, "port": port}})
    if database.replicas:
        zone = f"{role}.{at.architecture.name}.internal"
        replicas = make_replicas(ground, instance, database.replicas, f"replicas-{role}", zone)
        tier += Tier(
            settings=contract.family(READ_HOST, {str(number): replicas.reader_name}),
            subjects=watched_replicas(replicas, database.replicas, f"replica-{role}"),
        )
    return tier


def _addresses(ground: Ground, databases: Mapping[int, Database]) -> Tier:
    """Of every shard, the primary too, so that an application looks up all of them alike."""
    hosts = {str(number): host(ground, instance) for number, instance in databases.items()}
    direct = {str(number): instance.address for number, instance in databases.items()}
    secrets = {str(number): instance.secret_arn for number, instance in databases.items()}
    return Tier(
        settings=contract.join(
            contract.family("SHARD_<NAME>_HOST", hosts),
            contract.family("SHARD_<NAME>_DIRECT_HOST", direct),
            contract.family("SHARD_<NAME>_SECRET_ARN", secrets),
        ),
        outputs={"shards": pulumi.Output.all(**direct)},
    )


def _map(ground: Ground) -> Tier:
    at, spec = ground.place, ground.place.architecture.database.shards
    assert spec
    first = intent.first(spec)
    args: ShardMapArgs = {
        **at.keeping,
        "application": at.architecture.name,
        "environment": at.architecture.environment,
        "key": spec.key,
        "by": first.by,
        "buckets": BUCKETS,
        "first": first.text(),
    }
    published = ShardMap(at.name("shards"), args, at.options)
    return Tier(settings=contract.shard_map(published.parameter), outputs={"shard_map": published.parameter})
