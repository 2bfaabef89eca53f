"""`tenfold plan`: what would exist, without an engine or an account."""

import sys
from pathlib import Path

import click

from tenfold import planning, recorder, streams
from tenfold.foresight import estimates
from tenfold.render import documents
from tenfold.resolving import resolve


@click.command("plan", epilog="Example: tenfold plan blueprints/shop.yaml --stage 3")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--stage", metavar="STAGE", help="Instead of the blueprint's stage: 1 to 7, or its name.")
@click.option("--env", "environment", metavar="NAME", help="The environment; without it, the top of the file.")
@click.option("--json", "as_json", is_flag=True, help="For programs: every resource with its inputs.")
@click.option("--verbose", is_flag=True, help="Every resource, not only components.")
@click.option(
    "--recorder",
    "kind",
    type=click.Choice([recorder.FAST, recorder.SDK]),
    default=recorder.FAST,
    help="fast: the built-in stand-in for the Pulumi SDK. sdk: the SDK itself, slower.",
)
def command(file: Path, stage: str | None, environment: str | None, as_json: bool, verbose: bool, kind: str) -> None:
    """Show what FILE would make: one line a component, with how many resources and why."""
    from tenfold.render import plan as render

    resolution = resolve(file, environment, stage)
    graph = planning.record(resolution, kind, warn=not as_json)
    architecture = resolution.architecture
    assert architecture is not None
    cost = estimates.estimate(resolution, graph)
    if as_json:
        documents.show("plan", render.as_json(architecture, graph, cost))
    else:
        color = streams.takes_color(sys.stdout)
        click.echo(render.as_text(architecture, graph, cost, color=color, verbose=verbose), nl=False)
        if not resolution.sets("edition"):
            edition = resolution.values["edition"]
            click.echo(f"No edition is pinned: with `edition: {edition}` a later release has the same defaults.")
