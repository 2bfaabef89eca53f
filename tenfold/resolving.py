"""From a blueprint on the command line to its architecture: the same for every command."""

import os
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from tenfold import exits
from tenfold.failure import Failure, WrongBlueprint

if TYPE_CHECKING:
    from tenfold.blueprints.reading.draft import Draft
    from tenfold.blueprints.resolve import Resolution

T = TypeVar("T")


def resolve(
    file: Path | str, environment: str | None, stage: int | str | None, *, deployable: bool = False
) -> "Resolution":
    """A resolution that has an architecture.

    `deployable`: the architecture of one environment. It has to be named where the file has several, or none.
    Raises `WrongBlueprint` for a blueprint with errors, `Failure` (wrong input) where an environment is missing.
    """
    from tenfold.blueprints.reading.draft import open_draft

    draft = open_draft(file)
    if deployable and environment is None and draft.usable:
        environment = _only_environment(draft)
    return resolve_draft(draft, environment, stage)


def resolve_draft(draft: "Draft", environment: str | None, stage: int | str | None) -> "Resolution":
    """As `resolve`, for an open file."""
    from tenfold.blueprints.resolve import resolve as resolve_open

    resolution = with_alarms_judged(resolve_open(draft, environment=environment, stage=stage))
    if resolution.architecture is None:
        raise WrongBlueprint(resolution.problems)
    return resolution


def with_alarms_judged(resolution: "Resolution") -> "Resolution":
    """With what is wrong with `signals.alarms`, which the language alone cannot know: the stack decides what rings. And
    with alarms that the team adds."""
    assumed = resolution.assumed
    if assumed is None or not (assumed.signals.alarms or (assumed.own and assumed.own.files("alarms", ".yaml"))):
        return resolution
    from tenfold.stacks.alarm_problems import judge_alarms

    return judge_alarms(resolution)


def _only_environment(draft: "Draft") -> str:
    known = list(draft.environments)
    if len(known) == 1:
        return known[0]
    listed = f"has: {', '.join(known)}" if known else "lists none, so any name will do"
    raise Failure(
        "Which environment?",
        why=f"{path_as_typed(draft.source.file)} {listed}",
        remedies=(f"--env {known[0] if known else 'dev'}",),
        code=exits.WRONG_INPUT,
    )


def of_each(files: Iterable[Path], work: Callable[[Path], T]) -> list[T]:
    """What `work` makes of each blueprint. Raises `WrongBlueprint` with the problems of all that are wrong."""
    results, problems = [], []
    for file in files:
        try:
            results.append(work(file))
        except WrongBlueprint as wrong:
            problems += wrong.problems
    if problems:
        raise WrongBlueprint(problems)
    return results


def path_as_typed(file: Path | str) -> str:
    """Relative to the current directory, unless it lies outside of it."""
    relative = os.path.relpath(file)
    return str(file) if relative.startswith("..") else relative
