"""What moto's RDS lacks: replicas and proxies as AWS keeps them, and names that are taken."""

import copy
from typing import Any

from moto.core.responses import ActionResult
from moto.ec2.models import ec2_backends
from moto.moto_api._internal import mock_random
from moto.rds.models import DBInstance, RDSBackend, rds_backends
from moto.rds.responses import RDSResponse

from tenfold.local.moto.patching import Response, keep, refuse_taken, replace
from tenfold.local.moto.refusal import Refused


def _zone_of_the_standby(self: Any) -> str | None:
    """Where the standby of a database in two zones is: chosen once, the first other zone of its subnet group."""
    if not self.multi_az:
        self.standby_zone = None
    elif not getattr(self, "standby_zone", None):
        subnets = self.db_subnet_group._subnets if self.db_subnet_group else ()
        others = sorted({subnet.availability_zone for subnet in subnets} - {self.availability_zone})
        self.standby_zone = others[0] if others else None
    return self.standby_zone


DBInstance.secondary_availability_zone = property(_zone_of_the_standby)  # pyright: ignore[reportAttributeAccessIssue]: the patch


def subnets_of(database: Any) -> list[str]:
    """Those that it has an interface in: of its own zone, and of its standby's."""
    zones = (database.availability_zone, database.secondary_availability_zone)
    group = database.db_subnet_group
    return [subnet.id for subnet in (group._subnets if group else ()) if subnet.availability_zone in zones]


@replace(RDSBackend, "modify_db_subnet_group")
def modify_db_subnet_group(
    original: Any, self: Any, subnet_name: str, description: str, subnets: list[Any], **named: Any
) -> Any:
    """moto takes the group out and forgets to put it back; and a subnet leaves it that a database is in."""
    stay = {subnet.id for subnet in subnets}
    for database in self.databases.values():
        group = database.db_subnet_group
        if group and group.name == subnet_name and (lost := sorted(set(subnets_of(database)) - stay)):
            why = f"{database.db_instance_identifier} is in {', '.join(lost)}, which cannot leave the DB subnet group"
            raise Refused("SubnetAlreadyInUse", why)
    group = original(self, subnet_name, description, subnets, **named)
    self.subnet_groups[subnet_name] = group
    return group


# What a new replica does not have from its source (API reference, CreateDBInstanceReadReplica): without backups, in one
# zone, unprotected, no log goes out, nothing is measured, and no secret of RDS's holds its password.
OF_A_NEW_REPLICA = {
    "backup_retention_period": 0,
    "multi_az": False,
    "deletion_protection": False,
    "performance_insights_enabled": False,
    "performance_insights_retention_period": None,
    "monitoring_interval": 0,
    "monitoring_role_arn": None,
    "manage_master_user_password": False,
}
# Names of another region's things mean nothing here.
OF_THE_SOURCES_REGION = {"db_parameter_group_name": None, "publicly_accessible": False}


@replace(RDSBackend, "create_db_instance_read_replica")
def create_db_instance_read_replica(_: Any, self: Any, arguments: dict[str, Any]) -> Any:
    """moto looks for subnet group and key in the source's region, and leaves the replica what is the source's alone."""
    source = self.find_db_from_id(arguments["source_db_instance_identifier"])
    far = source.region != self.region_name
    if far:
        _check_key(self, source, arguments)
    replica = copy.copy(source)
    replica.backend, replica.dbi_resource_id = self, f"db-{mock_random.get_random_string(26).upper()}"
    replica.tags, replica.enabled_cloudwatch_logs_exports = [], arguments.get("enable_cloudwatch_logs_exports") or []
    vars(replica).pop("master_user_secret", None)
    for attribute, value in {**OF_A_NEW_REPLICA, **(OF_THE_SOURCES_REGION if far else {})}.items():
        setattr(replica, attribute, value)
    if far:
        vars(replica).pop("db_subnet_group", None)
        replica.availability_zone = f"{self.region_name}a"
        replica.vpc_security_group_ids = arguments.get("vpc_security_group_ids") or _default_groups(self, arguments)
    replica.update(**arguments)
    replica.set_as_replica()
    self.databases[arguments["db_instance_identifier"]] = replica
    source.add_replica(replica)
    return replica


