"""Subscriptions."""

from tenfold.local.aws.rules.values import Inputs, Violations, known


def subscription(inputs: Inputs) -> Violations:
    if (
        inputs.get("protocol") in ("email", "email-json")
        and known(inputs, "endpoint")
        and "@" not in inputs["endpoint"]
    ):
        return [("endpoint", f"{inputs['endpoint']!r} is not an e-mail address")]
    if inputs.get("protocol") == "sqs" and known(inputs, "endpoint", "topic"):
        queue, topic = (str(inputs[key]).endswith(".fifo") for key in ("endpoint", "topic"))
        if queue and not topic:
            return [("endpoint", "a FIFO queue cannot be subscribed to a standard topic")]
    return []
