"""What something else uses is not deleted, where AWS does not: all of the scenario to which others refer is here."""

import re
from collections.abc import Iterator
from typing import Any

import boto3
import botocore.session
import pytest
import yaml
from botocore.exceptions import ClientError
from moto import mock_aws

from tenfold.local.aws import Handlers, RequestFailed
from tests.local.world import REGION, SCENARIO, World

ENTRIES = yaml.safe_load(SCENARIO.read_text(encoding="utf-8"))
# {name in the scenario: (the operation, the error's code in its API reference)}
REFUSED = {
    "backup_plan": ("backup", "DeleteBackupPlan", "InvalidRequestException"),
    "bus": ("events", "DeleteEventBus", "ValidationException"),
    "cache_parameters": ("elasticache", "DeleteCacheParameterGroup", "InvalidCacheParameterGroupState"),
    "certificate": ("acm", "DeleteCertificate", "ResourceInUseException"),
    "cluster_parameters": ("elasticache", "DeleteCacheParameterGroup", "InvalidCacheParameterGroupState"),
    "csg": ("elasticache", "DeleteCacheSubnetGroup", "CacheSubnetGroupInUse"),
    "dpg": ("rds", "DeleteDBParameterGroup", "InvalidDBParameterGroupState"),
    "dsg": ("rds", "DeleteDBSubnetGroup", "InvalidDBSubnetGroupStateFault"),
    "edge_function": ("cloudfront", "DeleteFunction", "FunctionInUse"),
    "eip": ("ec2", "ReleaseAddress", "InvalidIPAddress.InUse"),
    "eks": ("eks", "DeleteCluster", "InvalidRequestException"),  # protected; with nodes: tests/local, EKS
    "event_rule": ("events", "DeleteRule", "ValidationException"),
    "followed_cache": ("elasticache", "DisassociateGlobalReplicationGroup", "InvalidParameterValue"),
    "igw": ("ec2", "DetachInternetGateway", "DependencyViolation"),
    "memcached_parameters": ("elasticache", "DeleteCacheParameterGroup", "InvalidCacheParameterGroupState"),
    "role": ("iam", "DeleteRole", "DeleteConflict"),
    "rt2": ("ec2", "DeleteRouteTable", "DependencyViolation"),
    "s1": ("ec2", "DeleteSubnet", "DependencyViolation"),
    "s2": ("ec2", "DeleteSubnet", "DependencyViolation"),
    "sg": ("ec2", "DeleteSecurityGroup", "DependencyViolation"),
    "sg2": ("ec2", "DeleteSecurityGroup", "DependencyViolation"),
    "tg": ("elbv2", "DeleteTargetGroup", "ResourceInUse"),
    "tg2": ("elbv2", "DeleteTargetGroup", "ResourceInUse"),
    "vol": ("ec2", "DeleteVolume", "VolumeInUse"),
    "vpc": ("ec2", "DeleteVpc", "DependencyViolation"),
}
GOES_ALONG = "what refers to it goes with it"
STAYS = "what refers to it stays, and finds nothing there any more"
FIRST = "the provider takes off first what is in the way"
# {name: why AWS deletes it all the same}, by the API reference of the operation
ACCEPTED = {
    "asg": GOES_ALONG,
    "b": GOES_ALONG,
    "cache_user": "it leaves its groups; the default user does not, below",
    "cf": FIRST,
    "db": "its replicas become databases of their own",
    "dlq": STAYS,
    "ec2": GOES_ALONG,
    "eip2": FIRST,
    "eks_entry": GOES_ALONG,
    "eks_role": STAYS,
    "eks_template": STAYS,
    "dead_of_topic": STAYS,
    "fifo": STAYS,
    "key": "it is deleted a week later, and until then can be kept",
    "key_of_two_regions": "it waits for its replicas",
    "lb": GOES_ALONG,
    "lis": GOES_ALONG,
    "log_group": STAYS,
    "lt": STAYS,
    "prof": STAYS,
    "proxy": GOES_ALONG,
    "proxy_default": "nothing is deleted",
    "proxy_secret": STAYS,
    "q": STAYS,
    "replica_bucket": STAYS,
    "replicated": GOES_ALONG,
    "rt": GOES_ALONG,
    "sec": GOES_ALONG,
    "source": STAYS,
    "topic": STAYS,
    "vault": "it is empty: only recovery points keep a vault",
    "vault_there": "it is empty: only recovery points keep a vault",
    "web_acl": "a logging configuration does not keep it; what it protects does, below",
    "web_acl_log": STAYS,
    "zone": FIRST,
    "table_reads": "Application Auto Scaling deletes the policies with their target",
}


