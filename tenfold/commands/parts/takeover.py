"""Carries a failover or a failback out: refusals, the page, the questions, the steps with their journal."""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from functools import partial
from typing import Any

import click

from tenfold import exits
from tenfold.blueprints.value import Value
from tenfold.commands.parts import sides
from tenfold.commands.parts.asking import ask_to_go_on, quiet
from tenfold.deployment import Deployment
from tenfold.engine import account, workspace
from tenfold.failover import drill, homeward, journal, register, steps, trouble
from tenfold.failover.journal import Entry, Journal
from tenfold.failover.register import Claim, Known, Taken, Unreadable
from tenfold.failover.takeover import Step, Takeover, Unfinished, Way
from tenfold.failure import Failure
from tenfold.refusals import lifting
from tenfold.render import documents
from tenfold.render import failover as render

STEPS: Mapping[Way, tuple[Step, ...]] = {Way.FAILOVER: steps.FAILOVER, Way.FAILBACK: homeward.FAILBACK}
Tell = Callable[[str], Any]


class Options(Value):
    drill: bool = False
    yes: bool = False
    as_json: bool = False
    give_up: bool = False


def carry_out(target: Deployment, way: Way, options: Options) -> int:
    """Returns the exit code. Raises `Failure` for what is refused; then nothing was changed."""
    deployed = target.driver.deployed_resources()
    ssm = register.client(lifting.asked_by(target), deployed)
    known = register.last_takeover(target.where, ssm)
    if options.give_up:
        notes = sides.refuse_no_way_back(target, way, known)
    else:
        sides.refuse(target, deployed, way, known)
        notes = known.journal
    at = sides.takeover(target, deployed, way)
    account.refuse_another(target.where, deployed, at.here)
    under_way = notes is not None and not notes.ended
    if not under_way or notes is None:
        notes = Journal(journal.now(), options.drill, way)
    tell = quiet if options.as_json else click.echo
    tell(render.page(target, at, under_way, options.give_up))
    asks = not target.where.cloud
    if asks and not ask_to_go_on(options.yes, options.as_json, "nothing was changed"):
        if options.as_json:
            documents.show("takeover", render.document(target, at, STEPS[way], notes, (), "", exits.DONE))
        return exits.DONE
    with _claimed(target, at, ssm, known, notes, tell) as claim:
        if options.give_up:
            return _give_up(target, at, notes, tell, claim, options.as_json)
        return _go(target, at, notes, tell, claim, options)


@contextmanager
def _claimed(
    target: Deployment, at: Takeover, ssm: Any, known: Known, notes: Journal, tell: Tell
) -> Iterator[Claim | None]:
    """Nobody else goes on with it inside. A failover goes on where the standby region does not keep its journal; a
    failback, which nothing urges, does not. Raises `Failure` (refused)."""
    from botocore.exceptions import BotoCoreError, ClientError

    claim, trouble = None, known.trouble
    if not trouble:
        try:
            claim = register.claim(ssm, target.where.stack, known.run, notes)
        except Taken as taken:
            raise sides.refusal_while_taken(target, at, str(taken)) from taken
        except (BotoCoreError, ClientError, Unreadable) as wrong:
            trouble = str(wrong)
    if claim is None:
        if at.way == Way.FAILBACK:
            raise sides.unkept(target, at, trouble)
        tell(render.alone(trouble))
        yield None
        return
    with claim:
        yield claim
    if claim.trouble:
        tell(render.alone(claim.trouble))


def _go(target: Deployment, at: Takeover, notes: Journal, tell: Tell, claim: Claim | None, options: Options) -> int:
    """The steps, and what they have kept of a drill's marks."""
    marks, of, notes = _Marks({}, {}), STEPS[at.way], replace(notes, given_up=False)
    _Work(target, at, tell, claim).keep(notes)
    with ExitStack() as ending:
        # On the way home marks are copied with everything else: those that are set after the last comparison are not.
        if notes.drill and (not notes.has("drain") if at.way == Way.FAILBACK else target.where.cloud):
            marks = _mark(target, at, ending)
        asks = not target.where.cloud and not options.yes
        if asks:
            at.agrees = at.insists = click.confirm
        notes, failed = _run(target, at, of, notes, tell, _cuts if asks else lambda: True, claim)
        with _explained("The steps are done; the marks of the drill could not be looked for."):
            kept = [] if failed else drill.after(at, marks.outputs, marks.contents)
    lost = [mark.what for mark in kept if not mark.kept]
    code = exits.INTERRUPTED if failed else exits.FAILED if lost else exits.DONE
    if options.as_json:
        documents.show("takeover", render.document(target, at, of, notes, kept, failed, code))
    else:
        click.echo(render.end(target, at, notes, kept, failed))
    return code


