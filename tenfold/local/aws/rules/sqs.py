"""Queues."""

from collections.abc import Iterator, Mapping
from typing import Any

from tenfold.local.aws.rules.policies import statements
from tenfold.local.aws.rules.values import Inputs, Violations, all_known, complaints


def policy(inputs: Inputs) -> Violations:
    """SQS Developer Guide, "Amazon SQS policy quotas"."""
    every = list(statements(inputs["policy"])) if all_known(inputs, "policy") else []
    conditions = sum(len(keys) for one in every for keys in (one.get("Condition") or {}).values())
    amounts = ((len(every), 20, "statements"), (conditions, 10, "conditions"))
    return [
        ("policy", f"has {amount} {what}, at most {most} are allowed")
        for amount, most, what in amounts
        if amount > most
    ]


def redrive_allow(inputs: Inputs) -> Violations:
    """Which queues may name this one as their dead-letter queue: CreateQueue, RedriveAllowPolicy."""
    return complaints(inputs, "redriveAllowPolicy", _redrive_complaints)


def _redrive_complaints(document: Any) -> Iterator[str]:
    permission = document.get("redrivePermission", "allowAll") if isinstance(document, Mapping) else None
    if permission not in ("allowAll", "denyAll", "byQueue"):
        yield f"redrivePermission {permission!r} is not one of allowAll, denyAll, byQueue"
        return
    sources = document.get("sourceQueueArns") or []
    if permission != "byQueue" and sources:
        yield f"sourceQueueArns is for byQueue only, not for {permission}"
    if permission == "byQueue" and not 1 <= len(sources) <= 10:
        yield f"{len(sources)} sourceQueueArns given, byQueue needs 1 to 10"
