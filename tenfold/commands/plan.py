"""`tenfold plan`: what would exist, without an engine or an account."""

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


@click.command("plan", epilog="Example: tenfold plan blueprints/shop.yaml --stage 3")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--stage", metavar="N", help="Instead of the blueprint's stage: 1 to 7, or its name.")
@click.option("--env", "environment", metavar="E", help="The blueprint's environment; without it, the top of the file.")
@click.option("--json", "as_json", is_flag=True, help="For programs: every resource with its inputs.")
@click.option("--verbose", is_flag=True, help="Every resource, not only components.")
@click.option(
    "--recorder",
    "kind",
    type=click.Choice([recorder.FAST, recorder.SDK]),
    default=recorder.FAST,
    help="fast: the built-in stand-in for the Pulumi SDK. sdk: the SDK itself, slower.",
)
def command(file: Path, stage: str | None, environment: str | None, as_json: bool, verbose: bool, kind: str) -> None:
    """Show what FILE would make: one line a component, with how many resources and why."""
    from blueprints.resolve import load
    from tenfold.recorder.program import run_of
    from tenfold.render import plan as render

    resolution = load(file, environment=environment, stage=stage)
    architecture = resolution.architecture
    if architecture is None:
        _refuse(resolution.problems, as_json)
    recording = _record(run_of(architecture), kind)
    found = [*resolution.problems, *_overrides_that_hit_nothing(resolution, recording.graph)]
    if any(problem.is_error for problem in found):
        _refuse(found, as_json)
    if recording.note:
        click.echo(f"note: {recording.note}", err=True)
    if as_json:
        click.echo(json.dumps(render.as_json(architecture, recording.graph), indent=2))
        return
    if found:  # warnings
        _show_problems(found, as_json)
    click.echo(render.as_text(architecture, recording.graph, color=_wants_color(), verbose=verbose), nl=False)


def _record(run: recorder.Run, kind: str) -> recorder.Recording:
    try:
        return recorder.record(run, kind)
    except (ProgramFailed, DuplicateUrn) as error:
        raise Failure(
            "The program cannot be planned.",
            why=str(error),
            remedies=("the place above is in stacks/ or components/: `pulumi preview` would stop there too",),
        ) from error


def _overrides_that_hit_nothing(resolution: "Resolution", graph: Graph) -> "list[Problem]":
    """Known only now: the names of all children."""
    if resolution.architecture is None or not resolution.architecture.overrides:
        return []
    from blueprints.overrides import unmatched

    return unmatched(resolution, {resource.name for resource in graph if resource.custom})


def _refuse(problems: "Sequence[Problem]", as_json: bool) -> NoReturn:
    _show_problems(problems, as_json)
    sys.exit(exits.WRONG_INPUT)


def _show_problems(problems: "Sequence[Problem]", as_json: bool) -> None:
    from tenfold.render import problems as render

    if as_json:
        click.echo(json.dumps(render.as_json(problems), indent=2, ensure_ascii=False))
    else:
        click.echo(render.as_text(problems, color=_wants_color()), nl=False, err=True)


def _wants_color() -> bool:
    """Colour on a terminal, unless NO_COLOR says otherwise (https://no-color.org)."""
    return sys.stdout.isatty() and not os.environ.get("NO_COLOR")
