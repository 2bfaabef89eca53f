"""`tenfold outputs`: addresses and names of a deployment."""

import json
from collections.abc import Iterator
from functools import partial
from typing import Any

import click

from tenfold import deployment
from tenfold.render import documents


@click.command("outputs")
@deployment.options
@click.option("--json", "as_json", is_flag=True, help="For programs.")
def command(file, environment, stage, local, local_fault, as_json) -> None:
    """Print what a deployment offers: addresses, names, ARNs. Secrets are masked.

    \b
    Example:
      tenfold outputs blueprints/shop.yaml --env dev --local
    """
    from tenfold.engine import workspace

    tell = partial(click.echo, err=True)
    target = deployment.prepare(file, environment, stage, local, local_fault, tell)
    deployed = target.driver.deployed_resources()
    target = deployment.resume_first_run(target, deployed, tell)
    values = workspace.outputs(deployed)
    if as_json:
        documents.show("outputs", {"outputs": values})
        return
    if not values:
        begun = f"The first `up` of {target.where.stack} has not finished; `tenfold up {target.flags}` resumes it."
        click.echo(begun if deployed else target.absent)
    rows = [row for name, value in values.items() for row in _rows(name, value)]
    width = max((len(name) for name, _ in rows), default=0)
    for name, value in sorted(rows, key=lambda row: (row[0] != "url", row[0])):
        click.echo(f"{name:<{width}}  {value}")


def _rows(name: str, value: Any) -> Iterator[tuple[str, str]]:
    """One for each value below, by its path."""
    if isinstance(value, dict) and value:
        for key, below in value.items():
            yield from _rows(f"{name}.{key}", below)
    elif isinstance(value, list) and value:
        yield name, ", ".join(map(str, value))
    else:
        yield name, value if isinstance(value, str) else json.dumps(value)
