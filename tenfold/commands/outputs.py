"""`tenfold outputs`: addresses and names of a deployment."""

import json

import click

from tenfold import deployment


@click.command("outputs")
@deployment.options
@click.option("--json", "as_json", is_flag=True, help="For machines.")
def command(file, environment, stage, local, local_fault, as_json) -> None:
    """Print what a deployment offers: addresses, names, ARNs. Secrets are masked.

    \b
    Example:
      tenfold outputs blueprints/shop.yaml --env dev --local
    """
    from tenfold.engine import workspace

    target = deployment.prepare(file, environment, stage, local, local_fault, lambda line: click.echo(line, err=True))
    values = workspace.outputs(target.driver.deployed())
    if as_json:
        click.echo(json.dumps({"version": 1, "outputs": values}, indent=2))
        return
    if not values:
        click.echo(f"{target.where.stack} is not deployed; `tenfold up {target.flags}` does it.")
    width = max((len(name) for name in values), default=0)
    for name, value in sorted(values.items(), key=lambda item: (item[0] != "url", item[0])):
        click.echo(f"{name:<{width}}  {value if isinstance(value, str) else json.dumps(value)}")
