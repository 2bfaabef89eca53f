"""What two regions of one account have with each other, as AWS does and refuses it."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError
from moto import mock_aws

from tenfold.local.aws import Handlers, RequestFailed
from tenfold.local.provider.errors import InitFailed
from tests.local.world import autoname

HOME, AWAY = "us-east-1", "us-west-2"
VPC, SUBNET, DB = "aws:ec2/vpc:Vpc", "aws:ec2/subnet:Subnet", "aws:rds/instance:Instance"
KEY, REPLICA_KEY = "aws:kms/key:Key", "aws:kms/replicaKey:ReplicaKey"
POSTGRES = {
    "engine": "postgres",
    "engineVersion": "16.9",
    "instanceClass": "db.t3.micro",
    "allocatedStorage": 20,
    "username": "adm",
    "password": "secret1234",
    "storageEncrypted": True,
    "backupRetentionPeriod": 7,
    "skipFinalSnapshot": True,
    "enabledCloudwatchLogsExports": ["postgresql", "upgrade"],
    "performanceInsightsEnabled": True,
    "deletionProtection": False,
}


class Regions:
    """The handlers, and what a test makes in either region."""

    def __init__(self) -> None:
        self.handlers, self.count = Handlers(None), 0

    def inputs(self, token: str, region: str, **inputs: Any) -> dict[str, Any]:
        self.count += 1
        complete, failures = self.handlers.check(token, inputs, region, lambda k, n: f"{autoname(k, n)}{self.count}")
        assert failures == []
        return complete

    def make(self, token: str, region: str, **inputs: Any) -> tuple[str, dict[str, Any]]:
        return self.handlers.create(token, self.inputs(token, region, **inputs), region)

    def ask(self, service: str, region: str, operation: str, **parameters: Any) -> dict[str, Any]:
        return self.handlers.clients.call(service, region, operation, parameters)

    def subnet_group(self, region: str, cidr: str) -> tuple[str, str]:
        """The name of a subnet group, and its VPC's id."""
        vpc, _ = self.make(VPC, region, cidrBlock=f"{cidr}.0.0/16")
        subnets = [
            self.make(SUBNET, region, vpcId=vpc, cidrBlock=f"{cidr}.{at}.0/24", availabilityZone=f"{region}{zone}")[0]
            for at, zone in enumerate("ab")
        ]
        return self.make("aws:rds/subnetGroup:SubnetGroup", region, subnetIds=subnets)[0], vpc


@pytest.fixture
def regions() -> Iterator[Regions]:
    with mock_aws():
        yield Regions()


@pytest.fixture
def source(regions: Regions) -> dict[str, Any]:
    """A database at home, encrypted by a key of many regions; the key's replica away is `away_key`."""
    _, key = regions.make(KEY, HOME, multiRegion=True)
    group, _ = regions.subnet_group(HOME, "10.0")
    _, away = regions.make(REPLICA_KEY, AWAY, primaryKeyArn=key["arn"])
    inputs = {**POSTGRES, "kmsKeyId": key["arn"], "dbSubnetGroupName": group, "multiAz": True}
    _, made = regions.make(DB, HOME, **inputs)
    return {**made, "away_key": away["arn"]}


def replica_inputs(source: dict[str, Any], **more: Any) -> dict[str, Any]:
    inputs = {"replicateSourceDb": source["arn"], "instanceClass": "db.t3.small", "skipFinalSnapshot": True}
    return {**inputs, "storageEncrypted": True, "kmsKeyId": source["away_key"], **more}


def describe(regions: Regions, region: str, name: str) -> dict[str, Any]:
    return regions.ask("rds", region, "DescribeDBInstances", DBInstanceIdentifier=name)["DBInstances"][0]


