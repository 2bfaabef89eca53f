"""What AWS refuses between resources and moto does not; and what a failure tells."""

import functools
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from botocore.exceptions import ClientError
from moto import mock_aws

from tenfold.local.aws import Handlers, InitFailed, RequestFailed
from tests.local.world import REGION, autoname

VPC, SUBNET = "aws:ec2/vpc:Vpc", "aws:ec2/subnet:Subnet"
SG, DB = "aws:ec2/securityGroup:SecurityGroup", "aws:rds/instance:Instance"
POSTGRES = {
    "engine": "postgres",
    "engineVersion": "16.9",
    "instanceClass": "db.t3.micro",
    "allocatedStorage": 20,
    "username": "adm",
    "password": "secret1234",
    "skipFinalSnapshot": True,
}


class Cloud:
    def __init__(self) -> None:
        self.handlers = Handlers(None)
        self.count = 0

    def make(self, token: str, **inputs: Any) -> str:
        self.count += 1
        complete, failures = self.handlers.check(token, inputs, REGION, self._autoname)
        assert failures == []
        return self.handlers.create(token, complete, REGION)[0]

    def _autoname(self, key: str, longest: int) -> str:
        return f"{autoname(key, longest)}{self.count}"


@pytest.fixture(scope="module")
def cloud() -> Iterator[Cloud]:
    with mock_aws():
        yield Cloud()


@pytest.fixture(scope="module")
def net(cloud: Cloud) -> dict[str, str]:
    vpc, other = cloud.make(VPC, cidrBlock="10.0.0.0/16"), cloud.make(VPC, cidrBlock="10.1.0.0/16")
    subnet = {"vpcId": vpc, "availabilityZone": "us-east-1a"}
    a = cloud.make(SUBNET, **subnet, cidrBlock="10.0.0.0/24")
    return {
        "vpc": vpc,
        "a": a,
        "same_zone": cloud.make(SUBNET, **subnet, cidrBlock="10.0.1.0/24"),
        "b": cloud.make(SUBNET, vpcId=vpc, availabilityZone="us-east-1b", cidrBlock="10.0.2.0/24"),
        "elsewhere": cloud.make(SUBNET, vpcId=other, availabilityZone="us-east-1b", cidrBlock="10.1.0.0/24"),
        "group": cloud.make(SG, vpcId=vpc),
        "foreign": cloud.make(SG, vpcId=other),
    }


def refused(cloud: Cloud, words: str, token: str, **inputs: Any) -> None:
    with pytest.raises(RequestFailed, match=words):
        cloud.make(token, **inputs)


def test_a_security_group_of_another_vpc(cloud: Cloud, net: dict[str, str]) -> None:
    found = cloud.handlers.clients.call("ec2", REGION, "DescribeImages", {"Owners": ["amazon"]})["Images"][0]["ImageId"]
    words = f"vpcSecurityGroupIds: {net['foreign']} belongs to"
    instance = {"ami": found, "instanceType": "t3.micro", "subnetId": net["a"]}
    refused(cloud, words, "aws:ec2/instance:Instance", **instance, vpcSecurityGroupIds=[net["foreign"]])
    assert cloud.make("aws:ec2/instance:Instance", **instance, vpcSecurityGroupIds=[net["group"]])
    group = cloud.make("aws:rds/subnetGroup:SubnetGroup", subnetIds=[net["a"], net["b"]])
    refused(cloud, words, DB, **POSTGRES, dbSubnetGroupName=group, vpcSecurityGroupIds=[net["foreign"]])
    balancer = {"subnets": [net["a"], net["b"]], "securityGroups": [net["foreign"]]}
    refused(cloud, "securityGroups: ", "aws:lb/loadBalancer:LoadBalancer", **balancer)


def test_subnets_of_one_zone_or_of_two_vpcs(cloud: Cloud, net: dict[str, str]) -> None:
    for token, key in (
        ("aws:rds/subnetGroup:SubnetGroup", "subnetIds"),
        ("aws:lb/loadBalancer:LoadBalancer", "subnets"),
    ):
        refused(cloud, f"{key}: all subnets lie in us-east-1a", token, **{key: [net["a"], net["same_zone"]]})
        refused(cloud, f"{key}: the subnets belong to several VPCs", token, **{key: [net["a"], net["elsewhere"]]})


def test_a_replica_needs_a_source_with_backups(cloud: Cloud) -> None:
    source = cloud.make(DB, **POSTGRES, backupRetentionPeriod=0)
    replica = {"replicateSourceDb": source, "instanceClass": "db.t3.micro", "skipFinalSnapshot": True}
    refused(cloud, f"replicateSourceDb: {source} has no backups", DB, **replica)
    refused(cloud, "replicateSourceDb: nowhere does not exist", DB, **{**replica, "replicateSourceDb": "nowhere"})


