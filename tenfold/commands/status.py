"""`tenfold status`: what is deployed, at which stage, and whether a run was interrupted."""

import json
from datetime import date
from functools import partial

import click

from tenfold import deployment


@click.command("status")
@deployment.options
@click.option("--json", "as_json", is_flag=True, help="For machines.")
def command(file, environment, stage, local, local_fault, as_json) -> None:
    """Show what is deployed, without asking the engine.

    \b
    Example:
      tenfold status blueprints/shop.yaml --env dev --local
    """
    from tenfold.blueprints.recovery.arithmetic import days_since_drill
    from tenfold.engine import resume, workspace
    from tenfold.promotion import steps
    from tenfold.render import failover, promotion
    from tenfold.wording import counted

    tell = partial(click.echo, err=True)
    target = deployment.prepare(file, environment, stage, local, local_fault, tell)
    state = target.driver.deployed()
    target, values = deployment.begun(target, state, tell), workspace.outputs(state)
    deployed = [r for r in state if r["custom"] and not r["type"].startswith("pulumi:")]
    expanded = steps.is_expanded(target.architecture, values)
    facts = {
        "stack": target.where.stack,
        "resources": len(deployed),
        "protected": sum(bool(resource.get("protect")) for resource in deployed),
        "stage_deployed": values.get("stage"),
        "stage_wanted": target.architecture.stage,
        "unfinished": [entry["resource"]["urn"] for entry in resume.pending(target.where)],
        "locked": resume.locked(target.where),
        "days_since_drill": days_since_drill(target.architecture, date.today()),
        **promotion.facts(target.architecture, target.place, expanded),
    }
    if as_json:
        click.echo(json.dumps({"version": 1, **facts}, indent=2))
        return
    click.echo(target.title)
    if facts["locked"]:
        click.echo(f"  at work     {facts['locked']}")
    if facts["unfinished"]:
        label = f"  unfinished  {counted(len(facts['unfinished']), 'operation')}; "
        click.echo(label + f"\n{' ' * len(label)}".join(resume.ways_on(target.where)))
    if not deployed:
        click.echo(f"  nothing is deployed; `tenfold up {target.flags}` does it")
        return
    reached = facts["stage_deployed"]
    at = f"at stage {reached}" if reached else "by a first run that has not finished"
    click.echo(f"  deployed    {counted(facts['resources'], 'resource')} {at}")
    click.echo(f"  protected   {facts['protected']}")
    if reached != facts["stage_wanted"]:
        click.echo(f"  wanted      stage {facts['stage_wanted']}")
    if not reached and not facts["unfinished"] and not facts["locked"]:
        click.echo(f"  go on       tenfold up {target.flags}")
    for line in failover.drill_lines(target.architecture, facts["days_since_drill"]):
        click.echo(line)
    for line in promotion.standing_lines(target.architecture, target.place, expanded):
        click.echo(line)
