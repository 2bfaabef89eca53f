"""What is there cannot be made a second time: the local cloud refuses what AWS, or its provider, refuses."""

from collections.abc import Iterator

import pytest
from botocore.exceptions import ClientError
from moto import mock_aws

from tenfold.local.aws import Handlers, InitFailed, RequestFailed
from tests.local.world import REGION, SCENARIO, World, data

ENTRIES = data(SCENARIO)
UNNAMED = "has no name: AWS makes another one"
PUT = "is put: AWS replaces what is there"
SAME = "asked for with the same attributes AWS answers the one that is there"
# Why a second one is accepted.
ACCEPTED = {
    "acm/certificate:Certificate": UNNAMED,
    "acm/certificateValidation:CertificateValidation": "nothing is made",
    "appautoscaling/policy:Policy": PUT,
    "appautoscaling/target:Target": PUT,
    "autoscaling/lifecycleHook:LifecycleHook": PUT,
    "autoscaling/notification:Notification": PUT,
    "autoscaling/policy:Policy": PUT,
    "autoscaling/schedule:Schedule": PUT,
    "backup/vaultLockConfiguration:VaultLockConfiguration": PUT,
    "cloudfront/distribution:Distribution": "has no name of its own; those it serves are tried below",
    "cloudfront/monitoringSubscription:MonitoringSubscription": "the provider also changes it so",
    "cloudwatch/dashboard:Dashboard": PUT,
    "cloudwatch/eventBusPolicy:EventBusPolicy": PUT,
    "cloudwatch/eventRule:EventRule": PUT,
    "cloudwatch/eventTarget:EventTarget": PUT,
    "cloudwatch/metricAlarm:MetricAlarm": PUT,
    "dlm/lifecyclePolicy:LifecyclePolicy": UNNAMED,
    "ebs/volume:Volume": UNNAMED,
    "ec2/defaultSecurityGroup:DefaultSecurityGroup": "is adopted",
    "ec2/eip:Eip": UNNAMED,
    "ec2/eipAssociation:EipAssociation": "an address moves, unless it is said not to",
    "ec2/instance:Instance": UNNAMED,
    "ec2/routeTable:RouteTable": UNNAMED,
    "ec2/vpc:Vpc": UNNAMED,
    "eks/accessPolicyAssociation:AccessPolicyAssociation": PUT,
    "iam/rolePolicy:RolePolicy": PUT,
    "iam/rolePolicyAttachment:RolePolicyAttachment": SAME,
    "kms/key:Key": UNNAMED,
    "rds/proxyDefaultTargetGroup:ProxyDefaultTargetGroup": "is adopted",
    "route53/healthCheck:HealthCheck": UNNAMED,
    "route53/zone:Zone": "a public name may have several zones; a private one in a VPC may not",
    "s3/bucketCorsConfiguration:BucketCorsConfiguration": PUT,
    "s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": PUT,
    "s3/bucketOwnershipControls:BucketOwnershipControls": PUT,
    "s3/bucketPolicy:BucketPolicy": PUT,
    "s3/bucketPublicAccessBlock:BucketPublicAccessBlock": PUT,
    "s3/bucketReplicationConfig:BucketReplicationConfig": PUT,
    "s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration": PUT,
    "s3/bucketVersioning:BucketVersioning": PUT,
    "secretsmanager/secretVersion:SecretVersion": UNNAMED,
    "sns/topic:Topic": SAME,
    "sns/topicPolicy:TopicPolicy": PUT,
    "sns/topicSubscription:TopicSubscription": SAME,
    "sqs/queue:Queue": SAME,
    "sqs/queuePolicy:QueuePolicy": PUT,
    "sqs/redriveAllowPolicy:RedriveAllowPolicy": PUT,
    "sqs/redrivePolicy:RedrivePolicy": PUT,
    "wafv2/webAclLoggingConfiguration:WebAclLoggingConfiguration": PUT,
}
REFUSED_ONCE_NAMED = {"private_zone"}  # of a type that is accepted elsewhere


@pytest.fixture(scope="module")
def twice() -> Iterator[dict[str, str]]:
    """{name in the scenario: why the second one was refused}"""
    said: dict[str, str] = {}
    with mock_aws():
        world = World(Handlers(None))
        for name, entry in ENTRIES.items():
            made = world.build(name, {key: value for key, value in entry.items() if key != "update"})
            assert not made.error, f"{name}: {made.error}"
            try:
                world.handlers.create(made.token, made.inputs, made.outputs.get("region", REGION))
            except (RequestFailed, InitFailed) as refused:
                said[name] = str(refused)
        yield said


