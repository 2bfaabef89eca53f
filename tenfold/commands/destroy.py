"""`tenfold destroy`: takes a deployment away."""

import json
import sys

import click

from tenfold import deployment, exits
from tenfold.failure import Failure
from tenfold.resolving import path_as_typed


@click.command("destroy")
@deployment.options
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.option("--json", "as_json", is_flag=True, help="For machines.")
@click.option("--verbose", is_flag=True, help="Every resource, not only components.")
def command(file, environment, stage, local, local_fault, yes, as_json, verbose) -> None:
    """Take everything of FILE's environment away, as it is deployed: whatever the file says by now.

    On the local cloud protections are lifted first: nothing there is real. In an account an environment that is not
    `throwaway` is refused.

    \b
    Example:
      tenfold destroy blueprints/shop.yaml --env dev --local
    """
    from tenfold.engine import account
    from tenfold.engine.progress import Progress
    from tenfold.providers.aws import deletion
    from tenfold.refusals import lifting
    from tenfold.render import outcome, progress

    tell = (lambda line: click.echo(line, err=True)) if as_json else click.echo
    made = deployment.prepare(file, environment, stage, local, local_fault, tell)
    held = made.driver.deployed()
    if not held:
        click.echo(json.dumps({"version": 1, "changes": [], "summary": {}}) if as_json else "Nothing is deployed.")
        return
    account.refuse_another(made.where, held)
    guarded = [resource["urn"] for resource in held if resource.get("protect")]
    if not local:
        locked = [r["urn"] for r in held if deletion.blocking_inputs(r["type"], deletion.values(r))]
        _refuse_protected(made, [*guarded, *locked])
    if not local and not yes:
        _confirm(made)
    if not as_json:
        click.echo(made.title_of(held))
    seen, prefix = Progress(), f"{made.architecture.name}-"
    with (
        made.driver.unprotected(guarded if local else ()),
        progress.shown(seen, prefix=prefix, verbose=verbose, quiet=as_json),
    ):
        if local:
            lifting.lift(made, held, deletion.thrown_away(held))
        result = made.driver.destroy(seen)
    if as_json:
        click.echo(json.dumps(outcome.as_json(result), indent=2))
    else:
        outcome.tell(result, made, done="destroy")
    raise SystemExit(result.code)


def _refuse_protected(made: deployment.Deployment, urns: list[str]) -> None:
    """Raises `Failure` (refused) for what Pulumi or AWS protects from deletion."""
    protected = dict.fromkeys(urns)
    if not protected:
        return
    environment = made.architecture.environment
    raise Failure(
        f"{made.where.stack} keeps data: {len(protected)} resources are protected.",
        why=", ".join(urn.rsplit("::", 1)[-1] for urn in protected),
        remedies=(
            f"set `environments: {{{environment}: {{throwaway: true}}}}` in {path_as_typed(made.file)}"
            f"{', take what switches a protection on out of `overrides`' if made.architecture.overrides else ''}, run",
            f"tenfold up {made.flags}   which asks for each by name and takes its protection off; then this again",
        ),
        code=exits.REFUSED,
    )


def _confirm(made: deployment.Deployment) -> None:
    if not sys.stdin.isatty():
        raise Failure("No terminal to confirm on; nothing was changed.", remedies=("add --yes",), code=exits.REFUSED)
    click.echo(f"This takes {made.where.stack} away for good.")
    typed = click.prompt("Type its name to go on", default="", show_default=False)
    if typed != made.where.stack:
        raise Failure("Not the name; nothing was changed.", code=exits.REFUSED)
