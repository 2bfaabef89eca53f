"""`tenfold destroy`: takes a deployment away."""

import sys
from collections.abc import Iterator
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import click

from tenfold import deployment, exits, preflight
from tenfold.commands.parts import asking
from tenfold.failure import Failure
from tenfold.render import documents
from tenfold.resolving import path_as_typed

if TYPE_CHECKING:
    from tenfold.engine.driver import Outcome

State = list[dict[str, Any]]


@click.command("destroy")
@deployment.options
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
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
    from tenfold.render import outcome

    tell = (lambda line: click.echo(line, err=True)) if as_json else click.echo
    target = deployment.mend_state(deployment.prepare(file, environment, stage, local, local_fault, tell), tell)
    deployed = target.driver.deployed_resources()
    if not deployed:
        nothing = f"Nothing is deployed as {target.where.stack}."
        documents.show("run", outcome.NOTHING) if as_json else click.echo(nothing)
        return
    account.refuse_another(target.where, deployed)
    preflight.refuse_under_way(target, deployed, agrees=asking.nobody_else)
    if not local:
        _refuse_protected(target, deployed)
    if not local and not yes:
        _confirm(target)
    if not as_json:
        click.echo(target.title_of(deployed))
    result = _delete(target, deployed, local, verbose, as_json)
    if not result.failed:
        _forget_takeovers(target, deployed)
    if as_json:
        documents.show("run", outcome.as_json(result))
    else:
        outcome.tell(result, target, done="destroy")
        _tell_what_stays(deployed)
    raise SystemExit(result.code)


def _delete(target: deployment.Deployment, deployed: State, local: bool, verbose: bool, quiet: bool) -> "Outcome":
    from tenfold.diff import checkpoint
    from tenfold.engine.progress import Progress
    from tenfold.providers.aws import deletion
    from tenfold.refusals import lifting
    from tenfold.render import progress

    seen, prefix = Progress(), f"{target.architecture.name}-"
    seen.expect((owned.urn, owned.component) for owned in checkpoint.graph(deployed).owned_resources())
    guarded = _guarded(deployed) if local else []
    locks = deletion.thrown_away(deployed) if local else {}
    with (
        lifting.unlock_resources(target, deployed, guarded, locks),
        progress.show_progress(seen, prefix=prefix, verbose=verbose, quiet=quiet),
    ):
        return target.driver.destroy(seen)


def _guarded(deployed: State) -> list[str]:
    """URNs of what the engine protects."""
    return [resource["urn"] for resource in deployed if resource.get("protect")]


def _forget_takeovers(target: deployment.Deployment, deployed: State) -> None:
    """A stack of the same name begins without them. What does not answer keeps a parameter of 4 KB at most."""
    from botocore.exceptions import BotoCoreError, ClientError

    from tenfold.failover import journal, register
    from tenfold.refusals import lifting

    journal.forget(target.where)
    if ssm := register.client(lifting.asked_by(target), deployed):
        with suppress(BotoCoreError, ClientError):
            register.forget(ssm, target.where.stack)


def _tell_what_stays(deployed: State) -> None:
    """What Pulumi lets go without deleting it, as a vault that AWS itself keeps."""
    for resource in deployed:
        if resource.get("retainOnDelete"):
            click.echo(f"  stays   {resource['urn'].rsplit('::', 1)[-1]} in the account: {resource['id']}")
    for arn in sorted({arn for resource in deployed for arn in _attached_functions(resource)}):
        click.echo(f"  stays   {arn}; AWS lets nobody delete it before its replicas are gone, hours from now")


def _attached_functions(resource: dict[str, Any]) -> Iterator[str]:
    """Versions of functions that a distribution runs at the edge. They are published outside of the stack."""
    inputs = resource.get("inputs", {})
    for behaviour in (inputs.get("defaultCacheBehavior") or {}, *(inputs.get("orderedCacheBehaviors") or ())):
        for one in behaviour.get("lambdaFunctionAssociations") or ():
            yield one["lambdaArn"]


def _refuse_protected(target: deployment.Deployment, deployed: State) -> None:
    """Raises `Failure` (refused) for what Pulumi or AWS protects from deletion."""
    from tenfold.providers.aws import deletion

    locked = [r["urn"] for r in deployed if deletion.blocking_inputs(r["type"], deletion.values(r))]
    protected = dict.fromkeys([*_guarded(deployed), *locked])
    if not protected:
        return
    environment = target.architecture.environment
    overridden = ", remove what switches a protection on from `overrides`" if target.architecture.overrides else ""
    raise Failure(
        f"{target.where.stack} keeps data: {len(protected)} resources are protected.",
        why=", ".join(urn.rsplit("::", 1)[-1] for urn in protected),
        remedies=(
            f"set `environments: {{{environment}: {{throwaway: true}}}}` in {path_as_typed(target.file)}"
            f"{overridden}, run",
            f"tenfold up {target.flags}   which asks for each by name and takes its protection off; then this again",
        ),
        code=exits.REFUSED,
    )


def _confirm(target: deployment.Deployment) -> None:
    if not sys.stdin.isatty():
        raise Failure("No terminal to confirm on; nothing was changed.", remedies=("add --yes",), code=exits.REFUSED)
    click.echo(f"This takes {target.where.stack} away for good.")
    typed = click.prompt("Type its name to go on", default="", show_default=False)
    if typed != target.where.stack:
        raise Failure("Not the name; nothing was changed.", code=exits.REFUSED)
