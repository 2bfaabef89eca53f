"""The engine's previews beside the diff without an engine: one stack in this process, many programs for it."""

import importlib
import json
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tenfold.diff import Difference, compare, deployed_stack
from tenfold.engine import install, workspace
from tenfold.engine.driver import Driver
from tenfold.engine.progress import Progress
from tenfold.graph import STACK_TYPE, Graph
from tenfold.local import server
from tenfold.recorder import FAST, record
from tenfold.recorder.run import Run

Program = Callable[[], Mapping[str, Any] | None]
PROJECT = "tenfold"


@dataclass
class Said:
    """What is said of one resource: the operation, the inputs that replace it, the inputs that differ."""

    op: str
    replacing: set[str] = field(default_factory=set)
    changed: set[str] = field(default_factory=set)


class Steps(Progress):
    """Keeps the steps of providers and of every half of a replacement too."""

    def __init__(self) -> None:
        super().__init__()
        self.said: dict[str, Said] = {}

    def event(self, event: Any) -> None:
        if event.resource_pre_event:
            step = event.resource_pre_event.metadata
            op = str(getattr(step.op, "value", step.op))
            if step.type != STACK_TYPE and op != "read":
                said = self.said.setdefault(step.urn, Said(op))
                said.op = "replace" if "replace" in op else op
                said.replacing |= set(step.keys or ())
                said.changed |= {top(path) for path in step.detailed_diff or {}} | set(step.diffs or ())
        super().event(event)


@contextmanager
def at_home(folder: Path) -> Iterator[None]:
    """With the state directory there, in this process too."""
    before = os.environ.get("TENFOLD_HOME")
    os.environ["TENFOLD_HOME"] = str(folder)
    try:
        yield
    finally:
        os.environ.pop("TENFOLD_HOME")
        if before is not None:
            os.environ["TENFOLD_HOME"] = before


@dataclass
class Stack:
    """One stack on the local cloud. A program is run by the engine and by the recorder."""

    name: str
    region: str = "us-east-1"
    before: Graph | None = None
    recorder: str = FAST
    """`SDK` where the program's classes are the SDK's own, because its module has imported them."""

    def up(self, program: Program) -> None:
        # The driver imports it on a thread: a program that names the SDK's classes meanwhile saw half of a module.
        importlib.import_module("tenfold.stacks.compose")
        outcome = self._driver(program).up(Progress())
        assert not outcome.failed, (outcome.failed, outcome.progress.problems)
        self._unprotect()
        self.before = self.graph(program)

    def destroy(self, program: Program) -> None:
        outcome = self._driver(program).destroy(Progress())
        assert not outcome.failed, (outcome.failed, outcome.progress.problems)

    def graph(self, program: Program) -> Graph:
        return record(Run(program, PROJECT, self.name, self.region), self.recorder).graph

    def disagreements(self, program: Program) -> list[str]:
        """Where the engine's preview says something else than the diffs without it: of the two plans, and of the state
        and a plan."""
        assert self.before is not None
        driver, after, seen = self._driver(program), self.graph(program), Steps()
        outcome = driver.preview(seen)
        assert not outcome.failed, (outcome.failed, outcome.progress.problems)
        both = {
            "plans": compare(self.before, after),
            "state": deployed_stack.against(driver.deployed_resources(), after),
        }
        return [f"{kind}: {line}" for kind, found in both.items() for line in disagreements(found, seen.said)]

    def deployed_resources(self) -> list[dict[str, Any]]:
        """The resources of the state."""
        return workspace.deployed_resources(self._place())

    def client(self, cloud: server.Server, service: str) -> Any:
        """boto3 on the local cloud."""
        import boto3

        keys = {"aws_access_key_id": "test", "aws_secret_access_key": "test"}
        return boto3.client(service, region_name=self.region, endpoint_url=cloud.endpoint, **keys)

    def _unprotect(self) -> None:
        """The engine ends a preview at the first protected resource that would go: it would not say what else goes."""
        folder = self._place().folder
        assert folder and folder.file
        file = folder.file
        state = json.loads(file.read_text())
        for held in state["checkpoint"]["latest"]["resources"]:
            held.pop("protect", None)
        file.write_text(json.dumps(state))

    def _place(self) -> workspace.Place:
        return workspace.place(self.name, Path(), server.start()[0])

    def _driver(self, program: Program) -> Driver:
        return Driver(self._place(), install.ensure(print), exporting(program), {})


def exporting(program: Program) -> Callable[[], None]:
    def run() -> None:
        import pulumi

        for name, value in (program() or {}).items():
            pulumi.export(name, value)

    return run


def disagreements(offline: Difference, engine: Mapping[str, Said]) -> Iterator[str]:
    told = {c.urn: c for c in offline.changes if c.op not in ("moved", "protect")}
    said = {urn: step for urn, step in engine.items() if step.op != "same"}
    for urn in sorted({*told, *said}):
        name, change, step = urn.rsplit("::", 1)[1], told.get(urn), said.get(urn)
        if change is None or step is None or change.op != step.op:
            yield f"{name}: {change.op if change else 'same'}, the engine says {step.op if step else 'same'} {urn}"
            continue
        replacing = {top(found.path) for found in change.forced_by}
        if {top(path) for path in step.replacing} - {"provider"} != replacing and not change.because:
            yield f"{name}: replaced because of {sorted(replacing)}, the engine says {sorted(step.replacing)}"
        changed = {top(found.path) for found in change.properties}
        if change.op == "update" and change.custom and changed != step.changed:
            yield f"{name}: changes {sorted(changed)}, the engine says {sorted(step.changed)}"


def top(path: str) -> str:
    return path.split(".")[0].split("[")[0]
