"""What a service owns: a database, a table, a search domain or a bucket that nobody else reads or writes."""

from tenfold.blueprints.architecture.services import Service, ServiceData
from tenfold.components import search as search_component
from tenfold.components import table as table_component
from tenfold.components import uploads as bucket_component
from tenfold.components.database import Database, DatabaseArgs
from tenfold.components.plans import contract, rds
from tenfold.components.uploads import Uploads, UploadsArgs
from tenfold.stacks import search
from tenfold.stacks.database import over_regions, standby_sources
from tenfold.stacks.ground import Ground
from tenfold.stacks.place import Place
from tenfold.stacks.subjects import service_database_facts, service_table_facts
from tenfold.stacks.tables import table
from tenfold.stacks.tier import Tier, subject

LARGEST = 65_536  # GiB: RDS User Guide, "Amazon RDS DB instance storage"
GROWS = 4  # times the storage: as the application's own database (blueprints/sizes/sizing.py, storage_up_to)


def service_tier(at: Place, spec: Service, part: str) -> str:
    """`shop-service-search-fleet`; of a renamed service under its first name, so that it stays what it is."""
    return at.name(f"service-{spec.known_as}-{part}")


def service_data(ground: Ground, name: str, spec: Service) -> Tier:
    if spec.data is None:
        return Tier()
    if spec.data.engine == "bucket":
        return _bucket(ground, spec, spec.data)
    if spec.data.engine == "dynamodb":
        return _table(ground, name, spec, spec.data)
    if spec.data.engine == "opensearch":
        return _search(ground, name, spec, spec.data)
    return _database(ground, name, spec, spec.data)


def _database(ground: Ground, name: str, spec: Service, data: ServiceData) -> Tier:
    at = ground.place
    called = contract.database_name(f"{at.architecture.name}-{spec.known_as}")
    args: DatabaseArgs = {
        **at.keeping,
        "vpc_id": ground.network.vpc_id,
        "subnet_ids": ground.network.database_subnet_ids,
        "client_security_group_ids": {},  # its servers let themselves in
        "engine": rds.DatabaseEngine(data.engine),
        "version": data.version,
        "instance_class": data.instance,
        "storage_gib": data.size,
        "storage_up_to_gib": _grows_to(data.size),
        "standby": data.standby,
        "backups_keep_days": data.keep,
        "database_name": called,
        "kms_key_arn": ground.encryption.key_arn,
    }
    if at.architecture.standby:  # RDS makes no replica of a database whose password it manages
        args["replicable"] = True
    tier = f"service-{spec.known_as}-database"
    args = {**args, **over_regions(ground, tier)}
    instance = Database(service_tier(at, spec, "database"), args, at.options)
    port = rds.PORTS[data.engine]
    watched = subject(
        "database", {"DBInstanceIdentifier": instance.identifier}, **service_database_facts(at.architecture, data)
    )
    return Tier(
        settings=contract.database(data.engine, instance.address, port, called, instance.secret_arn),
        reaches={"database": {"security_group_id": instance.security_group_id, "port": port}},
        secret_arns=(instance.secret_arn,),
        outputs={"database": instance.address, "database_secret": instance.secret_arn},
        subjects={f"service-{name}-database": watched},
    ) + standby_sources(ground, tier, instance)


def _grows_to(size: int) -> int:
    """RDS lets storage grow by itself only where it may grow by a tenth: the largest stays as it is."""
    most = min(LARGEST, size * GROWS)
    return most if most >= size * 1.1 else size


def _bucket(ground: Ground, spec: Service, data: ServiceData) -> Tier:
    at = ground.place
    args: UploadsArgs = {**at.keeping, "kms_key_arn": ground.encryption.key_arn, "keep_days": data.keep}
    bucket = Uploads(service_tier(at, spec, "data"), args, at.options)
    return Tier(
        settings=contract.bucket(bucket.bucket),
        statements=tuple(bucket_component.statements(bucket.arn, ground.encryption.key_arn)),
        outputs={"bucket": bucket.bucket},
        buckets={f"service-{spec.known_as}-data": ground.bucket(bucket.bucket, bucket.arn)},
    )


def _table(ground: Ground, name: str, spec: Service, data: ServiceData) -> Tier:
    built = table(ground, f"service-{spec.known_as}-table", data.table, data.keep)
    watched = subject("table", {"TableName": built.name}, **service_table_facts(data))
    own = Tier(
        settings=contract.table(built.name),
        statements=tuple(table_component.statements(built.arn, ground.encryption.key_arn)),
        outputs={"table": built.name},
        subjects={f"service-{name}-table": watched},
    )
    return own + built.shared


def _search(ground: Ground, name: str, spec: Service, data: ServiceData) -> Tier:
    domain = search.search(ground, service_tier(ground.place, spec, "search"), data)
    return Tier(
        settings=contract.search(domain.url),
        statements=tuple(search_component.statements(domain.arn)),
        outputs={"search": domain.url},
        subjects={f"service-{name}-search": search.alarm_subject(ground, domain, data)},
    ) + search.reach_tier("search", domain)
