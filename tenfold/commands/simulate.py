"""`tenfold simulate`: a fleet under a load, minute by minute, as AWS would scale it."""

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tenfold import exits, files, streams
from tenfold.failure import Failure
from tenfold.foresight import estimates
from tenfold.resolving import resolve

if TYPE_CHECKING:
    from tenfold.blueprints.architecture import Architecture
    from tenfold.foresight.curves import Load

EPILOG = """\b
Examples:
  tenfold simulate blueprints/chat.yaml --env prod
  tenfold simulate blueprints/chat.yaml --env prod --curve campaign --svg chat.svg
  tenfold simulate blueprints/shop.yaml --env prod --stage 5 --curve campaign --times 60
  tenfold simulate blueprints/chat.yaml --env prod --curve last-week.csv
"""


@click.command("simulate", epilog=EPILOG)
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--stage", metavar="N", help="Instead of the blueprint's stage: 1 to 7, or its name.")
@click.option("--env", "environment", metavar="E", help="The blueprint's environment; without it, the top of the file.")
@click.option(
    "--curve", metavar="C", default="daily", show_default=True, help="daily, weekly, campaign, viral; or a CSV."
)
@click.option(
    "--times",
    type=click.FloatRange(0.001, 100_000),
    help="So many times the load; for a campaign `load.campaign`, else 1.",
)
@click.option("--svg", type=click.Path(path_type=Path), help="Also a picture, into this file.")
@click.option("--json", "as_json", is_flag=True, help="For programs: also every minute.")
def command(
    file: Path,
    stage: str | None,
    environment: str | None,
    curve: str,
    times: float | None,
    svg: Path | None,
    as_json: bool,
) -> None:
    """Say how FILE's fleet would follow a load: servers over time, minutes that are too full, requests lost, money.

    The shapes end at `load.peak`. A CSV has requests a second in its last column, a line a minute. Where the fleet is
    too slow, other steps, a schedule, a warm pool and a larger maximum are tried, and what each would do is shown.
    """
    from tenfold.foresight import findings, simulation
    from tenfold.render import simulation as render

    resolution = resolve(file, environment, stage)
    a = resolution.architecture
    assert a is not None
    if a.fleet is None:
        raise Failure(
            f"There is no fleet at stage {a.stage}: one server is all there is.",
            remedies=("--stage 3 or later has one; from stage 5 on it follows the load.",),
            code=exits.WRONG_INPUT,
        )
    load, title = _load(a, curve, times or (a.load.campaign if curve == "campaign" else 1))
    run = simulation.run_of(a, load)
    remarks = list(findings.findings(a, run))
    usd = estimates.servers_cost(resolution, run.paid)
    policy = simulation.policy_of(a)
    if svg:
        files.deliver(svg, render.as_svg(a, title, run))
    if as_json:
        click.echo(json.dumps(render.as_json(a, curve, policy, run, usd, remarks), ensure_ascii=False))
    else:
        click.echo(render.as_text(a, title, policy, run, usd, remarks, streams.takes_color(sys.stdout)), nl=False)


def _load(a: "Architecture", curve: str, times: float) -> "tuple[Load, str]":
    """And what it is, in words."""
    from tenfold.foresight import curves

    if curve in curves.SHAPES:
        return curves.named(curve, a.load.peak * times)
    try:
        read = curves.read(Path(curve))
    except (OSError, UnicodeDecodeError, ValueError) as wrong:
        why = wrong.strerror if isinstance(wrong, OSError) and wrong.strerror else str(wrong)
        raise Failure(
            f"There is no load in {curve}.",
            why=why,
            remedies=(f"Give one of {', '.join(curves.SHAPES)}, or a CSV with requests a second, a line a minute.",),
            code=exits.WRONG_INPUT,
        ) from wrong
    load = [rate * times for rate in read]
    return load, f"{curve}: {len(load):,} minutes; peak {max(load):g} requests/s"
