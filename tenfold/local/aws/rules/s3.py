"""Rules of a bucket's lifecycle."""

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