# ---- databases
def test_a_replica_away_has_what_is_its_own_and_nothing_of_the_sources_region(
    regions: Regions, source: dict[str, Any]
) -> None:
    group, vpc = regions.subnet_group(AWAY, "10.1")
    family = {"family": "postgres16", "parameters": [{"name": "log_min_duration_statement", "value": "250"}]}
    parameters, _ = regions.make("aws:rds/parameterGroup:ParameterGroup", AWAY, **family)
    guard, _ = regions.make("aws:ec2/securityGroup:SecurityGroup", AWAY, vpcId=vpc)
    own = {"dbSubnetGroupName": group, "parameterGroupName": parameters, "vpcSecurityGroupIds": [guard]}
    also = {"enabledCloudwatchLogsExports": ["postgresql"], "backupRetentionPeriod": 7, "deletionProtection": True}
    inputs = regions.inputs(DB, AWAY, **replica_inputs(source, **own, **also, performanceInsightsEnabled=True))
    name, outputs = regions.handlers.create(DB, inputs, AWAY)
    there = describe(regions, AWAY, name)
    assert there["DBSubnetGroup"]["DBSubnetGroupName"] == group
    assert there["DBParameterGroups"][0]["DBParameterGroupName"] == parameters
    assert [one["VpcSecurityGroupId"] for one in there["VpcSecurityGroups"]] == [guard]
    assert there["KmsKeyId"] == source["away_key"]
    assert there["EnabledCloudwatchLogsExports"] == ["postgresql"]
    assert there["PerformanceInsightsEnabled"] and there["DeletionProtection"] and not there["MultiAZ"]
    assert there["BackupRetentionPeriod"] == 7
    assert there["AvailabilityZone"] == "us-west-2a"
    assert there["Endpoint"]["Address"].endswith("us-west-2.rds.amazonaws.com")
    assert describe(regions, HOME, source["identifier"])["ReadReplicaDBInstanceIdentifiers"] == [outputs["arn"]]
    found = regions.handlers.read(DB, name, outputs, inputs, AWAY)
    assert found and regions.handlers.diff(DB, found[0], inputs, found[1]) == {}


def test_a_new_replica_has_neither_backups_nor_protection_nor_the_sources_logs(
    regions: Regions, source: dict[str, Any]
) -> None:
    name, _ = regions.make(DB, AWAY, **replica_inputs(source))
    there = describe(regions, AWAY, name)
    assert (there["BackupRetentionPeriod"], there["DeletionProtection"], there["MultiAZ"]) == (0, False, False)
    assert there.get("EnabledCloudwatchLogsExports", []) == [] and not there["PerformanceInsightsEnabled"]
    assert "DBSubnetGroup" not in there and "MasterUserSecret" not in there
    assert describe(regions, HOME, source["identifier"])["EnabledCloudwatchLogsExports"] == ["postgresql", "upgrade"]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"kmsKeyId": None}, "Cannot create a cross region unencrypted read replica from encrypted source"),
        ({"kmsKeyId": "the key at home"}, "KMSKeyNotAccessibleFault"),
        ({"replicateSourceDb": "arn:aws:rds:us-east-1:123456789012:db:nobody"}, "nobody does not exist"),
        ({"replicateSourceDb": "the name at home"}, "does not exist"),
    ],
)
def test_a_replica_away_is_refused(
    regions: Regions, source: dict[str, Any], change: dict[str, Any], words: str
) -> None:
    meant = {"the key at home": source["kmsKeyId"], "the name at home": source["identifier"]}
    changed = {key: meant.get(value, value) for key, value in change.items()}
    inputs = {key: value for key, value in {**replica_inputs(source), **changed}.items() if value}
    with pytest.raises((RequestFailed, ClientError), match=words):
        regions.make(DB, AWAY, **inputs)


def test_a_replica_away_of_a_database_without_backups_or_with_a_managed_password_is_refused(regions: Regions) -> None:
    bare = {**POSTGRES, "storageEncrypted": False, "backupRetentionPeriod": 0}
    managed = {**POSTGRES, "storageEncrypted": False, "manageMasterUserPassword": True}
    managed.pop("password")
    for inputs, words in ((bare, "has no backups"), (managed, "makes no replicas of such a database")):
        _, made = regions.make(DB, HOME, **inputs)
        replica = {"replicateSourceDb": made["arn"], "instanceClass": "db.t3.micro", "skipFinalSnapshot": True}
        with pytest.raises(RequestFailed, match=words):
            regions.make(DB, AWAY, **replica)