def test_a_second_one_is_refused_where_aws_refuses_it(twice: dict[str, str]) -> None:
    wrong = [
        name
        for name, entry in ENTRIES.items()
        if (name in twice) == (entry["type"].removeprefix("aws:") in ACCEPTED and name not in REFUSED_ONCE_NAMED)
    ]
    assert wrong == [], [(name, twice.get(name, "accepted")) for name in wrong]


RECORD = "aws:route53/record:Record"


@pytest.fixture
def zone() -> Iterator[tuple[Handlers, str]]:
    with mock_aws():
        handlers = Handlers(None)
        yield handlers, handlers.create("aws:route53/zone:Zone", {"name": "example.com"}, REGION)[0]


def _record(zone: str, name: str, address: str, mark: str | None = "current", **more: object) -> dict[str, object]:
    weighted = {"setIdentifier": mark, "weightedRoutingPolicies": [{"weight": 100}]} if mark else {}
    return {"zoneId": zone, "name": name, "type": "A", "ttl": 60, "records": [address], **weighted, **more}


def test_another_environments_record_is_neither_taken_over_nor_removed(zone: tuple[Handlers, str]) -> None:
    handlers, key = zone
    dev, prod = _record(key, "dev", "192.0.2.1"), _record(key, "prod", "192.0.2.2")
    id_, state = handlers.create(RECORD, dev, REGION)
    kept, known = handlers.create(RECORD, prod, REGION)
    with pytest.raises(RequestFailed, match=r"already exists .*InvalidChangeBatch"):
        handlers.create(RECORD, _record(key, "dev", "192.0.2.9"), REGION)
    with pytest.raises(RequestFailed, match="do not match the current values"):
        handlers.delete(RECORD, id_, {**state, "records": ["192.0.2.9"]}, REGION)
    handlers.delete(RECORD, id_, state, REGION)
    handlers.delete(RECORD, id_, state, REGION)  # not found is a success
    assert handlers.read(RECORD, id_, state, dev, REGION) is None
    assert handlers.read(RECORD, kept, known, prod, REGION) is not None, "it has the same set identifier"
    handlers.create(RECORD, dev, REGION)  # the name is free again


@pytest.mark.parametrize(
    ("second", "why"),
    [
        ({"type": "CNAME", "records": ["x.example.org"]}, "conflicts with other records"),
        ({"setIdentifier": None, "weightedRoutingPolicies": None}, "other RRSets exist with the same name and type"),
    ],
)
def test_what_cannot_stand_beside_a_record(zone: tuple[Handlers, str], second: dict[str, object], why: str) -> None:
    handlers, key = zone
    first = _record(key, "www", "192.0.2.1")
    handlers.create(RECORD, first, REGION)
    with pytest.raises(RequestFailed, match=why):
        handlers.create(RECORD, {k: v for k, v in {**first, **second}.items() if v is not None}, REGION)


def test_a_domain_belongs_to_one_distribution() -> None:
    custom = {"HTTPPort": 80, "HTTPSPort": 443, "OriginProtocolPolicy": "https-only"}
    origin = {"Id": "o", "DomainName": "o.example.org", "CustomOriginConfig": custom}
    config = {
        "Origins": {"Quantity": 1, "Items": [origin]},
        "DefaultCacheBehavior": {"TargetOriginId": "o", "ViewerProtocolPolicy": "https-only"},
        "Comment": "",
        "Enabled": True,
        "Aliases": {"Quantity": 1, "Items": ["www.example.com"]},
    }
    with mock_aws():
        call = Handlers(None).clients.call
        wanted = {"DomainName": "*.example.com", "ValidationMethod": "DNS"}
        certificate = call("acm", REGION, "RequestCertificate", wanted)["CertificateArn"]
        config["ViewerCertificate"] = {"ACMCertificateArn": certificate, "SSLSupportMethod": "sni-only"}
        create = [{"DistributionConfig": {**config, "CallerReference": mark}} for mark in ("a", "b", "c")]
        made = call("cloudfront", REGION, "CreateDistribution", create[0])
        with pytest.raises(ClientError, match="CNAMEAlreadyExists"):
            call("cloudfront", REGION, "CreateDistribution", create[1])
        other = {**create[2]["DistributionConfig"], "Aliases": {"Quantity": 1, "Items": ["api.example.com"]}}
        call("cloudfront", REGION, "CreateDistribution", {"DistributionConfig": other})
        update = {"Id": made["Distribution"]["Id"], "IfMatch": made["ETag"]}
        call("cloudfront", REGION, "UpdateDistribution", {**update, **create[0]})  # its own name is no other's
        taken = {**create[0]["DistributionConfig"], "Aliases": other["Aliases"]}
        with pytest.raises(ClientError, match="CNAMEAlreadyExists"):
            call("cloudfront", REGION, "UpdateDistribution", {**update, "DistributionConfig": taken})
