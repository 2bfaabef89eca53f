"""Databases and caches."""

from collections.abc import Iterator, Sequence
from datetime import date

from tenfold.blueprints.architecture.services import ServiceData
from tenfold.blueprints.architecture.stores import Database
from tenfold.blueprints.sizes.sizing import DATABASE_VERSIONS
from tenfold.foresight import servers
from tenfold.foresight.charges.charge import At, Charge, block, hourly, number, unknown, usage_charge
from tenfold.foresight.servers import same
from tenfold.foresight.usage import HOURS, Use
from tenfold.graph import Graph, Resource

RDS = "aws:rds/instance:Instance"
INSIGHTS = 7  # days of Performance Insights that cost nothing (RDS User Guide, "Pricing and data retention")
NODE = "of a default type"  # where a team's own search domain names none: its price is not known
MORE_IOPS_FROM = 400  # GiB; below that gp3 of RDS has 3,000 IOPS, from there on 12,000 (RDS User Guide, "gp3 storage")


def databases(at: At, resources: Sequence[Resource]) -> Iterator[Charge]:
    for resource in resources:
        inputs = resource.inputs
        class_, twice = str(inputs.get("instanceClass")), bool(inputs.get("multiAz"))
        service = at.architecture.services.get(at.architecture.service_of(resource.name))
        database = service.data if service and service.data else at.architecture.database
        engine = database.engine
        name = resource.name.removeprefix(f"{at.architecture.name}-")
        kind = "multi-az." if twice else ""
        what = f"{name} {class_}{', Multi-AZ' if twice else ''}"
        yield hourly(what, f"rds.{engine}.{kind}{class_}", 1)
        size = number(inputs.get("allocatedStorage"), at.architecture.database.storage.size)
        of = inputs.get("storageType") or "gp3"
        key = f"rds.storage.{of}{'.multi-az' if twice else ''}"
        yield Charge(f"{name} storage", key, same(size), f"{size:g} GiB")
        comes = 12_000 if size >= MORE_IOPS_FROM else 3_000
        if (more := number(inputs.get("iops"), comes) - comes) > 0:
            key = f"rds.storage.gp3.iops{'.multi-az' if twice else ''}"
            yield Charge(f"{name} IOPS", key, same(more), f"{more:g} above {comes}")
        if not service:  # `load` does not say how many requests come to which service
            yield from _credits(at, name, class_, bool(inputs.get("replicateSourceDb")))
        yield from _extended_support(database, name, class_, twice)
        if (days := number(inputs.get("performanceInsightsRetentionPeriod"), INSIGHTS)) > INSIGHTS:
            how = f"{days:g} days on {servers.vcpus(class_):g} vCPU"
            yield Charge(f"{name} insights", "rds.insights", same(servers.vcpus(class_)), how)
        if at.waiting and inputs.get("replicateSourceDb"):
            yield _followed(at, name, of_service=bool(service))
        if number(inputs.get("backupRetentionPeriod"), 0) and not service:
            use = at.usage["backups"]
            if use.amount:
                yield Charge(f"{name} backups", "rds.backup", same(use.amount), use.how, by_use=True)


def _followed(at: At, name: str, *, of_service: bool) -> Charge:
    """What comes from the other region, which bills it."""
    what, key = f"{name} changes, sent to it", "transfer.region"
    if of_service:
        return unknown(what, key, "`load` does not say how much a service writes")
    shards, use = at.architecture.database.shards, at.served["replicated"]
    if shards:
        use = Use(use.amount / shards.count, f"{use.how} ÷ {shards.count} shards")
    return Charge(what, key, same(use.amount), use.how, by_use=True)


def _credits(at: At, name: str, class_: str, replica: bool) -> Iterator[Charge]:
    """For what a burstable class needs above its baseline on average."""
    share = servers.baseline(class_)
    if share == 1:
        return
    a = at.architecture
    instances = 1 + (a.database.replicas.count if a.database.replicas else 0)
    rate = servers.mean_rate(a)
    if a.database.replicas:  # reads go to the replicas, writes to the primary
        rate *= a.load.reads / (instances - 1) if replica else 1 - a.load.reads
    over = max(0.0, rate * servers.database_cpu(a) - share * servers.vcpus(class_))
    if over:
        how = f"{over:.3g} vCPU above the baseline × {HOURS} h"
        yield Charge(
            f"{name} CPU credits", f"rds.cpu-credit.{class_.split('.')[1]}", same(over * HOURS), how, by_use=True
        )


def _extended_support(database: Database | ServiceData, name: str, class_: str, twice: bool) -> Iterator[Charge]:
    from tenfold.blueprints.rules.database import end_of_support

    end = end_of_support(database.engine, database.version)
    if end is None or end >= date.today():
        return
    vcpus = servers.vcpus(class_) * (2 if twice else 1)
    third_year = 2 if (date.today() - end).days > 2 * 365 else 1
    how = f"{vcpus:g} vCPU{' × 2 from the third year' if third_year == 2 else ''} × {HOURS} h"
    key = "rds.extended-support"
    yield Charge(f"{name} extended support since {end}", key, same(vcpus * third_year * HOURS), how)