def test_a_promotion_is_in_place_and_is_done_once(regions: Regions, source: dict[str, Any]) -> None:
    inputs = regions.inputs(DB, AWAY, **replica_inputs(source, backupRetentionPeriod=7))
    name, outputs = regions.handlers.create(DB, inputs, AWAY)
    alone = {key: value for key, value in inputs.items() if key != "replicateSourceDb"}
    changed = regions.handlers.update(DB, name, inputs, alone, outputs, AWAY)
    assert changed["arn"] == outputs["arn"]
    assert "ReadReplicaSourceDBInstanceIdentifier" not in describe(regions, AWAY, name)
    assert describe(regions, HOME, source["identifier"])["ReadReplicaDBInstanceIdentifiers"] == []
    with pytest.raises(ClientError, match="is not a read replica"):
        regions.ask("rds", AWAY, "PromoteReadReplica", DBInstanceIdentifier=name)
    with pytest.raises(RequestFailed, match="is not a read replica"):  # a state that nobody has refreshed
        regions.handlers.update(DB, name, inputs, alone, outputs, AWAY)
    with pytest.raises(RequestFailed, match="cannot elect new source database for replication"):
        regions.handlers.update(DB, name, alone, inputs, changed, AWAY)


def test_a_refresh_after_a_promotion_knows_of_no_source_any_more(regions: Regions, source: dict[str, Any]) -> None:
    inputs = regions.inputs(DB, AWAY, **replica_inputs(source))
    name, outputs = regions.handlers.create(DB, inputs, AWAY)
    regions.ask("rds", AWAY, "PromoteReadReplica", DBInstanceIdentifier=name)
    found = regions.handlers.read(DB, name, outputs, inputs, AWAY)
    assert found is not None
    alone = {key: value for key, value in inputs.items() if key != "replicateSourceDb"}
    assert "replicateSourceDb" not in {**found[0], **found[1]}
    regions.handlers.update(DB, name, found[0], alone, found[1], AWAY)  # promotes nothing


def test_a_source_may_go_before_its_replicas(regions: Regions, source: dict[str, Any]) -> None:
    away, _ = regions.make(DB, AWAY, **replica_inputs(source))
    near_inputs = {"replicateSourceDb": source["identifier"], "instanceClass": "db.t3.micro"}
    near, _ = regions.make(DB, HOME, **near_inputs, skipFinalSnapshot=True)
    regions.ask("rds", HOME, "DeleteDBInstance", DBInstanceIdentifier=source["identifier"], SkipFinalSnapshot=True)
    assert "ReadReplicaSourceDBInstanceIdentifier" not in describe(regions, HOME, near)
    assert describe(regions, AWAY, away)["ReadReplicaSourceDBInstanceIdentifier"] == source["arn"]
    snapshot = {"SkipFinalSnapshot": False, "FinalDBSnapshotIdentifier": "last"}
    with pytest.raises(ClientError, match="can not be specified when deleting a replica instance"):
        regions.ask("rds", AWAY, "DeleteDBInstance", DBInstanceIdentifier=away, **snapshot)
    regions.ask("rds", AWAY, "DeleteDBInstance", DBInstanceIdentifier=away, SkipFinalSnapshot=True)
    with pytest.raises(ClientError, match="not found"):
        describe(regions, AWAY, away)


# ---- secrets
SECRET = "aws:secretsmanager/secret:Secret"


def test_a_replica_of_a_secret_has_its_value_its_own_key_and_the_same_name_elsewhere(regions: Regions) -> None:
    _, key = regions.make(KEY, HOME, multiRegion=True)
    _, away = regions.make(REPLICA_KEY, AWAY, primaryKeyArn=key["arn"])
    inputs = regions.inputs(SECRET, HOME, replicas=[{"region": AWAY, "kmsKeyId": away["arn"]}])
    arn, outputs = regions.handlers.create(SECRET, inputs, HOME)
    regions.make("aws:secretsmanager/secretVersion:SecretVersion", HOME, secretId=arn, secretString="one")
    there = arn.replace(HOME, AWAY)
    assert regions.ask("secretsmanager", AWAY, "GetSecretValue", SecretId=there)["SecretString"] == "one"
    [status] = regions.ask("secretsmanager", HOME, "DescribeSecret", SecretId=arn)["ReplicationStatus"]
    assert (status["Region"], status["KmsKeyId"], status["Status"]) == (AWAY, away["arn"], "InSync")
    found = regions.handlers.read(SECRET, arn, outputs, inputs, HOME)
    assert found and regions.handlers.diff(SECRET, found[0], inputs, found[1]) == {}
    with pytest.raises(ClientError, match="not permitted on a replica"):
        regions.ask("secretsmanager", AWAY, "PutSecretValue", SecretId=there, SecretString="two")
    with pytest.raises(ClientError, match="still has replica regions"):
        regions.ask("secretsmanager", HOME, "DeleteSecret", SecretId=arn)
    regions.handlers.delete(SECRET, arn, outputs, HOME)  # takes the replicas first
    with pytest.raises(ClientError, match="find the specified secret"):
        regions.ask("secretsmanager", AWAY, "GetSecretValue", SecretId=there)


