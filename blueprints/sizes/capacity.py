"""Rebuild capacity.json: vCPUs and memory (GiB) of EC2's instance types.

    python blueprints/sizes/capacity.py

The source is the answer of EC2's DescribeInstanceTypes that moto (Apache-2.0) carries; a test holds them equal.
"""

import gzip
import importlib.metadata
import importlib.resources
import json
from pathlib import Path

FILE = Path(__file__).with_name("capacity.json")


def text() -> str:
    packed = importlib.resources.files("moto.ec2") / "resources" / "instance_types.json.gz"
    described = json.loads(gzip.decompress(packed.read_bytes()))
    capacities = {
        name: [type_["VCpuInfo"]["DefaultVCpus"], round(type_["MemoryInfo"]["SizeInMiB"] / 1024, 3)]
        for name, type_ in sorted(described.items())
    }
    source = f"moto {importlib.metadata.version('moto')} (Apache-2.0), DescribeInstanceTypes"
    lines = ",\n".join(f"  {json.dumps(name)}: {json.dumps(capacity)}" for name, capacity in capacities.items())
    return f'{{"source": {json.dumps(source)}, "types": {{\n{lines}\n}}}}\n'


if __name__ == "__main__":
    FILE.write_text(text(), encoding="utf-8")
