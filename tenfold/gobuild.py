"""Builds a program from one of the Go modules in `engine/`: an old Go is refused first, progress is reported by
packages, and two builds of the same program wait for each other. The result is renamed into its place whole.
"""

import contextlib
import fcntl
import hashlib
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from tenfold import home
from tenfold.blueprints.value import Value
from tenfold.failure import Failure

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


class Program(Value):
    """A program that is built when somebody first needs it, and kept by what it is built from: checkouts of the same
    source share it."""

    name: str
    use: str
    """What takes it; also its folder, and the option of `tenfold engine install` that builds it."""
    module: str  # of engine/
    package: str
    ldflags: str
    minutes: int  # CPU minutes that a build took, from nothing, on the machine of November 2026


def place(program: Program) -> Path:
    """Where the program of this very source is kept."""
    source = hashlib.sha256(program.ldflags.encode())
    root = module(program.module)
    for file in sorted(path for path in root.rglob("*") if path.suffix in (".go", ".mod", ".sum")):
        source.update(f"{file.relative_to(root)}\0".encode() + file.read_bytes())
    return home.data() / program.use / f"{program.name}-{source.hexdigest()[:16]}"


def find(program: Program) -> Path | None:
    """The program, where it is built already."""
    path = place(program) / program.name
    return path if path.is_file() else None


def ensure(program: Program, report: Report) -> Path:
    """The program, built first where it is not there. Raises `Failure` where Go is missing or too old, or it fails."""
    waiting = f"Another tenfold is building {program.name}; waiting for it."
    if not find(program):
        with lock(place(program).with_suffix(".lock"), waiting, report):
            if not find(program):  # another process may have finished it while this one waited
                _make(program, report)
    return place(program) / program.name


def _make(program: Program, report: Report) -> None:
    final = place(program)
    with tempfile.TemporaryDirectory(prefix=f"{program.name}.partial-", dir=final.parent) as folder:
        partial = Path(folder) / program.name
        try:
            go = shutil.which("go")
            if not go:
                raise Unavailable("Go is not installed")
            refuse_older(go, [program.module])
            report(f"Building {program.name} from its Go modules: once, about {program.minutes} minutes of one core.")
            build(go, module(program.module), program.package, partial, f"-s -w {program.ldflags}".rstrip(), report)
        except Unavailable as problem:
            needed, command = version_text(go_needed([program.module])), f"tenfold engine install --{program.use}"
            raise Failure(
                f"{program.name}, which {program.use.capitalize()} on this machine takes, could not be built.",
                why=str(problem),
                remedies=(
                    f"Install Go {needed} or newer (https://go.dev/dl), then `{command}`.",
                    f"Go 1.21 or newer fetches Go {needed} by itself: GOTOOLCHAIN=auto {command}",
                ),
            ) from problem
        final.mkdir(exist_ok=True)
        partial.rename(final / program.name)
    report(f"{program.name} is ready in {final}.")


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
