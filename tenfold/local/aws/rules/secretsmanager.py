"""Secrets."""

from tenfold.local.aws.convert import UNKNOWN
from tenfold.local.aws.rules.values import Inputs, Violations


def recovery_window(inputs: Inputs) -> Violations:
    days = inputs.get("recoveryWindowInDays")
    if days in (None, UNKNOWN) or int(str(days)) == 0 or 7 <= int(str(days)) <= 30:
        return []
    return [("recoveryWindowInDays", f"{days} is neither 0 nor between 7 and 30")]