def _check_key(self: Any, source: Any, arguments: dict[str, Any]) -> None:
    key = arguments.get("kms_key_id")
    if source.storage_encrypted and not key:
        why = "Cannot create a cross region unencrypted read replica from encrypted source."
        raise Refused("InvalidParameterCombination", why)
    if key and not source.storage_encrypted:
        raise Refused("InvalidParameterCombination", "an unencrypted DB instance has no encrypted read replicas")
    if key:
        self._validate_kms_key(key)


def _default_groups(self: Any, arguments: dict[str, Any]) -> list[str]:
    """The default security group of the subnet group's VPC."""
    name, network = arguments.get("db_subnet_group_name"), ec2_backends[self.account_id][self.region_name]
    vpc = self.describe_db_subnet_groups(name)[0].vpc_id if name else getattr(network.default_vpc, "id", "")
    group = network.get_default_security_group(vpc)
    return [group.id] if group else []


@replace(RDSBackend, "modify_db_instance")
def modify_db_instance(original: Any, self: Any, db_instance_identifier: str, db_kwargs: dict[str, Any]) -> Any:
    """Under another name a database keeps its replicas, and a replica its source (User Guide, "Renaming a DB
    instance"): moto leaves the other end with the name that was."""
    renamed = db_kwargs.get("new_db_instance_identifier")
    if not renamed:
        return original(self, db_instance_identifier, db_kwargs)
    if renamed in self.databases:
        raise Refused("DBInstanceAlreadyExists", f"DB instance {renamed} already exists")
    database = self.describe_db_instances(db_instance_identifier)[0]
    sources = [one for one in _everywhere(self) if any(_means(one, name, database) for name in one.replicas)]
    replicas = [one for one in _everywhere(self) if _means(one, one.source_db_instance_identifier, database)]
    before = (database.db_instance_identifier, database.db_instance_arn)
    answer = original(self, db_instance_identifier, db_kwargs)
    names = dict(zip(before, (database.db_instance_identifier, database.db_instance_arn), strict=True))
    for source in sources:
        source.replicas = [names.get(name, name) for name in source.replicas]
    for replica in replicas:
        replica.source_db_instance_identifier = names[replica.source_db_instance_identifier]
    return answer


def _everywhere(self: Any) -> list[Any]:
    return [one for backend in rds_backends[self.account_id].values() for one in backend.databases.values()]


def _means(by: Any, name: str | None, database: Any) -> bool:
    """Whether it is this one that the other names: of its own region by identifier, of another one by ARN."""
    near = by.region == database.region and name == database.db_instance_identifier
    return near or name == database.db_instance_arn


@replace(RDSBackend, "promote_read_replica")
def promote_read_replica(original: Any, self: Any, arguments: dict[str, Any]) -> Any:
    """moto promotes what is no replica, and leaves the link at both ends."""
    replica = self.describe_db_instances(arguments["db_instance_identifier"])[0]
    if not replica.is_replica:
        raise Refused("InvalidDBInstanceState", f"DB Instance {replica.db_instance_identifier} is not a read replica")
    answer = original(self, arguments)
    _unlink(self, replica)
    return answer


def _unlink(self: Any, replica: Any) -> None:
    """A replica is none any more. Its source may be gone."""
    backend, source = self, replica.source_db_instance_identifier
    if str(source).startswith("arn:"):
        backend = rds_backends[self.account_id][source.split(":")[3]]
    if primary := backend.databases.get(str(source).rpartition(":")[2]):
        own = (replica.db_instance_identifier, replica.db_instance_arn)
        primary.replicas = [name for name in primary.replicas if name not in own]
    replica.source_db_instance_identifier, replica.is_replica = None, False


