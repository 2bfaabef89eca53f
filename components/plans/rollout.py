"""How a fleet replaces its servers: the arithmetic of instance refresh and maintenance policy. Pure."""

import math
from collections.abc import Sequence
from typing import Any


def healthy(servers: int, keep_healthy: float) -> tuple[int, int]:
    """The minimum and maximum percentage in service during replacements.

    When `keep_healthy` (a fraction) of the servers lets at least one be missing, old ones go first and nothing extra is
    paid. Otherwise (two servers, 90 %) a new one comes first: 100 % and one server more. AWS allows at most 200 %.
    Raises ValueError for a fraction that is none.
    """
    if not 0 <= keep_healthy <= 1:
        raise ValueError(f"keep_healthy_fraction: {keep_healthy} is not a fraction between 0 and 1.")
    low = math.ceil(keep_healthy * 100 - 1e-9)  # AWS takes whole per cent; rounded up it keeps the promise
    if servers * (100 - low) >= 100:
        return low, 100
    return 100, min(200, 100 + math.ceil(100 / servers))


def refresh(servers: int, keep_healthy: float, checkpoint: int, warmup: int, alarms: Sequence[Any] = ()) -> Any:
    """`instance_refresh` of an Auto Scaling group: rolling, and with `checkpoint` (seconds) a pause after the first
    server, in which a bad release shows before all have it. While one of `alarms` (names) rings it stops.

    It stops and does not roll back by itself: AWS offers no rollback for a launch template that names its image by
    parameter (API reference, RollbackInstanceRefresh).
    """
    low, high = healthy(servers, keep_healthy)
    preferences: dict[str, Any] = {
        "min_healthy_percentage": low,
        "max_healthy_percentage": high,
        "instance_warmup": str(warmup),
    }
    if checkpoint and servers > 1:
        preferences |= {
            "checkpoint_percentages": [math.ceil(100 / servers), 100],
            "checkpoint_delay": str(checkpoint),
        }
    if alarms:
        preferences["alarm_specification"] = {"alarms": list(alarms)}
    return {"strategy": "Rolling", "preferences": preferences}
