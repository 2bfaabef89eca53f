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
    from blueprints.architecture import Architecture
    from blueprints.resolve import Resolution
    from blueprints.source.problem import Problem
    from tenfold.diff import Difference
    from tenfold.foresight.cost import Estimate


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
    recording, found = _attempted(resolution, kind, local)
    if recording is None:
        _refuse(found, as_json)
    if recording.note:
        click.echo(f"note: {recording.note}", err=True)
    if found and warn and not as_json:
        _show(found, as_json)
    return recording.graph


def attempt(resolution: "Resolution") -> "tuple[Graph | None, list[Problem]]":
    """As `record`, but says nothing: no graph where there is an error among the problems."""
    recording, found = _attempted(resolution, recorder.FAST)
    return (recording.graph if recording else None), found


def estimate(resolution: "Resolution", graph: Graph, architecture: "Architecture | None" = None) -> "Estimate":
    """What the graph of an architecture (the resolution's, or an earlier one) costs; with the prices of the
    resolution's house and those that were refreshed."""
    from tenfold.foresight import cost, prices, refreshed

    architecture, draft = architecture or resolution.architecture, resolution.draft
    assert architecture is not None and draft is not None
    house = prices.House(**draft.house.prices)
    return cost.estimate(architecture, graph, prices.Book(architecture.region, house, refreshed.rows()))


def costs(before: "Architecture", after: "Resolution", difference: "Difference") -> "tuple[Estimate, Estimate]":
    """Before and after a change, by the later one's prices; resources have the later one's names on both sides."""
    from dataclasses import replace

    assert after.architecture is not None
    earlier = replace(before, name=after.architecture.name)
    return estimate(after, difference.before, earlier), estimate(after, difference.after)


def _attempted(
    resolution: "Resolution", kind: str, local: bool = False
) -> "tuple[recorder.Recording | None, list[Problem]]":
    """No recording where there is an error among the problems."""
    from tenfold.recorder.program import run_of

    found = [*resolution.problems]
    if resolution.architecture is None:
        return None, found
    run = run_of(resolution.architecture)
    if resolution.architecture.overrides:
        from blueprints.source.problem import in_file_order
        from tenfold.refusals import overrides

        recording, wrong = overrides.recorded(resolution, lambda: _recorded(run, kind), local)
        found = in_file_order([*found, *wrong]) if any(problem.is_error for problem in wrong) else [*found, *wrong]
    else:
        recording = _recorded(run, kind)
    return (None if any(problem.is_error for problem in found) else recording), found


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
