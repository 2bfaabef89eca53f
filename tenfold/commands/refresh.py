"""`tenfold refresh`: what changed in the cloud behind the blueprint's back."""

import json

import click

from tenfold import deployment


@click.command("refresh")
@deployment.options
@click.option("--json", "as_json", is_flag=True, help="For machines.")
def command(file, environment, stage, local, local_fault, as_json) -> None:
    """Read everything back from the cloud into the state and say what was different (drift).

    \b
    Example:
      tenfold refresh blueprints/shop.yaml --env dev --local
    """
    from tenfold.engine.progress import Progress
    from tenfold.render import outcome

    made = deployment.prepare(file, environment, stage, local, local_fault, lambda line: click.echo(line, err=True))
    result = made.driver.refresh(Progress())
    if as_json:
        click.echo(json.dumps(outcome.as_json(result), indent=2))
    else:
        click.echo(made.title)
        outcome.tell(result, made, done="refresh")
    raise SystemExit(result.code)
