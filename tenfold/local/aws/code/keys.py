"""Keys, secrets and certificates."""

from collections.abc import Mapping
from typing import Any

from tenfold.local.aws.call import Call

Block = dict[str, Any]
Found = Mapping[str, Any]


def replica_region(_: Call, replica: Block) -> str:
    return replica["region"]


def alias_target(found: Found) -> str:
    """The ARN of the key an alias points at, which the API gives as an id."""
    target = found["TargetKeyId"]
    return target if target.startswith("arn:") else f"{found['AliasArn'].rpartition(':')[0]}:key/{target}"


def other_names(found: Found) -> list[str]:
    """A certificate's alternative names; AWS repeats the first name among them."""
    return [n for n in found.get("SubjectAlternativeNames") or [] if n != found["DomainName"]]
