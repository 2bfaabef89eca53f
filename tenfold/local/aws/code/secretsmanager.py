"""Secrets."""

from typing import Any

from tenfold.local.aws.call import Call


def replica_region(_: Call, replica: dict[str, Any]) -> str:
    return replica["region"]
