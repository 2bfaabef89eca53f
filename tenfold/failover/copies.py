"""Databases: renamed, closed to clients, and copied under another database's name, with the settings that RDS does not
copy to a replica.

Each function first checks what has been done already, so it can be called again.
"""

from collections.abc import Mapping
from typing import Any

from tenfold.blueprints.standby import FORMER
from tenfold.failover.moves import Member, Pair
from tenfold.failover.takeover import Takeover, Unfinished, wait

LONGEST = 63  # characters of an identifier: API reference, CreateDBInstance
HOURS = 3600.0  # seconds
COPYING = 12 * HOURS  # a terabyte over half a continent
RENAMING = 1 * HOURS  # RDS says 10 min, and restarts the database

# The program's inputs of a database: parameter of CreateDBInstanceReadReplica -> input of the resource. Key and subnets
# (_FAR) are set only for a source in another region; in the same region RDS refuses any but the source's.
_TAKEN = {
    "DBInstanceClass": "instanceClass",
    "MultiAZ": "multiAz",
    "AvailabilityZone": "availabilityZone",
    "Port": "port",
    "StorageType": "storageType",
    "MaxAllocatedStorage": "maxAllocatedStorage",
    "VpcSecurityGroupIds": "vpcSecurityGroupIds",
    "PubliclyAccessible": "publiclyAccessible",
    "DeletionProtection": "deletionProtection",
    "AutoMinorVersionUpgrade": "autoMinorVersionUpgrade",
    "CopyTagsToSnapshot": "copyTagsToSnapshot",
    "MonitoringInterval": "monitoringInterval",
    "MonitoringRoleArn": "monitoringRoleArn",
    "EnableIAMDatabaseAuthentication": "iamDatabaseAuthenticationEnabled",
    "EnablePerformanceInsights": "performanceInsightsEnabled",
    "PerformanceInsightsKMSKeyId": "performanceInsightsKmsKeyId",
    "PerformanceInsightsRetentionPeriod": "performanceInsightsRetentionPeriod",
    "EnableCloudwatchLogsExports": "enabledCloudwatchLogsExports",
}
_FAR = {"KmsKeyId": "kmsKeyId", "DBSubnetGroupName": "dbSubnetGroupName"}
# Settings that can be set only once the replica exists: parameter of ModifyDBInstance -> input.
_LATER = {
    "BackupRetentionPeriod": "backupRetentionPeriod",
    "PreferredBackupWindow": "backupWindow",
    "PreferredMaintenanceWindow": "maintenanceWindow",
    "DBParameterGroupName": "parameterGroupName",
}


def former(identifier: str) -> str:
    """The name under which the former database is kept."""
    return f"{identifier[: LONGEST - len(FORMER)]}{FORMER}"


def describe(at: Takeover, region: str, identifier: str) -> dict[str, Any]:
    return at.client("rds", region).describe_db_instances(DBInstanceIdentifier=identifier)["DBInstances"][0]


def describe_database(at: Takeover, region: str, identifier: str) -> dict[str, Any] | None:
    """None where there is no such database."""
    from botocore.exceptions import ClientError

    try:
        return describe(at, region, identifier)
    except ClientError as refusal:
        if refusal.response["Error"]["Code"] not in ("DBInstanceNotFound", "DBInstanceNotFoundFault"):
            raise
        return None


def source(there: Mapping[str, Any]) -> str:
    """The source of a replica: an ARN, or an identifier in the same region. Empty for a database that is no replica."""
    return there.get("ReadReplicaSourceDBInstanceIdentifier") or ""


def is_available(at: Takeover, region: str, identifier: str) -> bool:
    there = describe_database(at, region, identifier)
    return bool(there) and there["DBInstanceStatus"] == "available"


