"""`tenfold diagram`: the architecture as a picture, at one stage or on the way between two."""

from pathlib import Path

import click

from tenfold import files, planning
from tenfold.resolving import resolve

TEXT, SVG, MERMAID, DOT = FORMATS = ("text", "svg", "mermaid", "dot")
_SUFFIXES = {".svg": SVG, ".mmd": MERMAID, ".mermaid": MERMAID, ".dot": DOT, ".gv": DOT, ".txt": TEXT}
EPILOG = """\b
Examples:
  tenfold diagram blueprints/shop.yaml --env prod
  tenfold diagram blueprints/shop.yaml --env prod --out shop.svg
  tenfold diagram blueprints/shop.yaml --env prod --from-stage 3 --to-stage 4 --out promotion.svg
  tenfold diagram blueprints/shop.yaml --env prod --format mermaid
"""


@click.command("diagram", epilog=EPILOG)
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--stage", metavar="STAGE", help="Instead of the blueprint's stage: 1 to 7, or its name.")
@click.option("--env", "environment", metavar="NAME", help="The environment; without it, the top of the file.")
@click.option("--from-stage", metavar="A", help="Stage before; with it or --to-stage both are in one picture.")
@click.option("--to-stage", metavar="B", help="Stage after. Without --from-stage, from the blueprint's.")
@click.option("--out", type=click.Path(path_type=Path), help="Into this file; its ending says the format.")
@click.option("--format", "kind", type=click.Choice(FORMATS), help="Without it, by the file's ending, or text.")
def command(
    file: Path,
    stage: str | None,
    environment: str | None,
    from_stage: str | None,
    to_stage: str | None,
    out: Path | None,
    kind: str | None,
) -> None:
    """Draw FILE's architecture: its parts from the user to the data, with counts and sizes.

    Between two stages, signs say what is added (+), changed (~), replaced (!) and removed (−).
    """
    from tenfold.pictures import boxes, svg, texts

    if stage and (from_stage or to_stage):
        raise click.UsageError(
            "--stage is for one picture of one stage; --from-stage and --to-stage are for two in one."
        )
    kind = kind or _kind(out)
    resolution = resolve(file, environment, to_stage or stage)
    assert resolution.architecture is not None
    picture = boxes.picture(resolution.architecture)
    if from_stage or to_stage:
        from tenfold.diff import compare
        from tenfold.pictures.change import between

        earlier = resolve(file, environment, from_stage)
        assert earlier.architecture is not None
        difference = compare(planning.record(earlier, warn=False), planning.record(resolution, warn=False))
        picture = between(boxes.picture(earlier.architecture), picture, difference, earlier.architecture.name)
    written = {TEXT: texts.plain, SVG: svg.draw_picture, MERMAID: texts.mermaid, DOT: texts.dot}[kind](picture)
    if out is None:
        click.echo(written, nl=False)
        return
    files.deliver(out, written)


def _kind(out: Path | None) -> str:
    if out is None:
        return TEXT
    if out.suffix.lower() not in _SUFFIXES:
        endings = ", ".join(_SUFFIXES)
        raise click.UsageError(f"{out.name} does not say in which format: give --format, or an ending of {endings}.")
    return _SUFFIXES[out.suffix.lower()]
