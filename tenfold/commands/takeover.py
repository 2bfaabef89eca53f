"""Carries a failover out: refusals, the page, the question, the steps with their journal."""

import json
import time
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import replace
from typing import Any

import click

from tenfold import exits, planning
from tenfold.blueprints.value import Value
from tenfold.commands.on_messages import agreed, quiet
from tenfold.deployment import Deployment
from tenfold.engine import account, workspace
from tenfold.failover import drill, journal, moves, steps
from tenfold.failover.journal import Entry, Journal
from tenfold.failover.steps import Takeover, Unfinished
from tenfold.failure import Failure
from tenfold.promotion import edit
from tenfold.refusals import lifting, roles
from tenfold.render import failover as render


class Options(Value):
    drill: bool = False
    yes: bool = False
    as_json: bool = False


def carry_out(target: Deployment, options: Options) -> int:
    """Returns the exit code. Raises `Failure` for what is refused; then nothing was changed."""
    deployed = target.driver.deployed()
    notes = journal.read(target.where)
    under_way = notes is not None and not notes.ended
    _refuse(target, deployed, under_way)
    at, after = _takeover(target, deployed)
    _refuse_account(target, deployed, at.here)
    tell = quiet if options.as_json else click.echo
    tell(render.page(target, at, under_way))
    if not target.where.cloud and not agreed(options.yes, options.as_json, "nothing was changed"):
        return exits.DONE
    if not under_way or notes is None:
        notes = Journal(journal.now(), options.drill)
        journal.write(target.where, notes)
    marks = _Marks({}, {})
    with ExitStack() as ending:
        if notes.drill and target.where.cloud:
            marks = _lose(target, at, ending)
        notes, failed = _run(target, at, notes, tell)
        kept = [] if failed else drill.after(at, marks.outputs, marks.contents)
    lost = [mark.what for mark in kept if not mark.kept]
    code = exits.INTERRUPTED if failed else exits.FAILED if lost else exits.DONE
    if options.as_json:
        click.echo(json.dumps(render.document(target, at, notes, kept, failed, code), indent=2))
    else:
        click.echo(render.end(target, at, notes, kept, failed, after))
    return code


class _Marks(Value):
    outputs: Mapping[str, Any]
    contents: Mapping[str, str]


def _lose(target: Deployment, at: Takeover, ending: ExitStack) -> _Marks:
    """Marks first, then nothing of the region answers until the steps have ended."""
    outputs = workspace.outputs(target.driver.deployed())
    contents = drill.before(at, outputs)
    ending.enter_context(drill.lost(target.where.cloud.endpoint, at.away))
    return _Marks(outputs, contents)


def _run(target: Deployment, at: Takeover, notes: Journal, tell: Callable[[str], Any]) -> tuple[Journal, str]:
    """The journal after the last step that could be done, and why the next could not; nothing where all could."""
    from botocore.exceptions import BotoCoreError, ClientError

    for step in steps.STEPS:
        if notes.has(step.name):
            continue
        began = time.monotonic()
        try:
            result = step.act(at)
        except (Unfinished, ClientError, BotoCoreError, Failure) as wrong:
            tell(render.step(step.name, "failed", str(wrong), time.monotonic() - began))
            return notes, f"{step.title}: {wrong}"
        notes = notes.with_entry(Entry(step.name, round(time.monotonic() - began, 1), result))
        journal.write(target.where, notes)
        tell(render.step(step.name, "done", result, notes.entries[-1].seconds))
    notes = replace(notes, ended=journal.now())
    journal.write(target.where, notes)
    return notes, ""


