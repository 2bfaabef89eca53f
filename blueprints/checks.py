"""A team's own checks, in `own/rules/*.py`: `check_blueprint(context)`, and `check_plan(graph, context)` of what would
exist. Each yields what `error` and `warning` make:

    from tenfold.blueprints.checks import Context, Findings, error

    def check_blueprint(context: Context) -> Findings:
        if context.architecture.environment == "prod" and not context.is_set("owner"):
            yield error("owner", "Production needs an owner.", "Set `owner: team@example.com`.")
"""

from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

from tenfold.blueprints.own import PARTS, Function, Own, OwnCodeFailed, place_in
from tenfold.blueprints.rules.rule import Context, Finding, Findings
from tenfold.blueprints.source.document import Route
from tenfold.blueprints.source.problem import Problem
from tenfold.blueprints.source.project import as_shown

__all__ = ["Context", "Finding", "Findings", "error", "warning"]

OF_BLUEPRINT, OF_PLAN = "check_blueprint", "check_plan"


def error(path: str | Route, message: str, hint: str = "") -> Finding:
    """Refuses the blueprint at the dotted path of a field. `hint`: what would be right."""
    return Finding("TF-H020", path, message, hint)


def warning(path: str | Route, message: str, hint: str = "") -> Finding:
    """Says something about a field, and refuses nothing."""
    return Finding("TF-H021", path, message, hint)


def blueprint_problems(context: Context) -> list[Problem]:
    """What `check_blueprint` of all files finds, and files that nothing reads."""
    misplaced = context.draft.own.unread() if context.draft.own else ()
    where = f"nothing reads it here: {', '.join(f'own/{part}/' for part in PARTS)} are read"
    unread = [unusable(str(file), 1, where) for file in misplaced]
    return [*unread, *_problems(context, OF_BLUEPRINT, lambda check: check(context))]


def plan_problems(context: Context, graph: Any) -> list[Problem]:
    """What `check_plan` of all files finds in a graph (`tenfold.graph.Graph`)."""
    return _problems(context, OF_PLAN, lambda check: check(graph, context))


Ask = Callable[[Callable[..., Any]], Iterable[Finding] | None]


def _problems(context: Context, name: str, ask: Ask) -> list[Problem]:
    own = context.draft.own
    if own is None:
        return []
    try:
        checks = own.functions("rules", name, (OF_BLUEPRINT, OF_PLAN))
    except Exception as failed:  # a team's own file is run here: whatever it raises is a problem, at its line
        return [_failed(failed, own)]
    problems: list[Problem] = []
    for check in checks:
        try:
            reported = [context.problem(_finding(each, check)) for each in ask(check.call) or ()]
        except Exception as failed:  # a team's own check may raise anything, and keeps no other from being asked
            problems.append(_failed(failed, own))
        else:
            problems += [_signed(problem, check, own) for problem in reported if problem]
    return problems


def _failed(failed: Exception, own: Own) -> Problem:
    reason = getattr(failed, "reason", "") or f"{type(failed).__name__}: {failed}"
    return unusable(*place_in(own, failed), reason)


def _finding(item: object, check: Function) -> Finding:
    if isinstance(item, Finding):
        return item
    reason = f"`{check.name}` yields {item!r}; it must yield what `error` and `warning` make"
    raise OwnCodeFailed(*check.place, reason)


def _signed(problem: Problem, check: Function, own: Own) -> Problem:
    """With the check's place, which is where the reader finds out more."""
    file, line = check.place
    return replace(problem, hint=f"{problem.hint} ({path_in_folder(own, file)}:{line})".lstrip())


def path_in_folder(own: Own, file: str) -> str:
    """A path in the folder, from the folder's own name on: `own/rules/owner.py`. Of a decorator from elsewhere, the
    whole."""
    above = Path(own.folder).parent
    return str(Path(file).relative_to(above)) if Path(file).is_relative_to(above) else file


def unusable(file: str, line: int, reason: str) -> Problem:
    """The problem of a file in `own/` that cannot be used."""
    hint = "The file is your own, not tenfold's."
    return Problem("TF-H022", "error", as_shown(file), line, 1, "", "", f"{reason.rstrip('.')}.", hint)
