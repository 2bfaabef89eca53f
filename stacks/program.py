"""The program of raw `pulumi`: `pulumi config set tenfold:blueprint shop.yaml`, then `pulumi up`."""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pulumi

from tenfold.blueprints.resolve import Resolution, load
from tenfold.stacks import standing
from tenfold.stacks.compose import build
from tenfold.stacks.standing import Objection, Standing


def main() -> None:
    config = pulumi.Config("tenfold")
    blueprint = config.require("blueprint")
    environment = config.get("environment") or pulumi.get_stack()
    resolution = load(
        Path(pulumi.runtime.get_root_directory()) / blueprint,
        environment=environment,
        stage=config.get("stage") or None,
    )
    if resolution.architecture is None:
        for problem in resolution.problems:
            place = f"{problem.file}:{problem.line}:{problem.column}"
            print(f"{place} {problem.severity} {problem.code} {problem.message} {problem.hint}", file=sys.stderr)
        raise pulumi.RunError(f"{blueprint} has mistakes; `tenfold validate {blueprint}` shows them.")
    _refuse_what_a_plan_shows(resolution, blueprint, environment, config.get("stage"))
    before = standing.read(_earlier_outputs())
    _refuse_unasked(before, resolution, f"{blueprint} --env {environment}")
    for name, value in build(resolution.architecture, used=bool(before and before.used)).items():
        pulumi.export(name, value)


def _refuse_what_a_plan_shows(resolution: Resolution, blueprint: str, environment: str, stage: str | None) -> None:
    """Raises `RunError` for what `tenfold validate` finds in the plan alone: overrides, own checks, where data is
    (`residency`). In a process of its own, for a plan is recorded with a stand-in for the SDK that runs here."""
    a = resolution.architecture
    if a is None or not (a.overrides or a.own or a.residency):
        return
    import subprocess

    command = [sys.executable, "-m", "tenfold", "validate", blueprint, "--env", environment]
    where = pulumi.runtime.get_root_directory()
    checked = subprocess.run(
        [*command, *(["--stage", stage] if stage else [])], cwd=where, capture_output=True, encoding="utf-8"
    )
    if checked.returncode:
        raise pulumi.RunError(f"{checked.stdout}{checked.stderr}\nNothing was changed.")


def _earlier_outputs() -> dict[str, Any]:
    """The outputs of the stack's last complete run, from the engine, which knows every backend; empty before the first
    run. It is the call behind `StackReference`, without a resource that would stay in the state."""
    name = f"{pulumi.get_organization()}/{pulumi.get_project()}/{pulumi.get_stack()}"
    answer = pulumi.runtime.invoke("pulumi:pulumi:readStackOutputs", {"name": name}).value
    return (answer or {}).get("outputs") or {}


def _refuse_unasked(before: Standing | None, resolution: Resolution, flags: str) -> None:
    """Raises `RunError`, before anything is registered, where this run would move data or traffic back or take off a
    protection: `tenfold up` and `tenfold promote` ask about that first."""
    assert resolution.architecture
    for one in (
        *standing.objections(before, resolution.architecture, resolution.values, f"tenfold promote {flags}"),
        *standing.unprotection(before, resolution.architecture, f"tenfold up {flags}"),
    ):
        lines = [f"refused: {one.what}", f"  because   {one.why}", *_instead(one)]
        raise pulumi.RunError("\n".join([*lines, "Nothing was changed."]))


def _instead(one: Objection) -> Iterator[str]:
    yield from (f"  {'instead' if at == 0 else '':<7}   {line}" for at, line in enumerate(one.instead))
