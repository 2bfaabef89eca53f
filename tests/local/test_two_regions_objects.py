"""Objects that two buckets copy to each other, as S3 does and refuses it."""

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tenfold.local.aws import RequestFailed
from tests.local.two_regions import AWAY, HOME, Regions
from tests.local.world import autoname

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


def test_a_bucket_empties_version_by_version_after_its_versioning_was_suspended(regions: Regions) -> None:
    """As a destroy does it, which takes the bucket's versioning away first."""
    bucket, _ = regions.make("aws:s3/bucket:Bucket", HOME, forceDestroy=True)
    regions.make("aws:s3/bucketVersioning:BucketVersioning", HOME, bucket=bucket,
                 versioningConfiguration={"status": "Enabled"})  # fmt: skip
    for body in (b"1", b"2"):
        regions.ask("s3", HOME, "PutObject", Bucket=bucket, Key="a", Body=body)
    regions.ask("s3", HOME, "DeleteObject", Bucket=bucket, Key="a")
    regions.ask("s3", HOME, "PutBucketVersioning", Bucket=bucket, VersioningConfiguration={"Status": "Suspended"})
    rest = versions(regions, HOME, bucket)
    assert len(rest) == 3
    for version, _ in list(rest):
        regions.ask("s3", HOME, "DeleteObject", Bucket=bucket, Key="a", VersionId=version)
        rest.remove((version, _))
        assert versions(regions, HOME, bucket) == rest
