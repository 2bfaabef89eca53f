"""Builds a program from one of the Go modules in `engine/`: an old Go is refused first, progress is reported by
packages, and two builds of the same program wait for each other. The result is renamed into its place whole.
"""

import contextlib
import fcntl
import os
import re
import subprocess
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from tenfold import home

Report = Callable[[str], None]

# A static binary; grpc's tracing would keep the linker from dropping dead code.
TAGS = "osusergo,grpcnotrace"


class Unavailable(Exception):
    """This way of getting a program does not work here; the next one may."""


def module(name: str) -> Path:
    return home.PACKAGE / "go" / name


def go_needed(names: Sequence[str]) -> tuple[int, ...]:
    """The newest Go that one of these modules asks for."""
    texts = [(module(name) / "go.mod").read_text(encoding="utf-8") for name in names]
    return max(_numbers(line) for text in texts for line in text.splitlines() if line.startswith("go "))


def version_text(version: tuple[int, ...]) -> str:
    return ".".join(map(str, version))


def refuse_older(go: str, names: Sequence[str]) -> None:
    """Raises `Unavailable` for a Go older than the modules ask for that does not get a newer one: with
    `GOTOOLCHAIN=local`, which many images set, or where the newer one is out of reach."""
    needed = go_needed(names)
    asked = f"engine/ asks for Go {version_text(needed)}"
    ran = subprocess.run(
        [go, "env", "GOVERSION"], cwd=module(names[0]), env=_environment(), capture_output=True, encoding="utf-8"
    )
    if ran.returncode:
        raise Unavailable(f"{asked}, and this one could not get it: {_last_lines(ran.stderr)}")
    if _numbers(ran.stdout) < needed:
        raise Unavailable(f"{asked}, and {ran.stdout.strip() or 'a Go without a version'} is installed")


def run(command: Sequence[str], where: Path) -> str:
    """What a `go` command answers. Raises `Unavailable`."""
    done = subprocess.run(command, cwd=where, env=_environment(), capture_output=True, encoding="utf-8")
    if done.returncode:
        raise Unavailable(f"`{' '.join(command[:3])}` failed: {_last_lines(done.stderr)}")
    return done.stdout


def build(go: str, where: Path, package: str, target: Path, ldflags: str, report: Report) -> None:
    """Compiles `package` of the module in `where` into `target`. Raises `Unavailable`."""
    report(f"  {target.name}: fetching modules")
    total = run([go, "list", "-deps", package], where).count("\n")
    command = [go, "build", "-v", "-trimpath", "-tags", TAGS, "-ldflags", ldflags, "-o", str(target), package]
    with subprocess.Popen(command, cwd=where, env=_environment(), stderr=subprocess.PIPE, encoding="utf-8") as process:
        assert process.stderr
        lines: list[str] = []
        for line in process.stderr:
            lines.append(line)
            if len(lines) % 100 == 0:
                report(f"  {target.name}: {len(lines)} of about {total} packages")
    if process.returncode:
        raise Unavailable(f"building {target.name} failed: {_last_lines(''.join(lines))}")
    report(f"  {target.name}: built")


@contextlib.contextmanager
def lock(file: Path, waiting: str, report: Report) -> Iterator[None]:
    """Held by one process of this machine; others report `waiting`, and wait."""
    file.parent.mkdir(parents=True, exist_ok=True)
    with open(file, "w", encoding="utf-8") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            report(waiting)
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _numbers(text: str) -> tuple[int, ...]:
    """1, 26, 6 of `go1.26.6`; of a release candidate those of the release before."""
    match = re.search(r"(\d+)\.(\d+)(?:\.(\d+))?", text)
    return tuple(int(part or 0) for part in match.groups()) if match else ()


def _environment() -> dict[str, str]:
    return {**os.environ, "CGO_ENABLED": "0", "GOFLAGS": "-mod=readonly -buildvcs=false"}


def _last_lines(text: str) -> str:
    return " ".join(text.strip().splitlines()[-3:]) or "no message"
