"""What both regions keep besides databases, compared: objects, tables and secrets; nothing of it is written."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from tenfold.failover.moves import Copied
from tenfold.failover.steps import Takeover

_FIRST = 1000  # objects of a bucket: one page of ListObjectsV2
_COPIES, _TABLE = "aws:s3/bucketReplicationConfig:BucketReplicationConfig", "aws:dynamodb/table:Table"


def of(deployed: Sequence[Mapping[str, Any]]) -> Copied:
    buckets = [
        (one["outputs"]["region"], one["inputs"]["bucket"], rule["destination"]["bucket"].rpartition(":")[2])
        for one in deployed
        if one["type"] == _COPIES
        for rule in one["inputs"].get("rules") or ()
    ]
    tables = [one for one in deployed if one["type"] == _TABLE and one["inputs"].get("replicas")]
    return Copied(tuple(dict.fromkeys(buckets)), tuple(one["outputs"]["name"] for one in tables))


def waiting(at: Takeover, copied: Copied) -> list[str]:
    """What the region that is left has, and the other one has not yet; in words, nothing where they agree."""
    return [*_objects(at, copied), *_tables(at, copied), *_secrets(at)]


def _objects(at: Takeover, copied: Copied) -> Iterator[str]:
    for region, bucket, other in copied.buckets:
        if region != at.away:
            continue
        there, _ = _listed(at, at.away, bucket)
        copies, last = _listed(at, at.here, other)
        # What is here alone takes room on the page: of the keys behind its end the other page says nothing.
        behind = {(key, size) for key, size in there.items() if not last or key <= last} - copies.items()
        if behind:
            yield f"{len(behind)} objects of {bucket} are not in {at.here}"


def _listed(at: Takeover, region: str, bucket: str) -> tuple[dict[str, int], str]:
    """Key -> bytes, of the first page; and its last key, where there are more pages."""
    answer = at.client("s3", region).list_objects_v2(Bucket=bucket, MaxKeys=_FIRST)
    objects = {one["Key"]: one["Size"] for one in answer.get("Contents", ())}
    return objects, max(objects) if answer["IsTruncated"] else ""


def _tables(at: Takeover, copied: Copied) -> Iterator[str]:
    for table in copied.tables:
        described = at.client("dynamodb", at.away).describe_table(TableName=table)["Table"]
        replicas = {one["RegionName"]: one.get("ReplicaStatus", "ACTIVE") for one in described.get("Replicas", ())}
        if (status := replicas.get(at.here)) != "ACTIVE":
            yield f"{table} is {status or 'not there'} in {at.here}"


def _secrets(at: Takeover) -> Iterator[str]:
    for name, arn in secrets(at.outputs):
        if value(at, at.away, arn) != value(at, at.here, arn):
            yield f"the secret {name} differs between the regions"


def secrets(outputs: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """(name, ARN in the first region) of each that the outputs name."""
    if arn := outputs.get("database_secret"):
        yield "database_secret", arn
    for name, arn in (outputs.get("secrets") or {}).items():
        yield f"secrets.{name}", arn


def value(at: Takeover, region: str, arn: str) -> str | bytes:
    """As the region has it, text or bytes; empty for a secret that nobody has given a value yet."""
    from botocore.exceptions import ClientError

    parts = arn.split(":")
    there = ":".join([*parts[:3], region, *parts[4:]])
    try:
        answer = at.client("secretsmanager", region).get_secret_value(SecretId=there)
        return answer.get("SecretString") or answer.get("SecretBinary", "")
    except ClientError as refusal:
        if refusal.response["Error"]["Code"] != "ResourceNotFoundException":
            raise
        return ""


def words(copied: Copied, outputs: Mapping[str, Any]) -> str:
    """What is compared."""
    kinds = {
        f"objects (the first {_FIRST:,} of each bucket)": bool(copied.buckets),
        "tables": bool(copied.tables),
        "secrets": any(True for _ in secrets(outputs)),
    }
    return ", ".join(kind for kind, there in kinds.items() if there) or "nothing"