def test_a_replica_of_a_secret_can_become_one_of_its_own(regions: Regions) -> None:
    arn, _ = regions.make(SECRET, HOME, replicas=[{"region": AWAY}])
    regions.make("aws:secretsmanager/secretVersion:SecretVersion", HOME, secretId=arn, secretString="one")
    there = arn.replace(HOME, AWAY)
    with pytest.raises(ClientError, match="not a replica"):
        regions.ask("secretsmanager", HOME, "StopReplicationToReplica", SecretId=arn)
    assert regions.ask("secretsmanager", AWAY, "StopReplicationToReplica", SecretId=there)["ARN"] == there
    regions.ask("secretsmanager", AWAY, "PutSecretValue", SecretId=there, SecretString="two")
    assert regions.ask("secretsmanager", HOME, "GetSecretValue", SecretId=arn)["SecretString"] == "one"
    assert regions.ask("secretsmanager", AWAY, "GetSecretValue", SecretId=there)["SecretString"] == "two"
    assert "ReplicationStatus" not in regions.ask("secretsmanager", HOME, "DescribeSecret", SecretId=arn)


def test_a_replica_of_a_secret_takes_no_key_of_another_region(regions: Regions) -> None:
    _, key = regions.make(KEY, HOME)
    asked = {"replicas": [{"region": AWAY, "kmsKeyId": key["arn"]}, {"region": AWAY}]}
    _, failures = regions.handlers.check(SECRET, asked, HOME, autoname)
    assert [failure.property for failure in failures] == ["replicas[0].kmsKeyId", "replicas[1].region"]


# ---- keys
def test_what_a_key_of_two_regions_encrypts_here_it_decrypts_there(regions: Regions) -> None:
    name, key = regions.make(KEY, HOME, multiRegion=True)
    regions.make(REPLICA_KEY, AWAY, primaryKeyArn=key["arn"])
    blob = regions.ask("kms", HOME, "Encrypt", KeyId=name, Plaintext=b"shop")["CiphertextBlob"]
    assert regions.ask("kms", AWAY, "Decrypt", CiphertextBlob=blob)["Plaintext"] == b"shop"
    kinds = [
        regions.ask("kms", region, "DescribeKey", KeyId=name)["KeyMetadata"]["MultiRegionConfiguration"]
        for region in (HOME, AWAY)
    ]
    assert [kind["MultiRegionKeyType"] for kind in kinds] == ["PRIMARY", "REPLICA"]


def test_a_primary_key_waits_for_its_replicas_to_go(regions: Regions) -> None:
    name, key = regions.make(KEY, HOME, multiRegion=True)
    regions.make(REPLICA_KEY, AWAY, primaryKeyArn=key["arn"])
    regions.ask("kms", HOME, "ScheduleKeyDeletion", KeyId=name, PendingWindowInDays=7)
    found = regions.ask("kms", HOME, "DescribeKey", KeyId=name)["KeyMetadata"]
    assert (found["KeyState"], "DeletionDate" in found) == ("PendingReplicaDeletion", False)
    assert regions.handlers.read(KEY, name, key, {}, HOME) is None  # to the provider it is gone


