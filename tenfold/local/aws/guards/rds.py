"""Databases."""

from botocore.exceptions import ClientError

from tenfold.local.aws.call import Call
from tenfold.local.aws.guards.asking import ask, refuse
from tenfold.local.aws.guards.network import check_groups, check_zones, single_vpc, subnets_of


def subnet_group_zones(call: Call) -> None:
    """A database's subnet group spans two zones of one VPC."""
    subnets = subnets_of(call, call.inputs.get("subnetIds") or ())
    single_vpc("subnetIds", subnets)
    check_zones("subnetIds", subnets)


def database_network(call: Call) -> None:
    """A database's security groups are of its subnet group's VPC."""
    if not call.inputs.get("vpcSecurityGroupIds"):
        return
    if name := call.inputs.get("dbSubnetGroupName"):
        [group] = ask(call, "rds", "DescribeDBSubnetGroups", DBSubnetGroupName=name)["DBSubnetGroups"]
        check_groups(call, "vpcSecurityGroupIds", group["VpcId"])


def database_beginning(call: Call) -> None:
    """A database that is not made from another one says what it is. One that was a replica need not say it later."""
    if call.id is not None or call.inputs.get("replicateSourceDb"):
        return
    for key in ("engine", "username", "allocatedStorage"):
        if not call.inputs.get(key):
            refuse(key, "is required for a database that is not made from another one")
    if not call.inputs.get("password") and not call.inputs.get("manageMasterUserPassword"):
        refuse("password", "a password, or manageMasterUserPassword, is needed")


def replica_source(call: Call) -> None:
    """The source of a replica has backups."""
    source = call.inputs.get("replicateSourceDb")
    if not source or call.id is not None or str(source).startswith("arn:"):  # an ARN is one of another region
        return
    try:
        [found] = ask(call, "rds", "DescribeDBInstances", DBInstanceIdentifier=source)["DBInstances"]
    except ClientError:
        return refuse("replicateSourceDb", f"{source} does not exist")
    if not found.get("BackupRetentionPeriod"):
        refuse("replicateSourceDb", f"{source} has no backups (backupRetentionPeriod is 0)")
    if found.get("MasterUserSecret"):
        refuse("replicateSourceDb", f"RDS manages the password of {source}, and makes no replicas of such a database")
    if len(found.get("ReadReplicaDBInstanceIdentifiers", ())) >= 15:
        refuse("replicateSourceDb", f"{source} has 15 replicas, the most RDS makes")
    return None


def parameter_family(call: Call) -> None:
    """A database's parameter group is of its engine's family."""
    name, engine = call.inputs.get("parameterGroupName"), call.inputs.get("engine")
    if not name or not engine:
        return
    [group] = ask(call, "rds", "DescribeDBParameterGroups", DBParameterGroupName=name)["DBParameterGroups"]
    family = group["DBParameterGroupFamily"]
    version = str(call.inputs.get("engineVersion") or "")
    if not family.startswith(engine):
        refuse("parameterGroupName", f"{name} is of family {family}, the engine is {engine}")
    if version and not f"{version}.".startswith(f"{family[len(engine) :]}."):
        refuse("parameterGroupName", f"{name} is of family {family}, the engine version is {version}")


def final_snapshot(call: Call) -> None:
    """A database that is deleted leaves a snapshot with a name, unless it is said to be skipped."""
    skipped = str(call.inputs.get("skipFinalSnapshot")).lower() == "true"
    if not skipped and not call.inputs.get("finalSnapshotIdentifier") and not call.inputs.get("replicateSourceDb"):
        refuse("finalSnapshotIdentifier", "is needed to delete the database while skipFinalSnapshot is false")