class _Marks(Value):
    outputs: Mapping[str, Any]
    contents: Mapping[str, drill.Content]


def _mark(target: Deployment, at: Takeover, ending: ExitStack) -> _Marks:
    """Marks first. Of a failover on the local cloud nothing of the region answers then until the steps have ended; a
    drill that was killed has left it so. Raises `Failure`."""
    outputs = workspace.outputs(target.driver.deployed_resources())
    if at.way == Way.FAILOVER:
        drill.restore(target.where.cloud.endpoint, at.away)
    with _explained("The marks of the drill could not be set."):
        contents = drill.before(at, outputs)
    if at.way == Way.FAILOVER:
        ending.enter_context(drill.lose_region(target.where.cloud.endpoint, at.away))
    return _Marks(outputs, contents)


@contextmanager
def _explained(what: str) -> Iterator[None]:
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        yield
    except (BotoCoreError, ClientError) as wrong:
        raise Failure(what, why=trouble.explain_error(wrong)) from wrong


def _cuts() -> bool:
    return click.confirm("From here users wait until the names have moved. Go on?")


class _Work(Value):
    """What every step of a run needs beside itself."""

    target: Deployment
    at: Takeover
    tell: Tell
    claim: Claim | None

    def keep(self, notes: Journal) -> None:
        journal.write(self.target.where, notes)
        if self.claim:
            self.claim.write(notes)

    def attempt(self, name: str, act: Callable[[Takeover], str], notes: Journal, sign: str) -> tuple[str, float, str]:
        """What is so now, after how many seconds; or why not."""
        from botocore.exceptions import BotoCoreError, ClientError

        began = time.monotonic()
        try:
            if self.claim:
                self.claim.refuse_taken()
            self.keep(notes)
            result = act(self.at)
        except (Unfinished, Taken, ClientError, BotoCoreError, Failure) as wrong:
            reason = trouble.explain_error(wrong)
            self.tell(render.step(name, "failed", reason, time.monotonic() - began))
            return "", 0.0, reason
        seconds = round(time.monotonic() - began, 1)
        self.tell(render.step(name, sign, result, seconds))
        return result, seconds, ""


def _run(
    target: Deployment,
    at: Takeover,
    of: Sequence[Step],
    notes: Journal,
    tell: Tell,
    cuts: Callable[[], bool] = lambda: True,
    claim: Claim | None = None,
) -> tuple[Journal, str]:
    """The journal after the last step that could be done, and why the next could not; nothing where all could. `cuts`
    is asked before the step from which on users wait."""
    work = _Work(target, at, tell, claim)
    for step in of:
        if notes.has(step.name):
            continue
        again = notes.trying == step.name
        if step.cuts and not cuts():
            return notes, f"{step.title}: not yet{'' if again else '. So far users have noticed nothing'}"
        notes = replace(notes, trying=step.name)
        at.fenced_at, at.took = partial(notes.ended_at, "fence"), notes.took
        result, seconds, failed = work.attempt(step.name, step.act, notes, "done")
        if failed:
            return notes, f"{step.title}: {failed}"
        notes = notes.with_entry(Entry(step.name, seconds, result, journal.now(), again))
        work.keep(notes)
    notes = replace(notes, ended=journal.now())
    work.keep(notes)
    return notes, ""


def _give_up(target: Deployment, at: Takeover, notes: Journal, tell: Tell, claim: Claim | None, as_json: bool) -> int:
    """Raises `Failure` (refused) once a database was promoted."""
    if notes.has(steps.PROMOTE.name) or (notes.trying == steps.PROMOTE.name and steps.is_promoted(at)):
        raise sides.refusal_once_promoted(target, at)
    notes, failed = _undo(target, at, replace(notes, given_up=True), tell, claim)
    code = exits.INTERRUPTED if failed else exits.DONE
    if as_json:
        documents.show("takeover", render.document(target, at, STEPS[at.way], notes, (), failed, code))
    else:
        click.echo(render.given_up(target, at, failed))
    return code


def _undo(
    target: Deployment, at: Takeover, notes: Journal, tell: Tell, claim: Claim | None = None
) -> tuple[Journal, str]:
    """From the step that was begun last to the first. Each is taken out of the journal before it is undone, so that
    whoever changes his mind in the middle does it once more."""
    work = _Work(target, at, tell, claim)
    for step in reversed(STEPS[at.way]):
        if not notes.has(step.name) and notes.trying != step.name:
            continue
        notes = notes.without(step.name)
        if step.undo is None:
            continue
        _, _, failed = work.attempt(step.name, step.undo, notes, "undone")
        if failed:
            return notes, f"{step.title}, taken back: {failed}"
    notes = replace(notes, trying="", ended=journal.now())
    work.keep(notes)
    return notes, ""
