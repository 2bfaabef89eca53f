"""Policy documents of any service."""

import json
from collections.abc import Callable, Mapping

from tenfold.local.aws.rules.values import Inputs, Violations, known


def _policy(key: str) -> Callable[[Inputs], Violations]:
    def rule(inputs: Inputs) -> Violations:
        if not known(inputs, key):
            return []
        try:
            document = json.loads(inputs[key])
        except (TypeError, ValueError):
            return [(key, "is not JSON")]
        if not isinstance(document, Mapping) or "Statement" not in document:
            return [(key, "has no Statement")]
        return []

    return rule


trust_policy = _policy("assumeRolePolicy")

policy = _policy("policy")
