"""The bucket for uploads: closed, encrypted, and a mistake can be undone."""

import json
from typing import Any

import pulumi
from examples import documented_arguments, example
from recording import Graph, assert_house_rules, record

from tenfold.components.uploads import Uploads, UploadsArgs, statements

KEY = "arn:aws:kms:us-east-1:123456789012:key/k"


def uploads(**args: object) -> Graph:
    inputs: Any = {"kms_key_arn": KEY, "tags": {"app": "shop"}, **args}
    return record(lambda: Uploads("shop-uploads", inputs).bucket)


def test_nobody_comes_from_outside_and_nothing_without_tls() -> None:
    graph = uploads()
    assert_house_rules(graph, "shop-uploads")
    closed = graph["shop-uploads-closed"].inputs
    assert all(
        closed[key] for key in ("blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets")
    )
    [statement] = json.loads(graph["shop-uploads-policy"].inputs["policy"])["Statement"]
    assert (statement["Effect"], statement["Condition"]) == ("Deny", {"Bool": {"aws:SecureTransport": "false"}})


def test_objects_are_encrypted_with_the_stack_s_key() -> None:
    [rule] = uploads()["shop-uploads-encryption"].inputs["rules"]
    assert rule["applyServerSideEncryptionByDefault"] == {"sseAlgorithm": "aws:kms", "kmsMasterKeyId": KEY}
    assert rule["bucketKeyEnabled"]


def test_what_is_current_stays_and_what_was_replaced_stays_for_a_while() -> None:
    graph = uploads(keep_days=60)
    assert graph["shop-uploads-versions"].inputs["versioningConfiguration"] == {"status": "Enabled"}
    [rule] = graph["shop-uploads-expiry"].inputs["rules"]
    assert rule["noncurrentVersionExpiration"] == {"noncurrentDays": 60}
    assert rule["expiration"] == {"expiredObjectDeleteMarker": True}, "no days: nothing current expires"


def test_it_is_protected_unless_it_may_be_thrown_away() -> None:
    bucket, other = uploads()["shop-uploads-bucket"], uploads(throwaway=True)["shop-uploads-bucket"]
    assert bucket.protect and not bucket.inputs["forceDestroy"]
    assert not other.protect and other.inputs["forceDestroy"]


def test_a_role_keeps_uploads_and_cannot_change_the_bucket() -> None:
    found = record(lambda: pulumi.Output.from_input(statements("arn:aws:s3:::b", KEY))).result
    actions = {action for statement in found for action in statement["Action"]}
    assert found[0]["Resource"] == "arn:aws:s3:::b/*"
    assert {"s3:PutObject", "s3:GetObject", "kms:Decrypt", "kms:GenerateDataKey"} <= actions
    assert not {a for a in actions if "Policy" in a or "Versioning" in a or a == "s3:DeleteObjectVersion"}


def test_the_page_s_example_runs_and_its_table_is_complete() -> None:
    assert "shop-uploads-bucket" in example("uploads")
    assert documented_arguments("uploads") >= set(UploadsArgs.__annotations__)


def test_browsers_come_from_named_pages_only() -> None:
    assert not uploads().of("s3/bucketCorsConfiguration:BucketCorsConfiguration")
    [rule] = uploads(origins=["https://shop.example.com"])["shop-uploads-origins"].inputs["corsRules"]
    assert rule["allowedOrigins"] == ["https://shop.example.com"]
    assert {"POST", "PUT"} <= set(rule["allowedMethods"]) and "DELETE" not in rule["allowedMethods"]
