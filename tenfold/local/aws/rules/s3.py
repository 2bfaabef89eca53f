"""Rules of a bucket's lifecycle, and of its replication."""

from collections.abc import Mapping
from typing import Any

from tenfold.local.aws.convert import has_unknown
from tenfold.local.aws.rules.values import Inputs, Violations

_ACTIONS = (
    "expiration",
    "transitions",
    "noncurrentVersionExpiration",
    "noncurrentVersionTransitions",
    "abortIncompleteMultipartUpload",
)


def lifecycle(inputs: Inputs) -> Violations:
    """PutBucketLifecycleConfiguration: a rule does something, and an object moves before it goes."""
    listed = inputs.get("rules")
    rules = {f"rules[{at}]": rule for at, rule in enumerate(listed if isinstance(listed, list) else ())}
    return [(path, wrong) for path, rule in rules.items() if (wrong := _rule(rule))]


def _rule(rule: Any) -> str:
    if not isinstance(rule, Mapping) or has_unknown(rule):
        return ""
    if not any(rule.get(action) for action in _ACTIONS):
        return f"does nothing; one of {', '.join(_ACTIONS)} is needed"
    end = (rule.get("expiration") or {}).get("days")
    latest = max((int(step.get("days") or 0) for step in rule.get("transitions") or ()), default=-1)
    return f"objects go after {end} days, before they move after {latest}" if end and int(end) <= latest else ""


def replication(inputs: Inputs) -> Violations:
    """PutBucketReplication: what each part of a rule needs beside it (API reference, ReplicationRule, Destination)."""
    listed = inputs.get("rules")
    bad: Violations = []
    for at, rule in enumerate(listed if isinstance(listed, list) else ()):
        if isinstance(rule, Mapping) and not has_unknown(rule):
            bad += [(f"rules[{at}].{path}", wrong) for path, wrong in _replication_rule(rule)]
    for key in ("id", "priority"):
        named = [rule.get(key) for rule in listed or () if isinstance(rule, Mapping) and rule.get(key) is not None]
        if not has_unknown(named) and (twice := next((value for value in named if named.count(value) > 1), None)):
            bad.append((f"rules[{len(named) - 1}].{key}", f"{twice} is that of another rule"))
    return bad


def _replication_rule(rule: Mapping[str, Any]) -> Violations:
    destination, chosen = rule.get("destination") or {}, rule.get("filter")
    criteria = (rule.get("sourceSelectionCriteria") or {}).get("sseKmsEncryptedObjects") or {}
    control, metrics = destination.get("replicationTime") or {}, destination.get("metrics")
    encrypted = criteria.get("status") == "Enabled"
    bad: Violations = []
    if chosen is not None and not rule.get("deleteMarkerReplication"):
        bad.append(("deleteMarkerReplication", "is needed in a rule with a filter"))
    if chosen is None and rule.get("deleteMarkerReplication"):
        bad.append(("filter", "is needed with deleteMarkerReplication; {} means all objects"))
    if (chosen or {}).get("tag") and (rule.get("deleteMarkerReplication") or {}).get("status") == "Enabled":
        bad.append(("deleteMarkerReplication", "must be Disabled in a rule with a filter by tag"))
    if control.get("status") == "Enabled" and not metrics:
        bad.append(("destination.metrics", "are needed with replicationTime"))
    if (minutes := (control.get("time") or {}).get("minutes")) not in (None, 15):
        bad.append(("destination.replicationTime.time.minutes", f"{minutes} must be 15"))
    if encrypted and not destination.get("encryptionConfiguration"):
        bad.append(("destination.encryptionConfiguration", "is needed: objects encrypted by KMS need a key there"))
    if destination.get("encryptionConfiguration") and not encrypted:
        bad.append(("sourceSelectionCriteria", "must enable sseKmsEncryptedObjects with an encryptionConfiguration"))
    return bad
