"""The recorders on the shop at stage 3, once and repeated: time and memory of whole processes.

python -m bench.recorder          a table, with the SDK beside the light recorder
python -m bench.recorder N KIND   one recording of N shops (KIND: fast or sdk), for the table and for profilers
"""

import dataclasses
import json
import sys
import time
from types import SimpleNamespace

from bench.timing import CHECKOUT, Figure, report, time_command
from tenfold.exits import leave

SHOP = str(CHECKOUT / "blueprints" / "shop.yaml")
STAGE = 3
REPEATS = (1, 10, 50, 160)  # 160 shops are about 20,000 resources
TARGETS = {1: 0.25, 50: 0.8}  # seconds, whole process
MEMORY = 120  # MiB, at 20,000 resources


def once(times: int, kind: str) -> None:
    """Records `times` shops as one program and prints how long that took, and what it took."""
    from tenfold.blueprints.resolve import load
    from tenfold.recorder import record
    from tenfold.recorder.program import run_of

    architecture = load(SHOP, environment="prod", stage=STAGE).architecture
    assert architecture is not None

    def program() -> None:
        import pulumi_aws as aws

        from tenfold.stacks import compose, place

        provider = aws.Provider("aws-primary", region=architecture.region)
        place.aws = SimpleNamespace(Provider=lambda *_, **__: provider)
        for number in range(times):
            compose.build(dataclasses.replace(architecture, name=f"shop{number}"))

    started = time.perf_counter()
    graph = record(dataclasses.replace(run_of(architecture), program=program), kind).graph
    recorded = time.perf_counter() - started
    print(json.dumps({"resources": len(graph), "seconds": recorded, "peak_mib": _peak()}), flush=True)


def _peak() -> float:
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def figures() -> list[Figure]:
    found = []
    for times in REPEATS:
        command = [sys.executable, "-m", "bench.recorder", str(times), "fast"]
        told = _told(command)
        what = f"record {times} × shop, {told['resources']} registrations"
        found.append(time_command(what, command, target=TARGETS.get(times), runs=5))
        limit = MEMORY if told["resources"] >= 20_000 else None
        found.append(Figure("  peak memory", told["peak_mib"], "MiB", limit))
    for times in REPEATS[:2]:
        command = [sys.executable, "-m", "bench.recorder", str(times), "sdk"]
        found.append(time_command(f"the same {times} × on the SDK", command, target=None, runs=2))
    return found


def _told(command: list[str]) -> dict[str, float]:
    import subprocess

    return json.loads(subprocess.check_output(command, cwd=CHECKOUT))


if __name__ == "__main__":
    if len(sys.argv) > 1:
        once(int(sys.argv[1]), sys.argv[2])
        leave(0)  # as the command does
    else:
        report(figures(), "recorder")
