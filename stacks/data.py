"""The managed database with its read replicas and shards, and the cache."""

from tenfold.components.database import Database
from tenfold.components.parts import policies
from tenfold.components.plans import contract, rds
from tenfold.components.plans.rds import DatabaseEngine
from tenfold.stacks.cache import cache
from tenfold.stacks.database import alarm_subject, host, make_database, make_replicas, standby_sources, watched_replicas
from tenfold.stacks.ground import Ground
from tenfold.stacks.place import Place
from tenfold.stacks.shards import shards
from tenfold.stacks.tier import Tier, present


def data(ground: Ground) -> Tier:
    """The plan shows the cache before the replicas, as the stages bring them; settings and outputs have the replicas
    beside their database."""
    database = make_database(ground, "database") if ground.place.architecture.owns_database else None
    cached = cache(ground)
    managed = _database_tier(ground, database) + _replicas(ground, database) if database else Tier()
    reader = managed.settings.get("DATABASE_READ_HOST")
    spread = shards(ground, database, reader) if database else Tier()
    return _host_database(ground) + managed + _existing_database(ground.place) + cached + spread


def _host_database(ground: Ground) -> Tier:
    """The database on the server. Its secret stays where the application does not use it any more: to the end of a
    promotion as the way back, and after it as a leftover."""
    at, database = ground.place, ground.place.architecture.database
    if at.architecture.database_on_host:
        name = contract.database_name(at.architecture.name)
        return Tier(
            settings=contract.database_on_host(database.engine, name),
            host_secrets=("DATABASE_SECRET_ARN",),
        )
    if at.architecture.has_host_database or f"{at.name('settings')}-host-secret-database" in at.architecture.leftovers:
        return Tier(former_host_secrets=("DATABASE_SECRET_ARN",))
    return Tier()


def _database_tier(ground: Ground, instance: Database) -> Tier:
    at, database = ground.place, ground.place.architecture.database
    proxied = database.pooling.via == "proxy"
    port = rds.PORTS[database.engine]
    tier = Tier(
        reaches={"database": {"security_group_id": instance.security_group_id, "port": port}},
        secret_arns=(instance.secret_arn,),
        outputs={"database": instance.address, "database_secret": instance.secret_arn},
        subjects={"database": alarm_subject(ground, instance)},
    ) + standby_sources(ground, "database", instance)
    if proxied:
        group = present(instance.proxy_security_group_id)
        tier += Tier(reaches={"pool": {"security_group_id": group, "port": port}})
    if at.architecture.database_on_host:
        return tier
    name = database.imported.name if database.imported else contract.database_name(at.architecture.name)
    direct = instance.address if proxied else None
    address = host(ground, instance)
    return tier + Tier(settings=contract.database(database.engine, address, port, name, instance.secret_arn, direct))


def _existing_database(at: Place) -> Tier:
    """What hosts need to use a database of somebody else's. Without its security group its owner lets them in."""
    spec, there = at.architecture.database, at.architecture.database.existing
    if there is None:
        return Tier()
    port = there.port or rds.PORTS[DatabaseEngine(spec.engine)]
    tier = Tier(
        secret_arns=(there.secret,),
        statements=(policies.use_key(there.secret_key),) if there.secret_key else (),
        outputs={"database": there.address, "database_secret": there.secret},
    )
    if there.security_group:
        tier += Tier(reaches={"database": {"security_group_id": there.security_group, "port": port}})
    if at.architecture.database_on_host:
        return tier
    name = there.name or contract.database_name(at.architecture.name)
    settings = contract.database(spec.engine, there.address, port, name, there.secret)
    if there.reader:
        settings |= contract.reader(there.reader)
    return tier + Tier(settings=settings)


def _replicas(ground: Ground, primary: Database) -> Tier:
    at = ground.place
    copies = at.architecture.database.replicas
    if copies is None and at.architecture.has("replicas") and not at.primary:
        # The application finds the same settings there; until somebody has made replicas, one database answers all.
        return Tier(settings=contract.replicas(host(ground, primary), max_lag=0))
    if copies is None:
        return Tier()
    replicas = make_replicas(ground, primary, copies, "replicas", f"{at.architecture.name}.internal")
    return Tier(
        # Replicas follow the managed database, which is empty while the application uses the server's own.
        settings={} if at.architecture.database_on_host else contract.replicas(replicas.reader_name, copies.max_lag),
        outputs={"database_reader": replicas.reader_name},
        subjects=watched_replicas(replicas, copies, "replica"),
    )
