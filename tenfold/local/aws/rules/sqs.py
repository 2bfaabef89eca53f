"""Queues."""

import json
from collections.abc import Mapping

from tenfold.local.aws.rules.values import Inputs, Violations, known


def redrive_allow(inputs: Inputs) -> Violations:
    """Which queues may name this one as their dead-letter queue: CreateQueue, RedriveAllowPolicy."""
    key = "redriveAllowPolicy"
    if not known(inputs, key) or not inputs[key]:
        return []
    try:
        document = json.loads(inputs[key])
    except (TypeError, ValueError):
        return [(key, "is not JSON")]
    permission = document.get("redrivePermission", "allowAll") if isinstance(document, Mapping) else None
    if permission not in ("allowAll", "denyAll", "byQueue"):
        return [(key, f"redrivePermission {permission!r} is not one of allowAll, denyAll, byQueue")]
    sources = document.get("sourceQueueArns") or []
    if permission != "byQueue":
        return [(key, f"sourceQueueArns is for byQueue only, not for {permission}")] if sources else []
    return [] if 1 <= len(sources) <= 10 else [(key, f"{len(sources)} sourceQueueArns given, byQueue needs 1 to 10")]