def test_the_primary_role_of_a_key_goes_to_its_replica(regions: Regions) -> None:
    name, key = regions.make(KEY, HOME, multiRegion=True)
    with pytest.raises(ClientError, match="no replica key in"):
        regions.ask("kms", HOME, "UpdatePrimaryRegion", KeyId=name, PrimaryRegion=AWAY)
    regions.make(REPLICA_KEY, AWAY, primaryKeyArn=key["arn"])
    with pytest.raises(ClientError, match="not a multi-Region primary key"):
        regions.ask("kms", AWAY, "UpdatePrimaryRegion", KeyId=name, PrimaryRegion=HOME)
    regions.ask("kms", HOME, "UpdatePrimaryRegion", KeyId=name, PrimaryRegion=AWAY)
    there = regions.ask("kms", AWAY, "DescribeKey", KeyId=name)["KeyMetadata"]["MultiRegionConfiguration"]
    assert (there["MultiRegionKeyType"], [one["Region"] for one in there["ReplicaKeys"]]) == ("PRIMARY", [HOME])


# ---- objects
REPLICATION = "aws:s3/bucketReplicationConfig:BucketReplicationConfig"
ROLE = "arn:aws:iam::123456789012:role/replication"


def rule(bucket: str, **more: Any) -> dict[str, Any]:
    markers = {"filter": {"prefix": ""}, "deleteMarkerReplication": {"status": "Enabled"}}
    return {"id": "all", "status": "Enabled", **markers, "destination": {"bucket": f"arn:aws:s3:::{bucket}"}, **more}


@pytest.fixture
def buckets(regions: Regions) -> tuple[str, str]:
    """Two buckets that replicate to each other."""
    names = []
    for region in (HOME, AWAY):
        name, _ = regions.make("aws:s3/bucket:Bucket", region, forceDestroy=True)
        versioning = {"versioningConfiguration": {"status": "Enabled"}}
        regions.make("aws:s3/bucketVersioning:BucketVersioning", region, bucket=name, **versioning)
        names.append(name)
    here, there = names
    regions.make(REPLICATION, HOME, bucket=here, role=ROLE, rules=[rule(there)])
    regions.make(REPLICATION, AWAY, bucket=there, role=ROLE, rules=[rule(here)])
    return here, there


def versions(regions: Regions, region: str, bucket: str) -> list[tuple[str, bool]]:
    listed = regions.ask("s3", region, "ListObjectVersions", Bucket=bucket)
    found = [(one, False) for one in listed.get("Versions", [])] + [
        (one, True) for one in listed.get("DeleteMarkers", [])
    ]
    return sorted((one["VersionId"], marker) for one, marker in found)


def test_objects_are_copied_both_ways_and_not_back(regions: Regions, buckets: tuple[str, str]) -> None:
    here, there = buckets
    regions.ask("s3", HOME, "PutObject", Bucket=here, Key="a", Body=b"1", Metadata={"by": "anna"}, Tagging="kind=logo")
    regions.ask("s3", AWAY, "PutObject", Bucket=there, Key="b", Body=b"2")
    copied = regions.ask("s3", AWAY, "GetObject", Bucket=there, Key="a")
    assert (copied["Body"].read(), copied["Metadata"]) == (b"1", {"by": "anna"})
    tags = regions.ask("s3", AWAY, "GetObjectTagging", Bucket=there, Key="a")["TagSet"]
    assert tags == [{"Key": "kind", "Value": "logo"}]
    assert regions.ask("s3", HOME, "GetObject", Bucket=here, Key="b")["Body"].read() == b"2"
    regions.ask("s3", HOME, "DeleteObject", Bucket=here, Key="b")
    assert versions(regions, HOME, here) == versions(regions, AWAY, there)
    assert len(versions(regions, HOME, here)) == 3


