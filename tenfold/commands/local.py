"""`tenfold local`: the simulated cloud on this machine."""

import os
import re
import shlex
from pathlib import Path

import click

from tenfold import deployment
from tenfold.local import regions
from tenfold.local import server as local
from tenfold.render import documents


@click.group(
    "local", help="The local cloud: simulated AWS behind the real engine, on this machine, without an account."
)
def command() -> None:
    pass


@command.command()
def start() -> None:
    """Start it, or say where it already runs. `tenfold up --local` does this by itself."""
    server, fresh = local.start()
    click.echo(f"{'Started' if fresh else 'Runs'} at {server.endpoint}, pid {server.pid}; log {local.log_file()}")


@command.command()
def stop() -> None:
    """Stop it. What it held is gone: its memory is all it has."""
    click.echo("Stopped; it has forgotten what it held." if local.stop() else "It was not running.")


@command.command()
@click.option("--json", "as_json", is_flag=True, help="For programs.")
def status(as_json: bool) -> None:
    """Whether it runs, where, and how much memory it uses."""
    from tenfold.local.kubernetes import clusters

    server = local.running()
    if as_json:
        facts = server and {"endpoint": server.endpoint, "pid": server.pid, "memory_mib": local.memory(server.pid)}
        kubernetes = [
            {
                "name": cluster.name,
                "endpoint": cluster.endpoint,
                "running": clusters.answers(cluster),
                "memory_mib": local.memory(cluster.pid),
            }
            for cluster in clusters.every()
        ]
        documents.show("local", {"running": bool(server), **(facts or {}), "clusters": kubernetes})
    elif server:
        memory = local.memory(server.pid)
        click.echo(f"Runs at {server.endpoint}, pid {server.pid}, {memory} MiB; log {local.log_file()}")
        for cluster in clusters.every():
            how = f"{local.memory(cluster.pid)} MiB" if clusters.answers(cluster) else "does not answer"
            click.echo(f"Kubernetes {cluster.name} at {cluster.endpoint}, pid {cluster.pid}, {how}")
    else:
        click.echo("Not running. `tenfold local start` starts it; `tenfold up … --local` does so by itself.")


@command.command()
def reset() -> None:
    """Forget everything: what the cloud holds, and the local stacks' state."""
    from tenfold.engine import backend

    forgotten = backend.count(local.directory() / "backend")
    local.reset()
    click.echo(f"The local cloud is empty; {forgotten} stack{'' if forgotten == 1 else 's'} forgotten.")


@command.command()
@click.argument("region")
def lose(region: str) -> None:
    """Let a region answer nothing, to try a disaster. What AWS has once (DNS, CDN, IAM) keeps answering questions.

    \b
    Example:
      tenfold local lose us-east-1
      tenfold failover shop.yaml --env prod --local
      tenfold local restore us-east-1
    """
    _tell_lost("POST", region)


@command.command()
@click.argument("region")
def restore(region: str) -> None:
    """Let a lost region answer again, with all it had; what waited for it arrives."""
    _tell_lost("DELETE", region)


def _tell_lost(method: str, region: str) -> None:
    if not re.fullmatch(r"[a-z]{2}(-[a-z]+)+-\d", region):
        raise click.BadParameter(f"{region!r} is not a region; for example us-east-1")
    lost = regions.ask(local.start()[0].endpoint, method, region)
    click.echo(f"Lost: {', '.join(lost)}." if lost else "Every region answers.")


@command.command()
def env() -> None:
    """Print the settings for raw `pulumi` commands against the local cloud.

    \b
    Example:
      eval "$(tenfold local env)"
      pulumi stack init prod
      pulumi config set tenfold:blueprint blueprints/shop.yaml
      pulumi up
    """
    from tenfold.engine import install, workspace

    engine = install.ensure(lambda line: click.echo(line, err=True))
    server, _ = local.start()
    settings = workspace.raw_environment(server, os.environ)
    settings["PATH"] += f"{os.pathsep}{engine.bin}"  # last: a `pulumi` of the user's own comes first
    if yaml_host := install.yaml_host(engine):
        settings["PATH"] += f"{os.pathsep}{yaml_host.parent}"
    click.echo(f"unset {' '.join(local.of_an_account(os.environ))}")
    for name, value in settings.items():
        click.echo(f"export {name}={shlex.quote(value)}")


@command.command()
@click.argument("type", required=False)
@click.option("--json", "as_json", is_flag=True, help="For programs.")
def coverage(type: str | None, as_json: bool) -> None:
    """Every resource type and input: sent to the cloud, recorded only (why), refused (why).

    \b
    Example:
      tenfold local coverage aws:rds/instance:Instance
    """
    from tenfold.render import coverage as table

    documents.show("coverage", table.as_json(type)) if as_json else click.echo(table.as_text(type))


def _quantity(context: click.Context, parameter: click.Parameter, value: str) -> str:
    if not re.fullmatch(r"\d+(\.\d+)?|\d+m", value):
        raise click.BadParameter(f"{value!r} is not an amount of CPU; for example 4000m, 2.5 or 0")
    return value


@command.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--env", "environment", metavar="NAME", help="The blueprint's environment.")
@click.option("--stage", metavar="STAGE", help="Instead of the blueprint's stage: 1 to 7, or its name.")
@click.argument("service")
@click.argument("cpu", callback=_quantity)
@click.option("--for", "seconds", default=180, show_default=True, metavar="S", help="Seconds to watch at most.")
def load(file: Path, environment: str | None, stage: str | None, service: str, cpu: str, seconds: int) -> None:
    """Let all pods of SERVICE together use CPU (4000m, 2.5), and watch the real autoscaler answer.

    Kubernetes only. The load stays until the next one; 0 takes it away. Ctrl-C ends the watching, not the load.

    \b
    Example:
      tenfold local load blueprints/market.yaml --env prod search 4000m
    """
    from tenfold.local.kubernetes import load as loads
    from tenfold.render import pods

    target = deployment.prepare(file, environment, stage, True, None, lambda line: click.echo(line, err=True))
    cluster = loads.of_stack(target.driver.deployed_resources())
    loads.put(cluster, service, cpu)
    click.echo(f"{service}: {cpu} of CPU in all, simulated")
    for reading in loads.watch(cluster, service, seconds):
        click.echo(pods.line(reading))