def test_a_replica_needs_a_source_whose_password_rds_does_not_manage(cloud: Cloud) -> None:
    managed = {**POSTGRES, "password": None, "manageMasterUserPassword": True, "backupRetentionPeriod": 7}
    source = cloud.make(DB, **{key: value for key, value in managed.items() if value is not None})
    replica = {"replicateSourceDb": source, "instanceClass": "db.t3.micro", "skipFinalSnapshot": True}
    refused(cloud, "makes no replicas of such a database", DB, **replica)


CDN = "aws:cloudfront/distribution:Distribution"
BEHAVIOUR = {
    "targetOriginId": "app",
    "viewerProtocolPolicy": "redirect-to-https",
    "allowedMethods": ["GET", "HEAD"],
    "cachedMethods": ["GET", "HEAD"],
    "cachePolicyId": "4135ea2d-6df8-44a3-9df3-4b5a84be39ad",
}
PAGES = {
    "eventType": "origin-request",
    "lambdaArn": "arn:aws:lambda:us-east-1:123456789012:function:pages:3",
    "includeBody": False,
}
ATTACHED = {"eventType": "viewer-request", "functionArn": "arn:aws:cloudfront::123456789012:function/none"}
DISTRIBUTION = {
    "enabled": True,
    "origins": [{"originId": "app", "domainName": "lb.example.com", "originAccessControlId": ""}],
    "defaultCacheBehavior": BEHAVIOUR,
    "restrictions": {"geoRestriction": {"restrictionType": "none"}},
    "viewerCertificate": {"cloudfrontDefaultCertificate": True},
}


def edge(*functions: dict[str, Any]) -> dict[str, Any]:
    return {"defaultCacheBehavior": {**BEHAVIOUR, "lambdaFunctionAssociations": list(functions)}}


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"orderedCacheBehaviors": [{**BEHAVIOUR, "pathPattern": "/a/*"}] * 2}, "is there twice"),
        ({"origins": [{**DISTRIBUTION["origins"][0], "originAccessControlId": "E1"}]}, "E1 does not exist"),
        ({"defaultCacheBehavior": {**BEHAVIOUR, "functionAssociations": [ATTACHED]}}, "in the stage LIVE"),
        (edge(PAGES, {**PAGES, "lambdaArn": f"{PAGES['lambdaArn']}0"}), "one function for origin-request"),
        (edge({**PAGES, "eventType": "viewer-response", "includeBody": True}), "gets no body"),
    ],
)  # fmt: skip
def test_what_cloudfront_refuses(cloud: Cloud, changed: dict[str, Any], words: str) -> None:
    refused(cloud, words, CDN, **{**DISTRIBUTION, **changed})


def test_visitors_meet_what_is_published_of_a_function(cloud: Cloud) -> None:
    first, second = (f"function handler(event) {{ return event.{what}; }}" for what in ("request", "response"))
    made = {"code": first, "runtime": "cloudfront-js-2.0", "publish": False}
    name = cloud.make("aws:cloudfront/function:Function", **made)
    arn = f"arn:aws:cloudfront::123456789012:function/{name}"
    attached = {**BEHAVIOUR, "functionAssociations": [{"eventType": "viewer-request", "functionArn": arn}]}
    refused(cloud, "does not exist in the stage LIVE", CDN, **{**DISTRIBUTION, "defaultCacheBehavior": attached})
    call = functools.partial(cloud.handlers.clients.call, "cloudfront", REGION)
    version = call("DescribeFunction", {"Name": name})["ETag"]
    call("PublishFunction", {"Name": name, "IfMatch": version})
    changed = {"Name": name, "IfMatch": version, "FunctionConfig": {"Comment": "", "Runtime": made["runtime"]}}
    call("UpdateFunction", {**changed, "FunctionCode": second.encode()})
    live = call("GetFunction", {"Name": name, "Stage": "LIVE"})["FunctionCode"].read().decode()
    assert live == first
    with pytest.raises(ClientError, match="PreconditionFailed"):
        call("PublishFunction", {"Name": name, "IfMatch": version})
    both = {**attached, "lambdaFunctionAssociations": [PAGES]}
    key = cloud.make(CDN, **{**DISTRIBUTION, "defaultCacheBehavior": both})
    read = call("GetDistribution", {"Id": key})["Distribution"]["DistributionConfig"]["DefaultCacheBehavior"]
    assert [one["LambdaFunctionARN"] for one in read["LambdaFunctionAssociations"]["Items"]] == [PAGES["lambdaArn"]]


