"""`tenfold plan`: what would exist, without an engine or an account."""

import json
from pathlib import Path

import click

from tenfold import offline, recorder


@click.command("plan", epilog="Example: tenfold plan blueprints/shop.yaml --stage 3")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--stage", metavar="N", help="Instead of the blueprint's stage: 1 to 7, or its name.")
@click.option("--env", "environment", metavar="E", help="The blueprint's environment; without it, the top of the file.")
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

    resolution = offline.resolve(file, environment, stage, as_json)
    graph = offline.record(resolution, as_json, kind)
    architecture = resolution.architecture
    assert architecture is not None
    cost = offline.estimate(resolution, graph)
    if as_json:
        click.echo(json.dumps(render.as_json(architecture, graph, cost), indent=2))
    else:
        click.echo(render.as_text(architecture, graph, cost, color=offline.wants_color(), verbose=verbose), nl=False)