def rename(at: Takeover, member: Member) -> None:
    """Gives the database the name of a former one. It keeps its data, replicas and protection; its address changes, and
    RDS restarts it. Its logs are no longer exported: RDS would create log groups for the new name, without encryption
    or expiry."""
    other, there = former(member.identifier), describe_database(at, member.region, member.identifier)
    if there and not describe_database(at, member.region, other):
        logs = there.get("EnabledCloudwatchLogsExports")
        at.client("rds", member.region).modify_db_instance(
            DBInstanceIdentifier=member.identifier,
            NewDBInstanceIdentifier=other,
            ApplyImmediately=True,
            **({"CloudwatchLogsExportConfiguration": {"DisableLogTypes": logs}} if logs else {}),
        )
    wait(at, lambda: is_available(at, member.region, other), f"{other} is not available yet", RENAMING)


def rename_back(at: Takeover, member: Member) -> None:
    """Gives the former database its name back; its logs are exported again."""
    other = former(member.identifier)
    if describe_database(at, member.region, other) and not describe_database(at, member.region, member.identifier):
        logs = member.inputs.get("enabledCloudwatchLogsExports")
        at.client("rds", member.region).modify_db_instance(
            DBInstanceIdentifier=other,
            NewDBInstanceIdentifier=member.identifier,
            ApplyImmediately=True,
            **({"CloudwatchLogsExportConfiguration": {"EnableLogTypes": logs}} if logs else {}),
        )
    wait(at, lambda: is_available(at, member.region, member.identifier), f"{member.name} is not back yet", RENAMING)


def replica_source(at: Takeover, member: Member) -> str:
    """The source of a replica; empty also where there is no such database."""
    return source(describe_database(at, member.region, member.identifier) or {})


def follows(at: Takeover, member: Member) -> bool:
    return bool(replica_source(at, member))


def is_closed(at: Takeover, member: Member) -> bool:
    """Whether no client can connect; true also where no database has the name."""
    there = describe_database(at, member.region, member.identifier)
    return there is None or _groups(there) == _nobodys(at, member, there)


def _groups(there: Mapping[str, Any]) -> list[str]:
    return [one["VpcSecurityGroupId"] for one in there["VpcSecurityGroups"]]


def _nobodys(at: Takeover, member: Member, there: Mapping[str, Any]) -> list[str]:
    """The default security group of the database's network, which has no members."""
    network = there["DBSubnetGroup"]["VpcId"]
    groups = at.client("ec2", member.region).describe_security_groups(
        Filters=[{"Name": "vpc-id", "Values": [network]}, {"Name": "group-name", "Values": ["default"]}]
    )["SecurityGroups"]
    return [one["GroupId"] for one in groups]


def close(at: Takeover, member: Member) -> None:
    """Closes the database to all clients: its security group becomes the network's default one, which has no members.
    A restart ends open connections; replication does not go through the security group."""
    rds, there = at.client("rds", member.region), describe_database(at, member.region, member.identifier)
    if there is None:
        return  # renamed already
    nobodys = _nobodys(at, member, there)
    if _groups(there) != nobodys:
        rds.modify_db_instance(
            DBInstanceIdentifier=member.identifier, VpcSecurityGroupIds=nobodys, ApplyImmediately=True
        )
    wait(at, lambda: is_available(at, member.region, member.identifier), f"{member.name} is not available yet")
    rds.reboot_db_instance(DBInstanceIdentifier=member.identifier)
    wait(at, lambda: is_available(at, member.region, member.identifier), f"{member.name} has not restarted yet")


def open_again(at: Takeover, member: Member) -> None:
    """Gives the database back the security groups in the state."""
    if groups := member.inputs.get("vpcSecurityGroupIds"):
        at.client("rds", member.region).modify_db_instance(
            DBInstanceIdentifier=member.identifier, VpcSecurityGroupIds=groups, ApplyImmediately=True
        )
    wait(at, lambda: is_available(at, member.region, member.identifier), f"{member.name} is not available yet")