def test_a_database_says_what_it_is(cloud: Cloud) -> None:
    refused(cloud, "username: is required", DB, **{k: v for k, v in POSTGRES.items() if k != "username"})


def test_a_parameter_group_is_of_the_engines_family(cloud: Cloud) -> None:
    group = cloud.make("aws:rds/parameterGroup:ParameterGroup", family="mysql8.0")
    refused(cloud, f"parameterGroupName: {group} is of family mysql8.0", DB, **POSTGRES, parameterGroupName=group)
    older = cloud.make("aws:rds/parameterGroup:ParameterGroup", family="postgres15")
    refused(cloud, "the engine version is 16.9", DB, **POSTGRES, parameterGroupName=older)


def test_a_database_is_not_deleted_without_a_word_about_its_snapshot(cloud: Cloud) -> None:
    inputs = {**POSTGRES, "skipFinalSnapshot": False, "identifier": "kept"}
    complete, _ = cloud.handlers.check(DB, inputs, REGION, autoname)
    key, outputs = cloud.handlers.create(DB, complete, REGION)
    with pytest.raises(RequestFailed, match="finalSnapshotIdentifier: is needed"):
        cloud.handlers.delete(DB, key, outputs, REGION)
    cloud.handlers.delete(DB, key, {**outputs, "finalSnapshotIdentifier": "last"}, REGION)
    snapshots = cloud.handlers.clients.call("rds", REGION, "DescribeDBSnapshots", {"DBSnapshotIdentifier": "last"})
    assert snapshots["DBSnapshots"][0]["DBInstanceIdentifier"] == "kept"


# ---- failures
def test_a_refusal_names_operation_and_reason(cloud: Cloud) -> None:
    refused(
        cloud,
        "CreateSubnet was refused: .*vpc-nope.* does not exist",
        SUBNET,
        vpcId="vpc-nope",
        cidrBlock="10.0.0.0/24",
    )


def test_an_operation_the_local_cloud_lacks_is_named(cloud: Cloud) -> None:
    with pytest.raises(RequestFailed, match="the local cloud does not have StartDBInstanceAutomatedBackupsReplication"):
        cloud.handlers.clients.call(
            "rds", REGION, "StartDBInstanceAutomatedBackupsReplication", {"SourceDBInstanceArn": "arn:x"}
        )


def test_a_resource_whose_second_call_fails_is_kept(cloud: Cloud, net: dict[str, str]) -> None:
    """The association succeeds or fails after the role's profile exists: the state must know the profile."""
    with pytest.raises(InitFailed) as failed:
        cloud.make("aws:iam/instanceProfile:InstanceProfile", name="half", role="no-such-role")
    assert failed.value.id == "half" and failed.value.outputs["name"] == "half"
    assert "AddRoleToInstanceProfile was refused" in failed.value.reasons[0]
    assert cloud.handlers.read("aws:iam/instanceProfile:InstanceProfile", "half", None, None, REGION) is not None


def test_a_change_no_operation_takes_is_an_error_that_names_it(cloud: Cloud, net: dict[str, str]) -> None:
    old = {"subnetId": net["a"], "routeTableId": cloud.make("aws:ec2/routeTable:RouteTable", vpcId=net["vpc"])}
    token = "aws:ec2/routeTableAssociation:RouteTableAssociation"
    key, outputs = cloud.handlers.create(token, old, REGION)
    new = {**old, "routeTableId": cloud.make("aws:ec2/routeTable:RouteTable", vpcId=net["vpc"])}
    with pytest.raises(RequestFailed, match="routeTableId: the local cloud cannot change it in place"):
        cloud.handlers.update(token, key, old, new, outputs, REGION)


def test_drift_is_seen_by_a_refresh(cloud: Cloud) -> None:
    inputs = {"name": "drifting", "retentionInDays": 7, "tags": {"a": "b"}}
    token = "aws:cloudwatch/logGroup:LogGroup"
    complete, _ = cloud.handlers.check(token, inputs, REGION, autoname)
    key, outputs = cloud.handlers.create(token, complete, REGION)
    for operation, given in (
        ("PutRetentionPolicy", {"logGroupName": key, "retentionInDays": 30}),
        ("TagResource", {"resourceArn": outputs["arn"], "tags": {"z": "1"}}),
    ):
        cloud.handlers.clients.call("logs", REGION, operation, given)
    found = cloud.handlers.read(token, key, outputs, complete, REGION)
    assert found is not None
    assert set(cloud.handlers.diff(token, found[0], complete)) == {"retentionInDays", "tags.z"}


