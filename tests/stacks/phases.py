"""The graphs of a promotion, step by step: before, expand, each move, contract, and the stage without any of it."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from blueprints import promotion, shape
from blueprints.architecture import Architecture
from blueprints.resolve import load
from tenfold.graph import Graph
from tenfold.recorder.light.record import record
from tenfold.recorder.program import run_of
from tests.stacks.graphs import BLUEPRINTS


@dataclass(frozen=True)
class Step:
    name: str
    architecture: Architecture
    graph: Graph


@cache
def steps(example: str, i: int, j: int, extra: str = "") -> tuple[Step, ...]:
    """From stage i to stage j. `extra` is YAML for the top of the blueprint."""
    before, after = (shape.capabilities(stage, None) for stage in (i, j))
    left = [f"{example}-{name}" for name in promotion.leaves(before, after)]
    moved: list[str] = []
    written = [("before", i, ""), ("expand", j, f"promoting_from: {i}\n")]
    for move in promotion.moves(before, after):
        moved.append({"data": "data: true", "traffic": "traffic: 100%"}[move])
        written.append((move, j, f"promoting_from: {i}\nmoved: {{{', '.join(moved)}}}\n"))
    written += [("contract", j, f"leftovers: [{', '.join(left)}]\n"), ("fresh", j, "")]
    return tuple(_step(name, example, stage, extra + text) for name, stage, text in written)


def _step(name: str, example: str, stage: int, top: str) -> Step:
    with TemporaryDirectory() as folder:
        file = Path(folder) / f"{example}.yaml"
        file.write_text(top + (BLUEPRINTS / f"{example}.yaml").read_text())
        resolution = load(file, environment="prod", stage=stage)
    assert resolution.architecture is not None, [problem.message for problem in resolution.problems]
    return Step(name, resolution.architecture, record(run_of(resolution.architecture)))
