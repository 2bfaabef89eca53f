"""Writes data/zones.json, the availability zones of each region, from moto's table of them.

    python -m tenfold.recorder.make_zones

moto, because the local cloud answers from the same table, so that a plan and a local run agree. In an account of your
own the letters may stand for other buildings and a young account may see fewer zones; the subnets follow the names.
"""

import json
from importlib.metadata import version
from pathlib import Path

ZONES = Path(__file__).parent / "data" / "zones.json"


def zones() -> dict[str, dict[str, str]]:
    """Region -> zone name -> zone id, ordinary availability zones only."""
    from moto.ec2.models.availability_zones_and_regions import RegionsAndZonesBackend

    return {
        region: {zone.name: zone.zone_id for zone in of_region if zone.zone_type == "availability-zone"}
        for region, of_region in sorted(RegionsAndZonesBackend.zones.items())
    }


def text() -> str:
    return json.dumps({"source": f"moto {version('moto')}", "zones": zones()}, indent=1) + "\n"


if __name__ == "__main__":
    ZONES.write_text(text(), encoding="utf-8")
