"""Queues."""

from collections.abc import Mapping
from typing import Any

Found = Mapping[str, Any]


def queue_name(answer: Found) -> str:
    return answer["QueueArn"].rpartition(":")[2]
