"""The key: right from the first stage, and usable by exactly those who need it."""

import json
from typing import Any

import pulumi
import pytest
from examples import documented_arguments, example
from recording import assert_house_rules, record

from tenfold.components.encryption import Encryption, EncryptionArgs, key_policy


def test_one_multi_region_key_with_rotation_protected() -> None:
    graph = record(lambda: Encryption("shop-encryption", {"tags": {"app": "shop"}}))
    assert_house_rules(graph, "shop-encryption")
    key = graph["shop-encryption-key"]
    assert key.protect and key.inputs["multiRegion"] and key.inputs["enableKeyRotation"]
    assert key.inputs["deletionWindowInDays"] == 30
    assert graph["shop-encryption-alias"].inputs["targetKeyId"] == "shop-encryption-key.keyId"


def test_throwaway_key_can_go() -> None:
    key = record(lambda: Encryption("shop-encryption", {"throwaway": True}))["shop-encryption-key"]
    assert not key.protect and key.inputs["deletionWindowInDays"] == 7


def test_a_replica_is_the_same_key_in_another_region_with_that_region_in_its_policy() -> None:
    graph = record(
        lambda: Encryption("shop-encryption", {"other_regions": {"eu-west-1": "edge"}, "tags": {"app": "shop"}})
    )
    assert_house_rules(graph, "shop-encryption")
    replica = graph["shop-encryption-key-edge"]
    assert (replica.inputs["region"], replica.inputs["primaryKeyArn"]) == (
        "eu-west-1",
        "arn:aws:kms:us-east-1:123456789012:shop-encryption-key",
    )
    [logs] = [s for s in json.loads(replica.inputs["policy"])["Statement"] if s["Sid"] == "Logs"]
    assert logs["Principal"] == {"Service": "logs.eu-west-1.amazonaws.com"}
    assert not replica.protect, "replicated again, it reads what this one has encrypted"


def test_the_key_is_known_by_region_and_no_region_has_it_twice() -> None:
    def arns(region: str) -> dict[str, pulumi.Output[str]]:
        return Encryption("shop-encryption", {"other_regions": {region: "standby"}}).key_arn_by_region

    found: list[dict[str, pulumi.Output[str]]] = []
    record(lambda: found.append(arns("eu-west-1")))
    assert list(found[0]) == ["us-east-1", "eu-west-1"]
    with pytest.raises(ValueError, match="us-east-1 is the key's own region; leave it out"):
        record(lambda: arns("us-east-1"))


def statements() -> dict[str, dict[str, Any]]:
    return {s["Sid"]: s for s in key_policy("123456789012", "eu-central-1")}


def test_the_account_keeps_control_and_cannot_lock_itself_out() -> None:
    administration = statements()["Administration"]
    assert administration["Principal"] == {"AWS": "arn:aws:iam::123456789012:root"}
    assert {"kms:PutKeyPolicy", "kms:ScheduleKeyDeletion", "kms:ReplicateKey"} <= set(administration["Action"])


def test_whoever_is_let_in_by_condition_is_of_this_account() -> None:
    for sid, statement in statements().items():
        if statement["Principal"] == {"AWS": "*"} or "Service" in statement["Principal"]:
            assert "123456789012" in json.dumps(statement["Condition"]), sid


def test_auto_scaling_can_attach_encrypted_volumes_before_its_role_exists() -> None:
    grant = statements()["ScalingGrant"]
    assert grant["Action"] == ["kms:CreateGrant"]
    assert grant["Condition"]["Bool"] == {"kms:GrantIsForAWSResource": "true"}
    assert grant["Condition"]["ArnEquals"]["aws:PrincipalArn"].endswith("/AWSServiceRoleForAutoScaling")


def test_logs_only_for_log_groups_of_this_account_and_region() -> None:
    logs = statements()["Logs"]
    assert logs["Principal"] == {"Service": "logs.eu-central-1.amazonaws.com"}
    assert logs["Condition"]["ArnLike"] == {
        "kms:EncryptionContext:aws:logs:arn": "arn:aws:logs:eu-central-1:123456789012:*"
    }


def test_the_page_s_example_runs_and_its_table_is_complete() -> None:
    assert "shop-encryption-key" in example("encryption")
    assert documented_arguments("encryption") >= set(EncryptionArgs.__annotations__)
