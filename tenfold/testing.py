"""For tests of components of your own: what a program registers, without an engine or an account; its URNs as a golden
file; and what the real engine makes of it on the local cloud. docs/testing-components.md shows each.

A program is a function that constructs resources and may return outputs. It imports `pulumi` and components itself,
while it runs: the recorder decides which `pulumi` that is.
"""

import difflib
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tenfold import planning, recorder
from tenfold.blueprint_files import is_blueprint
from tenfold.blueprints.architecture import BASE
from tenfold.blueprints.reading.draft import open_draft
from tenfold.blueprints.value import Value
from tenfold.graph import Graph
from tenfold.recorder.run import Program, Run
from tenfold.resolving import resolve

PROJECT, STACK = "tenfold", "test"
WRITE = "TENFOLD_WRITE_GOLDEN"  # set to 1, golden files are written instead of compared


def record(program: Program, *, region: str = "us-east-1") -> Graph:
    """What the program registers. What only the cloud can tell reads `<urn#property>`.

    Raises `ProgramFailed` and `DuplicateUrn` of `tenfold.recorder`, with the program's own file and line.
    """
    return recorder.record(Run(program, PROJECT, STACK, region)).graph


def environments(folder: Path) -> list[tuple[Path, str]]:
    """Every environment of every blueprint in a folder and below; `base` where a blueprint has none."""
    files = [file for file in sorted(folder.rglob("*.yaml")) if is_blueprint(file)]
    return [(file, name) for file in files for name in list(open_draft(file).environments) or [BASE]]


def planned(file: Path, environment: str) -> Graph:
    """What a blueprint's environment would have, with the team's own tiers. Raises `WrongBlueprint` for errors in it,
    `Failure` where a tier fails."""
    return planning.record(resolve(file, None if environment == BASE else environment, None), warn=False)


def urns(graph: Graph) -> str:
    """One URN a line, sorted; those that keep data or identity are marked, as theirs must never change."""
    marks = sorted((resource.urn, f"  # keeps {resource.keeps}" if resource.stateful else "") for resource in graph)
    return "".join(f"{urn}{mark}\n" for urn, mark in marks)


def check_golden(file: Path, text: str) -> None:
    """Raises AssertionError, with the lines that differ, where the file does not hold `text`."""
    if os.environ.get(WRITE) == "1":
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    known = file.read_text(encoding="utf-8") if file.is_file() else ""
    if known != text:
        changed = difflib.unified_diff(known.splitlines(), text.splitlines(), "golden", "now", n=0, lineterm="")
        raise AssertionError("\n".join([f"{file} differs. If it is meant: {WRITE}=1, then read the diff.", *changed]))


class Deployed(Value):
    """A program as the engine has deployed it on the local cloud."""

    outputs: Mapping[str, Any]
    endpoint: str
    region: str

    def client(self, service: str) -> Any:
        """A boto3 client of the local cloud: what is really there, whatever the state says."""
        import boto3

        keys = {"aws_access_key_id": "test", "aws_secret_access_key": "test"}
        return boto3.client(service, region_name=self.region, endpoint_url=self.endpoint, **keys)


@contextmanager
def deployed(program: Program, *, stack: str = STACK, region: str = "us-east-1") -> Iterator[Deployed]:
    """Deploys the program with the real engine on the local cloud, and destroys it afterwards, protected or not.

    Raises AssertionError with the engine's words where that fails.
    """
    from tenfold.engine import install, workspace
    from tenfold.engine.driver import Driver
    from tenfold.engine.progress import Progress
    from tenfold.local import server

    cloud, _ = server.start()
    where = workspace.place(stack, Path(), cloud)
    driver = Driver(where, install.ensure(print), _exporting(program), {"aws:region": region})
    try:
        _succeed(driver.up(Progress()))
        yield Deployed(workspace.outputs(driver.deployed_resources()), cloud.endpoint, region)
    finally:
        with driver.lift_protection([one["urn"] for one in driver.deployed_resources() if one.get("protect")]):
            _succeed(driver.destroy(Progress()))


def _exporting(program: Program) -> Any:
    def run() -> None:
        import pulumi

        for name, value in (program() or {}).items():
            pulumi.export(name, value)

    return run


def _succeed(outcome: Any) -> None:
    problems = [f"{problem.urn}: {problem.message}" for problem in outcome.progress.problems]
    assert not outcome.failed, "\n".join([str(outcome.failed), *problems])
