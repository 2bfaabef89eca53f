"""Relations between resources that AWS refuses and moto does not: asked just before a resource is made or changed.

Each guard gets the call at hand and raises RequestFailed naming property, value and rule."""

from collections.abc import Iterable, Mapping
from contextlib import suppress
from typing import Any

from botocore.exceptions import ClientError

from tenfold.diff.values import same
from tenfold.local.aws.call import Call
from tenfold.local.aws.errors import RequestFailed


def _refuse(key: str, reason: str) -> None:
    raise RequestFailed(f"{key}: {reason}")


def _ask(call: Call, service: str, operation: str, **parameters: Any) -> dict[str, Any]:
    return call.clients.call(service, call.region, operation, parameters)


def _subnets(call: Call, ids: Iterable[str]) -> list[Mapping[str, Any]]:
    wanted = list(ids)
    return _ask(call, "ec2", "DescribeSubnets", SubnetIds=wanted)["Subnets"] if wanted else []


def _groups_in(call: Call, key: str, vpc: str) -> None:
    groups = call.inputs.get(key)
    if not groups:
        return
    for group in _ask(call, "ec2", "DescribeSecurityGroups", GroupIds=list(groups))["SecurityGroups"]:
        if group["VpcId"] != vpc:
            _refuse(key, f"{group['GroupId']} belongs to {group['VpcId']}, not to {vpc}")


def _one_vpc(key: str, subnets: list[Mapping[str, Any]]) -> str:
    vpcs = sorted({s["VpcId"] for s in subnets})
    if len(vpcs) > 1:
        _refuse(key, f"the subnets belong to several VPCs: {', '.join(vpcs)}")
    return vpcs[0] if vpcs else ""


def _zones(key: str, subnets: list[Mapping[str, Any]]) -> None:
    zones = sorted({s["AvailabilityZone"] for s in subnets})
    if len(zones) < 2:
        _refuse(key, f"all subnets lie in {zones[0] if zones else 'no zone'}: two zones are needed")


def instance_groups(call: Call) -> None:
    """An instance's security groups are of its subnet's VPC."""
    if subnet := call.inputs.get("subnetId"):
        _groups_in(call, "vpcSecurityGroupIds", _one_vpc("subnetId", _subnets(call, [subnet])))


def balancer_network(call: Call) -> None:
    """A balancer's subnets are of one VPC, one per zone and two or more for an ALB; its groups are of that VPC."""
    subnets = _subnets(call, call.inputs.get("subnets") or ())
    if not subnets:
        return
    vpc = _one_vpc("subnets", subnets)
    if call.inputs.get("loadBalancerType", "application") == "application":
        _zones("subnets", subnets)
    if len({s["AvailabilityZone"] for s in subnets}) < len(subnets):
        _refuse("subnets", "two of the subnets lie in the same zone")
    _groups_in(call, "securityGroups", vpc)


def subnet_group_zones(call: Call) -> None:
    """A database's subnet group spans two zones of one VPC."""
    subnets = _subnets(call, call.inputs.get("subnetIds") or ())
    _one_vpc("subnetIds", subnets)
    _zones("subnetIds", subnets)


def database_network(call: Call) -> None:
    """A database's security groups are of its subnet group's VPC."""
    if not call.inputs.get("vpcSecurityGroupIds"):
        return
    if name := call.inputs.get("dbSubnetGroupName"):
        [group] = _ask(call, "rds", "DescribeDBSubnetGroups", DBSubnetGroupName=name)["DBSubnetGroups"]
        _groups_in(call, "vpcSecurityGroupIds", group["VpcId"])


def database_beginning(call: Call) -> None:
    """A database that is not made from another one says what it is. One that was a replica need not say it later."""
    if call.id is not None or call.inputs.get("replicateSourceDb"):
        return
    for key in ("engine", "username", "allocatedStorage"):
        if not call.inputs.get(key):
            _refuse(key, "is required for a database that is not made from another one")
    if not call.inputs.get("password") and not call.inputs.get("manageMasterUserPassword"):
        _refuse("password", "a password, or manageMasterUserPassword, is needed")


def replica_source(call: Call) -> None:
    """The source of a replica has backups."""
    source = call.inputs.get("replicateSourceDb")
    if not source or call.id is not None or str(source).startswith("arn:"):  # an ARN is one of another region
        return
    try:
        [found] = _ask(call, "rds", "DescribeDBInstances", DBInstanceIdentifier=source)["DBInstances"]
    except ClientError:
        return _refuse("replicateSourceDb", f"{source} does not exist")
    if not found.get("BackupRetentionPeriod"):
        _refuse("replicateSourceDb", f"{source} has no backups (backupRetentionPeriod is 0)")
    if found.get("MasterUserSecret"):
        _refuse("replicateSourceDb", f"RDS manages the password of {source}, and makes no replicas of such a database")
    if len(found.get("ReadReplicaDBInstanceIdentifiers", ())) >= 15:
        _refuse("replicateSourceDb", f"{source} has 15 replicas, the most RDS makes")
    return None


