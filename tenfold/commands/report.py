"""`tenfold report`: one page for the person who approves."""

from pathlib import Path

import click

from tenfold import files
from tenfold.resolving import resolve

EPILOG = """\b
Examples:
  tenfold report blueprints/shop.yaml --env prod --html shop.html
  tenfold report blueprints/shop.yaml --env prod --from-stage 3 --to-stage 4 --html promotion.html
"""


@click.command("report", epilog=EPILOG)
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--env", "environment", metavar="NAME", help="The environment; without it, the top of the file.")
@click.option("--from-stage", metavar="A", help="Stage before: 1 to 7, or its name. Without it, the blueprint's.")
@click.option("--to-stage", metavar="B", help="Stage after. Without both, the blueprint's stage alone is shown.")
@click.option("--html", type=click.Path(path_type=Path), required=True, help="The file to write.")
def command(file: Path, environment: str | None, from_stage: str | None, to_stage: str | None, html: Path) -> None:
    """Write one page about FILE for the person who approves it: picture, cost, what changes, risks, load, all stages.

    It is one file, read without a network and without a script, and offline knows no more than the other commands.
    """
    from tenfold.report import content, page

    after = content.side(resolve(file, environment, to_stage), warn=True)
    before = None
    if from_stage or to_stage:
        before = content.side(resolve(file, environment, from_stage), warn=False)
    report = content.gather(file, environment, before, after)
    files.deliver(html, page.html(report))
    click.echo(f"{html}: {report.title}{f', {report.verdict}' if report.verdict else ''}")
