"""A drill: marks are written in the region that is left, and looked for in the region that takes over. In a failover on
the local cloud the region that is left really stops answering; in a failback, also in an account, both answer."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from tenfold.blueprints.value import Value
from tenfold.failover.comparison import secrets, value
from tenfold.failover.takeover import Takeover, Way
from tenfold.local import regions

KEY = "tenfold-drill"
Content = str | tuple[str, str | bytes]


class Mark(Value):
    """Something written in the region that is left, and whether it arrived in the region that takes over."""

    what: str
    kept: bool


@contextmanager
def lose_region(endpoint: str, region: str) -> Iterator[None]:
    """The region does not answer inside this block, and does again after it, even after an exception."""
    regions.ask(endpoint, "POST", region)
    try:
        yield
    finally:
        restore(endpoint, region)


def restore(endpoint: str, region: str) -> None:
    regions.ask(endpoint, "DELETE", region)


def before(at: Takeover, outputs: Mapping[str, Any]) -> dict[str, Content]:
    """Writes a file among the uploads and an item into each table, and reads the secrets, in the region that is left.
    Returns the content by name."""
    contents = dict[str, Content]()
    if bucket := outputs.get(_uploads(at, at.away)):
        at.client("s3", at.away).put_object(Bucket=bucket, Key=KEY, Body=b"here", Tagging="drill=yes")
        contents["uploads"] = "here"
    for table in at.copied.tables:
        at.client("dynamodb", at.away).put_item(TableName=table, Item=_item(at, table))
        contents[table] = "here"
    for name, arn in secrets(outputs):
        contents[name] = value(at, at.away, arn)
    return contents


def after(at: Takeover, outputs: Mapping[str, Any], contents: Mapping[str, Content]) -> list[Mark]:
    """Checks each mark in the region that takes over; then deletes the file and the items."""
    marks = []
    if "uploads" in contents:
        bucket = outputs[_uploads(at, at.here)]
        marks.append(Mark("a file with its tag, among the uploads", _is_kept(at, bucket)))
        at.client("s3", at.here).delete_object(Bucket=bucket, Key=KEY)
    for table in at.copied.tables:
        if table in contents:
            item, dynamo = _item(at, table), at.client("dynamodb", at.here)
            there = dynamo.get_item(TableName=table, Key=item, ConsistentRead=True).get("Item")
            marks.append(Mark(f"an item of {table}", there == item))
            dynamo.delete_item(TableName=table, Key=item)
    for name, arn in secrets(outputs):
        if name in contents:
            marks.append(Mark(f"the secret {name}", value(at, at.here, arn) == contents[name]))
    return marks


def _uploads(at: Takeover, region: str) -> str:
    """The output that names the bucket."""
    return "uploads" if (region == at.away) == (at.way == Way.FAILOVER) else "standby_uploads"


def _item(at: Takeover, table: str) -> dict[str, dict[str, Any]]:
    """An item with its key alone, of the type that the table has."""
    described = at.client("dynamodb", at.here).describe_table(TableName=table)["Table"]
    types = {one["AttributeName"]: one["AttributeType"] for one in described["AttributeDefinitions"]}
    values = {"S": KEY, "N": "-1", "B": KEY.encode()}
    return {one: {types[one]: values[types[one]]} for one in (key["AttributeName"] for key in described["KeySchema"])}


def _is_kept(at: Takeover, bucket: str) -> bool:
    from botocore.exceptions import ClientError

    s3 = at.client("s3", at.here)
    try:
        there = s3.get_object(Bucket=bucket, Key=KEY)["Body"].read().decode()
    except ClientError as refusal:
        if refusal.response["Error"]["Code"] != "NoSuchKey":
            raise
        return False
    return there == "here" and bool(s3.get_object_tagging(Bucket=bucket, Key=KEY)["TagSet"])
