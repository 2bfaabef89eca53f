"""Everything that is wrong with a blueprint, in all its environments."""

from collections.abc import Sequence

from tenfold.blueprints.reading.draft import Draft
from tenfold.blueprints.resolve import Resolution, resolve
from tenfold.blueprints.source.problem import Problem, in_file_order
from tenfold.refusals import rights
from tenfold.resolving import with_alarms_judged


def check(
    draft: Draft, environment: str | None = None, stage: str | None = None
) -> tuple[list[Resolution], list[Problem]]:
    """One environment; or the top of the file and every environment in it."""
    names: Sequence[str | None] = [environment] if environment else [None, *draft.environments]
    resolutions = [with_alarms_judged(resolve(draft, environment=name, stage=stage)) for name in names]
    return resolutions, in_file_order(problem for resolution in resolutions for problem in _all(resolution))


def _all(resolution: Resolution) -> list[Problem]:
    """With what only a plan knows: of the overrides, of what the team adds, of where data is, of very many rights."""
    assumed = resolution.assumed
    many = assumed is not None and rights.may_be_many(assumed)
    if assumed is None or not (assumed.overrides or assumed.own or assumed.residency or many):
        return resolution.problems
    from tenfold import planning

    if resolution.architecture is not None and (assumed.own or assumed.residency or many):
        return planning.attempt(resolution)[1]
    return [*resolution.problems, *planning.override_problems(resolution)]