def references(value: Any) -> set[str]:
    if isinstance(value, dict):
        return {name for inside in value.values() for name in references(inside)}
    if isinstance(value, list):
        return {name for inside in value for name in references(inside)}
    return set(re.findall(r"^\$(\w+)", value)) & ENTRIES.keys() if isinstance(value, str) else set()


USED = {name for entry in ENTRIES.values() for name in references(entry["inputs"])}


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    with mock_aws():
        world = World(Handlers(None))
        for name, entry in ENTRIES.items():
            made = world.build(name, {key: value for key, value in entry.items() if key != "update"})
            assert not made.error, f"{name}: {made.error}"
        yield world


def test_nothing_that_is_used_is_left_out():
    assert REFUSED.keys() | ACCEPTED.keys() == USED and not REFUSED.keys() & ACCEPTED.keys()


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_in_use_is_not_deleted(world, name):
    _, operation, code = REFUSED[name]
    made = world.made[name]
    with pytest.raises(RequestFailed) as refused:
        world.handlers.delete(made.token, made.id, made.outputs, made.outputs.get("region", REGION))
    assert str(refused.value).startswith(f"{operation} was refused") and str(refused.value).endswith(f"({code})")


@pytest.mark.parametrize("name", REFUSED)
def test_the_error_is_one_that_the_operation_has(name):
    """EC2 and EventBridge list none, or not all, in their models."""
    service, operation, code = REFUSED[name]
    model: Any = botocore.session.get_session().get_service_model(service).operation_model(operation)
    codes = {(shape.metadata.get("error") or {}).get("code", shape.name) for shape in model.error_shapes}
    assert code in codes or service in ("ec2", "events")


def client(service):
    return boto3.client(service, REGION, aws_access_key_id="test", aws_secret_access_key="test")


def code_of(call, **arguments):
    try:
        call(**arguments)
    except ClientError as error:
        return error.response["Error"]["Code"]
    return ""


@mock_aws
def test_a_web_acl_stays_while_a_distribution_has_it():
    waf, cdn = client("wafv2"), client("cloudfront")
    visible = {"SampledRequestsEnabled": False, "CloudWatchMetricsEnabled": False, "MetricName": "m"}
    acl = waf.create_web_acl(
        Name="acl", Scope="CLOUDFRONT", DefaultAction={"Allow": {}}, Rules=[], VisibilityConfig=visible
    )["Summary"]
    origin = {"Id": "o", "DomainName": "b.s3.amazonaws.com", "S3OriginConfig": {"OriginAccessIdentity": ""}}
    config = {
        "CallerReference": "1",
        "Comment": "",
        "Enabled": False,
        "WebACLId": acl["ARN"],
        "Origins": {"Quantity": 1, "Items": [origin]},
        "DefaultCacheBehavior": {"TargetOriginId": "o", "ViewerProtocolPolicy": "allow-all"},
    }
    shown = cdn.create_distribution(DistributionConfig=config)
    which = {"Name": "acl", "Scope": "CLOUDFRONT", "Id": acl["Id"], "LockToken": acl["LockToken"]}
    assert code_of(waf.delete_web_acl, **which) == "WAFAssociatedItemException"
    cdn.delete_distribution(Id=shown["Distribution"]["Id"], IfMatch=shown["ETag"])
    assert code_of(waf.delete_web_acl, **which) == ""


@mock_aws
def test_a_certificate_stays_while_a_distribution_has_it():
    acm, cdn = client("acm"), client("cloudfront")
    arn = acm.request_certificate(DomainName="example.com")["CertificateArn"]
    origin = {"Id": "o", "DomainName": "b.s3.amazonaws.com", "S3OriginConfig": {"OriginAccessIdentity": ""}}
    config = {
        "CallerReference": "1",
        "Comment": "",
        "Enabled": False,
        "ViewerCertificate": {"ACMCertificateArn": arn, "SSLSupportMethod": "sni-only"},
        "Origins": {"Quantity": 1, "Items": [origin]},
        "DefaultCacheBehavior": {"TargetOriginId": "o", "ViewerProtocolPolicy": "allow-all"},
    }
    shown = cdn.create_distribution(DistributionConfig=config)
    assert code_of(acm.delete_certificate, CertificateArn=arn) == "ResourceInUseException"
    cdn.delete_distribution(Id=shown["Distribution"]["Id"], IfMatch=shown["ETag"])
    assert code_of(acm.delete_certificate, CertificateArn=arn) == ""


