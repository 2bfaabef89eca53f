"""Several instance types, and servers that AWS may take back: Auto Scaling's mixed instances policy. Pure.

Without either there is no such policy, and the group names its launch template itself.
"""

import math
from collections.abc import Mapping, Sequence
from typing import Any, NotRequired, TypedDict

from tenfold.components.host.image import architecture

TYPES = 40  # in one group: LaunchTemplateOverrides, API reference


class SpotArgs(TypedDict):
    fraction: float
    """Fraction of the servers above `base_servers` that is spot; the on-demand part is rounded up to whole per cent.
    Change: rollout."""
    base_servers: NotRequired[int]
    """Number of servers that are never spot: they stay when AWS takes back all others. Default: `servers`.
    Change: rollout."""


def check(instance: str, alternatives: Sequence[str], spot: SpotArgs | None, warm: bool) -> None:
    """Raises ValueError for types that cannot start from one image, for too many, and for what no fleet can be."""
    kinds = {name: architecture(name) for name in (instance, *alternatives)}
    if len(kinds) <= len(alternatives):
        raise ValueError("alternatives: name each type once, and not instance_type again.")
    if len(kinds) > TYPES:
        raise ValueError(f"alternatives: {len(kinds)} types with instance_type; a group takes {TYPES}.")
    if others := [f"{name} is {kind}" for name, kind in kinds.items() if kind != kinds[instance]]:
        raise ValueError(f"alternatives: {', '.join(others)}, {instance} is {kinds[instance]}; one image serves all.")
    if spot and not 0 < spot["fraction"] <= 1:
        raise ValueError(f"spot: fraction must be above 0 and up to 1, not {spot['fraction']}.")
    # Warm pools of several types came in November 2025, for on-demand servers.
    if spot and warm:
        raise ValueError("spot: AWS keeps no warm pool of spot servers; leave one of the two out.")


def policy(template: Mapping[str, Any], types: Sequence[str], spot: SpotArgs | None, servers: int) -> dict[str, Any]:
    """`mixed_instances_policy`; `types` with the fleet's own first, `servers` the least that run.

    On demand in the order given; spot where there is most to spare at a low price, which is interrupted least (EC2 Auto
    Scaling User Guide, "Allocation strategies for multiple instance types").
    """
    return {
        "launch_template": {
            "launch_template_specification": {"launch_template_id": template["id"], "version": template["version"]},
            "overrides": [{"instance_type": name} for name in types],
        },
        "instances_distribution": {  # all of it, always: Auto Scaling keeps what an update does not say
            "on_demand_allocation_strategy": "prioritized",
            "on_demand_base_capacity": spot.get("base_servers", servers) if spot else 0,
            "on_demand_percentage_above_base_capacity": on_demand(spot["fraction"]) if spot else 100,
            "spot_allocation_strategy": "price-capacity-optimized",
        },
    }


def on_demand(share: float) -> int:
    """Percentage on demand of what is above the base; AWS takes whole ones, so it is rounded up."""
    return math.ceil((1 - share) * 100 - 1e-9)


def notes(types: Sequence[str], spot: SpotArgs | None, low: int, high: int) -> list[str]:
    """How it becomes settings of AWS, with the arithmetic, as `explain` prints it."""
    lines: list[str] = []
    if len(types) > 1:
        lines.append(
            f"alternatives: a mixed instances policy with {len(types)} types; on demand AWS takes {types[0]}, and "
            f"where it has none {', then '.join(types[1:])}. Each counts as one server."
        )
    if spot:
        base, percent = spot.get("base_servers", low), on_demand(spot["fraction"])
        counts = ", ".join(_counted(n, base, percent) for n in sorted({low, (low + high) // 2, high}))
        lines += [
            f"spot: on-demand base {base}, {percent} % on demand above it: {counts}. Spot comes from where there is "
            "most to spare at a low price (price-capacity-optimized).",
            "spot: before AWS takes a server back, capacity rebalancing starts another one and lets the old one go as "
            "scaling in does; a server that gets its two minutes' notice first asks to go by itself.",
        ]
    return lines


def _counted(servers: int, base: int, percent: int) -> str:
    above = max(0, servers - base)
    on_demand_servers = servers - above + math.ceil(above * percent / 100)
    return f"of {servers} servers {servers - on_demand_servers} spot"
