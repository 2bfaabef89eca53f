"""Commands run in turn, so that a noisy moment hits all alike, and what the pairs of one round say."""

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Contestant:
    name: str
    command: Sequence[str]
    cwd: Path
    out: Path
    """Where it writes; what it prints goes to `stdout` in there."""
    count: Callable[[Path], int | None]
    """AWS resources in what `out` holds; None where that is no list of resources."""
    env: Mapping[str, str]


@dataclass(frozen=True)
class Run:
    """A whole process with its children: seconds on the clock, seconds of CPU, MiB of the largest process."""

    wall: float
    cpu: float
    peak: float


@dataclass(frozen=True)
class Row:
    """Medians of the runs, in s and MiB. A ratio is a median of pairs: this over that, in one round."""

    shops: int
    name: str
    resources: int | None
    wall: float
    wall_low: float
    wall_high: float
    cpu: float
    peak_mib: float
    wall_over: dict[str, float]
    cpu_over: dict[str, float]


def in_turn(shops: int, contestants: Sequence[Contestant], over: Sequence[str], rounds: int) -> list[Row]:
    """Everybody once to warm the caches, then everybody in turn, to and fro, `rounds` times."""
    for contestant in contestants:
        run(contestant)
    runs: dict[str, list[Run]] = {contestant.name: [] for contestant in contestants}
    for number in range(rounds):
        for contestant in contestants if number % 2 == 0 else reversed(contestants):
            runs[contestant.name].append(run(contestant))
    return [_row(shops, contestant, runs, over) for contestant in contestants]


def run(contestant: Contestant) -> Run:
    """Once, from start to last byte, which is on disk. Exits with what was said when it fails."""
    contestant.out.mkdir(parents=True, exist_ok=True)
    with open(contestant.out / "stdout", "wb") as stdout, open(contestant.out / "stderr", "wb") as stderr:
        env = {**os.environ, **contestant.env}
        started = time.perf_counter()
        process = subprocess.Popen(contestant.command, cwd=contestant.cwd, env=env, stdout=stdout, stderr=stderr)
        _, status, used = os.wait4(process.pid, 0)
        wall = time.perf_counter() - started
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        said = (contestant.out / "stderr").read_text().strip().splitlines()[-8:]
        sys.exit("\n".join([f"{' '.join(contestant.command)} failed:", *(f"  {line}" for line in said)]))
    return Run(wall, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)


def _row(shops: int, contestant: Contestant, runs: Mapping[str, list[Run]], over: Sequence[str]) -> Row:
    own = runs[contestant.name]
    wall = [one.wall for one in own]

    def ratios(of: Callable[[Run], float]) -> dict[str, float]:
        pairs = {name: zip(own, runs[name], strict=True) for name in over}
        return {name: statistics.median(of(one) / of(other) for one, other in both) for name, both in pairs.items()}

    return Row(
        shops=shops,
        name=contestant.name,
        resources=contestant.count(contestant.out),
        wall=statistics.median(wall),
        wall_low=min(wall),
        wall_high=max(wall),
        cpu=statistics.median(one.cpu for one in own),
        peak_mib=max(one.peak for one in own),
        wall_over=ratios(lambda one: one.wall),
        cpu_over=ratios(lambda one: one.cpu),
    )
