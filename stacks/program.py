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
    before = standing.read(_earlier_outputs())
    _refuse_unasked(before, resolution, f"{blueprint} --env {environment}")
    for name, value in build(resolution.architecture, used=bool(before and before.used)).items():
        pulumi.export(name, value)


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
