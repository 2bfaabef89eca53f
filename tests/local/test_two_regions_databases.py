"""A database's replica in another region of the account, as RDS makes, promotes and refuses it."""

from typing import Any

import pytest
from botocore.exceptions import ClientError

from tenfold.local.aws import RequestFailed
from tests.local.two_regions import AWAY, HOME, KEY, REPLICA_KEY, Regions

DB = "aws:rds/instance:Instance"
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
