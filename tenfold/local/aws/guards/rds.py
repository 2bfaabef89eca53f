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
    """The source of a replica has backups, and a password that RDS does not manage. A database that is there gets no
    source, and no other one (the provider: "cannot elect new source database for replication")."""
    source = call.inputs.get("replicateSourceDb")
    if not source:
        return None
    if call.id is not None:
        if source != call.state.get("replicateSourceDb"):
            refuse("replicateSourceDb", "cannot elect new source database for replication: a replica is a new database")
        return None
    region = str(source).split(":")[3] if str(source).startswith("arn:") else call.region
    if region == call.region and str(source).startswith("arn:"):
        refuse("replicateSourceDb", f"{source} is of this region, where a source is named by its identifier")
    try:
        name = str(source).rpartition(":")[2]
        answer = call.clients.call("rds", region, "DescribeDBInstances", {"DBInstanceIdentifier": name})
    except ClientError:
        return refuse("replicateSourceDb", f"{source} does not exist")
    [database] = answer["DBInstances"]
    if not database.get("BackupRetentionPeriod"):
        refuse("replicateSourceDb", f"{source} has no backups (backupRetentionPeriod is 0)")
    if database.get("MasterUserSecret"):
        refuse("replicateSourceDb", f"RDS manages the password of {source}, and makes no replicas of such a database")
    if len(database.get("ReadReplicaDBInstanceIdentifiers", ())) >= 15:
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