def copy(at: Takeover, member: Member, source: str) -> None:
    """Creates a replica of `source` (an ARN, or an identifier in the same region) under the member's name, with the
    program's inputs, and with backups, which it needs before it can be promoted. Waits until it is available."""
    rds, region, name = at.client("rds", member.region), member.region, member.identifier
    there = describe_database(at, region, name)
    if there is None:
        rds.create_db_instance_read_replica(**_parameters(member, source))
    elif not there.get("ReadReplicaSourceDBInstanceIdentifier"):
        raise Unfinished(f"{name} is a database of its own in {region}: its name cannot be given to a replica")
    wait(at, lambda: is_available(at, region, name), f"{name} is not available yet", COPYING)
    later = _missing(describe_database(at, region, name) or {}, member)
    if later:
        rds.modify_db_instance(DBInstanceIdentifier=name, ApplyImmediately=True, **later)
        wait(at, lambda: is_available(at, region, name), f"{name} is not available yet", COPYING)
    if "DBParameterGroupName" in later:
        rds.reboot_db_instance(DBInstanceIdentifier=name)  # a parameter group takes effect with a restart
        wait(at, lambda: is_available(at, region, name), f"{name} has not restarted yet", COPYING)


def _parameters(member: Member, source: str) -> dict[str, Any]:
    inputs, far = member.planned_inputs(), source.startswith("arn:")
    named = {**_TAKEN, **(_FAR if far else {})}
    return {
        **{key: inputs[name] for key, name in named.items() if inputs.get(name) not in (None, "", [])},
        **({"SourceRegion": source.split(":")[3]} if far else {}),
        "DBInstanceIdentifier": member.identifier,
        "SourceDBInstanceIdentifier": source,
        "Tags": [{"Key": key, "Value": value} for key, value in (inputs.get("tags") or {}).items()],
    }


def _missing(there: Mapping[str, Any], member: Member) -> dict[str, Any]:
    """Inputs of the program that the replica does not have yet."""
    groups = [one["DBParameterGroupName"] for one in there.get("DBParameterGroups") or ()]
    so_far = {**there, "DBParameterGroupName": next(iter(groups), None)}
    inputs = member.planned_inputs()
    planned = {key: inputs.get(name) for key, name in _LATER.items()}
    return {
        key: value
        for key, value in planned.items()
        if value is not None and str(value).lower() != str(so_far.get(key)).lower()
    }


def remove_replica(at: Takeover, member: Member) -> None:
    """Deletes a replica: its source has the same data. Waits until it is gone. Raises `Unfinished` for a database that
    is no replica."""
    there = describe_database(at, member.region, member.identifier)
    if there is None:
        return
    if not there.get("ReadReplicaSourceDBInstanceIdentifier"):
        raise Unfinished(
            f"{member.identifier} is no replica: it may hold the only copy of some data, and is not deleted"
        )
    if there["DBInstanceStatus"] != "deleting":
        rds = at.client("rds", member.region)
        if there.get("DeletionProtection"):
            rds.modify_db_instance(
                DBInstanceIdentifier=member.identifier, DeletionProtection=False, ApplyImmediately=True
            )
        rds.delete_db_instance(DBInstanceIdentifier=member.identifier, SkipFinalSnapshot=True)
    wait(
        at,
        lambda: not describe_database(at, member.region, member.identifier),
        f"{member.identifier} is there yet",
        RENAMING,
    )


def leave_proxies(at: Takeover, pair: Pair) -> None:
    """Takes the database from its proxies. They find it by its name, which another database is about to get."""
    _of_proxies(at, pair, "deregister_db_proxy_targets", "DBProxyTargetNotFoundFault")


def join_proxies(at: Takeover, pair: Pair) -> None:
    _of_proxies(at, pair, "register_db_proxy_targets", "DBProxyTargetAlreadyRegisteredFault")


def _of_proxies(at: Takeover, pair: Pair, call: str, done: str) -> None:
    from botocore.exceptions import ClientError

    rds = at.client("rds", pair.here.region)
    for proxy, group in pair.proxies:
        try:
            getattr(rds, call)(DBProxyName=proxy, TargetGroupName=group, DBInstanceIdentifiers=[pair.here.identifier])
        except ClientError as refusal:
            if refusal.response["Error"]["Code"] != done:
                raise
