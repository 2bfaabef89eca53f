"""Whole processes, timed from start to last byte; the median of several runs after one that warms the caches."""

import json
import os
import platform
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parent.parent
TENFOLD = str(CHECKOUT / ".venv" / "bin" / "tenfold")


@dataclass(frozen=True)
class Figure:
    """Seconds or MiB; `target` is what the project wants, `met` whether it is."""

    what: str
    value: float
    unit: str
    target: float | None = None
    low: float | None = None
    high: float | None = None
    cpu: float | None = None
    """The least CPU seconds of a run: the figure to compare on a machine that does other things as well."""

    @property
    def met(self) -> bool | None:
        return None if self.target is None else self.value <= self.target


def time_command(
    what: str,
    command: list[str],
    *,
    target: float | None,
    runs: int = 7,
    warm: bool = True,
    env: Mapping[str, str] | None = None,
) -> Figure:
    """Wall seconds of the whole process; with `warm`, after one run that does not count."""
    seconds, worked = [], []
    for run in range(-1 if warm else 0, runs):
        started, before = time.perf_counter(), cpu_of_children()
        done = subprocess.run(command, cwd=CHECKOUT, env={**os.environ, **(env or {})}, capture_output=True)
        if run >= 0:
            seconds.append(time.perf_counter() - started)
            worked.append(cpu_of_children() - before)
        if done.returncode:
            sys.exit(f"{' '.join(command)} failed:\n{done.stdout.decode()}\n{done.stderr.decode()}")
    return Figure(what, statistics.median(seconds), "s", target, min(seconds), max(seconds), min(worked))


def cpu_of_children() -> float:
    """Seconds of CPU, system's included. On a busy machine this says more about a command than the clock does."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def peak_of_children() -> float:
    """MiB of the largest child process so far."""
    return resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024


def report(figures: list[Figure], name: str) -> None:
    """A table, and `bench/results/<name>.json`: each kind of run has its own file."""
    width = max(len(figure.what) for figure in figures)
    for figure in figures:
        span = f"{figure.low:7.2f} to {figure.high:.2f}" if figure.low is not None else ""
        cpu = f"cpu {figure.cpu:.2f}" if figure.cpu is not None else ""
        target = "" if figure.target is None else f"target {figure.target:g}{'' if figure.met else '  MISSED'}"
        print(f"{figure.what:<{width}}  {figure.value:8.2f} {figure.unit:<4} {span:<18} {cpu:<10} {target}")
    where = CHECKOUT / "bench" / "results" / f"{name}.json"
    where.parent.mkdir(exist_ok=True)
    machine = {"python": platform.python_version(), "system": platform.platform(), "cores": os.cpu_count()}
    rows = [{**asdict(figure), "met": figure.met} for figure in figures]
    where.write_text(json.dumps({"version": 1, "machine": machine, "figures": rows}, indent=2) + "\n")
    print(f"\nwritten to {where.relative_to(CHECKOUT)}")
