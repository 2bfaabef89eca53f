"""`tenfold cost`: what an architecture costs a month, part by part, before it exists."""

import sys
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tenfold import blueprint_files, exits, parallel, planning, streams
from tenfold.foresight import estimates
from tenfold.render import documents
from tenfold.resolving import resolve, with_alarms_judged
from tenfold.wording import quantity

if TYPE_CHECKING:
    from tenfold.blueprints.architecture import Architecture
    from tenfold.blueprints.resolve import Resolution
    from tenfold.foresight.cost import Estimate
    from tenfold.render.cost import Row

EPILOG = """\b
Examples:
  tenfold cost blueprints/shop.yaml --env prod
  tenfold cost blueprints/shop.yaml --env prod --all             all stages side by side
  tenfold cost blueprints/shop.yaml --env prod --stage 5 --json
  tenfold cost 'blueprints/*.yaml'                               every environment, and the sum
"""


@click.command("cost", epilog=EPILOG)
@click.argument("files", metavar="FILE…", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--stage", metavar="STAGE", help="Instead of the blueprint's stage: 1 to 7, or its name.")
@click.option("--all", "every", is_flag=True, help="Every stage there is, a line each.")
@click.option("--env", "environment", metavar="NAME", help="The environment; without it, the top of the file.")
@click.option("--json", "as_json", is_flag=True, help="For programs: every part with its formula, price and source.")
@click.option("--verbose", is_flag=True, help="Also the parts under a cent.")
def command(
    files: tuple[Path, ...], stage: str | None, every: bool, environment: str | None, as_json: bool, verbose: bool
) -> None:
    """Say what FILE costs a month: each part with its formula, its price and where that is from.

    Three figures where the number of servers varies: the fleet at its least, typical, at its most. What is billed by
    use follows from `load`; amounts of a bill of yours belong under `load.usage`. A price that is not known lowers the
    coverage and never counts as 0. Of several FILEs, or of a glob in quotes, a line for each environment, and the sum.
    """
    from tenfold.render import cost as render
    from tenfold.render import cost_document

    if every and stage:
        raise click.UsageError("--all shows every stage: leave out --stage.")
    if blueprint_files.is_several(files):
        if every:
            raise click.UsageError("--all is for one blueprint: give one FILE.")
        _many(blueprint_files.expand(files), environment, stage, as_json)
        return
    file = files[0]
    if every:
        _every(file, environment, as_json)
        return
    resolution = resolve(file, environment, stage)
    graph = planning.record(resolution, warn=not as_json)
    architecture = resolution.architecture
    assert architecture is not None
    estimate = estimates.estimate(resolution, graph)
    _warn_of_strangers(resolution)
    if as_json:
        documents.show("cost", cost_document.whole(architecture, estimate))
    else:
        click.echo(
            render.as_text(architecture, estimate, color=streams.takes_color(sys.stdout), verbose=verbose), nl=False
        )


def _warn_of_strangers(resolution: "Resolution") -> None:
    """Of own prices that are never used: a misspelt key would change nothing in silence."""
    from tenfold.foresight import prices

    own = resolution.draft.house.prices.get("own", {}) if resolution.draft else {}
    for key, near in prices.strangers(own).items():
        hint = f"; there are {', '.join(near)}" if near else ""
        click.echo(f"note: house rules have a price `{key}`, and nothing is billed by that key{hint}", err=True)


def _many(files: Sequence[Path], environment: str | None, stage: str | None, as_json: bool) -> None:
    from tenfold.render import cost as render

    look = partial(_of_file, environment=environment, stage=stage, as_json=as_json)
    lines = [each for of_file in parallel.each(look, files) for each in of_file]
    if as_json:
        documents.show("cost", {"environments": [document for _, document in lines]})
    else:
        title = f"{quantity(len(lines), 'environment')} of {quantity(len(files), 'blueprint')}"
        rows = [row for row, _ in lines]
        click.echo(render.table(title, "environment", rows, streams.takes_color(sys.stdout), total=True), nl=False)
    if any(why for (_, _, _, why), _ in lines):
        sys.exit(exits.WRONG_INPUT)


def _of_file(
    file: Path, environment: str | None, stage: str | None, as_json: bool
) -> "list[tuple[Row, dict[str, Any] | None]]":
    """Each environment as a row, and for programs."""
    from tenfold.blueprints.reading.draft import open_draft
    from tenfold.blueprints.resolve import resolve as resolve_open
    from tenfold.render import cost_document

    draft = open_draft(file)
    lines: list[tuple[Row, dict[str, Any] | None]] = []
    for name in [environment] if environment else [*draft.environments] or [None]:
        resolution = with_alarms_judged(resolve_open(draft, environment=name, stage=stage))
        graph, problems = planning.attempt(resolution)
        architecture = resolution.architecture
        if graph is None or architecture is None:
            first = next(problem for problem in problems if problem.is_error)
            label, why = f"{file}{f' · {name}' if name else ''}", f"{first.code} {first.message}"
            document = {"blueprint": {"file": str(file), "environment": name}, "refused": why}
            lines.append(((label, None, None, why), document))
            continue
        estimate = estimates.estimate(resolution, graph)
        row = (" · ".join(architecture.title), architecture, estimate, "")
        lines.append((row, cost_document.whole(architecture, estimate) if as_json else None))
    return lines


def _every(file: Path, environment: str | None, as_json: bool) -> None:
    from tenfold.blueprints.stages import presets
    from tenfold.render import cost as render
    from tenfold.render import cost_document

    rows: list[tuple[str, Architecture | None, Estimate | None, str]] = []
    title = ""
    for number, preset in presets.presets().items():
        architecture, estimate, why = _at(file, environment, number)
        title = title or (" · ".join((*architecture.title, architecture.region)) if architecture else "")
        rows.append((f"{number} {preset.name}", architecture, estimate, why))
    if not any(estimate for _, _, estimate, _ in rows):
        resolve(file, environment, None)  # says what is wrong
    if as_json:
        stages = [
            cost_document.whole(architecture, estimate)
            if architecture and estimate
            else {"stage": label, "refused": why}
            for label, architecture, estimate, why in rows
        ]
        documents.show("cost", {"stages": stages})
    else:
        click.echo(render.table(title or str(file), "stage", rows, streams.takes_color(sys.stdout)), nl=False)


def _at(file: Path, environment: str | None, stage: int) -> "tuple[Architecture | None, Estimate | None, str]":
    """At one stage; why not, where the blueprint does not fit it."""
    resolution, graph, why = planning.at_stage(file, environment, stage)
    if graph is None:
        return None, None, why
    return resolution.architecture, estimates.estimate(resolution, graph), ""
