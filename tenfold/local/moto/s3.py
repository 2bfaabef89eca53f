"""What moto's S3 lacks: replication between buckets, as it is configured and as it copies."""

import copy
import json
from collections.abc import Iterator, Mapping
from typing import Any

from moto.core.responses import ActionResult
from moto.iam.access_control import IAMPolicy, PermissionResult
from moto.s3.exceptions import ReplicationConfigurationNotFoundError, S3ClientError
from moto.s3.models import FakeBucket, FakeDeleteMarker, S3Backend, s3_backends
from moto.s3.responses import S3Response

from tenfold.local.moto.patching import Response, replace
from tenfold.local.regions import LOST, when_restored

Rule = Mapping[str, Any]


# ---- the configuration
@replace(S3Backend, "put_bucket_replication")
def put_bucket_replication(original: Any, self: Any, bucket_name: str, replication: dict[str, Any]) -> None:
    """moto asks the source for its versions and not the destination. What is there already is not copied."""
    rules = replication["Rule"]
    for rule in rules if isinstance(rules, list) else [rules]:
        name = rule["Destination"]["Bucket"].rpartition(":")[2]
        if name not in self.buckets:
            raise S3ClientError("InvalidRequest", "Destination bucket must exist.")
        if not self.buckets[name].is_versioned:
            raise S3ClientError("InvalidRequest", "Destination bucket must have versioning enabled.")
    original(self, bucket_name, replication)
    for version in _versions(self.get_bucket(bucket_name)):
        version.seen_by_replication = True


@replace(S3Response, "get_bucket_replication")
def get_bucket_replication(_: Any, self: Response) -> Any:
    """moto answers half of each rule, and delete markers as disabled."""
    self.data["Action"] = "GetBucketReplication"
    replication = self.backend.get_bucket_replication(self.bucket_name)
    if not replication:
        raise ReplicationConfigurationNotFoundError(bucket_name=self.bucket_name)
    rules = [_answered(rule) for rule in replication["Rule"]]
    return self.serialized(ActionResult({"ReplicationConfiguration": {"Role": replication["Role"], "Rules": rules}}))


def _answered(rule: Rule) -> dict[str, Any]:
    """As XML says it, empty elements are None."""
    answer = {key: value for key, value in rule.items() if not key.startswith("@")}
    if "Filter" in answer:
        answer["Filter"] = {key: value or "" for key, value in (answer["Filter"] or {"Prefix": ""}).items()}
    return answer


@replace(S3Backend, "put_bucket_versioning")
def put_bucket_versioning(original: Any, self: Any, bucket_name: str, status: str) -> None:
    if status != "Enabled" and getattr(self.get_bucket(bucket_name), "replication", None):
        why = "A replication configuration is present on this bucket, so the versioning state cannot be changed."
        raise S3ClientError("InvalidBucketState", why)
    original(self, bucket_name, status)


# ---- who may
@replace(FakeBucket, "get_permission")
def get_permission(original: Any, self: Any, action: str, resource: str) -> Any:
    """moto takes a statement's conditions to hold, whatever they are: one that refuses plain HTTP would refuse all.
    Calls on this machine count as TLS; statements with conditions decide nothing here."""
    if not self.policy:
        return original(self, action, resource)
    policy = json.loads(self.policy)
    statements = policy["Statement"] if isinstance(policy["Statement"], list) else [policy["Statement"]]
    unconditional = [one for one in statements if not one.get("Condition")]
    if not unconditional:
        return PermissionResult.NEUTRAL
    return IAMPolicy(json.dumps({**policy, "Statement": unconditional})).is_action_permitted(action, resource)


@replace(S3Backend, "delete_object")
def delete_object(
    original: Any, self: Any, bucket_name: str, key_name: str, version_id: Any = None, **more: Any
) -> Any:
    """One version of a bucket whose versioning is suspended is that one, not the whole key, whose delete markers moto
    cannot even take away. (S3 User Guide, "Deleting objects from versioning-suspended buckets")"""
    bucket = self.get_bucket(bucket_name)
    if version_id is None or getattr(bucket, "versioning_status", None) != "Suspended":
        return original(self, bucket_name, key_name, version_id, **more)
    bucket.versioning_status = "Enabled"
    try:
        return original(self, bucket_name, key_name, version_id, **more)
    finally:
        bucket.versioning_status = "Suspended"


# ---- what it copies
@replace(S3Response, "bucket_response")
def bucket_response(original: Any, self: Response, *args: Any, **named: Any) -> Any:
    answer = original(self, *args, **named)
    replicate(self.backend)
    return answer


@replace(S3Response, "key_response")
def key_response(original: Any, self: Response, *args: Any, **named: Any) -> Any:
    answer = original(self, *args, **named)
    replicate(self.backend)
    return answer


def replicate(backend: Any) -> None:
    """Copies what no rule has seen yet: new versions and delete markers, whole, under the same version id. A copy is
    not copied on, so that two buckets may replicate to each other. What is meant for a region that answers nothing,
    or comes from one, waits until it answers again, as S3 repeats it."""
    for bucket in list(backend.buckets.values()):
        configuration = getattr(bucket, "replication", None)
        if not configuration or bucket.region_name in LOST:
            continue
        for version in _versions(bucket):
            if not getattr(version, "seen_by_replication", False):
                rules = [rule for rule in configuration["Rule"] if _applies(rule, version)]
                targets = [backend.buckets.get(rule["Destination"]["Bucket"].rpartition(":")[2]) for rule in rules]
                if not any(target is not None and target.region_name in LOST for target in targets):
                    version.seen_by_replication = True
                    for rule, target in zip(rules, targets, strict=True):
                        if target is not None and target.is_versioned:
                            _copy(backend, version, target, rule)


def _applies(rule: Rule, version: Any) -> bool:
    marker, chosen = isinstance(version, FakeDeleteMarker), rule.get("Filter") or {}
    prefix = (chosen.get("And") or chosen).get("Prefix") or rule.get("Prefix") or ""
    if rule["Status"] != "Enabled" or not version.name.startswith(prefix):
        return False
    if marker:
        return (rule.get("DeleteMarkerReplication") or {}).get("Status") == "Enabled"
    criteria = rule.get("SourceSelectionCriteria") or {}
    encrypted = (getattr(version, "encryption", None) or "").startswith("aws:kms")
    return not encrypted or (criteria.get("SseKmsEncryptedObjects") or {}).get("Status") == "Enabled"


def _copy(backend: Any, version: Any, target: Any, rule: Rule) -> None:
    replica = copy.copy(version)
    replica.seen_by_replication = True
    if not isinstance(version, FakeDeleteMarker):
        replica.bucket_name = target.name
        replica._value_buffer = type(version._value_buffer)(version._max_buffer_size)
        replica.value = version.value
        encryption = rule["Destination"].get("EncryptionConfiguration") or {}
        replica.kms_key_id = encryption.get("ReplicaKmsKeyID", replica.kms_key_id)
        backend.tagger.copy_tags(version.arn, replica.arn)
    target.keys[version.name] = replica


def _versions(bucket: Any) -> Iterator[Any]:
    for name in list(bucket.keys):
        yield from bucket.keys.getlist(name, [])


@when_restored
def copy_what_waited() -> None:
    for partitions in s3_backends.values():
        for backend in partitions.values():
            replicate(backend)