def test_what_is_encrypted_by_kms_is_copied_only_where_the_rule_says_so(
    regions: Regions, buckets: tuple[str, str]
) -> None:
    here, there = buckets
    encrypted = {"Body": b"1", "ServerSideEncryption": "aws:kms"}
    regions.ask("s3", HOME, "PutObject", Bucket=here, Key="before", **encrypted)
    with pytest.raises(ClientError, match="NoSuchKey"):
        regions.ask("s3", AWAY, "GetObject", Bucket=there, Key="before")
    key = f"arn:aws:kms:{AWAY}:123456789012:key/mrk-0123456789abcdef0123456789abcdef"
    destination = {"bucket": f"arn:aws:s3:::{there}", "encryptionConfiguration": {"replicaKmsKeyId": key}}
    chosen = {"sseKmsEncryptedObjects": {"status": "Enabled"}}
    rules = [rule(there, destination=destination, sourceSelectionCriteria=chosen)]
    regions.make(REPLICATION, HOME, bucket=here, role=ROLE, rules=rules)
    regions.ask("s3", HOME, "PutObject", Bucket=here, Key="after", **encrypted)
    assert regions.ask("s3", AWAY, "HeadObject", Bucket=there, Key="after")["SSEKMSKeyId"] == key
    with pytest.raises(ClientError, match="NoSuchKey"):  # that was there: S3 Batch Replication's work
        regions.ask("s3", AWAY, "GetObject", Bucket=there, Key="before")


def test_replication_needs_versions_on_both_sides_and_keeps_them(regions: Regions, buckets: tuple[str, str]) -> None:
    here, _ = buckets
    bare, _ = regions.make("aws:s3/bucket:Bucket", AWAY)
    for words, source, region, target in (
        ("Destination bucket must have versioning enabled", here, HOME, bare),
        ("Destination bucket must exist", here, HOME, "nobody"),
        ("Versioning must be 'Enabled'", bare, AWAY, here),
    ):
        with pytest.raises((ClientError, RequestFailed), match=words):
            regions.make(REPLICATION, region, bucket=source, role=ROLE, rules=[rule(target)])
    suspended = {"VersioningConfiguration": {"Status": "Suspended"}}
    with pytest.raises(ClientError, match="the versioning state cannot be changed"):
        regions.ask("s3", HOME, "PutBucketVersioning", Bucket=here, **suspended)
    regions.ask("s3", HOME, "DeleteBucketReplication", Bucket=here)
    regions.ask("s3", HOME, "PutBucketVersioning", Bucket=here, **suspended)


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"deleteMarkerReplication": None}, "rules[0].deleteMarkerReplication"),
        ({"filter": None}, "rules[0].filter"),
        ({"filter": {"tag": {"key": "a", "value": "b"}}}, "rules[0].deleteMarkerReplication"),
        ({"destination": {"replicationTime": {"status": "Enabled"}}}, "rules[0].destination.metrics"),
        ({"sourceSelectionCriteria": {"sseKmsEncryptedObjects": {"status": "Enabled"}}},
         "rules[0].destination.encryptionConfiguration"),
        ({"destination": {"encryptionConfiguration": {"replicaKmsKeyId": ROLE}}}, "rules[0].sourceSelectionCriteria"),
    ],
)  # fmt: skip
def test_a_replication_rule_that_s3_refuses(regions: Regions, change: dict[str, Any], path: str) -> None:
    destination = {"bucket": "arn:aws:s3:::there", **change.get("destination", {})}
    changed = {**rule("there"), **change, "destination": destination}
    asked = {"bucket": "here", "role": ROLE, "rules": [{k: v for k, v in changed.items() if v is not None}]}
    if "replicationTime" in destination:
        destination["replicationTime"]["time"] = {"minutes": 15}
    _, failures = regions.handlers.check(REPLICATION, asked, HOME, autoname)
    assert [failure.property for failure in failures] == [path]


def test_a_policy_against_plain_http_lets_objects_in(regions: Regions, buckets: tuple[str, str]) -> None:
    here, _ = buckets
    refused = {"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": f"arn:aws:s3:::{here}/*"}
    plain = {"Condition": {"Bool": {"aws:SecureTransport": "false"}}}
    for statement, words in (({**refused, **plain}, ""), (refused, "403|Denied|Forbidden")):
        policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
        regions.ask("s3", HOME, "PutBucketPolicy", Bucket=here, Policy=policy)
        if not words:
            regions.ask("s3", HOME, "PutObject", Bucket=here, Key="a", Body=b"1")
            continue
        with pytest.raises(ClientError, match=words):
            regions.ask("s3", HOME, "PutObject", Bucket=here, Key="a", Body=b"1")


# ---- names and the CDN
ZONE, RECORD = "aws:route53/zone:Zone", "aws:route53/record:Record"


