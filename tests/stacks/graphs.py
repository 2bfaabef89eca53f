"""The resource graphs that the tests of this folder look at: each example, at each stage there is, in each of its
environments. A stage that is added joins by itself."""

from dataclasses import dataclass
from functools import cache

from tenfold.blueprints.architecture import Architecture
from tenfold.blueprints.reading.draft import open_draft
from tenfold.blueprints.resolve import load
from tenfold.blueprints.stages import presets
from tenfold.graph import Graph
from tenfold.recorder.light.record import record
from tenfold.recorder.program import run_of
from tests.examples import BLUEPRINTS, FILES

STAGES = tuple(presets.presets())


@dataclass(frozen=True)
class Case:
    example: str
    stage: int
    environment: str

    def __str__(self) -> str:
        return f"{self.example}-{self.stage}-{self.environment}"


@cache
def examples() -> dict[str, tuple[str, ...]]:
    """Example -> its environments."""
    return {path.stem: tuple(open_draft(path).environments) for path in FILES}


def cases(environment: str | None = None) -> list[Case]:
    """All of them, or those of one environment."""
    return [
        Case(example, stage, name)
        for example, environments in examples().items()
        for stage in STAGES
        for name in environments
        if environment in (None, name)
    ]


@cache
def architecture(case: Case) -> Architecture:
    resolution = load(BLUEPRINTS / f"{case.example}.yaml", environment=case.environment, stage=case.stage)
    assert resolution.architecture is not None, [f"{p.code} {p.message} {p.hint}" for p in resolution.problems]
    return resolution.architecture


@cache
def graph(case: Case) -> Graph:
    """What is registered, with readable names (`<urn#property>`) for what only the cloud can tell."""
    return record(run_of(architecture(case)))