def test_what_is_gone_reads_as_nothing(cloud: Cloud) -> None:
    assert cloud.handlers.read(VPC, "vpc-0123456789abcdef0", {"id": "x"}, {"cidrBlock": "10.0.0.0/16"}, REGION) is None


def test_resources_may_be_made_by_several_threads(cloud: Cloud) -> None:
    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(lambda i: cloud.make("aws:sns/topic:Topic", name=f"t{i}"), range(40)))
    assert len(set(made)) == 40


# ---- functions
def test_functions_answer_in_the_sdks_words(cloud: Cloud) -> None:
    def ask(function: str, **inputs: Any) -> Any:
        return cloud.handlers.invoke(function, inputs, REGION)

    assert ask("aws:index/getCallerIdentity:getCallerIdentity")["accountId"] == "123456789012"
    zones = ask("aws:index/getAvailabilityZones:getAvailabilityZones", state="available")
    assert zones["names"][:2] == ["us-east-1a", "us-east-1b"] and len(zones["zoneIds"]) == len(zones["names"])
    assert ask("aws:index/getRegion:getRegion")["name"] == REGION
    assert ask("aws:index/getPartition:getPartition")["dnsSuffix"] == "amazonaws.com"
    name = "/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64"
    assert ask("aws:ssm/getParameter:getParameter", name=name)["value"].startswith("ami-")
    zone = cloud.make("aws:route53/zone:Zone", name="asked.example")
    assert ask("aws:route53/getZone:getZone", name="asked.example")["zoneId"] == zone
    listed = ask("aws:ec2/getPrefixList:getPrefixList", name="com.amazonaws.us-east-1.s3")
    managed = ask("aws:ec2/getManagedPrefixList:getManagedPrefixList", name="com.amazonaws.us-east-1.s3")
    assert listed["id"] == managed["id"] and managed["id"].startswith("pl-")


def test_a_function_that_is_not_served_says_so(cloud: Cloud) -> None:
    with pytest.raises(RequestFailed, match="does not serve the function aws:ec2/getAmi:getAmi"):
        cloud.handlers.invoke("aws:ec2/getAmi:getAmi", {}, REGION)


@pytest.mark.parametrize(
    ("token", "before", "after", "error"),
    [
        (DB, {"allocatedStorage": 40}, {"allocatedStorage": 20}, "cannot be reduced"),
        (DB, {"engineVersion": "16.9"}, {"engineVersion": "17.5"}, "AllowMajorVersionUpgrade flag must be present"),
        (DB, {"engineVersion": "16.9"}, {"engineVersion": "16.8"}, "Cannot upgrade from 16.9 to 16.8"),
        (DB, {"engineVersion": "16.9"}, {"engineVersion": "15.3", "allowMajorVersionUpgrade": True}, "Cannot upgrade"),
        (
            "aws:ebs/volume:Volume",
            {"availabilityZone": "us-east-1a", "size": 20},
            {"size": 10},
            "New size cannot be smaller than existing size",
        ),
    ],
)
def test_what_goes_in_one_direction_only(cloud: Cloud, token: str, before: dict, after: dict, error: str):
    given = {**(POSTGRES if token == DB else {}), **before}
    id = cloud.make(token, **given)
    with pytest.raises(RequestFailed, match=error):
        cloud.handlers.update(token, id, given, {**given, **after}, given, REGION)


def test_a_topic_sends_to_queues_that_are_there_with_dead_letters_of_its_kind(cloud: Cloud) -> None:
    topic, subscription = cloud.make("aws:sns/topic:Topic"), "aws:sns/topicSubscription:TopicSubscription"
    for name, more in (("sent", {}), ("dead.fifo", {"fifoQueue": True})):
        cloud.make("aws:sqs/queue:Queue", name=name, **more)
    arn = "arn:aws:sqs:us-east-1:123456789012"
    to = {"topic": topic, "protocol": "sqs", "endpoint": f"{arn}:sent"}
    for more, words in (
        ({"endpoint": f"{arn}:gone"}, "there is no queue"),
        ({"redrivePolicy": f'{{"deadLetterTargetArn": "{arn}:gone"}}'}, "there is no queue"),
        ({"redrivePolicy": f'{{"deadLetterTargetArn": "{arn}:dead.fifo"}}'}, "must be a standard queue"),
    ):
        with pytest.raises(RequestFailed, match=words):
            cloud.make(subscription, **{**to, **more})
