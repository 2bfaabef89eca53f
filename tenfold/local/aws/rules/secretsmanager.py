"""Secrets."""

from collections.abc import Mapping

from tenfold.local.aws.convert import UNKNOWN
from tenfold.local.aws.rules.values import Inputs, Violations, other_regions


def recovery_window(inputs: Inputs) -> Violations:
    days = inputs.get("recoveryWindowInDays")
    if days in (None, UNKNOWN) or int(str(days)) == 0 or 7 <= int(str(days)) <= 30:
        return []
    return [("recoveryWindowInDays", f"{days} is neither 0 nor between 7 and 30")]


def replicas(inputs: Inputs) -> Violations:
    """A replica is in another region, once, and encrypted by a key of that region."""
    listed = inputs.get("replicas")
    blocks = [block for block in (listed if isinstance(listed, list) else ()) if isinstance(block, Mapping)]
    bad: Violations = []
    for at, block in enumerate(blocks):
        region, key = str(block.get("region")), str(block.get("kmsKeyId") or "")
        if UNKNOWN in (region, key):
            continue
        if key.startswith("arn:") and key.split(":")[3] != region:
            bad.append((f"replicas[{at}].kmsKeyId", f"{key} is a key of {key.split(':')[3]}, not of {region}"))
    return [*bad, *other_regions("replicas", [block.get("region") for block in blocks], inputs)]
