"""`tenfold loadtest`: a script for Locust or k6, and what its results say."""

import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tenfold import exits, files, streams
from tenfold.failure import Failure
from tenfold.render import documents
from tenfold.resolving import resolve
from tenfold.wording import quantity

if TYPE_CHECKING:
    from tenfold.loadtest.cpu_per_request import MeasuredCpu

EXAMPLES = """\b
Examples:
  tenfold loadtest blueprints/shop.yaml --env staging --tool locust --target https://staging.example.com
  tenfold loadtest read results_stats_history.csv blueprints/shop.yaml --env staging
  tenfold loadtest read k6-summary.json blueprints/shop.yaml --env staging --json
  tenfold loadtest read k6-summary.json blueprints/shop.yaml --env staging --write
"""
_FILES = {"locust": "locustfile.py", "k6": "load.k6.js"}
_TARGET = re.compile(r"https?://[A-Za-z0-9.\-\[\]:]+(/[A-Za-z0-9._~/-]*)?")
_PATH = re.compile(r"/[A-Za-z0-9._~/-]*")


class LoadTest(click.Group):
    """`tenfold loadtest FILE` is `tenfold loadtest write FILE`."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if args and args[0] not in (*self.commands, "--help", "-h"):
            args.insert(0, "write")
        return super().parse_args(ctx, args)


@click.group("loadtest", cls=LoadTest, epilog=EXAMPLES)
def command() -> None:
    """A load test of a blueprint. `tenfold loadtest FILE` writes its script; tenfold sends no load itself."""


@command.command("write", short_help="A script for Locust or k6.", epilog=EXAMPLES)
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--env", "environment", metavar="NAME", help="The environment; without it, the top of the file.")
@click.option("--tool", type=click.Choice(["locust", "k6"]), required=True, help="Which you have installed.")
@click.option("--target", metavar="URL", required=True, help="Where the load goes. There is no default.")
@click.option("--writes-to", metavar="PATH", help="Where the requests go that write; without it none does.")
@click.option("--out", type=click.Path(path_type=Path), help="The file to write; else the tool's usual name here.")
@click.option("--yes", is_flag=True, help="The environment is not thrown away, and its users will feel the test.")
def write(
    file: Path,
    environment: str | None,
    tool: str,
    target: str,
    writes_to: str | None,
    out: Path | None,
    yes: bool,
) -> None:
    """Write a script that sends 1, 2, 5 and 10 times FILE's declared peak, two minutes each. Its limits are the
    blueprint's: `load.slowest_acceptable` for the 99th percentile, `signals.errors`."""
    from tenfold.loadtest import scripts

    if not _TARGET.fullmatch(target):
        raise click.UsageError(f"--target {target!r} is not an address such as https://staging.example.com.")
    if writes_to and not _PATH.fullmatch(writes_to):
        raise click.UsageError(f"--writes-to {writes_to!r} is not a path such as /orders.")
    architecture = resolve(file, environment, None).architecture
    assert architecture is not None
    if not architecture.throwaway and not yes:
        raise Failure(
            f"{' · '.join(architecture.title)} is not marked as throw-away: somebody may depend on it.",
            why=f"Ten times its peak is {architecture.load.peak * 10:,.0f} requests/s.",
            remedies=("Test an environment with `throwaway: true`, or say --yes.",),
            code=exits.REFUSED,
        )
    script = scripts.script(architecture, target, writes_to)
    path = out or Path(_FILES[tool])
    files.deliver(path, script.text(tool))
    most = f"{script.peak * scripts.STEPS[-1]:,g} requests/s"
    click.echo(f"{path}: {quantity(len(script.requests), 'request')} to choose from, at most {most}")
    if writes := 0 if writes_to else 1 - architecture.load.reads:
        click.echo(f"  reads only: {writes:.0%} of the load writes; say where with --writes-to PATH")


@command.command("read", short_help="What the results say.", epilog=EXAMPLES)
@click.argument("results", type=click.Path(path_type=Path))
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--env", "environment", metavar="NAME", help="The environment; without it, the top of the file.")
@click.option("--write", "writes", is_flag=True, help="Put what was measured into FILE's `load`; all else stays.")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
def read(results: Path, file: Path, environment: str | None, writes: bool, as_json: bool) -> None:
    """Say from RESULTS which step of the load broke first, and what FILE's architecture carries.

    RESULTS is `*_stats_history.csv` of Locust, or the summary of the k6 script. Exit code 0 also where a step broke.
    """
    from tenfold.loadtest import results as found
    from tenfold.loadtest.cpu_per_request import measure_cpu
    from tenfold.loadtest.verdict import verdict
    from tenfold.render import loadtest as render

    architecture = resolve(file, environment, None).architecture
    assert architecture is not None
    try:
        steps = found.read(results, architecture.load.peak)
    except (OSError, UnicodeDecodeError, found.Unreadable) as wrong:
        raise Failure(
            f"{results} is not the result of a load test.",
            why=wrong.strerror if isinstance(wrong, OSError) and wrong.strerror else str(wrong),
            remedies=("Give *_stats_history.csv of `locust --csv NAME --csv-full-history`, or k6-summary.json.",),
            code=exits.WRONG_INPUT,
        ) from wrong
    result = verdict(steps, architecture.load.slowest_acceptable, architecture.signals.errors)
    new = measure_cpu(architecture, result)
    if writes:
        _put_into(file, environment, new)
    if as_json:
        documents.show("loadtest", render.as_json(architecture, result))
    else:
        click.echo(render.as_text(architecture, result, streams.takes_color(sys.stdout)), nl=False)
    if new and writes and not as_json:
        click.echo(f"{file}: load.cpu_per_request is now {round(new.cpu * 1000)}ms, and nothing else has changed")


def _put_into(file: Path, environment: str | None, new: "MeasuredCpu | None") -> None:
    """Raises `Failure` where nothing was measured that `load` does not say, or the file cannot be edited."""
    from tenfold.loadtest.cpu_per_request import with_cpu
    from tenfold.promotion import edit

    if new is None:
        raise Failure(
            "The test has measured nothing that `load` does not say; nothing was written.",
            why="Every step held and shows more CPU a request than the blueprint states; or services answered too.",
            remedies=("Send more load, until a step breaks; or read without --write.",),
            code=exits.REFUSED,
        )
    before = file.read_bytes()
    edit.write(file, before, with_cpu(before, str(file), environment, new))
