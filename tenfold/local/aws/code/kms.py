"""Keys."""

from collections.abc import Mapping
from typing import Any

Found = Mapping[str, Any]


def alias_target(answer: Found) -> str:
    """The ARN of the key an alias points at, which the API gives as an id."""
    target = answer["TargetKeyId"]
    return target if target.startswith("arn:") else f"{answer['AliasArn'].rpartition(':')[0]}:key/{target}"
