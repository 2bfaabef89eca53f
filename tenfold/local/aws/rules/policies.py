"""What the statements of a policy need, by what it is for: IAM User Guide, "IAM JSON policy elements", Principal and
Resource. What every policy has is a form (limits/forms.yaml)."""

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from tenfold.local.aws.rules.values import Inputs, Violations, all_known


def statements(policy: Any) -> Iterator[Mapping[str, Any]]:
    """The statements of a policy, text or object; none of an invalid one, which the check of its form reports."""
    try:
        document = policy if isinstance(policy, Mapping) else json.loads(policy)
    except (TypeError, ValueError):
        return
    statements = document.get("Statement") if isinstance(document, Mapping) else None
    yield from (
        one for one in (statements if isinstance(statements, list) else [statements]) if isinstance(one, Mapping)
    )


def _policy(key: str, needed: tuple[str, ...], none: tuple[str, ...] = ()) -> Callable[[Inputs], Violations]:
    def rule(inputs: Inputs) -> Violations:
        for statement in statements(inputs[key]) if all_known(inputs, key) else ():
            for element in needed:
                if not {element, f"Not{element}"} & set(statement):
                    return [(key, f"a statement has no {element}")]
            for element in none:
                if {element, f"Not{element}"} & set(statement):
                    return [(key, f"a statement has {element}, which is not for this kind of policy")]
        return []

    return rule


trust_policy = _policy("assumeRolePolicy", ("Principal",), ("Resource",))

identity_policy = _policy("policy", ("Resource",), ("Principal",))

resource_policy = _policy("policy", ("Principal", "Resource"))
