"""`tenfold doctor`: looks at this machine and says what to do about what is missing."""

import os
import shutil
import sys
from collections.abc import Iterator

import click

from tenfold import exits, gobuild, home, streams
from tenfold.render import documents
from tenfold.wording import quantity

GOOD, NOTE, BAD = "✓", "·", "✗"
LEVELS = {GOOD: "good", NOTE: "note", BAD: "bad"}


@click.command("doctor")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
def command(as_json: bool) -> None:
    """Check this machine: Python, engine, Kubernetes, local cloud, prices, disk, directories.

    \b
    Examples:
      tenfold doctor
      tenfold doctor --json
    """
    bad, findings = False, []
    for mark, what, remedy in _findings():
        bad |= mark == BAD
        findings.append({"level": LEVELS[mark], "what": what, "remedy": remedy or None})
        if not as_json:
            mark_shown = streams.style_text(mark, sys.stdout, fg={BAD: "red", GOOD: "green"}.get(mark))
            click.echo(f"  {mark_shown} {what}" + (f"\n      {remedy}" if remedy else ""))
    if as_json:
        documents.show("doctor", {"fine": not bad, "findings": findings})
    raise SystemExit(exits.FAILED if bad else exits.DONE)


def _findings() -> Iterator[tuple[str, str, str]]:
    """(mark, what was found, what to do)."""
    yield GOOD, f"Python {sys.version.split()[0]} in {sys.prefix}", ""
    if os.environ.get("PYTHONDONTWRITEBYTECODE"):
        yield NOTE, "PYTHONDONTWRITEBYTECODE is set: every command compiles what was edited", "unset it while editing"
    yield from _engine()
    yield from _kubernetes()
    yield from _cloud()
    yield _prices()
    for name, where in (("state", home.state()), ("data", home.data())):
        where.mkdir(parents=True, exist_ok=True)
        usable = os.access(where, os.W_OK)
        free = shutil.disk_usage(where).free / 2**30
        mark = GOOD if usable and free > 2 else BAD
        remedy = "" if mark == GOOD else "make it writable and free 2 GB, or move it with TENFOLD_HOME"
        yield mark, f"{name} in {where}, {free:.0f} GB free", remedy


def _engine() -> Iterator[tuple[str, str, str]]:
    from tenfold.engine import install

    engine = install.find()
    if engine:
        yield GOOD, f"Pulumi {engine.version} ({engine.source}) in {engine.bin}", ""
    else:
        go = shutil.which("go")
        how = "built with Go (about 10 minutes) where the download is out of reach" if go else "downloaded"
        yield NOTE, f"No Pulumi engine yet; it will be {how}", "tenfold engine install"


def _kubernetes() -> Iterator[tuple[str, str, str]]:
    from tenfold.local.kubernetes import clusters, programs

    missing = programs.missing()
    if missing:
        minutes = sum(program.minutes for program in missing)
        what = f"Kubernetes is not here yet; a cluster with --local needs it: about {minutes} minutes of one core, once"
        yield NOTE, what, "tenfold engine install --kubernetes"
    else:
        yield GOOD, f"Kubernetes {programs.RELEASE} in {gobuild.place(programs.KUBE)}", ""
    for cluster in clusters.every():
        if not clusters.answers(cluster):
            yield BAD, f"The cluster {cluster.name} does not answer", "tenfold local start"


def _prices() -> tuple[str, str, str]:
    from datetime import date

    from tenfold.foresight import aws_prices

    days = aws_prices.age(date.today())
    sentence = f"Prices of {'AWS' if aws_prices.dates() else 'tenfold'}, {quantity(days, 'day')} old"
    if days <= aws_prices.OLD:
        return GOOD, sentence, ""
    return NOTE, f"{sentence}: an estimate may be wrong by now", "tenfold prices refresh"


def _cloud() -> Iterator[tuple[str, str, str]]:
    from tenfold.local import server

    process = server.running()
    if process:
        yield GOOD, f"The local cloud runs at {process.endpoint}, {server.memory(process.pid)} MiB", ""
    else:
        yield NOTE, "The local cloud is not running; `--local` starts it", ""
