"""`tenfold failover`: the standby region takes over."""

from collections.abc import Callable
from typing import Any

import click

from tenfold import deployment, exits
from tenfold.commands.parts.asking import ListFirst
from tenfold.render import documents


class RunFirst(ListFirst):
    """`tenfold failover FILE` is `tenfold failover run FILE`."""

    first = "run"


EXAMPLES = (
    "\b\nExamples:\n"
    "  tenfold failover blueprints/shop.yaml --env prod --yes\n"
    "  tenfold failover blueprints/shop.yaml --env prod --drill --local\n"
    "  tenfold failover status blueprints/shop.yaml --env prod"
)


def run_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Of a failover and a failback."""
    for option in (
        click.option("--json", "as_json", is_flag=True, help="For programs; without --yes nothing is done."),
        click.option("--yes", is_flag=True, help="Do not ask."),
        click.option("--give-up", is_flag=True, help="Back to the region that serves, until databases are promoted."),
    ):
        command = option(command)
    return deployment.options(command)


@click.group("failover", cls=RunFirst, epilog=EXAMPLES)
def command() -> None:
    """`tenfold failover FILE` lets the standby region take over: replicas are promoted, servers start, names move."""


@command.command("run", short_help="The standby region takes over.", epilog=EXAMPLES)
@run_options
@click.option("--drill", is_flag=True, help="Try it: on the local cloud the primary region is lost first.")
def run(file, environment, stage, local, local_fault, drill, give_up, yes, as_json) -> None:
    """Let the standby region take over, step by step. Interrupted, it goes on where it stopped when it is run again.

    Only the standby region is asked and changed; the primary's servers are stopped where it still answers. The
    blueprint then says `regions: {active: standby}`, and `tenfold up` settles the rest when both regions answer.
    """
    from tenfold.commands.parts import takeover
    from tenfold.failover.takeover import Way

    tell = (lambda line: click.echo(line, err=True)) if as_json else click.echo
    target = deployment.prepare(file, environment, stage, local, local_fault, tell)
    raise SystemExit(takeover.carry_out(target, Way.FAILOVER, takeover.Options(drill, yes, as_json, give_up)))


@command.command("status", short_help="Which region is active, and how far a failover came.", epilog=EXAMPLES)
@deployment.options
@click.option("--json", "as_json", is_flag=True, help="For programs.")
def status(file, environment, stage, local, local_fault, as_json) -> None:
    """Which region is active, how far the last failover came, and how long each step took, whoever did it.

    Asks the standby region alone; where that does not answer, it is what this machine knows."""
    from tenfold.commands.parts import sides, takeover
    from tenfold.render import failover as render

    target = deployment.prepare(file, environment, stage, local, local_fault, lambda line: click.echo(line, err=True))
    facts = {**sides.standing(target, takeover.STEPS)}
    documents.show("takeover-status", facts) if as_json else click.echo(render.standing(target, facts))
    raise SystemExit(exits.DONE)
