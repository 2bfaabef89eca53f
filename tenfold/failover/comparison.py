"""Compares what both regions keep besides databases: objects, items of tables, secrets. Nothing is written."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from typing import Any

from tenfold.failover.moves import Copied
from tenfold.failover.takeover import Takeover
from tenfold.wording import quantity

OBJECTS = 1_000_000  # of a bucket: a thousand pages on each side, some minutes
ITEMS = 100  # of a table: one batch of BatchGetItem (API reference)
VERSIONS = ("AWSCURRENT", "AWSPREVIOUS")  # the second is what applications use until they read again
_COPIES, _TABLE = "aws:s3/bucketReplicationConfig:BucketReplicationConfig", "aws:dynamodb/table:Table"


@dataclass
class Comparison:
    """`behind`: in words, what has not arrived yet in the region that takes over; empty where both agree.
    `counts`: how many of each kind were compared. `cut`: what was left out, because there was too much of it."""

    behind: list[str] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    cut: list[str] = field(default_factory=list)

    @property
    def words(self) -> str:
        compared = ", ".join(quantity(number, word) for word, number in self.counts.items()) or "nothing to compare"
        return f"{compared}; not looked at: {', '.join(self.cut)}" if self.cut else compared


def of(deployed: Sequence[Mapping[str, Any]]) -> Copied:
    buckets = [
        (one["outputs"]["region"], one["inputs"]["bucket"], rule["destination"]["bucket"].rpartition(":")[2])
        for one in deployed
        if one["type"] == _COPIES
        for rule in one["inputs"].get("rules") or ()
    ]
    tables = [one for one in deployed if one["type"] == _TABLE and one["inputs"].get("replicas")]
    return Copied(tuple(dict.fromkeys(buckets)), tuple(one["outputs"]["name"] for one in tables))


def compare(at: Takeover, copied: Copied, until: datetime | None = None) -> Comparison:
    """`until`: set while applications still write, when some copies are always under way. Objects younger than it are
    left out, and an item counts as copied even if it has changed since. None once nothing writes any more."""
    comparison = Comparison()
    for region, bucket, other in copied.buckets:
        if region == at.away:
            _objects(at, bucket, other, comparison, until)
    for table in copied.tables:
        _items(at, table, comparison, until is None)
    for name, arn in secrets(at.outputs):
        comparison.counts["secret"] += 1
        if any(value(at, at.away, arn, stage) != value(at, at.here, arn, stage) for stage in VERSIONS):
            comparison.behind.append(f"the secret {name} differs between the regions")
    return comparison


def _objects(at: Takeover, bucket: str, other: str, comparison: Comparison, until: datetime | None) -> None:
    """Reads both listings in parallel, since S3 sorts keys by their bytes: neither is in memory as a whole."""
    copies, missing, younger = _listed(at, at.here, other), 0, 0
    copy = next(copies, None)
    listing = _listed(at, at.away, bucket)
    for key, size, modified in islice(listing, OBJECTS):
        if until and modified > until:
            younger += 1
            continue
        while copy and copy[0].encode() < key.encode():
            copy = next(copies, None)
        missing += not copy or copy[:2] != (key, size)
        comparison.counts["object"] += 1
    if younger:
        comparison.cut.append(f"{quantity(younger, 'object')} of {bucket} that may be under way")
    if next(listing, None):
        comparison.cut.append(f"objects of {bucket} after the first {OBJECTS:,}")
    if missing:
        comparison.behind.append(f"{quantity(missing, 'object')} of {bucket} {_are(missing)} not in {at.here}")


def _listed(at: Takeover, region: str, bucket: str) -> Iterator[tuple[str, int, datetime]]:
    """(key, bytes, when it was put) of each object, in order."""
    pages = at.client("s3", region).get_paginator("list_objects_v2").paginate(Bucket=bucket)
    return ((one["Key"], one["Size"], one["LastModified"]) for page in pages for one in page.get("Contents", ()))


def _items(at: Takeover, table: str, comparison: Comparison, rests: bool) -> None:
    """Checks that replication of the table is active, and that the first items of a scan are the same in both regions.
    Reading all items would cost money; once nothing writes, the rest arrives within a second (Developer Guide, Global
    tables)."""
    described = at.client("dynamodb", at.away).describe_table(TableName=table)["Table"]
    if (status := _status(at, table)) != "ACTIVE":
        comparison.behind.append(f"{table} is {status or 'not there'} in {at.here}")
        return
    answer = at.client("dynamodb", at.away).scan(TableName=table, Limit=ITEMS)
    if answer.get("LastEvaluatedKey"):
        comparison.cut.append(f"items of {table} after {ITEMS}")
    items = answer["Items"]
    comparison.counts["item"] += len(items)
    names = [one["AttributeName"] for one in described["KeySchema"]]
    keys = _only(names, items)
    copies = _read(at, table, keys)
    pairs = (items, copies) if rests else (keys, _only(names, copies))
    if missing := sum(item not in pairs[1] for item in pairs[0]):
        comparison.behind.append(f"{quantity(missing, 'item')} of {table} {_are(missing)} not the same in {at.here}")


def _only(names: Sequence[str], items: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    return [{name: item[name] for name in names} for item in items]


def _status(at: Takeover, table: str) -> str:
    """Status of the table's replica, from whichever region lists it: in AWS each region lists the others, in the local
    cloud only the first region lists its replicas. Empty where there is no replica."""
    for asked, other in ((at.away, at.here), (at.here, at.away)):
        described = at.client("dynamodb", asked).describe_table(TableName=table)["Table"]
        for one in described.get("Replicas", ()):
            if one["RegionName"] == other:
                return one.get("ReplicaStatus", "ACTIVE")
    return ""


def _read(at: Takeover, table: str, keys: list[dict[str, Any]]) -> list[dict[str, Any]]:
    items, asked = list[dict[str, Any]](), {table: {"Keys": keys}} if keys else {}
    while asked:
        answer = at.client("dynamodb", at.here).batch_get_item(RequestItems=asked)
        items += answer["Responses"].get(table, [])
        asked = answer.get("UnprocessedKeys") or {}
    return items


def _are(number: int) -> str:
    return "is" if number == 1 else "are"


def secrets(outputs: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """(name, ARN in the first region) of each that the outputs name."""
    if arn := outputs.get("database_secret"):
        yield "database_secret", arn
    for name, arn in (outputs.get("secrets") or {}).items():
        yield f"secrets.{name}", arn


def value(at: Takeover, region: str, arn: str, stage: str = VERSIONS[0]) -> tuple[str, str | bytes]:
    """(version, text or bytes) of the secret in the region; empty where there is no such version, or no value
    yet."""
    from botocore.exceptions import ClientError

    parts = arn.split(":")
    there = ":".join([*parts[:3], region, *parts[4:]])
    try:
        answer = at.client("secretsmanager", region).get_secret_value(SecretId=there, VersionStage=stage)
        return answer["VersionId"], answer.get("SecretString") or answer.get("SecretBinary", "")
    except ClientError as refusal:
        if refusal.response["Error"]["Code"] != "ResourceNotFoundException":
            raise
        return "", ""
