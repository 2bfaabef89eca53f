"""Rebuild capacity.json: vCPUs and memory (GiB) of EC2's instance types; and bandwidth.json: their baseline to volumes
(IOPS, MB/s) and in the network (Gbit/s), null where AWS states none.

    python blueprints/sizes/capacity.py

The source is the answer of EC2's DescribeInstanceTypes that moto (Apache-2.0) carries; a test holds them equal.
"""

import gzip
import importlib.metadata
import importlib.resources
import json
from pathlib import Path

FOLDER = Path(__file__).parent


def files() -> dict[Path, str]:
    packed = importlib.resources.files("moto.ec2") / "resources" / "instance_types.json.gz"
    described = json.loads(gzip.decompress(packed.read_bytes()))
    capacities = {
        name: [type_["VCpuInfo"]["DefaultVCpus"], round(type_["MemoryInfo"]["SizeInMiB"] / 1024, 3)]
        for name, type_ in sorted(described.items())
    }
    bandwidths = {name: _baseline(type_) for name, type_ in sorted(described.items())}
    return {FOLDER / "capacity.json": _text(capacities), FOLDER / "bandwidth.json": _text(bandwidths)}


def _baseline(type_: dict) -> list[float | None]:
    volumes = type_.get("EbsInfo", {}).get("EbsOptimizedInfo", {})
    cards = type_.get("NetworkInfo", {}).get("NetworkCards") or [{}]
    return [
        volumes.get("BaselineIops"),
        volumes.get("BaselineThroughputInMBps"),
        cards[0].get("BaselineBandwidthInGbps"),
    ]


def _text(rows: dict) -> str:
    source = f"moto {importlib.metadata.version('moto')} (Apache-2.0), DescribeInstanceTypes"
    lines = ",\n".join(f"  {json.dumps(name)}: {json.dumps(row)}" for name, row in rows.items())
    return f'{{"source": {json.dumps(source)}, "types": {{\n{lines}\n}}}}\n'


if __name__ == "__main__":
    for file, text in files().items():
        file.write_text(text, encoding="utf-8")
