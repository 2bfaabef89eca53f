"""`tenfold engine`: the Pulumi command line that deployments run on."""

import click

from tenfold import gobuild
from tenfold.engine import install
from tenfold.local.kubernetes import programs
from tenfold.render import documents


@click.group("engine", help="The Pulumi engine that deployments run on.")
def command() -> None:
    pass


@command.command("install")
@click.option("--kubernetes", is_flag=True, help="Also what a Kubernetes cluster with --local needs; built with Go.")
@click.option("--yaml", is_flag=True, help="Also what runs Pulumi's YAML programs, which the official build has.")
def install_(kubernetes: bool, yaml: bool) -> None:
    """Get the engine: from PATH, else the official build, else built from engine/ with Go.

    \b
    Examples:
      tenfold engine install
      tenfold engine install --kubernetes
      tenfold engine install --yaml
    """
    engine = install.ensure(click.echo)
    click.echo(f"pulumi {engine.version} ({engine.source}): {engine.bin}")
    if kubernetes:
        programs.ensure(click.echo)
        _show_kubernetes()
    if yaml:
        install.ensure_yaml_host(engine, click.echo)
        _show_yaml(engine)


@command.command("status")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
def status(as_json: bool) -> None:
    """Which engine would be used, and whether Kubernetes is there for local runs."""
    engine = install.find()
    if as_json:
        paths = {program.name: gobuild.find(program) for program in programs.PROGRAMS}
        document = {
            "engine": engine and {"version": engine.version, "source": engine.source, "bin": str(engine.bin)},
            "kubernetes": {name: path and str(path) for name, path in paths.items()},
            "yaml": (host := engine and install.yaml_host(engine)) and str(host),
        }
        documents.show("engine", document)
        return
    if engine:
        click.echo(f"pulumi {engine.version} ({engine.source}): {engine.bin}")
    else:
        click.echo("No engine on this machine yet; `tenfold engine install` gets it, `tenfold up` does so by itself.")
    _show_kubernetes()
    if engine:
        _show_yaml(engine)


def _show_yaml(engine: install.Engine) -> None:
    where = install.yaml_host(engine) or "not built yet; `tenfold engine install --yaml` does it"
    click.echo(f"{install.YAML_HOST.name}: {where}")


def _show_kubernetes() -> None:
    for program in programs.PROGRAMS:
        path = gobuild.find(program)
        where = str(path) if path else "not built yet; `tenfold engine install --kubernetes` does it"
        click.echo(f"{program.name}: {where}")
