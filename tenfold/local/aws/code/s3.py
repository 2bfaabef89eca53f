"""Buckets."""

from collections.abc import Mapping
from typing import Any

from tenfold.local.aws.call import Call
from tenfold.local.aws.convert import UNKNOWN

Block = dict[str, Any]
Found = Mapping[str, Any]


def outside_default_region(call: Call, _: Found) -> bool:
    """us-east-1 is the one region S3 does not want named."""
    return call.region not in ("us-east-1", UNKNOWN)


def empty_bucket(call: Call) -> None:
    if not call.inputs.get("forceDestroy"):
        return
    listed = call.send("ListObjectVersions", Bucket=call.id)
    for version in [*listed.get("Versions", []), *listed.get("DeleteMarkers", [])]:
        call.send("DeleteObject", Bucket=call.id, Key=version["Key"], VersionId=version["VersionId"])
