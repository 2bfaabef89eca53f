"""Secrets and keys that are in two regions of one account, as AWS replicates and refuses them."""

import pytest
from botocore.exceptions import ClientError

from tests.local.two_regions import AWAY, HOME, KEY, REPLICA_KEY, Regions
from tests.local.world import autoname

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
