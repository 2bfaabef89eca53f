"""`tenfold preview`: what `up` would change, asked of the real engine."""

import click

from tenfold import deployment, exits, preflight
from tenfold.render import documents


@click.command("preview")
@deployment.options
@click.option("--accept-loss", metavar="URN", multiple=True, help="As for `up`. Repeatable.")
@click.option("--exit-code", "tells", is_flag=True, help=f"End with {exits.DIFFERENT} where there are changes, for CI.")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@click.option("--verbose", is_flag=True, help="Every resource and every property.")
def command(file, environment, stage, local, local_fault, accept_loss, tells, as_json, verbose) -> None:
    """Show what `up` would change; changes nothing.

    \b
    Example:
      tenfold preview blueprints/shop.yaml --env prod --local
    """
    from tenfold.engine import difference
    from tenfold.engine.progress import Progress
    from tenfold.render import outcome, progress
    from tenfold.render.lines import labelled_lines

    tell = (lambda line: click.echo(line, err=True)) if as_json else click.echo
    target = deployment.mend_state(deployment.prepare(file, environment, stage, local, local_fault, tell), tell)

    def note_question(fact: str) -> bool:
        tell("\n".join(labelled_lines("note", f"{fact} `up` asks.")))
        return True

    preflight.check(target, accept_loss, note_question)
    for note in preflight.notes(target):
        tell("\n".join(labelled_lines("note", note)))
    if not as_json:
        click.echo(target.title)
    seen, deployed = Progress(), target.driver.deployed_resources()
    with progress.show_progress(seen, prefix=f"{target.architecture.name}-", verbose=verbose, quiet=True):
        result = target.driver.preview(seen)
    changes = difference.difference(deployed, result.progress)
    if as_json:
        documents.show("run", outcome.as_json(result, changes))
    else:
        outcome.preview(result, target, changes, verbose=verbose)
    raise SystemExit(result.code or (exits.DIFFERENT if tells and changes else exits.DONE))
