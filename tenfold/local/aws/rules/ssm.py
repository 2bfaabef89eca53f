"""Parameters."""

import re

from tenfold.local.aws.rules.values import Inputs, Violations, all_known


def parameter(inputs: Inputs) -> Violations:
    """PutParameter, AllowedPattern: the value is checked against it."""
    for key in ("value", "insecureValue"):
        if all_known(inputs, key, "allowedPattern"):
            try:
                fits = re.search(str(inputs["allowedPattern"]), str(inputs[key]))
            except re.error:  # Java's patterns are not all Python's
                return []
            return [] if fits else [(key, f"does not match allowedPattern {inputs['allowedPattern']}")]
    return []
