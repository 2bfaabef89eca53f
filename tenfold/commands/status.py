"""`tenfold status`: what is deployed, at which stage, and whether a run was interrupted."""

from collections.abc import Iterator, Mapping
from datetime import date
from functools import partial
from typing import TYPE_CHECKING, Any

import click

from tenfold import deployment
from tenfold.render import documents

if TYPE_CHECKING:
    from tenfold.deployment import Deployment


@click.command("status")
@deployment.options
@click.option("--json", "as_json", is_flag=True, help="For programs.")
def command(file, environment, stage, local, local_fault, as_json) -> None:
    """Show what is deployed, without asking the engine.

    \b
    Example:
      tenfold status blueprints/shop.yaml --env dev --local
    """
    from tenfold.engine import workspace
    from tenfold.promotion import steps

    tell = partial(click.echo, err=True)
    target = deployment.prepare(file, environment, stage, local, local_fault, tell)
    state = target.driver.deployed_resources()
    target, values = deployment.resume_first_run(target, state, tell), workspace.outputs(state)
    expanded = steps.is_expanded(target.architecture, values)
    facts = _facts(target, state, values.get("stage"), expanded)
    if as_json:
        documents.show("status", facts)
        return
    click.echo(target.title)
    for line in _lines(target, facts, expanded):
        click.echo(line)


def _facts(target: "Deployment", state: list[dict[str, Any]], stage: int | None, expanded: bool) -> dict[str, Any]:
    """What a program reads."""
    from tenfold.blueprints.recovery.arithmetic import days_since_drill
    from tenfold.engine import resume
    from tenfold.failover import journal
    from tenfold.render import promotion

    notes = journal.read(target.where)
    deployed = [r for r in state if r["custom"] and not r["type"].startswith("pulumi:")]
    return {
        "stack": target.where.stack,
        "resources": len(deployed),
        "protected": sum(bool(resource.get("protect")) for resource in deployed),
        "stage_deployed": stage,
        "stage_wanted": target.architecture.stage,
        "unfinished": [entry["resource"]["urn"] for entry in resume.pending(target.where)],
        "locked": resume.lock_holder(target.where),
        "takeover": notes.way if notes and not notes.ended else None,
        "days_since_drill": days_since_drill(target.architecture, date.today()),
        **promotion.facts(target.architecture, target.place, expanded),
    }


def _lines(target: "Deployment", facts: Mapping[str, Any], expanded: bool) -> Iterator[str]:
    """The same for a person, below the title."""
    from tenfold.blueprints.origin import COMMAND_LINE
    from tenfold.engine import resume
    from tenfold.render import failover, promotion
    from tenfold.wording import quantity

    if facts["locked"]:
        yield f"  at work     {facts['locked']}"
    if facts["unfinished"]:
        label = f"  unfinished  {quantity(len(facts['unfinished']), 'operation')}; "
        yield label + f"\n{' ' * len(label)}".join(resume.ways_on(target.where))
    if facts["takeover"]:
        yield f"  unfinished  a {facts['takeover']}; tenfold {facts['takeover']} {target.flags}   resumes"
    if not facts["resources"]:
        yield f"  {target.absent}"
        return
    reached, stage = facts["stage_deployed"], facts["stage_wanted"]
    at = f"at stage {reached}" if reached else f"by a first run, to stage {stage}, that has not finished"
    says = "--stage asks for" if target.resolution.origins["stage"].kind == COMMAND_LINE else "the blueprint has"
    other = f"; {says} stage {stage}" if reached and reached != stage else ""
    yield f"  deployed    {quantity(facts['resources'], 'resource')} {at}{other}"
    yield f"  protected   {quantity(facts['protected'], 'resource')}"
    if not reached and not facts["unfinished"] and not facts["locked"]:
        yield f"  go on       tenfold up {target.flags}"
    yield from failover.drill_lines(target.architecture, facts["days_since_drill"])
    yield from promotion.standing_lines(target.architecture, target.place, expanded)