def proxies(at: At, resources: Sequence[Resource]) -> Iterator[Charge]:
    """By the vCPUs of the instance it stands before, two at least."""
    vcpus = max(2, servers.vcpus(at.architecture.database.instance))
    for _ in resources:
        yield Charge("RDS Proxy", "rds.proxy", same(vcpus * HOURS), f"{vcpus:g} vCPU × {HOURS} h")


def replication_groups(at: At, resources: Sequence[Resource]) -> Iterator[Charge]:
    for resource in resources:
        inputs = resource.inputs
        shards = number(inputs.get("numNodeGroups"), 1)
        nodes = number(inputs.get("numCacheClusters"), shards * (1 + number(inputs.get("replicasPerNodeGroup"), 0)))
        sized = _primary(at.graph, resource).inputs
        type_, engine = sized.get("nodeType"), sized.get("engine") or "redis"
        yield hourly(f"{engine} {type_}", f"cache.{engine}.{type_}", nodes)


def _primary(graph: Graph, group: Resource) -> Resource:
    """Of a global datastore, for a group that joins one, and has its node type and engine. Else the group itself."""
    by_urn = {each.urn: each for each in graph}
    for way in ("globalReplicationGroupId", "primaryReplicationGroupId"):
        for urn in group.property_dependencies.get(way, ()):
            group = by_urn.get(urn, group)
    return group


def cache_clusters(at: At, resources: Sequence[Resource]) -> Iterator[Charge]:
    """One that belongs to a replication group is counted with it."""
    for resource in resources:
        inputs = resource.inputs
        if inputs.get("replicationGroupId"):
            continue
        type_, engine = inputs.get("nodeType"), inputs.get("engine") or "memcached"
        yield hourly(f"{engine} {type_}", f"cache.{engine}.{type_}", number(inputs.get("numCacheNodes"), 1))


def domains(at: At, resources: Sequence[Resource]) -> Iterator[Charge]:
    for resource in resources:
        cluster, storage = block(resource.inputs.get("clusterConfig")), block(resource.inputs.get("ebsOptions"))
        name = resource.name.removeprefix(f"{at.architecture.name}-").removesuffix("-domain")
        nodes = number(cluster.get("instanceCount"), 1)
        type_ = cluster.get("instanceType", NODE)
        yield hourly(f"{name} {type_}", f"opensearch.{type_}", nodes)
        if masters := number(cluster.get("dedicatedMasterCount"), 0):
            type_ = cluster.get("dedicatedMasterType", NODE)
            yield hourly(f"{name} masters {type_}", f"opensearch.{type_}", masters)
        size = number(storage.get("volumeSize"), 0)
        yield Charge(f"{name} storage", "opensearch.gp3", same(nodes * size), f"{nodes:g} × {size:g} GiB")


def tables(at: At, resources: Sequence[Resource]) -> Iterator[Charge]:
    """By the request; one with provisioned capacity by the hour, what is scaled as few units as it may have."""
    provisioned = [table for table in resources if table.inputs.get("billingMode") != "PAY_PER_REQUEST"]
    if len(resources) > len(provisioned):
        yield usage_charge(at, "tables, read", "dynamodb.read", "table_reads")
        yield usage_charge(at, "tables, written", "dynamodb.write", "table_writes")
    for table in provisioned:
        for kind in ("read", "write"):
            units = number(table.inputs.get(f"{kind}Capacity"), 1)
            yield hourly(f"{kind} units", f"dynamodb.units.{kind}", units, f"{units:g} at least ×")
    yield usage_charge(at, "tables, kept", "dynamodb.storage", "tables")
    if any(block(table.inputs.get("pointInTimeRecovery")).get("enabled") for table in resources):
        yield usage_charge(at, "tables, restorable", "dynamodb.recovery", "tables")
    replicas = [table.inputs.get("replicas") for table in resources]
    copied = [copy["regionName"] for copies in replicas if isinstance(copies, list) for copy in copies]
    for region in dict.fromkeys(copied):
        yield usage_charge(at, "tables, copied writes", "dynamodb.write", "table_writes")._replace(region=region)
        yield usage_charge(at, "tables, copies kept", "dynamodb.storage", "tables")._replace(region=region)
        yield usage_charge(at, "tables, copies restorable", "dynamodb.recovery", "tables")._replace(region=region)


def backup_plans(at: At, resources: Sequence[Resource]) -> Iterator[Charge]:
    """Backups in this region's vault, copies in the other's; what changes goes there every day."""
    standby, own = at.architecture.standby, at.architecture.region
    there = standby.region if standby and own == at.home else at.home
    yield usage_charge(at, "backups in the vault", "rds.backup", "vaulted")
    yield usage_charge(at, "copies in the other region's", "rds.backup", "vaulted")._replace(region=there)
    yield usage_charge(at, "their way there", "transfer.region", "vaulted_copies")
    if any(
        service.data and service.data.engine in DATABASE_VERSIONS
        for service in at.architecture.running_services.values()
    ):
        yield unknown("backups of services' databases", "rds.backup", "`load` does not say how much a service keeps")


BILLED = {
    "aws:backup/plan:Plan": backup_plans,
    RDS: databases,
    "aws:rds/proxy:Proxy": proxies,
    "aws:elasticache/replicationGroup:ReplicationGroup": replication_groups,
    "aws:elasticache/cluster:Cluster": cache_clusters,
    "aws:dynamodb/table:Table": tables,
    "aws:opensearch/domain:Domain": domains,
}
