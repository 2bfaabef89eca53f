"""Copies of objects in another region: with their deletions, in the promised time, by a role that may do just that."""

import json
from typing import Any

from examples import documented_arguments, example
from recording import Graph, assert_house_rules, record

from tenfold.components.replication import BucketArgs, Replication, ReplicationArgs

KEY = "arn:aws:kms:{region}:123456789012:key/k"


def bucket(name: str, region: str) -> BucketArgs:
    return {"name": name, "arn": f"arn:aws:s3:::{name}", "region": region, "kms_key_arn": KEY.format(region=region)}


def replication() -> Graph:
    args: ReplicationArgs = {
        "source": bucket("here", "us-east-1"),
        "to": bucket("there", "us-west-2"),
        "tags": {"app": "shop"},
    }
    return record(lambda: Replication("shop-uploads-copies", args).role_arn)


def rule() -> Any:
    [only] = replication()["shop-uploads-copies-copies"].inputs["rules"]
    return only


def test_objects_are_copied_encrypted_with_the_other_region_s_key() -> None:
    destination = rule()["destination"]
    assert destination["bucket"] == "arn:aws:s3:::there"
    assert destination["encryptionConfiguration"] == {"replicaKmsKeyId": KEY.format(region="us-west-2")}
    assert rule()["sourceSelectionCriteria"]["sseKmsEncryptedObjects"] == {"status": "Enabled"}


def test_objects_with_s3_s_own_key_need_none_of_ours() -> None:
    args: ReplicationArgs = {
        "source": {"name": "here", "arn": "arn:aws:s3:::here", "region": "us-east-1"},
        "to": {"name": "there", "arn": "arn:aws:s3:::there", "region": "us-west-2"},
    }
    graph = record(lambda: Replication("shop-static-copies", args).role_arn)
    [only] = graph["shop-static-copies-copies"].inputs["rules"]
    assert "encryptionConfiguration" not in only["destination"] and "sseKms" not in str(only)
    assert "kms:" not in graph["shop-static-copies-role-policy"].inputs["policy"]


def test_deletions_and_changes_of_copies_are_copied() -> None:
    """Delete markers only with the newer form of a rule, which is the one that has a filter and a priority."""
    assert rule()["deleteMarkerReplication"] == {"status": "Enabled"}
    assert rule()["filter"] == {"prefix": ""} and rule()["priority"] == 1
    assert rule()["sourceSelectionCriteria"]["replicaModifications"] == {"status": "Enabled"}


def test_the_time_is_promised_and_measured() -> None:
    assert rule()["destination"]["replicationTime"] == {"status": "Enabled", "time": {"minutes": 15}}
    assert rule()["destination"]["metrics"] == {"status": "Enabled", "eventThreshold": {"minutes": 15}}


def test_the_role_reads_one_bucket_and_writes_the_other() -> None:
    graph = replication()
    assert_house_rules(graph, "shop-uploads-copies")
    statements = json.loads(graph["shop-uploads-copies-role-policy"].inputs["policy"])["Statement"]
    may = {action: statement["Resource"] for statement in statements for action in statement["Action"]}
    assert may["s3:GetObjectVersionForReplication"] == "arn:aws:s3:::here/*"
    assert may["s3:ReplicateObject"] == may["s3:ReplicateDelete"] == "arn:aws:s3:::there/*"
    assert may["kms:Decrypt"] == KEY.format(region="us-east-1") and may["kms:Encrypt"] == KEY.format(region="us-west-2")
    [through] = [s["Condition"] for s in statements if s["Action"] == ["kms:Encrypt"]]
    assert through == {"StringEquals": {"kms:ViaService": "s3.us-west-2.amazonaws.com"}}


def test_the_page_s_example_runs_and_its_table_is_complete() -> None:
    assert "shop-uploads-copies-copies" in example("replication")
    assert documented_arguments("replication") >= set(ReplicationArgs.__annotations__) | set(BucketArgs.__annotations__)
