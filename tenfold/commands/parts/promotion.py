"""Carries an action out: refusals, the page, the question, the edit, the run. Up to the edit nothing is changed.

The blueprint is written before the engine starts: any later run continues one that was interrupted.
"""

import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import click

from tenfold import deployment, exits, files, home, planning, preflight
from tenfold.blueprints.architecture import Architecture
from tenfold.blueprints.resolve import Resolution
from tenfold.blueprints.source.codes import title
from tenfold.blueprints.source.problem import Problem
from tenfold.blueprints.value import Value
from tenfold.commands.parts import asking
from tenfold.deployment import Deployment
from tenfold.diff import Change, Difference
from tenfold.diff.model import Refusal
from tenfold.engine import account, interruption
from tenfold.failure import Failure
from tenfold.foresight import estimates
from tenfold.promotion import checks, edit, runbook, standing, steps
from tenfold.promotion.actions import Action
from tenfold.refusals import leaps, lifting, losses, refusal, service_roles
from tenfold.render import documents
from tenfold.resolving import path_as_typed
from tenfold.stacks.standing import Standing


class Options(Value):
    yes: bool = False
    as_json: bool = False
    verbose: bool = False
    accepted: tuple[str, ...] = ()  # URNs that may be lost
    runbook: str | None = None


@dataclass
class Situation:
    """A deployment, and what is there. `target` is of the blueprint as it is now."""

    target: Deployment
    local: bool

    @cached_property
    def resources(self) -> list[dict[str, Any]]:
        return self.target.driver.deployed_resources()

    @cached_property
    def outputs(self) -> dict[str, Any]:
        from tenfold.engine import workspace

        return workspace.outputs(self.resources)

    @cached_property
    def standing(self) -> Standing | None:
        return standing.of(self.resources)

    @cached_property
    def content(self) -> bytes:
        return self.target.file.read_bytes()

    @property
    def now(self) -> Architecture:
        return self.target.architecture

    @property
    def command(self) -> str:
        return f"tenfold promote {self.target.place}"

    @property
    def deployed(self) -> int:
        """The stage that is there. Raises `Failure` where there is none, or one under another name."""
        stage = self.outputs.get("stage")
        if stage is not None:
            return int(stage)
        preflight.refuse_rename(self.target)
        stack = self.target.where.stack
        raise Failure(
            f"The first `up` of {stack} has not finished." if self.resources else f"Nothing is deployed as {stack}.",
            why="a promotion begins at a stage that is there",
            remedies=(f"tenfold up {self.target.flags}",),
            code=exits.REFUSED,
        )

    @property
    def expanded(self) -> bool:
        """Whether the deployment has both stages' parts."""
        return steps.is_expanded(self.now, self.outputs)

    def runbooks(self) -> list[runbook.Runbook]:
        outputs, deployed = (self.outputs, self.resources) if self.expanded else ({}, [])
        return runbook.runbooks(self.now, path_as_typed(self.target.file), self.target.place, outputs, deployed)

    @property
    def asked(self) -> checks.Asked:
        return lifting.asked_by(self.target)

    def checks(self) -> list[checks.Check]:
        account.refuse_another(self.target.where, self.resources)
        return checks.checks(self.asked, self.resources)


def carry_out(at: Situation, action: Action, options: Options) -> int:
    """Returns the exit code. Raises `Failure` for what is refused; then nothing was changed."""
    from tenfold.render import promotion as render

    target = at.target
    account.refuse_another(target.where, at.resources)
    preflight.refuse_under_way(target, at.resources, preflight.FENCE, asking.nobody_else)
    after = _edited(at, action)
    resolution = _resolved(at, after)
    architecture = resolution.architecture
    assert architecture
    _refuse_unready(at, action)
    difference = planning.compare_with_deployed(at.resources, resolution, local=bool(target.where.cloud))
    preflight.refuse_unchangeable(at.asked, at.resources, difference, resolution, options.accepted)
    going = _accepted(at, action, options, difference)
    leaps.refuse_leap(at.standing, architecture, resolution.values, target.place, action.back)
    throwaway = bool(at.standing and at.standing.throwaway)
    losses.refuse_unprotection(difference, architecture, throwaway, target.flags, options.accepted)
    losses.refuse_loss(_explained(at, losses.losses(at.resources, difference, going)), architecture, at.deployed)
    losses.refuse_shortening(difference, throwaway, options.accepted)
    given_up = {*options.accepted, *_released(at, action)}
    service_roles.refuse_missing(target.where, architecture.region, difference)
    refusal.refuse(lifting.not_empty(at.asked, at.resources, difference, given_up))
    cost = estimates.estimate_change(at.now, resolution, difference)
    gone = tuple(sorted(going))
    shown = render.Page(target.file, target.place, action, difference, architecture, at.content, after, gone, cost)
    if not options.as_json:
        click.echo(render.page(shown, verbose=options.verbose))
    if not _agreed(at, options):
        if options.as_json:
            documents.show("promotion", render.page_document(shown, None))
        return exits.DONE
    locks = lifting.to_lift(at.resources, difference, given_up, logs=True)
    # Before the blueprint is written: until then a run puts every protection back.
    with lifting.unlock_resources(target, at.resources, going, locks), _written(at, after):
        target, result = _run(at, options, difference)
    return _report(target, result, options, shown, at.local)


