"""Queues."""

from collections.abc import Mapping
from typing import Any

Found = Mapping[str, Any]


def queue_name(found: Found) -> str:
    return found["QueueArn"].rpartition(":")[2]
