"""A whole promotion on the real engine, in this process: every step an `up` of an edited blueprint."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import markers  # beside this file
from agreement import plan_and_state
from previews import Steps, disagreements

from tenfold import deployment, planning, preflight
from tenfold.engine.progress import Progress
from tenfold.local.provider import faults
from tests.stacks import phases

ENVIRONMENT = "prod"


class Walk:
    """One environment of an example. `fault`: before each step a run in which that happens, such as kill@6."""

    def __init__(self, cloud: Any, folder: Path, example: str, fault: str = ""):
        self._cloud, self._fault = cloud, fault
        self.file = folder / f"{example}.yaml"
        self._marks: dict[str, Any] = {}
        self._ids: dict[str, str] = {}
        self.crashed = 0

    def step(self, text: str, stage: int) -> None:
        """Deploys the blueprint as it is then, and looks for everything that was marked in the steps before. What
        the step does was known without the engine."""
        self.file.write_text(text)
        made = self._prepared(stage)
        if self._marks and not self._fault:
            assert not (lines := disagreeing(made)), lines
        if self._fault and self._marks:
            with _fault(self._fault):
                self.crashed += bool(made.driver.up(Progress()).failed)
            made = self._prepared(stage)
        outcome = made.driver.up(Progress())
        assert not outcome.failed, (outcome.failed, outcome.progress.problems)
        held = markers.stateful(made.driver.deployed_resources())
        for urn, marked in self._marks.items():
            assert urn in held, f"{urn} is gone from the state"
            assert held[urn]["id"] == self._ids[urn], f"{urn} is another resource now"
            assert markers.read(self._clients(urn, made), held[urn], marked[0]) == marked[1], urn
        for urn in held.keys() - self._marks.keys():
            self._ids[urn], self._marks[urn] = held[urn]["id"], markers.put(self._clients(urn, made), held[urn])

    def leftover(self, stage: int) -> list[str]:
        """What differs between the state and the plan of the blueprint as it is now."""
        return list(plan_and_state(str(self.file), ENVIRONMENT, str(stage), os.environ["TENFOLD_HOME"]))

    def _clients(self, urn: str, made: deployment.Deployment) -> Any:
        """Of the region that the resource is in."""
        standby = made.architecture.standby
        there = standby and f"::{made.architecture.name}-standby-" in urn
        return self._cloud(standby.region if standby and there else made.architecture.region)

    def _prepared(self, stage: int) -> deployment.Deployment:
        made = deployment.prepare(self.file, ENVIRONMENT, str(stage), True, None, lambda line: None)
        preflight.check(made)
        return made


def disagreeing(made: deployment.Deployment) -> list[str]:
    """Where the engine's preview of this step says something else than the page that `promote` shows."""
    seen = Steps()
    outcome = made.driver.preview(seen)
    assert not outcome.failed, (outcome.failed, outcome.progress.problems)
    return list(
        disagreements(planning.compare_with_deployed(made.driver.deployed_resources(), made.resolution), seen.said)
    )


def promote(walk: Walk, example: str, i: int, j: int) -> None:
    *written, _ = phases.written(example, i, j)
    for _, stage, text in written:
        walk.step(text, stage)


@contextmanager
def _fault(text: str) -> Iterator[None]:
    os.environ[faults.VARIABLE] = text
    try:
        yield
    finally:
        del os.environ[faults.VARIABLE]
