"""`tenfold simulate`: a fleet under a load, minute by minute, as AWS would scale it."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tenfold import exits, files, streams
from tenfold.failure import Failure
from tenfold.foresight import estimates
from tenfold.render import documents
from tenfold.resolving import resolve

if TYPE_CHECKING:
    from collections.abc import Collection

    from tenfold.blueprints.architecture import Architecture
    from tenfold.blueprints.resolve import Resolution
    from tenfold.foresight.curves import Load

EPILOG = """\b
Examples:
  tenfold simulate blueprints/chat.yaml --env prod
  tenfold simulate blueprints/chat.yaml --env prod --curve campaign --svg chat.svg
  tenfold simulate blueprints/shop.yaml --env prod --stage 5 --curve campaign --times 60
  tenfold simulate blueprints/chat.yaml --env prod --curve last-week.csv
  tenfold simulate shop.yaml --env prod --service search --cpu 12 --curve campaign
"""


@click.command("simulate", epilog=EPILOG)
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--stage", metavar="STAGE", help="Instead of the blueprint's stage: 1 to 7, or its name.")
@click.option("--env", "environment", metavar="NAME", help="The environment; without it, the top of the file.")
@click.option(
    "--curve", metavar="C", default="daily", show_default=True, help="daily, weekly, campaign, viral; or a CSV."
)
@click.option(
    "--times",
    type=click.FloatRange(0.001, 100_000),
    help="So many times the load; for a campaign `load.campaign`, else 1.",
)
@click.option("--service", metavar="S", help="Of a service on Kubernetes instead: its pods.")
@click.option(
    "--cpu", type=click.FloatRange(0.001, 100_000), help="vCPUs that the service's pods use together at the peak."
)
@click.option("--queue", metavar="Q", help="Of a queue instead: its workers, and what waits.")
@click.option(
    "--rate",
    type=click.FloatRange(0.001, 1_000_000),
    help="Messages a second at the peak, if not `load.peak` × the queue's `per_request`.",
)
@click.option("--svg", type=click.Path(path_type=Path), help="Also a picture, into this file.")
@click.option("--json", "as_json", is_flag=True, help="For programs: also every minute.")
def command(
    file: Path,
    stage: str | None,
    environment: str | None,
    curve: str,
    times: float | None,
    service: str | None,
    cpu: float | None,
    queue: str | None,
    rate: float | None,
    svg: Path | None,
    as_json: bool,
) -> None:
    """Say how FILE's fleet would follow a load: servers over time, minutes that are too full, requests lost, money.

    The shapes end at `load.peak`. A CSV has requests a second in its last column, a line a minute. Where the fleet is
    too slow, other steps, a schedule, a warm pool and a larger maximum are tried, and what each would do is shown.

    With --service it is about pods: the shapes end at --cpu, and a CSV has vCPUs in its last column. With --queue it is
    about workers: the shapes end at --rate, else at
    `load.peak` × the queue's `per_request`, and a CSV has messages a second.
    """
    resolution = resolve(file, environment, stage)
    a = resolution.architecture
    assert a is not None
    if svg and (service or cpu or queue or rate):
        raise Failure("There is a picture of a fleet only.", remedies=("Leave out --svg.",), code=exits.WRONG_INPUT)
    if service or cpu:
        _simulate_pods(a, service, cpu, curve, times or 1, as_json)
        return
    if queue or rate:
        _simulate_work(a, queue, rate, curve, times or 1, as_json)
        return
    _simulate_fleet(resolution, curve, times, svg, as_json)


def _simulate_fleet(resolution: "Resolution", curve: str, times: float | None, svg: Path | None, as_json: bool) -> None:
    from tenfold.foresight import findings, simulation
    from tenfold.render import simulation as render

    a = resolution.architecture
    assert a is not None
    if a.fleet is None:
        raise Failure(
            f"There is no fleet at stage {a.stage}: there is only one server.",
            remedies=("--stage 3 or later has one; from stage 5 on it follows the load.",),
            code=exits.WRONG_INPUT,
        )
    times = times or (a.load.campaign if curve == "campaign" else 1)
    load, title = _load(times * (a.load.peak if curve in _shapes() else 1), curve, "requests/s")
    run = simulation.run_of(a, load)
    remarks = list(findings.findings(a, run))
    usd = estimates.servers_cost(resolution, run.paid)
    policy = simulation.policy_of(a)
    if svg:
        files.deliver(svg, render.as_svg(a, title, run))
    if as_json:
        documents.show("simulation", render.as_json(a, curve, policy, run, usd, remarks), indent=None)
    else:
        click.echo(render.as_text(a, title, policy, run, usd, remarks, streams.takes_color(sys.stdout)), nl=False)


def _simulate_pods(
    a: "Architecture", name: str | None, cpu: float | None, curve: str, times: float, as_json: bool
) -> None:
    from tenfold.foresight import pods
    from tenfold.render import simulated_pods as render

    on_kubernetes = [other for other, spec in a.running_services.items() if spec.runs_on == "kubernetes"]
    there = tuple(f"--service {other}" for other in on_kubernetes) or (
        "A service with `runs_on: kubernetes` has pods.",
    )
    if name is None:
        raise Failure("--cpu is used by pods, but of which service?", remedies=there, code=exits.WRONG_INPUT)
    if name not in a.running_services:
        raise Failure(f"There is no service `{name}`.", remedies=there, code=exits.WRONG_INPUT)
    if name not in on_kubernetes:
        message = f"The service `{name}` runs on servers; only pods can be simulated here."
        raise Failure(message, remedies=there, code=exits.WRONG_INPUT)
    if cpu is None and curve in _shapes():
        example = f"tenfold simulate … --service {name} --cpu 4"
        message = f"It is not known how much CPU the pods of `{name}` use at the peak."
        raise Failure(
            message, remedies=(f"{example}   as its graph has it, for all pods together",), code=exits.WRONG_INPUT
        )
    load, title = _load((cpu or 1) * times, curve, "vCPUs")
    run = pods.run_of(a.services[name], load)
    if as_json:
        documents.show("simulation", render.as_json(a, name, curve, run), indent=None)
    else:
        click.echo(render.as_text(a, name, title, run, streams.takes_color(sys.stdout)).rstrip("\n"))


def _simulate_work(
    a: "Architecture", name: str | None, rate: float | None, curve: str, times: float, as_json: bool
) -> None:
    from tenfold.foresight import work
    from tenfold.render import simulated_work as render

    there = tuple(f"--queue {other}" for other in a.job_queues) or ("A queue is a section of `queues`.",)
    if name is None:
        raise Failure("--rate is of messages, but of which queue?", remedies=there, code=exits.WRONG_INPUT)
    if name not in a.job_queues:
        raise Failure(f"There is no queue `{name}` that workers take.", remedies=there, code=exits.WRONG_INPUT)
    if a.workers is None:
        message = f"At stage {a.stage} there are no workers: the application's own jobs take the messages."
        raise Failure(message, remedies=("`with: [workers]`, and `app.jobs`",), code=exits.WRONG_INPUT)
    rate = rate or (a.messages(name) if curve in _shapes() else 1)
    if rate is None:
        remedies = (
            f"tenfold simulate … --queue {name} --rate 20   a second",
            f"`per_request: 0.05` in `queues.{name}`",
        )
        message = f"It is not known how many messages come to `{name}` at the peak."
        raise Failure(message, remedies=remedies, code=exits.WRONG_INPUT)
    load, title = _load(rate * times, curve, "messages/s")
    run = work.run_of(a, name, load)
    if as_json:
        documents.show("simulation", render.as_json(a, curve, run), indent=None)
    else:
        click.echo(render.as_text(a, title, run, streams.takes_color(sys.stdout)).rstrip("\n"))


def _shapes() -> "Collection[str]":
    from tenfold.foresight import curves

    return curves.SHAPES


def _load(peak: float, curve: str, unit: str) -> "tuple[Load, str]":
    """And what it is, in words. A file's figures are multiplied by `peak`."""
    from tenfold.foresight import curves

    if curve in curves.SHAPES:
        return curves.curve_named(curve, peak, unit)
    try:
        read = curves.read(Path(curve))
    except (OSError, UnicodeDecodeError, ValueError) as wrong:
        why = wrong.strerror if isinstance(wrong, OSError) and wrong.strerror else str(wrong)
        raise Failure(
            f"There is no load in {curve}.",
            why=why,
            remedies=(f"Give one of {', '.join(curves.SHAPES)}, or a CSV with {unit}, a line a minute.",),
            code=exits.WRONG_INPUT,
        ) from wrong
    load = [rate * peak for rate in read]
    return load, f"{curve}: {len(load):,} minutes; peak {max(load):g} {unit}"
