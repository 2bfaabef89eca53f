"""`tenfold failback`: the service goes back to its first region."""

import click

from tenfold import deployment
from tenfold.commands.failover import run_options

EXAMPLES = (
    "\b\nExamples:\n"
    "  tenfold failback blueprints/shop.yaml --env prod\n"
    "  tenfold failback blueprints/shop.yaml --env prod --drill --local\n"
    "  tenfold failback blueprints/shop.yaml --env prod --give-up\n"
    "  tenfold failover status blueprints/shop.yaml --env prod"
)


@click.command("failback", epilog=EXAMPLES)
@run_options
@click.option("--drill", is_flag=True, help="Set marks in the region that is left, and look for them at home.")
def command(file, environment, stage, local, local_fault, drill, give_up, yes, as_json) -> None:
    """Bring the service home after a failover, step by step. Interrupted, it goes on where it stopped.

    The first region gets replicas of the active databases, under the names of its former ones, which are renamed and
    kept until you release them. Users notice nothing until it asks again: then both regions' servers stop, the roles
    swap, and the blueprint says `regions: {active: primary}`.
    """
    from tenfold.commands.parts import takeover
    from tenfold.failover.takeover import Way

    tell = (lambda line: click.echo(line, err=True)) if as_json else click.echo
    target = deployment.mend_state(deployment.prepare(file, environment, stage, local, local_fault, tell), tell)
    raise SystemExit(takeover.carry_out(target, Way.FAILBACK, takeover.Options(drill, yes, as_json, give_up)))
