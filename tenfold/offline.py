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
    from blueprints.resolve import Resolution
    from blueprints.source.problem import Problem


def resolve(file: Path, environment: str | None, stage: int | str | None, as_json: bool) -> "Resolution":
    """With an architecture: a blueprint's errors are shown, and end the command with exit code 2."""
    from blueprints.resolve import load

    resolution = load(file, environment=environment, stage=stage)
    if resolution.architecture is None:
        _refuse(resolution.problems, as_json)
    return resolution


def record(
    resolution: "Resolution", as_json: bool, kind: str = recorder.FAST, warn: bool = True, local: bool = False
) -> Graph:
    """What the architecture's program registers. Warnings are shown where `warn` says so; an override that hits
    nothing, or that AWS would refuse (or, with `local`, the local cloud alone), is an error."""
    from tenfold.recorder.program import run_of

    assert resolution.architecture is not None
    found = [*resolution.problems]
    run = run_of(resolution.architecture)
    if resolution.architecture.overrides:
        from tenfold.refusals import overrides

        recording, wrong = overrides.recorded(resolution, lambda: _recorded(run, kind), local)
        found += wrong
    else:
        recording = _recorded(run, kind)
    if any(problem.is_error for problem in found):
        from blueprints.source.problem import in_file_order

        _refuse(in_file_order(found), as_json)
    if recording.note:
        click.echo(f"note: {recording.note}", err=True)
    if found and warn and not as_json:
        _show(found, as_json)
    return recording.graph


def overrides_problems(resolution: "Resolution") -> "list[Problem]":
    """What a plan would say of the overrides; the architecture has some."""
    from tenfold.recorder.program import run_of
    from tenfold.refusals import overrides

    architecture = resolution.architecture
    assert architecture is not None
    return overrides.recorded(resolution, lambda: _recorded(run_of(architecture), recorder.FAST))[1]


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


def _refuse(problems: "Sequence[Problem]", as_json: bool) -> NoReturn:
    _show(problems, as_json)
    sys.exit(exits.WRONG_INPUT)


def _show(problems: "Sequence[Problem]", as_json: bool) -> None:
    from tenfold.render import problems as render

    if as_json:
        click.echo(json.dumps(render.as_json(problems), indent=2, ensure_ascii=False))
    else:
        click.echo(render.as_text(problems, color=wants_color()), nl=False, err=True)