def _takeover(target: Deployment, deployed: list[dict[str, Any]]) -> tuple[Takeover, bytes]:
    """What the steps work on, and the blueprint as it will be."""
    from tenfold.commands.promotion import not_ready
    from tenfold.refusals import refusal

    a = target.architecture
    assert a.standby
    before = target.file.read_bytes()
    after = _edited(target, before)
    from tenfold.blueprints.resolve import load

    resolution = load(target.file, environment=a.environment, content=after)
    refusal.refuse(not_ready(resolution.problems))
    difference = planning.compare_with_deployed(deployed, resolution, local=bool(target.where.cloud))
    outputs = workspace.outputs(deployed)
    asked = moves.of(difference, deployed, a.standby.region)
    at = Takeover(
        asked=lifting.asked_by(target),
        moves=asked,
        here=a.standby.region,
        away=a.region,
        point=a.recovery.point if a.recovery else 0,
        switch=str(outputs.get("standby_switch") or ""),
        address=str(outputs.get("url") or "") if outputs.get("standby_switch") else "",
        there=str(outputs.get("standby_url") or ""),
    )
    at.refresh = lambda: _refresh(target, at)
    at.write = lambda: _write(target, before, after)
    return at, after


def _edited(target: Deployment, content: bytes) -> bytes:
    """The blueprint that says that the standby region is active. Raises `edit.Uneditable`."""
    from tenfold.blueprints.source.document import parse

    environment = target.architecture.environment
    block = (parse(content, str(target.file)).data.get("environments") or {}).get(environment) or {}
    change = {"regions": {**(block.get("regions") or {}), "active": "standby"}}
    remedy = "write the environment's block in the usual form, then run this again"
    return edit.edited(content, str(target.file), environment, change, remedy)


def _refresh(target: Deployment, at: Takeover) -> str:
    """Of what was changed here alone; the other region's part waits for its return."""
    from tenfold.engine.progress import Progress

    changed = [*at.moves.databases, *at.moves.raised]
    if not changed:
        return "nothing was changed"
    result = target.driver.refresh(Progress(), only=[one.urn for one in changed])
    if result.failed:
        problems = "; ".join(problem.message for problem in result.progress.problems)
        raise Unfinished(problems or result.failed)
    return f"{', '.join(one.name for one in changed)}; the rest waits until {at.away} answers"


def _write(target: Deployment, before: bytes, after: bytes) -> str:
    if before != after:
        edit.write(target.file, before, after)
    return "regions: {active: standby}"


def _refuse(target: Deployment, deployed: list[dict[str, Any]], under_way: bool) -> None:
    a = target.architecture
    if not deployed:
        raise Failure(f"Nothing is deployed as {target.where.stack}.", code=exits.REFUSED)
    if a.standby is None:
        raise Failure(
            f"{target.where.stack} has no standby region.",
            why=f"the blueprint is at stage {a.stage}, without `regions.standby`",
            remedies=("stage 7 brings one: docs/stages/7.md",),
            code=exits.REFUSED,
        )
    if a.active == "standby" and not under_way:
        raise Failure(
            f"{a.standby.region} is active already.",
            why=f"the blueprint says `regions: {{active: standby}}` for {a.environment}",
            remedies=(f"tenfold failover status {target.place}   says since when",),
            code=exits.REFUSED,
        )


def _refuse_account(target: Deployment, deployed: list[dict[str, Any]], region: str) -> None:
    """As `account.refuse_another`, and without a question to the region that may be lost."""
    if target.where.cloud:
        return
    number, _ = account.recorded(deployed)
    present = account.current(region)
    if number and number != present:
        raise Failure(
            f"{target.where.stack} is in account {number}; the credentials are for account {present}.",
            remedies=(f"Use credentials of account {number}. Nothing was changed.",),
            code=exits.REFUSED,
        )


def standing(target: Deployment) -> dict[str, Any]:
    """Which region is active by the blueprint and by what is deployed, and the last failover."""
    a, deployed = target.architecture, target.driver.deployed()
    notes = journal.read(target.where)
    return {
        "stack": target.where.stack,
        "active": a.active,
        "deployed": roles.active(deployed, a),
        "primary": a.region,
        "standby": a.standby.region if a.standby else None,
        "last": render.notes(notes) if notes else None,
    }