@contextmanager
def _written(at: Situation, after: bytes) -> Iterator[None]:
    """The blueprint as it is to be, before the run inside begins. Where that is refused or stopped before it began,
    nothing has been changed, and the blueprint is restored; unless somebody has changed it since."""
    file, before = at.target.file, at.content
    if after == before:
        yield
        return
    edit.write(file, before, after)
    try:
        yield
    except Failure:
        with suppress(Failure, OSError):
            edit.write(file, after, before)
        raise


def _run(at: Situation, options: Options, difference: Difference) -> tuple[Deployment, Any]:
    from tenfold.engine.progress import Progress
    from tenfold.render import progress

    with interruption.preparing():
        target = deployment.prepare(at.target.file, at.now.environment, None, at.local, None, lambda line: None)
    seen = Progress()
    seen.expect(difference.steps())
    with progress.show_progress(seen, prefix=f"{at.now.name}-", verbose=options.verbose, quiet=options.as_json):
        return target, target.driver.up(seen)


def _report(target: Deployment, result: Any, options: Options, shown: Any, local: bool) -> int:
    from tenfold.render import outcome
    from tenfold.render import promotion as render

    if options.as_json:
        documents.show("promotion", render.page_document(shown, outcome.as_json(result)))
        return result.code
    outcome.tell(result, target, done="up" if result.code else "promote")
    after = Situation(target, local)
    if result.code:
        click.echo(render.unfinished_text(after))
    else:
        written = write_runbook(after, options.runbook)
        click.echo(render.standing(after, written))
    return result.code


def write_runbook(at: Situation, path: str | None) -> str:
    """Writes the runbook of the promotion under way; returns where, or nothing where there is none to write."""
    promotion = at.now.promotion
    books = at.runbooks()
    if promotion is None or not books:
        return ""
    title = f"{at.now.name} {at.now.environment}: stage {promotion.from_stage} to {at.now.stage}"
    text = runbook.as_markdown(books, title)
    if path == "-":
        click.echo(text)
        return ""
    name = f"{at.target.where.stack}-{promotion.from_stage}-to-{at.now.stage}.md"
    file = Path(path) if path else home.state() / "runbooks" / name
    try:
        files.write(file, text, mode=0o644 if path else files.PRIVATE)
    except OSError as error:
        raise Failure(f"The runbook cannot be written to {file}: {error.strerror}.", code=exits.WRONG_INPUT) from error
    return path_as_typed(file)


def _edited(at: Situation, action: Action) -> bytes:
    remedy = f"write that, then `tenfold up {at.target.flags}`"
    return edit.edit_content(at.content, path_as_typed(at.target.file), at.now.environment, action.change, remedy)


def _resolved(at: Situation, content: bytes) -> Resolution:
    """The blueprint as it would be."""
    from tenfold.blueprints.resolve import load

    resolution = load(at.target.file, environment=at.now.environment, content=content)
    refusal.refuse(not_ready(resolution.problems))
    return resolution


def not_ready(problems: Iterable[Problem]) -> list[Refusal]:
    """What the blueprint lacks for the stage it is to have: an application that keeps state, a field too many."""
    return [
        Refusal(f"{title(p.code)} ({p.code})", f"{p.message} [{p.path}]" if p.path else p.message, p.hint)
        for p in problems
        if p.is_error
    ]


def _refuse_unready(at: Situation, action: Action) -> None:
    if not action.checked:
        return
    waiting = [one for one in at.checks() if one.about in action.checked and one.result == checks.NOT_YET]
    instead = f"{at.command} --check   asks again"
    refusal.refuse([Refusal(f"Not yet: {one.what}.", one.why, instead) for one in waiting])


def _accepted(at: Situation, action: Action, options: Options, difference: Any) -> set[str]:
    """URNs of what may go although it holds data or identity: named on the command line, or (going back) brought by
    this very promotion, which has moved nothing to it."""
    preflight.refuse_unknown(options.accepted, at.resources)
    brought = _brought(at, difference) if action.brings_back else set()
    return {*options.accepted, *_released(at, action), *brought}


def _released(at: Situation, action: Action) -> set[str]:
    return {resource["urn"] for resource in at.resources if resource["urn"].rsplit("::", 1)[-1] in action.released}


def _brought(at: Situation, difference: Any) -> set[str]:
    """What the promotion has brought, except a database that the application has used: it may hold the only copy of
    something, so it has to be named."""
    from tenfold import recorder
    from tenfold.recorder.program import run_of

    both = recorder.record(run_of(at.now)).graph.resources
    gone = {change.urn: change for change in difference.losses if change.op == "delete" and change.urn in both}
    return {urn for urn, change in gone.items() if not _used(at, change)}


def _used(at: Situation, change: Change) -> bool:
    return bool(at.standing and at.standing.used) and change.component == f"{at.now.name}-database"


def _explained(at: Situation, losses: list[Change]) -> list[Change]:
    """Also why what came with a promotion is lost after all."""
    because = "the data was moved to it once, so it may hold the only copy of something"
    return [replace(change, because=because) if _used(at, change) else change for change in losses]


def _agreed(at: Situation, options: Options) -> bool:
    if options.yes:
        return True
    if options.as_json:
        return False
    if not sys.stdin.isatty():
        raise Failure(
            "No terminal to confirm on.",
            why="the page above is what would happen; nothing was changed",
            remedies=("add --yes",),
            code=exits.REFUSED,
        )
    return click.confirm("Go on?")
