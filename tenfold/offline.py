"""What the commands share that need neither an engine nor an account: a blueprint resolved, its program recorded."""

import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import click

from tenfold import exits, recorder
from tenfold.failure import Failure
from tenfold.graph import DuplicateUrn, Graph
from tenfold.recorder.errors import ProgramFailed

if TYPE_CHECKING:
    from blueprints.problem import Problem
    from blueprints.resolve import Resolution


def resolve(file: Path, environment: str | None, stage: int | str | None, as_json: bool) -> "Resolution":
    """With an architecture: a blueprint's errors are shown, and end the command with exit code 2."""
    from blueprints.resolve import load

    resolution = load(file, environment=environment, stage=stage)
    if resolution.architecture is None:
        _refuse(resolution.problems, as_json)
    return resolution


def record(resolution: "Resolution", as_json: bool, kind: str = recorder.FAST, warn: bool = True) -> Graph:
    """What the architecture's program registers. Warnings are shown where `warn` says so; an override that hits nothing
    is an error."""
    from tenfold.recorder.program import run_of

    assert resolution.architecture is not None
    recording = _recorded(run_of(resolution.architecture), kind)
    found = [*resolution.problems, *_overrides_that_hit_nothing(resolution, recording.graph)]
    if any(problem.is_error for problem in found):
        from blueprints.problem import in_file_order

        _refuse(in_file_order(found), as_json)
    if recording.note:
        click.echo(f"note: {recording.note}", err=True)
    if found and warn and not as_json:
        _show(found, as_json)
    return recording.graph


def wants_color() -> bool:
    """Colour on a terminal, unless NO_COLOR says otherwise (https://no-color.org)."""
    return sys.stdout.isatty() and not os.environ.get("NO_COLOR")


def _recorded(run: recorder.Run, kind: str) -> recorder.Recording:
    try:
        return recorder.record(run, kind)
    except (ProgramFailed, DuplicateUrn) as error:
        raise Failure(
            "The program cannot be planned.",
            why=str(error),
            remedies=("the place above is in stacks/ or components/: `pulumi preview` would stop there too",),
        ) from error


def _overrides_that_hit_nothing(resolution: "Resolution", graph: Graph) -> "list[Problem]":
    """Known only now: names and types of all children."""
    if resolution.architecture is None or not resolution.architecture.overrides:
        return []
    from blueprints.overrides import misnamed, unmatched
    from tenfold.recorder.light.inputs import unknown

    found = unmatched(resolution, {resource.name for resource in graph if resource.custom})
    for resource in graph:
        if properties := resolution.architecture.overrides.get(resource.name):
            found += misnamed(resolution, resource.name, unknown(resource.type, properties))
    return found


def _refuse(problems: "Sequence[Problem]", as_json: bool) -> NoReturn:
    _show(problems, as_json)
    sys.exit(exits.WRONG_INPUT)


def _show(problems: "Sequence[Problem]", as_json: bool) -> None:
    from tenfold.render import problems as render

    if as_json:
        click.echo(json.dumps(render.as_json(problems), indent=2, ensure_ascii=False))
    else:
        click.echo(render.as_text(problems, color=wants_color()), nl=False, err=True)
