"""`tenfold advise`: the one bottleneck, what to try first, what will not help, and when each tier is full."""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tenfold import exits, planning, streams
from tenfold.failure import Failure
from tenfold.foresight import estimates
from tenfold.render import documents
from tenfold.resolving import resolve

if TYPE_CHECKING:
    from tenfold.blueprints.resolve import Resolution
    from tenfold.foresight.measured_load import Measured
    from tenfold.foresight.signals import Signals
    from tenfold.render.advice import Money

EPILOG = f"""\b
Examples:
  tenfold advise blueprints/shop.yaml --env prod                         from `load`
  tenfold advise blueprints/shop.yaml --env prod --signals monday.json   from what you measured
  tenfold advise blueprints/shop.yaml --env prod --live                  from CloudWatch, the last day
  tenfold advise blueprints/shop.yaml --env prod --stage 2 --json

\b
Exit codes:
  {exits.DONE}  said, whatever the advice
  {exits.FAILED}  --live: nothing is deployed, or AWS does not answer
  {exits.WRONG_INPUT}  the blueprint or the signals are wrong
"""
SIZES = ("server.instance", "fleet.instance", "fleet.servers", "database.instance", "database.replicas.count",
         "cache.node")  # fmt: skip


@click.command("advise", epilog=EPILOG)
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--env", "environment", metavar="NAME", help="The environment; without it, the top of the file.")
@click.option("--stage", metavar="STAGE", help="Instead of the blueprint's stage: 1 to 7, or its name.")
@click.option(
    "--signals", "signals_file", type=click.Path(path_type=Path), metavar="FILE", help="What you measured, as JSON."
)
@click.option("--live", is_flag=True, help="Also what CloudWatch measured in the last day, of what is deployed.")
@click.option("--local", is_flag=True, help="With --live: on the local cloud.")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@click.option("--verbose", is_flag=True, help="Also the limits that are nearly empty.")
def command(
    file: Path,
    environment: str | None,
    stage: str | None,
    signals_file: Path | None,
    live: bool,
    local: bool,
    as_json: bool,
    verbose: bool,
) -> None:
    """Say what limits FILE's application, or will: how full each tier is at the peak, and in how many months it is too
    full; the one bottleneck; what to try first, in the order of cost; what will not help.

    Without measurements it computes from `load`. A signal that is measured is stronger, and one that is not known says
    nothing. The number of users alone never decides. docs/advise.md lists the signals.
    """
    from tenfold.foresight import advice, capacity, signals, spikes
    from tenfold.render import advice as render

    if local and not live:
        raise click.UsageError("--local goes with --live.")
    resolution = resolve(file, environment, stage, deployable=live)
    a = resolution.architecture
    assert a is not None
    of_cloudwatch, load = _live(file, environment, stage, local) if live else ({}, [])
    known: dict[str, Any] = dict(of_cloudwatch)
    known |= signals.read(signals_file) if signals_file else {}
    rows = capacity.rows(a, resolution.sets)
    lower = advice.lower_stage(resolution)
    of = advice.advise(a, known, rows, lower is not None)
    remarks = list(spikes.simulate_spike(a, known)) if of.step and of.step.id == "spike" else []
    if of.step and of.step.id == "over-built" and lower:
        remarks += _saving(resolution, lower)
    money = _money(resolution) if of.covered else []
    beside = render.Beside(remarks, money, load, render.basis(known, live, resolution.sets))
    if as_json:
        documents.show("advice", render.as_json(a, of, beside))
    else:
        click.echo(render.as_text(a, of, beside, streams.takes_color(sys.stdout), verbose), nl=False)


def _live(file: Path, environment: str | None, stage: str | None, local: bool) -> "tuple[Signals, list[Measured]]":
    from tenfold import deployment
    from tenfold.foresight import measured_load

    target = deployment.prepare(file, environment, stage, local, None, lambda line: click.echo(line, err=True))
    deployed = target.driver.deployed_resources()
    if not deployed:
        raise Failure(f"Nothing is deployed as {target.where.stack}.", remedies=(f"tenfold up {target.flags}",))
    signals, load = measured_load.of(target, deployed)
    if not signals:
        click.echo("note: CloudWatch has no measurement of the last day; what follows is from `load`", err=True)
    return signals, load


def _saving(resolution: "Resolution", lower: "Resolution") -> list[str]:
    assert lower.architecture is not None
    usd = _usd(lower) - _usd(resolution)
    label = f"stage {lower.architecture.stage} {lower.architecture.stage_name}"
    from tenfold.blueprints.stages.presets import presets

    lost = presets()[lower.architecture.stage].trade_offs[0]
    return [
        f"{label} carries twice the peak for {abs(usd):,.2f} USD a month {'less' if usd < 0 else 'more'}; but {lost}"
    ]


def _money(resolution: "Resolution") -> "Sequence[Money]":
    """Sizes that somebody set and that `load` does not ask for, each with what the change costs."""
    from tenfold.blueprints.grammar.lookup import field_at
    from tenfold.blueprints.grammar.spelling import written_value
    from tenfold.blueprints.resolve import resolve as resolve_draft
    from tenfold.render.advice import Money

    a = resolution.architecture
    assert a is not None and resolution.draft is not None
    environment = a.environment if a.named else None
    before, lines = None, []
    for path in SIZES:
        origin = resolution.origins.get(path)
        route = tuple(path.split("."))
        if not origin or not origin.is_set or not _used(resolution, route):
            continue
        sized = resolve_draft(resolution.draft, environment=environment, stage=a.stage, asked={route: None})
        set_, asked = resolution.values[path], sized.values[path]
        if sized.architecture is None or set_ == asked:
            continue
        before = _usd(resolution) if before is None else before
        usd = _usd(sized) - before
        if abs(usd) >= 1:
            field = field_at(route)
            lines.append(Money(path, written_value(field, set_), written_value(field, asked), usd))
    return lines


def _used(resolution: "Resolution", route: tuple[str, ...]) -> bool:
    from tenfold.blueprints.unused_values import explain_unused

    assert resolution.architecture is not None
    return not explain_unused(resolution.architecture, route)[1]


def _usd(resolution: "Resolution") -> float:
    """What is typical, a month; 0 where the program cannot be recorded, which `plan` says."""
    graph, _ = planning.attempt(resolution)
    return estimates.estimate(resolution, graph).total().typical if graph else 0.0