@replace(RDSBackend, "delete_db_instance")
def delete_db_instance(
    original: Any, self: Any, db_instance_identifier: str, final: str | None = None, *args: Any, **named: Any
) -> Any:
    """A replica leaves no snapshot. Where a source goes, its replicas of the same region become databases of their own;
    those of other regions stay as they are, and follow nobody (User Guide, "Deleting a DB instance")."""
    database = self.databases.get(db_instance_identifier)
    final = final or named.pop("final_db_snapshot_identifier", None)
    if database is None:
        return original(self, db_instance_identifier, final, *args, **named)
    if database.is_replica and final:
        why = "FinalDBSnapshotIdentifier can not be specified when deleting a replica instance"
        raise Refused("InvalidParameterCombination", why)
    if database.is_replica and not database.deletion_protection:
        _unlink(self, database)
    near = [self.databases[name] for name in database.replicas if name in self.databases]
    answer = original(self, db_instance_identifier, final, *args, **named)
    for replica in near:
        _unlink(self, replica)
    return answer


@replace(RDSResponse, "modify_db_proxy")
def modify_db_proxy(_: Any, self: Response) -> ActionResult:
    proxy = self.backend.db_proxies.get(self.params.get("DBProxyName"))
    if proxy is None:
        raise Refused("DBProxyNotFoundFault", "the proxy does not exist")
    attributes = {
        "Auth": "auth",
        "RequireTLS": "require_tls",
        "IdleClientTimeout": "idle_client_timeout",
        "DebugLogging": "debug_logging",
        "RoleArn": "role_arn",
        "SecurityGroups": "vpc_security_group_ids",
    }
    for parameter, attribute in attributes.items():
        if self.params.get(parameter) is not None:
            setattr(proxy, attribute, self.params[parameter])
    return ActionResult({"DBProxy": proxy})


@replace(RDSBackend, "delete_db_proxy")
def delete_db_proxy(original: Any, self: Any, proxy_name: str) -> Any:
    """moto breaks on one that is not there."""
    if proxy_name not in self.db_proxies:
        raise Refused("DBProxyNotFoundFault", f"the proxy {proxy_name} does not exist")
    return original(self, proxy_name)


def _database(self: Response) -> Any:
    return self.backend.databases[self.params["DBInstanceIdentifier"]]


keep(
    RDSResponse,
    ("create_db_instance", "create_db_instance_read_replica", "modify_db_instance"),
    _database,
    {
        "EnablePerformanceInsights": "performance_insights_enabled",
        "PerformanceInsightsRetentionPeriod": "performance_insights_retention_period",
        "DBPortNumber": "port",
    },
)


# ---- what is taken
@refuse_taken(RDSResponse, "create_db_subnet_group", "DBSubnetGroupAlreadyExists", "the DB subnet group already exists")
def _subnet_group_exists(self: Response) -> bool:
    return self.params.get("DBSubnetGroupName") in self.backend.subnet_groups


@refuse_taken(RDSResponse, "create_db_instance_read_replica", "DBInstanceAlreadyExists", "DB instance already exists")
def _database_exists(self: Response) -> bool:
    return self.params.get("DBInstanceIdentifier") in self.backend.databases


@refuse_taken(
    RDSResponse,
    "register_db_proxy_targets",
    "DBProxyTargetAlreadyRegisteredFault",
    "the target is already registered with the proxy",
)
def _is_target(self: Response) -> bool:
    proxy = self.backend.db_proxies.get(self.params.get("DBProxyName"))
    group = proxy and proxy.proxy_target_groups.get(self.params.get("TargetGroupName") or "default")
    names = {*self.params.get("DBInstanceIdentifiers", ()), *self.params.get("DBClusterIdentifiers", ())}
    return bool(group) and any(target.rds_resource_id in names for target in group.targets)
