"""Subscriptions."""

from tenfold.local.aws.rules.values import Inputs, Violations, known


def subscription(inputs: Inputs) -> Violations:
    if (
        inputs.get("protocol") in ("email", "email-json")
        and known(inputs, "endpoint")
        and "@" not in inputs["endpoint"]
    ):
        return [("endpoint", f"{inputs['endpoint']!r} is not an e-mail address")]
    return []
