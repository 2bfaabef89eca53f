"""The graphs of a promotion, step by step: before, expand, each move, contract, and the stage without any of it."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from tenfold.blueprints.architecture import Architecture
from tenfold.blueprints.resolve import load
from tenfold.blueprints.stages import promotion, selection
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
def steps(example: str, i: int, j: int) -> tuple[Step, ...]:
    """From stage i to stage j."""
    return tuple(_step(name, example, stage, text) for name, stage, text in written(example, i, j))


def written(example: str, i: int, j: int) -> list[tuple[str, int, str]]:
    """(step, stage, blueprint) of each."""
    before, after = (selection.capabilities(stage, None) for stage in (i, j))
    left = [f"{example}-{name}" for name in promotion.leaves(before, after)]
    moved: list[str] = []
    tops = [("before", i, ""), ("expand", j, f"promoting_from: {i}\n")]
    for move in promotion.moves(before, after):
        moved.append({"data": "data: true", "traffic": "traffic: 100%"}[move])
        tops.append((move, j, f"promoting_from: {i}\nmoved: {{{', '.join(moved)}}}\n"))
    tops += [("contract", j, f"leftovers: [{', '.join(left)}]\n"), ("fresh", j, "")]
    text = (BLUEPRINTS / f"{example}.yaml").read_text()
    return [(name, stage, top + text) for name, stage, top in tops]


def _step(name: str, example: str, stage: int, text: str) -> Step:
    with TemporaryDirectory() as folder:
        file = Path(folder) / f"{example}.yaml"
        file.write_text(text)
        resolution = load(file, environment="prod", stage=stage)
    assert resolution.architecture is not None, [problem.message for problem in resolution.problems]
    return Step(name, resolution.architecture, record(run_of(resolution.architecture)))
