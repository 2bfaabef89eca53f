"""A drill on the local cloud: the region that is left is lost for real, and marks set before are looked for after."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from tenfold.blueprints.value import Value
from tenfold.failover.compared import secrets, value
from tenfold.failover.steps import Takeover
from tenfold.local import regions

KEY = "tenfold-drill"


class Mark(Value):
    """Something that was in the region that is left, and whether it is in the one that takes over."""

    what: str
    kept: bool


@contextmanager
def lost(endpoint: str, region: str) -> Iterator[None]:
    """The region answers nothing inside, and everything again after, however that ends."""
    regions.ask(endpoint, "POST", region)
    try:
        yield
    finally:
        regions.ask(endpoint, "DELETE", region)


def before(at: Takeover, outputs: Mapping[str, Any]) -> dict[str, str | bytes]:
    """Writes a file among the uploads, and reads the secrets: what -> content."""
    contents = dict[str, str | bytes]()
    if bucket := outputs.get("uploads"):
        at.client("s3", at.away).put_object(Bucket=bucket, Key=KEY, Body=b"here", Tagging="drill=yes")
        contents["uploads"] = "here"
    for name, arn in secrets(outputs):
        contents[name] = value(at, at.away, arn)
    return contents


def after(at: Takeover, outputs: Mapping[str, Any], contents: Mapping[str, str | bytes]) -> list[Mark]:
    """Whether each is there, with the same content; the file is taken away again."""
    marks = []
    if "uploads" in contents:
        bucket = outputs["standby_uploads"]
        marks.append(Mark("a file with its tag, among the uploads", _is_kept(at, bucket, contents["uploads"])))
        at.client("s3", at.here).delete_object(Bucket=bucket, Key=KEY)
    for name, arn in secrets(outputs):
        marks.append(Mark(f"the secret {name}", value(at, at.here, arn) == contents[name]))
    return marks


def _is_kept(at: Takeover, bucket: str, content: str | bytes) -> bool:
    from botocore.exceptions import ClientError

    s3 = at.client("s3", at.here)
    try:
        there = s3.get_object(Bucket=bucket, Key=KEY)["Body"].read().decode()
    except ClientError as refusal:
        if refusal.response["Error"]["Code"] != "NoSuchKey":
            raise
        return False
    return there == content and bool(s3.get_object_tagging(Bucket=bucket, Key=KEY)["TagSet"])
