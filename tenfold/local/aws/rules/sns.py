"""Subscriptions."""

from collections.abc import Iterator, Mapping
from typing import Any

from tenfold.local.aws.rules.policies import statements
from tenfold.local.aws.rules.values import Inputs, Violations, all_known, complaints


def subscription(inputs: Inputs) -> Violations:
    if (
        inputs.get("protocol") in ("email", "email-json")
        and all_known(inputs, "endpoint")
        and "@" not in inputs["endpoint"]
    ):
        return [("endpoint", f"{inputs['endpoint']!r} is not an e-mail address")]
    if inputs.get("protocol") == "sqs" and all_known(inputs, "endpoint", "topic"):
        queue, topic = (str(inputs[key]).endswith(".fifo") for key in ("endpoint", "topic"))
        if queue and not topic:
            return [("endpoint", "a FIFO queue cannot be subscribed to a standard topic")]
    return []


def filter_policy(inputs: Inputs) -> Violations:
    """Subscribe, FilterPolicy: each attribute has a list of values, or of the message's body an object."""
    return complaints(inputs, "filterPolicy", _filter_complaints)


def _filter_complaints(policy: Any) -> Iterator[str]:
    if wrong := _not_listed(policy):
        yield f"{wrong} must be a list"


def actions(inputs: Inputs) -> Violations:
    """SetTopicAttributes refuses `sns:*`: "Policy statement action out of service scope!"."""
    if not all_known(inputs, "policy"):
        return []
    listed = (action for one in statements(inputs["policy"]) for action in _each(one.get("Action")))
    every = next((action for action in listed if action.lower() in ("*", "sns:*")), "")
    return [("policy", f"the action {every} is out of service scope; name each, such as sns:Publish")] if every else []


def _each(value: Any) -> list[str]:
    return value if isinstance(value, list) else [value] if isinstance(value, str) else []


def _not_listed(policy: Any) -> str:
    if not isinstance(policy, Mapping):
        return "the policy"
    nested = (_not_listed(value) for value in policy.values() if isinstance(value, Mapping))
    alone = (str(name) for name, value in policy.items() if not isinstance(value, list | Mapping))
    return next(alone, next((name for name in nested if name), ""))
