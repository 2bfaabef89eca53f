"""What commands on a deployed stack ask: the stack itself, whether to go on; `list` where no subcommand is named."""

import sys
from typing import Any

import click

from tenfold import deployment, exits
from tenfold.failure import Failure


class ListFirst(click.Group):
    """`tenfold queues FILE` is `tenfold queues list FILE`."""

    first = "list"

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if args and args[0] not in (*self.commands, "--help", "-h"):
            args.insert(0, self.first)
        return super().parse_args(ctx, args)


def deployment_and_state(file, environment, stage, local, fault) -> tuple[deployment.Deployment, list[dict[str, Any]]]:
    """The deployment, and the resources of its state."""
    target = deployment.prepare(file, environment, stage, local, fault, lambda line: click.echo(line, err=True))
    return target, target.driver.deployed_resources()


def ask_to_go_on(yes: bool, as_json: bool, untouched: str) -> bool:
    """Raises `Failure` without a terminal to confirm on; `untouched` says in it what did not happen."""
    if yes or as_json:
        return yes
    if not sys.stdin.isatty():
        raise Failure("No terminal to confirm on.", why=untouched, remedies=("add --yes",), code=exits.REFUSED)
    return click.confirm("Go on?")


def nobody_else(fact: str) -> bool:
    """Whether a person on a terminal is certain that no takeover is under way, which AWS does not tell. A pipeline
    never is, and `--yes` was said to another question."""
    if not sys.stdin.isatty():
        return False
    click.echo(fact, err=True)
    return click.confirm("Is it certain that nobody has begun one?", err=True)


def quiet(_: object) -> None:
    """In place of `click.echo`, where a program reads."""
