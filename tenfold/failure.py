"""The exceptions a command ends with, and never shows as a traceback."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from tenfold import exits

if TYPE_CHECKING:
    from tenfold.blueprints.source.problem import Problem


class Failure(Exception):
    """What happened, why, and what to do about it. `remedies` are complete sentences or commands; `code` is one of
    `tenfold.exits`."""

    def __init__(self, what: str, *, why: str = "", remedies: tuple[str, ...] = (), code: int = exits.FAILED):
        super().__init__(what)
        self.what = what
        self.why = why
        self.remedies = remedies
        self.code = code


class WrongBlueprint(Exception):
    """The problems of a blueprint that has errors, for exit code 2. `as_json`: the command was called with `--json`."""

    def __init__(self, problems: "Sequence[Problem]"):
        super().__init__(f"{len(problems)} problems")
        context = click.get_current_context(silent=True)
        self.problems = problems
        self.as_json = bool(context and context.params.get("as_json"))
