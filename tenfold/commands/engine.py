"""`tenfold engine`: the Pulumi command line that deployments run on."""

import click

from tenfold.engine import install


@click.group("engine", help="The Pulumi engine that deployments run on.")
def command() -> None:
    pass


@command.command("install")
def install_() -> None:
    """Get the engine: from PATH, else the official build, else built from engine/ with Go.

    \b
    Example:
      tenfold engine install
    """
    engine = install.ensure(click.echo)
    click.echo(f"pulumi {engine.version} ({engine.source}): {engine.bin}")


@command.command("status")
def status() -> None:
    """Which engine would be used."""
    engine = install.find()
    if engine:
        click.echo(f"pulumi {engine.version} ({engine.source}): {engine.bin}")
    else:
        click.echo("No engine on this machine yet; `tenfold engine install` gets it, `tenfold up` does so by itself.")
