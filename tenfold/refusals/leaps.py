"""Stages and promotions that are leapt over: the blueprint and the stack disagree on where a promotion stands."""

from collections.abc import Collection, Mapping
from typing import Any

from tenfold import exits
from tenfold.blueprints.architecture import Architecture
from tenfold.failure import Failure
from tenfold.stacks import standing
from tenfold.stacks.standing import Standing


def refuse_leap(
    before: Standing | None, target: Architecture, values: Mapping[str, Any], flags: str, asked: Collection[str] = ()
) -> None:
    """Raises `Failure` (refused) where blueprint and stack disagree on a promotion: `before` is where the stack stands,
    `values` are the blueprint's, by dotted path, `asked` is what may move back."""
    for objection in standing.objections(before, target, values, f"tenfold promote {flags}", asked):
        raise Failure(
            objection.what, why=objection.why, remedies=(*objection.instead, "Nothing was changed."), code=exits.REFUSED
        )
