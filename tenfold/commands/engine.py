"""`tenfold engine`: the Pulumi command line that deployments run on."""

import click

from tenfold.engine import install
from tenfold.local.kubernetes import programs


@click.group("engine", help="The Pulumi engine that deployments run on.")
def command() -> None:
    pass


@command.command("install")
@click.option("--kubernetes", is_flag=True, help="Also what a Kubernetes cluster with --local needs; built with Go.")
def install_(kubernetes: bool) -> None:
    """Get the engine: from PATH, else the official build, else built from engine/ with Go.

    \b
    Examples:
      tenfold engine install
      tenfold engine install --kubernetes
    """
    engine = install.ensure(click.echo)
    click.echo(f"pulumi {engine.version} ({engine.source}): {engine.bin}")
    if kubernetes:
        programs.ensure(click.echo)
        _show_kubernetes()


@command.command("status")
def status() -> None:
    """Which engine would be used, and whether Kubernetes is there for local runs."""
    engine = install.find()
    if engine:
        click.echo(f"pulumi {engine.version} ({engine.source}): {engine.bin}")
    else:
        click.echo("No engine on this machine yet; `tenfold engine install` gets it, `tenfold up` does so by itself.")
    _show_kubernetes()


def _show_kubernetes() -> None:
    for program in programs.PROGRAMS:
        path = programs.find(program)
        where = str(path) if path else "not built yet; `tenfold engine install --kubernetes` does it"
        click.echo(f"{program.name}: {where}")