def failover(zone: str, role: str, address: str) -> dict[str, Any]:
    answer = {"type": "A", "ttl": 60, "records": [address], "setIdentifier": address}
    return {"zoneId": zone, "name": "entry", **answer, "failoverRoutingPolicies": [{"type": role}]}


def test_a_name_has_one_primary_and_one_secondary(regions: Regions) -> None:
    zone, _ = regions.make(ZONE, HOME, name="example.com")
    regions.make(RECORD, HOME, **failover(zone, "PRIMARY", "10.0.0.1"))
    regions.make(RECORD, HOME, **failover(zone, "SECONDARY", "10.1.0.1"))
    with pytest.raises(RequestFailed, match="as a PRIMARY RRSet of the same name and type exists"):
        regions.make(RECORD, HOME, **failover(zone, "PRIMARY", "10.2.0.1"))
    weighted = {**failover(zone, "PRIMARY", "10.3.0.1"), "weightedRoutingPolicies": [{"weight": 1}]}
    weighted.pop("failoverRoutingPolicies")
    with pytest.raises(RequestFailed, match="failover and other RRSets of the same name and type exclude each other"):
        regions.make(RECORD, HOME, **weighted)


CDN = "aws:cloudfront/distribution:Distribution"


def distribution(*methods: str) -> dict[str, Any]:
    behaviour = {"targetOriginId": "both", "viewerProtocolPolicy": "https-only", "allowedMethods": list(methods)}
    policy = {"cachedMethods": ["GET", "HEAD"], "cachePolicyId": "658327ea-f89d-4fab-a63d-7e88639e58f6"}
    members = [{"originId": "here"}, {"originId": "there"}]
    return {
        "enabled": True,
        "origins": [{"originId": name, "domainName": f"{name}.example.com"} for name in ("here", "there")],
        "originGroups": [{"originId": "both", "failoverCriteria": {"statusCodes": [503]}, "members": members}],
        "defaultCacheBehavior": {**behaviour, **policy},
        "restrictions": {"geoRestriction": {"restrictionType": "none"}},
        "viewerCertificate": {"cloudfrontDefaultCertificate": True},
    }


def test_a_group_of_origins_answers_reads_alone(regions: Regions) -> None:
    _, made = regions.make(CDN, HOME, **distribution("GET", "HEAD"))
    assert made["defaultCacheBehavior"]["targetOriginId"] == "both"
    writes = distribution("GET", "HEAD", "OPTIONS", "PUT", "PATCH", "POST", "DELETE")
    _, failures = regions.handlers.check(CDN, writes, HOME, autoname)
    assert [failure.property for failure in failures] == ["defaultCacheBehavior.allowedMethods"]
    assert "cached behavior associated with an origin group" in failures[0].reason


def test_a_group_has_origins_that_there_are(regions: Regions) -> None:
    stranger = distribution("GET", "HEAD")
    stranger["originGroups"][0]["members"][1]["originId"] = "nowhere"
    with pytest.raises(RequestFailed, match="has no origin nowhere"):
        regions.make(CDN, HOME, **stranger)


# ---- tables
TABLE = "aws:dynamodb/table:Table"
ITEM = {"id": {"S": "basket-1"}, "offers": {"N": "3"}}


def table_inputs(regions: Regions, **more: Any) -> dict[str, Any]:
    _, key = regions.make(KEY, HOME, multiRegion=True)
    _, away = regions.make(REPLICA_KEY, AWAY, primaryKeyArn=key["arn"])
    replica = {
        "regionName": AWAY,
        "kmsKeyArn": away["arn"],
        "pointInTimeRecovery": True,
        "deletionProtectionEnabled": False,
        "propagateTags": True,
    }
    inputs = {
        "hashKey": "id",
        "attributes": [{"name": "id", "type": "S"}],
        "billingMode": "PAY_PER_REQUEST",
        "streamEnabled": True,
        "streamViewType": "NEW_AND_OLD_IMAGES",
        "replicas": [replica],
        "tags": {"application": "shop"},
    }
    return regions.inputs(TABLE, HOME, **{**inputs, **more})


