"""python -m bench.cdk: `tenfold plan` beside `cdk synth`, run in turn, for one shop and for fifty.

Needs Node.js with npm, and once a registry. Not part of the tests or of `make bench`; docs/benchmarks.md says how to
read it.
"""

import argparse
import json
import os
import platform
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import asdict
from datetime import date
from pathlib import Path

from bench.cdk import app
from bench.cdk.pairs import Contestant, Row, in_turn
from bench.timing import CHECKOUT, TENFOLD

SHOPS = (1, 50)
ONE = [TENFOLD, "plan", "blueprints/shop.yaml", "--env", "prod", "--stage", "3"]
MANY = [sys.executable, "-m", "bench.cdk.shops"]
RECORDED, IN_WORDS, WRITTEN_OUT = "tenfold, recorded", "tenfold plan", "tenfold plan --json"


def main() -> None:
    asked = _arguments()
    app.install(asked.dir)
    rows: list[Row] = []
    with tempfile.TemporaryDirectory() as out:
        for shops in SHOPS:
            running = contestants(shops, asked.dir, Path(out))
            rows += in_turn(shops, running, (RECORDED, IN_WORDS, WRITTEN_OUT), asked.rounds)
    print(table(rows))
    _keep(rows, asked.rounds)


def contestants(shops: int, cdk: Path, out: Path) -> list[Contestant]:
    found = []
    for name, fastest in (("cdk synth", False), ("cdk synth, fastest", True)):
        to = out / f"{name} {shops}"
        command, env = app.synth(cdk, to, fastest=fastest), app.environment(shops, fastest=fastest)
        found.append(Contestant(name, command, cdk, to, app.resources, env))
    recorded = [sys.executable, "-m", "bench.recorder", str(shops), "fast"]  # N shops as one program, nothing written
    in_words, written_out = (ONE, [*ONE, "--json"])
    if shops > 1:
        in_words, written_out = [*MANY, str(shops), "--words"], [*MANY, str(shops)]
    found.append(Contestant(RECORDED, recorded, CHECKOUT, out / f"recorded {shops}", lambda _: None, {}))
    found.append(Contestant(IN_WORDS, in_words, CHECKOUT, out / f"words {shops}", lambda _: None, {}))
    found.append(Contestant(WRITTEN_OUT, written_out, CHECKOUT, out / f"json {shops}", _planned, {}))
    return found


def _planned(out: Path) -> int:
    """AWS resources, of one document or of one document a line."""
    text = (out / "stdout").read_text()
    documents = [json.loads(text)] if text.startswith("{\n") else map(json.loads, text.splitlines())
    return sum(resource["type"].startswith("aws:") for document in documents for resource in document["resources"])


def table(rows: Sequence[Row]) -> str:
    """The last three: seconds on the clock over those of the plan recorded, in words, and written out."""
    heads = ("shops", "", "resources", "wall s", "low to high", "CPU s", "MiB", "× recorded", "× plan", "× --json")
    widths = (5, -19, 9, 7, 14, 7, 5, 11, 7, 9)
    return "\n".join(
        " ".join(f"{cell:{'<' if width < 0 else '>'}{abs(width)}}" for cell, width in zip(line, widths, strict=True))
        for line in (heads, *map(_cells, rows))
    )


def _cells(row: Row) -> tuple[str, ...]:
    return (
        str(row.shops),
        row.name,
        str(row.resources or ""),
        f"{row.wall:.2f}",
        f"{row.wall_low:.2f} to {row.wall_high:.2f}",
        f"{row.cpu:.2f}",
        f"{row.peak_mib:.0f}",
        *(f"{row.wall_over[name]:.1f}" for name in (RECORDED, IN_WORDS, WRITTEN_OUT)),
    )


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.cdk", description="`tenfold plan` beside `cdk synth`.")
    parser.add_argument("--dir", type=Path, default=app.cache(), help="the CDK's installation (default: %(default)s)")
    parser.add_argument("--rounds", type=int, default=5, help="runs of each command that count (default: %(default)s)")
    asked = parser.parse_args()
    asked.dir = asked.dir.expanduser().resolve()
    if asked.rounds < 1:
        parser.error("--rounds must be 1 or more")
    if asked.dir.is_relative_to(CHECKOUT):
        parser.error(f"--dir must be outside the checkout, {CHECKOUT}")
    return asked


def _keep(rows: Sequence[Row], rounds: int) -> None:
    file = CHECKOUT / "bench" / "results" / "cdk.json"
    file.parent.mkdir(exist_ok=True)
    about = {
        "version": 1,
        "date": date.today().isoformat(),
        "machine": {"python": platform.python_version(), "system": platform.platform(), "cores": os.cpu_count()},
        "versions": app.versions(),
        "rounds": rounds,
    }
    file.write_text(json.dumps({**about, "rows": [asdict(row) for row in rows]}, indent=2) + "\n")
    print(f"\nwritten to {file.relative_to(CHECKOUT)}")


if __name__ == "__main__":
    main()
