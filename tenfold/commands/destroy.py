"""`tenfold destroy`: takes a deployment away."""

import json
import sys

import click

from tenfold import deployment, exits
from tenfold.failure import Failure


@click.command("destroy")
@deployment.options
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.option("--json", "as_json", is_flag=True, help="For machines.")
@click.option("--verbose", is_flag=True, help="Every resource, not only components.")
def command(file, environment, stage, local, local_fault, yes, as_json, verbose) -> None:
    """Take everything of FILE's environment away.

    On the local cloud protections are lifted first: nothing there is real. In an account an environment that is not
    `throwaway` is refused.

    \b
    Example:
      tenfold destroy blueprints/shop.yaml --env dev --local
    """
    from tenfold.engine.progress import Progress
    from tenfold.render import outcome, progress

    tell = (lambda line: click.echo(line, err=True)) if as_json else click.echo
    made = deployment.prepare(file, environment, stage, local, local_fault, tell)
    held = made.driver.deployed()
    if not held:
        click.echo(json.dumps({"version": 1, "changes": [], "summary": {}}) if as_json else "Nothing is deployed.")
        return
    guarded = [resource for resource in held if resource.get("protect")]
    if guarded and not local:
        raise _protected(made, guarded)
    if not local and not yes:
        _confirm(made)
    if not as_json:
        click.echo(made.title)
    seen = Progress()
    with progress.shown(seen, prefix=f"{made.architecture.name}-", verbose=verbose, quiet=as_json):
        released = made.release().up(Progress()) if guarded else None
        result = released if released and released.code else made.driver.destroy(seen)
    if as_json:
        click.echo(json.dumps(outcome.as_json(result), indent=2))
    else:
        outcome.tell(result, made, done="destroy")
    raise SystemExit(result.code)


def _protected(made: deployment.Deployment, guarded: list) -> Failure:
    names = [resource["urn"].rsplit("::", 1)[-1] for resource in guarded]
    environment = made.architecture.environment
    return Failure(
        f"{made.where.stack} keeps data: {len(names)} resources are protected.",
        why=", ".join(names),
        remedies=(
            f"set `environments: {{{environment}: {{throwaway: true}}}}` in {deployment.shown(made.file)}, run",
            f"tenfold up {made.flags}   which asks for each by name and takes its protection off; then this again",
        ),
        code=exits.REFUSED,
    )


def _confirm(made: deployment.Deployment) -> None:
    if not sys.stdin.isatty():
        raise Failure("Nobody is there to say yes.", remedies=("add --yes",), code=exits.REFUSED)
    click.echo(f"This takes {made.where.stack} away for good.")
    typed = click.prompt("Type its name to go on", default="", show_default=False)
    if typed != made.where.stack:
        raise Failure("Not the name; nothing was changed.", code=exits.REFUSED)