def test_items_of_a_table_with_a_replica_are_the_same_in_both_regions(regions: Regions) -> None:
    inputs = table_inputs(regions)
    name, outputs = regions.handlers.create(TABLE, inputs, HOME)
    regions.ask("dynamodb", HOME, "PutItem", TableName=name, Item=ITEM)
    assert regions.ask("dynamodb", AWAY, "GetItem", TableName=name, Key={"id": ITEM["id"]})["Item"] == ITEM
    regions.ask("dynamodb", AWAY, "DeleteItem", TableName=name, Key={"id": ITEM["id"]})
    assert "Item" not in regions.ask("dynamodb", HOME, "GetItem", TableName=name, Key={"id": ITEM["id"]})
    there = regions.ask("dynamodb", AWAY, "DescribeTable", TableName=name)["Table"]
    assert there["SSEDescription"]["KMSMasterKeyArn"] == inputs["replicas"][0]["kmsKeyArn"]
    tags = regions.ask("dynamodb", AWAY, "ListTagsOfResource", ResourceArn=there["TableArn"])["Tags"]
    assert {"Key": "application", "Value": "shop"} in tags
    read = regions.handlers.read(TABLE, name, outputs, inputs, HOME)
    assert read and regions.handlers.diff(TABLE, read[0], inputs, read[1]) == {}


def test_a_replica_comes_and_goes_in_place_and_takes_its_items_along(regions: Regions) -> None:
    two = table_inputs(regions)
    alone = {key: value for key, value in two.items() if key not in ("replicas", "streamEnabled", "streamViewType")}
    name, outputs = regions.handlers.create(TABLE, alone, HOME)
    regions.ask("dynamodb", HOME, "PutItem", TableName=name, Item=ITEM)
    assert "replace" not in str(regions.handlers.diff(TABLE, alone, two, outputs))
    changed = regions.handlers.update(TABLE, name, alone, two, outputs, HOME)
    assert regions.ask("dynamodb", AWAY, "GetItem", TableName=name, Key={"id": ITEM["id"]})["Item"] == ITEM
    with pytest.raises(RequestFailed, match="Streams cannot be disabled"):
        regions.handlers.update(TABLE, name, two, alone, changed, HOME)
    alone |= {key: two[key] for key in ("streamEnabled", "streamViewType")}
    regions.handlers.update(TABLE, name, two, alone, changed, HOME)
    with pytest.raises(ClientError, match="not found"):
        regions.ask("dynamodb", AWAY, "DescribeTable", TableName=name)
    assert regions.ask("dynamodb", HOME, "GetItem", TableName=name, Key={"id": ITEM["id"]})["Item"] == ITEM


def test_a_table_is_not_deleted_before_its_replicas(regions: Regions) -> None:
    inputs = table_inputs(regions)
    name, outputs = regions.handlers.create(TABLE, inputs, HOME)
    with pytest.raises(ClientError, match="acted as a source region"):
        regions.ask("dynamodb", HOME, "DeleteTable", TableName=name)
    regions.ask("dynamodb", AWAY, "UpdateTable", TableName=name, DeletionProtectionEnabled=True)
    with pytest.raises(RequestFailed, match="DeletionProtectionEnabled"):
        regions.handlers.delete(TABLE, name, outputs, HOME)
    regions.ask("dynamodb", AWAY, "UpdateTable", TableName=name, DeletionProtectionEnabled=False)
    regions.handlers.delete(TABLE, name, outputs, HOME)
    for region in (HOME, AWAY):
        with pytest.raises(ClientError, match="not found"):
            regions.ask("dynamodb", region, "DescribeTable", TableName=name)


def test_a_replica_of_a_table_that_is_paid_by_the_hour_is_refused(regions: Regions) -> None:
    hourly = {"billingMode": "PROVISIONED", "readCapacity": 1, "writeCapacity": 1}
    with pytest.raises(InitFailed, match="Pay-Per-Request or AutoScaled"):
        regions.handlers.create(TABLE, table_inputs(regions, **hourly), HOME)


def test_a_replica_of_a_table_whose_stream_does_not_feed_it_is_refused_before_any_call(regions: Regions) -> None:
    inputs = {**table_inputs(regions), "streamViewType": "NEW_IMAGE"}
    _, failures = regions.handlers.check(TABLE, inputs, HOME, autoname)
    assert [failure.property for failure in failures] == ["streamViewType"]
