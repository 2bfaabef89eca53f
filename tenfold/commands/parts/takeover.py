"""Carries a failover or a failback out: refusals, the page, the questions, the steps with their journal."""

import json
import time
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import replace
from functools import partial
from typing import Any

import click

from tenfold import exits
from tenfold.blueprints.value import Value
from tenfold.commands.parts import sides
from tenfold.commands.parts.asking import agreed, quiet
from tenfold.deployment import Deployment
from tenfold.engine import account, workspace
from tenfold.failover import drill, homeward, journal, steps
from tenfold.failover.journal import Entry, Journal
from tenfold.failover.steps import Step, Takeover, Unfinished, Way
from tenfold.failure import Failure
from tenfold.render import failover as render

STEPS: Mapping[Way, tuple[Step, ...]] = {Way.FAILOVER: steps.FAILOVER, Way.FAILBACK: homeward.FAILBACK}


class Options(Value):
    drill: bool = False
    yes: bool = False
    as_json: bool = False


def carry_out(target: Deployment, way: Way, options: Options) -> int:
    """Returns the exit code. Raises `Failure` for what is refused; then nothing was changed."""
    deployed = target.driver.deployed()
    notes = journal.read(target.where)
    under_way = notes is not None and not notes.ended
    sides.refuse(target, deployed, way, notes)
    at = sides.takeover(target, deployed, way)
    account.refuse_another(target.where, deployed, at.here)
    tell = quiet if options.as_json else click.echo
    tell(render.page(target, at, under_way))
    if not under_way or notes is None:
        notes = Journal(journal.now(), options.drill, way)
    asks = not target.where.cloud
    if asks and not agreed(options.yes, options.as_json, "nothing was changed"):
        if options.as_json:
            click.echo(json.dumps(render.document(target, at, STEPS[way], notes, (), "", exits.DONE), indent=2))
        return exits.DONE
    journal.write(target.where, notes)
    marks = _Marks({}, {})
    with ExitStack() as ending:
        if notes.drill and target.where.cloud:
            marks = _lose(target, at, ending)
        cuts = _cuts if asks and not options.yes else lambda: True
        notes, failed = _run(target, at, STEPS[way], notes, tell, cuts)
        kept = [] if failed else drill.after(at, marks.outputs, marks.contents)
    lost = [mark.what for mark in kept if not mark.kept]
    code = exits.INTERRUPTED if failed else exits.FAILED if lost else exits.DONE
    if options.as_json:
        click.echo(json.dumps(render.document(target, at, STEPS[way], notes, kept, failed, code), indent=2))
    else:
        click.echo(render.end(target, at, notes, kept, failed))
    return code


class _Marks(Value):
    outputs: Mapping[str, Any]
    contents: Mapping[str, str | bytes]


def _lose(target: Deployment, at: Takeover, ending: ExitStack) -> _Marks:
    """Marks first, then nothing of the region answers until the steps have ended."""
    outputs = workspace.outputs(target.driver.deployed())
    contents = drill.before(at, outputs)
    ending.enter_context(drill.lost(target.where.cloud.endpoint, at.away))
    return _Marks(outputs, contents)


def _cuts() -> bool:
    return click.confirm("From here users wait until the names have moved. Go on?")


def _run(
    target: Deployment,
    at: Takeover,
    of: tuple[Step, ...],
    notes: Journal,
    tell: Callable[[str], Any],
    cuts: Callable[[], bool] = lambda: True,
) -> tuple[Journal, str]:
    """The journal after the last step that could be done, and why the next could not; nothing where all could. `cuts`
    is asked before the step from which on users wait."""
    from botocore.exceptions import BotoCoreError, ClientError

    for step in of:
        if notes.has(step.name):
            continue
        again = notes.trying == step.name
        if step.cuts and not cuts():
            return notes, f"{step.title}: not yet{'' if again else '. So far users have noticed nothing'}"
        began, notes = time.monotonic(), replace(notes, trying=step.name)
        journal.write(target.where, notes)
        at.fenced_at, at.took = partial(notes.ended_at, "fence"), notes.took
        try:
            result = step.act(at)
        except (Unfinished, ClientError, BotoCoreError, Failure) as wrong:
            tell(render.step(step.name, "failed", str(wrong), time.monotonic() - began))
            return notes, f"{step.title}: {wrong}"
        seconds = round(time.monotonic() - began, 1)
        notes = notes.with_entry(Entry(step.name, seconds, result, journal.now(), again))
        journal.write(target.where, notes)
        tell(render.step(step.name, "done", result, seconds))
    notes = replace(notes, ended=journal.now())
    journal.write(target.where, notes)
    return notes, ""
