"""`tenfold refresh`: what changed in the cloud behind the blueprint's back."""

import sys

import click

from tenfold import deployment, exits, preflight
from tenfold.commands.parts import asking
from tenfold.failure import Failure
from tenfold.render import documents


@click.command("refresh")
@deployment.options
@click.option(
    "--dry-run", is_flag=True, help=f"Write nothing; exit code {exits.DIFFERENT} where there is drift, for CI."
)
@click.option("--exit-code", "tells", is_flag=True, help="The same exit code also where the state is written.")
@click.option("--accept-loss", metavar="URN", multiple=True, help="One resource that is known to be gone. Repeatable.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@click.option("--verbose", is_flag=True, help="Every resource and every property.")
def command(file, environment, stage, local, local_fault, dry_run, tells, accept_loss, yes, as_json, verbose) -> None:
    """Compare the state with the cloud, show what differs (drift), and write it into the state after a yes.

    Refused where something that keeps data or identity, or is protected, is not in the cloud any more: the next `up`
    would create it again, empty.

    \b
    Examples:
      tenfold refresh blueprints/shop.yaml --env dev --local
      tenfold refresh blueprints/shop.yaml --env prod --dry-run
    """
    from tenfold.engine import account, difference
    from tenfold.engine.progress import Progress
    from tenfold.render import outcome

    tell = (lambda line: click.echo(line, err=True)) if as_json else click.echo
    target = deployment.mend_state(deployment.prepare(file, environment, stage, local, local_fault, tell), tell)
    deployed = target.driver.deployed_resources()
    if not deployed:
        documents.show("run", outcome.NOTHING) if as_json else click.echo(target.absent)
        return
    preflight.refuse_unknown(accept_loss, deployed)
    account.refuse_another(target.where, deployed)
    if not as_json:
        click.echo(target.title)
    result = target.driver.drift(Progress())
    drift = difference.difference(deployed, result.progress)
    if not as_json and not result.failed:
        outcome.drift(drift, target, result, verbose=verbose)
    if result.failed or dry_run or not drift:
        if as_json:
            documents.show("run", outcome.as_json(result, drift))
        elif result.failed:
            outcome.tell(result, target, done="refresh")
        raise SystemExit(result.code or (exits.DIFFERENT if dry_run and drift else exits.DONE))
    preflight.refuse_under_way(target, deployed, preflight.COMPARE, asking.nobody_else)
    _refuse_vanished(target, drift, accept_loss)
    if not local and not yes:
        _confirm()
    result = target.driver.refresh(Progress())
    if as_json:
        documents.show("run", outcome.as_json(result, drift))
    else:
        outcome.tell(result, target, done="refresh")
    raise SystemExit(result.code or (exits.DIFFERENT if tells else exits.DONE))


def _refuse_vanished(target, drift, accepted) -> None:
    """Raises `Failure` (refused) for what the cloud says is not there, and cannot simply be created again."""
    gone = [c for c in drift.resources if c.op == "delete" and (c.keeps or c.protect) and c.urn not in accepted]
    if not gone:
        return
    raise Failure(
        f"{gone[0].name} is not in the cloud any more." if len(gone) == 1
        else f"{len(gone)} resources that keep data or identity are not in the cloud any more.",
        why=", ".join(change.name for change in gone) + "; written into the state, the next `up` would create "
        f"{'it' if len(gone) == 1 else 'them'} again, empty",
        remedies=(
            "check the account and region of the credentials first; restore from a backup what was deleted, or",
            f"name {'it' if len(gone) == 1 else 'each'} as lost: tenfold refresh {target.flags}",
            *(f"--accept-loss '{change.urn}'" for change in gone[:10]),
            *([f"and {len(gone) - 10} more"] if len(gone) > 10 else []),
            "Nothing was changed.",
        ),
        code=exits.REFUSED,
    )  # fmt: skip


def _confirm() -> None:
    if not sys.stdin.isatty():
        raise Failure("No terminal to confirm on; nothing was changed.", remedies=("add --yes",), code=exits.REFUSED)
    if not click.confirm("Write this into the state?"):
        raise SystemExit(exits.DONE)
