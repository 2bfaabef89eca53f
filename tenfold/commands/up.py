"""`tenfold up`: deploys a blueprint with the real engine."""

import sys
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path

import click

from tenfold import deployment, exits, preflight
from tenfold.commands.parts import asking
from tenfold.failure import Failure
from tenfold.render import documents


@click.command("up")
@deployment.options
@click.option(
    "--accept-loss", metavar="URN", multiple=True, help="One resource that may go, or lose its protection. Repeatable."
)
@click.option(
    "--import", "imports", type=click.Path(path_type=Path), metavar="FILE", help="Take over what it names first."
)
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.option("--json", "as_json", is_flag=True, help="For programs: one document at the end.")
@click.option("--verbose", is_flag=True, help="Every resource, not only components.")
def command(file, environment, stage, local, local_fault, accept_loss, imports, yes, as_json, verbose) -> None:
    """Deploy FILE's environment at its stage.

    \b
    Examples:
      tenfold up blueprints/shop.yaml --env dev --local
      tenfold up blueprints/shop.yaml --env prod --stage 3
      tenfold up shop.yaml --env prod --import shop.import.json
    """
    from tenfold.engine.progress import Progress
    from tenfold.render import outcome, progress
    from tenfold.render.lines import labelled_lines

    tell = (lambda line: click.echo(line, err=True)) if as_json else click.echo
    target = deployment.mend_state(deployment.prepare(file, environment, stage, local, local_fault, tell), tell)
    with _taken_over(target, imports, accept_loss, tell):
        difference = preflight.check(target, accept_loss, asking.nobody_else)
        for note in preflight.notes(target):
            tell("\n".join(labelled_lines("note", note)))
        if not as_json:
            click.echo(target.title)
        if not local and not yes:
            _confirm(target, verbose)
    seen, prefix = Progress(), f"{target.architecture.name}-"
    seen.expect(difference.steps())
    with (
        target.driver.lift_protection(accept_loss),
        progress.show_progress(seen, prefix=prefix, verbose=verbose, quiet=as_json),
    ):
        result = target.driver.up(seen)
    if as_json:
        documents.show("run", outcome.as_json(result))
    else:
        outcome.tell(result, target, done="up")
    raise SystemExit(result.code)


def _taken_over(
    target: deployment.Deployment, imports: Path | None, accepted: tuple[str, ...], tell: Callable[[str], None]
) -> AbstractContextManager[None]:
    if imports is None:
        return nullcontext()
    from tenfold.adopting import taking

    if accepted:
        why = "what is taken over was made by others, and is never lost by it"
        raise Failure("--import and --accept-loss do not go together.", why=why, code=exits.WRONG_INPUT)
    return taking.taken_over(target, imports, tell)


def _confirm(target: deployment.Deployment, verbose: bool) -> None:
    from tenfold.engine import difference
    from tenfold.engine.progress import Progress
    from tenfold.render import outcome

    if not sys.stdin.isatty():
        raise Failure(
            "No terminal to confirm on.",
            why="`up` changes a real account; it asks on a terminal.",
            remedies=(f"tenfold preview {target.flags}   to see what it would do, then", "add --yes"),
            code=exits.REFUSED,
        )
    deployed, result = target.driver.deployed_resources(), target.driver.preview(Progress())
    outcome.preview(result, target, difference.difference(deployed, result.progress), verbose=verbose)
    if result.code or not click.confirm("Go on?"):
        raise SystemExit(result.code or exits.DONE)
