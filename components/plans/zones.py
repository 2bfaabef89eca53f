"""Which availability zones to use."""

import re
from collections.abc import Sequence

# Zones in which AWS no longer offers many current instance types and services, by zone id (the letter differs from
# account to account). Source: Amazon EKS User Guide, "Network requirements", the zones without a control plane.
CONSTRAINED = frozenset({"use1-az3", "usw1-az2", "cac1-az3"})

# us-east-1a; not us-east-1-bos-1a (Local Zone) nor us-east-1-wl1-bos-wlz-1 (Wavelength Zone).
_ZONE = re.compile(r"[a-z]+(-[a-z]+)+-\d[a-z]")


def choose(names: Sequence[str], zone_ids: Sequence[str], count: int) -> list[str]:
    """The first `count` full zones by name. Raises ValueError when the region has fewer.

    `zone_ids` belong to `names` position by position, as AWS lists them.
    """
    constrained = {name for name, zone_id in zip(names, zone_ids, strict=False) if zone_id in CONSTRAINED}
    usable = sorted(name for name in set(names) - constrained if _ZONE.fullmatch(name))
    if len(usable) < count:
        raise ValueError(f"zones: {count} wanted, this region has {len(usable)} that can be used: {', '.join(usable)}")
    return usable[:count]