def parameter_family(call: Call) -> None:
    """A database's parameter group is of its engine's family."""
    name, engine = call.inputs.get("parameterGroupName"), call.inputs.get("engine")
    if not name or not engine:
        return
    [group] = _ask(call, "rds", "DescribeDBParameterGroups", DBParameterGroupName=name)["DBParameterGroups"]
    family = group["DBParameterGroupFamily"]
    version = str(call.inputs.get("engineVersion") or "")
    if not family.startswith(engine):
        _refuse("parameterGroupName", f"{name} is of family {family}, the engine is {engine}")
    if version and not f"{version}.".startswith(f"{family[len(engine) :]}."):
        _refuse("parameterGroupName", f"{name} is of family {family}, the engine version is {version}")


def cache_network(call: Call) -> None:
    """A cache's security groups are of its subnet group's VPC."""
    if not call.inputs.get("securityGroupIds"):
        return
    if name := call.inputs.get("subnetGroupName"):
        found = _ask(call, "elasticache", "DescribeCacheSubnetGroups", CacheSubnetGroupName=name)
        _groups_in(call, "securityGroupIds", found["CacheSubnetGroups"][0]["VpcId"])


def cache_parameters(call: Call) -> None:
    """A cache's parameter group is of its engine's family, and says of cluster mode what the cache says."""
    name, engine = call.inputs.get("parameterGroupName"), call.inputs.get("engine")
    if not name or not engine or str(name).startswith("default."):
        return
    described = _ask(call, "elasticache", "DescribeCacheParameterGroups", CacheParameterGroupName=name)
    family = described["CacheParameterGroups"][0]["CacheParameterGroupFamily"]
    version = str(call.inputs.get("engineVersion") or family.removeprefix(engine))
    if not family.startswith(engine) or not f"{version}.".startswith(f"{family.removeprefix(engine)}."):
        _refuse("parameterGroupName", f"{name} is of family {family}, the engine is {engine} {version}")
    set_by_user = _ask(call, "elasticache", "DescribeCacheParameters", CacheParameterGroupName=name, Source="user")
    values = {p["ParameterName"]: p.get("ParameterValue") for p in set_by_user["Parameters"]}
    mode = call.inputs.get("clusterMode")
    if mode and (mode != "disabled") != (values.get("cluster-enabled") == "yes"):
        _refuse("parameterGroupName", f"cluster-enabled of {name} does not go with clusterMode {mode}")


# Cluster mode changes in these steps, one at a time and with nothing else (User Guide, "Modifying cluster mode").
_MODE_STEPS = {("disabled", "compatible"), ("compatible", "enabled")}
_WITH_A_STEP = {
    "clusterMode",
    "parameterGroupName",
    "numCacheClusters",
    "tags",
    "tagsAll",
    "applyImmediately",
    "__defaults",
}


def cluster_mode(call: Call) -> None:
    """Cluster mode of a cache that runs: AWS's steps, and nothing else while it is between two modes."""
    old, new = (str(given.get("clusterMode") or "disabled") for given in (call.state, call.inputs))
    if call.id is None or "disabled" == old == new or "enabled" == old == new:
        return
    if old != new and (old, new) not in _MODE_STEPS:
        way = "it goes from disabled to compatible to enabled, one step at a time and never back"
        _refuse("clusterMode", f"{old} cannot become {new}: {way}")
    moved = [k for k, v in call.inputs.items() if k not in _WITH_A_STEP and not same(call.state.get(k, v), v)]
    if moved:
        when = "in the same step as clusterMode" if old != new else "while clusterMode is compatible"
        _refuse(moved[0], f"cannot change {when}")


def bucket_name(call: Call) -> None:
    """A bucket of that name is not there. In us-east-1 S3 answers a second creation as if it were the first; the
    provider asks before."""
    if call.id is None and call.region == "us-east-1":
        with suppress(ClientError):
            _ask(call, "s3", "HeadBucket", Bucket=call.inputs["bucket"])
            _refuse("bucket", f"a bucket {call.inputs['bucket']} exists already (BucketAlreadyExists)")


def volume_zone(call: Call) -> None:
    """A volume and its instance lie in one zone."""
    volume, instance = call.inputs["volumeId"], call.inputs["instanceId"]
    zone = _ask(call, "ec2", "DescribeVolumes", VolumeIds=[volume])["Volumes"][0]["AvailabilityZone"]
    found = _ask(call, "ec2", "DescribeInstances", InstanceIds=[instance])["Reservations"][0]["Instances"][0]
    if zone != found["Placement"]["AvailabilityZone"]:
        _refuse("volumeId", f"{volume} lies in {zone}, {instance} in {found['Placement']['AvailabilityZone']}")


def final_snapshot(call: Call) -> None:
    """A database that is deleted leaves a snapshot with a name, unless it is said to be skipped."""
    skipped = str(call.inputs.get("skipFinalSnapshot")).lower() == "true"
    if not skipped and not call.inputs.get("finalSnapshotIdentifier") and not call.inputs.get("replicateSourceDb"):
        _refuse("finalSnapshotIdentifier", "is needed to delete the database while skipFinalSnapshot is false")