@mock_aws
def test_users_of_a_cache():
    cache = client("elasticache")
    access = {"Engine": "valkey", "AccessString": "on ~* +@all", "NoPasswordRequired": True}
    cache.create_user(UserId="other", UserName="other", **access)  # an account has one whose id and name are `default`
    cache.create_user_group(UserGroupId="users", Engine="valkey", UserIds=["default", "other"])
    cache.create_replication_group(
        ReplicationGroupId="cache", ReplicationGroupDescription="-", Engine="valkey", UserGroupIds=["users"]
    )
    assert code_of(cache.delete_user, UserId="default") == "DefaultUserAssociatedToUserGroup"
    assert code_of(cache.delete_user, UserId="other") == ""
    assert code_of(cache.delete_user_group, UserGroupId="users") == "InvalidUserGroupState"
    cache.delete_replication_group(ReplicationGroupId="cache")
    assert code_of(cache.delete_user_group, UserGroupId="users") == ""


@mock_aws
def test_a_role_stays_while_a_policy_is_in_it_or_attached():
    iam = client("iam")
    trust = (
        '{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, '
    )
    iam.create_role(RoleName="r", AssumeRolePolicyDocument=trust + '"Action": "sts:AssumeRole"}]}')
    managed = "arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore"
    iam.attach_role_policy(RoleName="r", PolicyArn=managed)
    assert code_of(iam.delete_role, RoleName="r") == "DeleteConflict"
    iam.detach_role_policy(RoleName="r", PolicyArn=managed)
    text = '{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}]}'
    iam.put_role_policy(RoleName="r", PolicyName="p", PolicyDocument=text)
    assert code_of(iam.delete_role, RoleName="r") == "DeleteConflict"
    iam.delete_role_policy(RoleName="r", PolicyName="p")
    iam.create_instance_profile(InstanceProfileName="i")
    iam.add_role_to_instance_profile(InstanceProfileName="i", RoleName="r")
    assert code_of(iam.delete_instance_profile, InstanceProfileName="i") == "DeleteConflict"
    iam.remove_role_from_instance_profile(InstanceProfileName="i", RoleName="r")
    assert code_of(iam.delete_role, RoleName="r") == ""


@mock_aws
def test_a_role_is_taken_out_of_its_instance_profiles_before_it_is_deleted():
    """As the provider does; without it a profile that somebody made by hand would keep the role."""
    iam = client("iam")
    trust = '{"Version": "2012-10-17", "Statement": []}'
    iam.create_role(RoleName="leaving", AssumeRolePolicyDocument=trust)
    iam.create_instance_profile(InstanceProfileName="by-hand")
    iam.add_role_to_instance_profile(InstanceProfileName="by-hand", RoleName="leaving")
    Handlers(None).delete("aws:iam/role:Role", "leaving", {}, REGION)
    assert iam.get_instance_profile(InstanceProfileName="by-hand")["InstanceProfile"]["Roles"] == []


@mock_aws
def test_a_database_in_two_zones_is_in_two_subnets_of_its_group():
    """Premium Support, "How can I delete a subnet that is part of an Amazon RDS DB subnet group?": only where neither
    the instance nor its standby is."""
    ec2, rds = client("ec2"), client("rds")
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    a, b, c, other = (
        ec2.create_subnet(VpcId=vpc, CidrBlock=f"10.0.{n}.0/24", AvailabilityZone=REGION + zone)["Subnet"]["SubnetId"]
        for n, zone in enumerate("abcb")
    )
    rds.create_db_subnet_group(
        DBSubnetGroupName="three-zones", DBSubnetGroupDescription="three-zones", SubnetIds=[a, b, c]
    )
    rds.create_db_instance(
        DBInstanceIdentifier="in-two-zones",
        Engine="postgres",
        DBInstanceClass="db.t4g.small",
        MultiAZ=True,
        AllocatedStorage=20,
        DBSubnetGroupName="three-zones",
        AvailabilityZone=f"{REGION}a",
        MasterUsername="u",
        MasterUserPassword="not-real-1",
    )
    [database] = rds.describe_db_instances(DBInstanceIdentifier="in-two-zones")["DBInstances"]
    assert database["SecondaryAvailabilityZone"] == f"{REGION}b"
    assert code_of(ec2.delete_subnet, SubnetId=b) == "DependencyViolation"
    without_standby = {"DBSubnetGroupName": "three-zones", "SubnetIds": [a, other, c]}
    assert code_of(rds.modify_db_subnet_group, **without_standby) == "SubnetAlreadyInUse"
    assert code_of(rds.modify_db_subnet_group, DBSubnetGroupName="three-zones", SubnetIds=[a, b]) == ""
    assert code_of(ec2.delete_subnet, SubnetId=c) == ""
