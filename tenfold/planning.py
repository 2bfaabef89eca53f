"""A program recorded without an engine: what a blueprint's architecture would register."""

import sys
from collections.abc import Collection
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tenfold import recorder, streams
from tenfold.failure import Failure, WrongBlueprint
from tenfold.graph import DuplicateUrn, Graph
from tenfold.recorder.errors import ProgramFailed
from tenfold.resolving import path_as_typed, with_alarms_judged

if TYPE_CHECKING:
    from tenfold.blueprints.resolve import Resolution
    from tenfold.blueprints.source.problem import Problem
    from tenfold.diff import Difference
    from tenfold.promotion.ahead import Ahead


def record(
    resolution: "Resolution",
    kind: str = recorder.FAST,
    *,
    warn: bool = True,
    local: bool = False,
    deployed: Collection[str] = (),
) -> Graph:
    """What the architecture's program registers. With `warn` warnings are printed on stderr. `deployed`: the names of
    resources that are there; the value of a secret is planned where there is one (stacks/secret_values.py).

    Raises `WrongBlueprint` for an override that hits nothing, or that AWS (or, with `local`, the local cloud alone)
    would refuse; `Failure` where the program cannot run.
    """
    recording, problems = _attempted(resolution, kind, local, deployed)
    if recording is None:
        raise WrongBlueprint(problems)
    if recording.note:
        click.echo(f"note: {recording.note}", err=True)
    if problems and warn:
        from tenfold.render.problems import as_text

        click.echo(as_text(problems, color=streams.takes_color(sys.stderr)), nl=False, err=True)
    return recording.graph


def ahead(before: "Resolution", after: "Resolution", environment: str | None, *, warn: bool) -> "Ahead | None":
    """The steps of a promotion from one stage up to another of the same blueprint; None where there are none, or one is
    under way. `warn`: the last step has the later stage's warnings."""
    from tenfold.promotion.ahead import ahead as steps_ahead

    old, new, draft = before.architecture, after.architecture, after.draft
    assert old is not None and new is not None and draft is not None
    if old.promotion or old.stage >= new.stage:
        return None
    named = f" --env {environment}" if environment else ""
    flags = f"{path_as_typed(Path(draft.source.file))}{named}"

    def record_step(step: "Resolution") -> Graph:
        assert step.architecture is not None
        last = step is not before and step.architecture.promotion is None
        return record(step, warn=last and warn)

    return steps_ahead(draft, environment, before, new.stage, flags, record_step)


def at_stage(file: Path, environment: str | None, stage: int) -> "tuple[Resolution, Graph | None, str]":
    """The blueprint as it would be at one stage, with its graph; why there is none, where it does not fit the stage."""
    from tenfold.blueprints.resolve import load

    resolution = with_alarms_judged(load(file, environment=environment, stage=stage))
    graph, problems = attempt(resolution)
    if graph is None:
        first = next(problem for problem in problems if problem.is_error)
        return resolution, None, f"not possible: {first.code} {first.message}"
    return resolution, graph, ""


def attempt(resolution: "Resolution") -> "tuple[Graph | None, list[Problem]]":
    """As `record`, but prints and raises nothing: no graph where there is an error among the problems."""
    recording, problems = _attempted(resolution, recorder.FAST)
    return (recording.graph if recording else None), problems


def _attempted(
    resolution: "Resolution", kind: str, local: bool = False, deployed: Collection[str] = ()
) -> "tuple[recorder.Recording | None, list[Problem]]":
    """No recording where there is an error among the problems."""
    from tenfold.blueprints import checks
    from tenfold.recorder.program import run_of
    from tenfold.refusals import rights
    from tenfold.stacks import secret_values

    problems = [*resolution.problems]
    if resolution.architecture is None:
        return None, problems
    config = secret_values.stand_ins(resolution.architecture, deployed) if deployed else {}
    run = run_of(resolution.architecture, config=config)
    if resolution.architecture.overrides:
        from tenfold.blueprints.source.problem import in_file_order
        from tenfold.refusals import overrides

        recording, refused = overrides.record_with_problems(resolution, lambda: _recorded(run, kind), local)
        problems += refused
        if any(problem.is_error for problem in refused):
            problems = in_file_order(problems)
    else:
        recording = _recorded(run, kind)
    if resolution.architecture.residency:
        from tenfold.refusals import residency

        problems += residency.problems(resolution, recording.graph)
    problems += rights.problems(resolution, recording.graph)
    if resolution.architecture.own:
        problems += checks.plan_problems(resolution.context(), recording.graph)
    return (None if any(problem.is_error for problem in problems) else recording), problems


def compare_with_deployed(
    deployed: list[dict[str, Any]], resolution: "Resolution", *, local: bool = False
) -> "Difference":
    """What `up` would change. Raises as `record` does."""
    from tenfold.diff.deployed_stack import against

    names = {resource["urn"].rpartition("::")[2] for resource in deployed}
    return against(deployed, record(resolution, warn=False, local=local, deployed=names))


def override_problems(resolution: "Resolution") -> "list[Problem]":
    """What a plan reports about the overrides; the blueprint has some. Beside other errors it is the plan of what is
    valid, and nothing where that makes no plan."""
    from tenfold.recorder.program import run_of
    from tenfold.refusals import overrides

    architecture = resolution.assumed
    assert architecture is not None
    assumed = replace(resolution, architecture=architecture)
    try:
        problems = overrides.record_with_problems(assumed, lambda: _recorded(run_of(architecture), recorder.FAST))[1]
    except (Failure, ProgramFailed, DuplicateUrn):
        if resolution.architecture is not None:
            raise
        return []
    # A resource that is not in this plan may be in the right one.
    return [problem for problem in problems if problem.code != "TF-O001" or resolution.shape_is_certain]


def _recorded(run: recorder.Run, kind: str) -> recorder.Recording:
    try:
        return recorder.record(run, kind)
    except (ProgramFailed, DuplicateUrn) as error:
        raise Failure(
            "The program cannot be planned.",
            why=str(error),
            remedies=("the place above is in stacks/, components/ or own/: `pulumi preview` would stop there too",),
        ) from error
