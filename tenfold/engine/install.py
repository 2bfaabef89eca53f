"""Gets the real Pulumi command line: from PATH, else the official build, else built from the Go modules in `engine/`.

The result is kept outside the checkout, by version, so that clones share it. It is made under a temporary name and
renamed, under a lock, and asked for its version before it is used. Why these three ways: docs/engine.md.
"""

import os
import re
import shutil
import socket
import subprocess
import tempfile
from pathlib import Path

from tenfold import gobuild, home
from tenfold.blueprints.value import Value
from tenfold.failure import Failure
from tenfold.gobuild import Program, Report, Unavailable

VERSION = "3.274.1"  # of engine/cli/go.mod; the newest SDK (requirements.lock) is of some weeks before
OLDEST = (3, 200, 0)  # engine events by gRPC came with 3.205; older ones fall back to a file that is polled
OFFICIAL = ("get.pulumi.com", 443)
PYTHON_HOST = "pulumi-language-python"
MODULES = ("cli", "python-host")  # of engine/
# 1.25.0 is the newest that proxies serve; it says its version where the engine asks.
YAML_HOST = Program(
    "pulumi-language-yaml",
    "yaml",
    "yaml-host",
    "github.com/pulumi/pulumi-yaml/cmd/pulumi-language-yaml",
    "-X github.com/pulumi/pulumi-yaml/pkg/version.Version=v1.25.0",
    2,
)


class Engine(Value):
    """`bin` holds `pulumi` and the Python language host; `source` is how it was got: PATH, official, built."""

    bin: Path
    version: str
    source: str


def place() -> Path:
    return home.data() / "engine" / VERSION


def find() -> Engine | None:
    """The engine that is there already, without installing anything."""
    return _installed() or _on_path()


def ensure(report: Report) -> Engine:
    """The engine, installed first where it is missing.

    Raises `Failure` naming what each way ran into and what to do about it.
    """
    engine = find()
    if engine:
        return engine
    with gobuild.lock(
        place().parent / f"{VERSION}.lock", "Another tenfold is installing the engine; waiting for it.", report
    ):
        engine = _installed()  # another process may have finished it while this one waited
        if engine:
            return engine
        report(f"The Pulumi engine {VERSION} is not on this machine yet.")
        tried: list[str] = ["PATH: no `pulumi` of a usable version with its Python language host"]
        for way, get in (("official", _download), ("built", _build)):
            with tempfile.TemporaryDirectory(prefix=f"{VERSION}.partial-", dir=place().parent) as partial:
                try:
                    get(Path(partial), report)
                    _keep(Path(partial), way)
                    break
                except Unavailable as problem:
                    tried.append(f"{way}: {problem}")
                    report(f"  {problem}")
        engine = _installed()
    if not engine:
        raise Failure("The Pulumi engine could not be installed.", why="\n".join(tried), remedies=_remedies(tried))
    report(f"The Pulumi engine {engine.version} is ready in {engine.bin} ({engine.source}).")
    return engine


def yaml_host(engine: Engine) -> Path | None:
    """What runs Pulumi's YAML programs: the engine's own, which official builds have, else the one built here."""
    own = engine.bin / YAML_HOST.name
    return own if own.is_file() else gobuild.find(YAML_HOST)


def ensure_yaml_host(engine: Engine, report: Report) -> Path:
    """The same, built first where there is none. Raises `Failure` where that is not possible."""
    return yaml_host(engine) or gobuild.ensure(YAML_HOST, report)


def _remedies(tried: list[str]) -> tuple[str, ...]:
    if any("no space left" in reason.lower() for reason in tried):  # Go's words, and the C library's
        return (f"Free 2 GB for {place().parent}, or set TENFOLD_DATA to a folder on a larger disk, and run it again.",)
    go = gobuild.version_text(gobuild.go_needed(MODULES))
    return (
        "Install Pulumi yourself (https://www.pulumi.com/docs/install) so that `pulumi` is on PATH, or",
        f"install Go {go} or newer (https://go.dev/dl) and run `tenfold engine install` again: it builds from engine/.",
        f"Go 1.21 or newer fetches Go {go} by itself: GOTOOLCHAIN=auto tenfold engine install",
    )


def _installed() -> Engine | None:
    kept = place() / "bin"
    if not (kept / "pulumi").is_file():
        return None
    source = (place() / "source").read_text(encoding="utf-8").strip() if (place() / "source").is_file() else "unknown"
    return Engine(kept, VERSION, source)


def _on_path() -> Engine | None:
    pulumi = shutil.which("pulumi")
    if not pulumi or not shutil.which(PYTHON_HOST):
        return None
    version = _version(Path(pulumi))
    if not version or not OLDEST <= version < (4,):
        return None
    return Engine(Path(pulumi).resolve().parent, ".".join(map(str, version)), "PATH")


def _version(pulumi: Path) -> tuple[int, ...] | None:
    """What the binary says of itself; None where it does not run."""
    quiet = {**os.environ, "PULUMI_SKIP_UPDATE_CHECK": "true"}
    try:
        answer = subprocess.run(
            [pulumi, "version"], capture_output=True, encoding="utf-8", timeout=60, env=quiet
        ).stdout
    except (OSError, subprocess.TimeoutExpired):
        return None
    match = re.match(r"v?(\d+)\.(\d+)\.(\d+)", answer)
    return tuple(map(int, match.groups())) if match else None


def _keep(partial: Path, source: str) -> None:
    if _version(partial / "bin" / "pulumi") is None:
        raise Unavailable("what was got does not answer `pulumi version`")
    (partial / "source").write_text(source + "\n", encoding="utf-8")
    shutil.rmtree(place(), ignore_errors=True)  # a half of an older try
    partial.chmod(0o755)
    partial.rename(place())
    partial.mkdir()  # the temporary directory's own clean-up expects one


# -- the official build ------------------------------------------------------------------------------------------------


def _download(partial: Path, report: Report) -> None:
    try:
        socket.create_connection(OFFICIAL, timeout=5).close()
    except OSError as error:
        raise Unavailable(f"{OFFICIAL[0]} is out of reach ({error})") from error
    report("Downloading the official build (about 150 MB) …")
    from pulumi.automation import PulumiCommand
    from semver import VersionInfo

    try:
        PulumiCommand.install(root=str(partial), version=VersionInfo.parse(VERSION))
    except Exception as error:  # the SDK raises whatever urllib, the shell script or its version check ran into
        raise Unavailable(f"the official installer failed ({error})") from error


# -- from source -------------------------------------------------------------------------------------------------------


def _build(partial: Path, report: Report) -> None:
    go = shutil.which("go")
    if not go:
        raise Unavailable("Go is not installed, so it cannot be built either")
    gobuild.refuse_older(go, MODULES)
    out = partial / "bin"
    out.mkdir()
    report("Building it from its Go modules: once, about 10 minutes on two cores, 2 GB of disk.")
    stamp = f"-X github.com/pulumi/pulumi/sdk/v3/go/common/version.Version=v{VERSION}"
    cli, host = (
        "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi",
        f"github.com/pulumi/pulumi/sdk/python/cmd/{PYTHON_HOST}/v3",
    )
    of_cli, of_host = (gobuild.module(name) for name in MODULES)
    gobuild.build(go, of_cli, cli, out / "pulumi", f"-s -w {stamp}", report)
    gobuild.build(go, of_host, host, out / PYTHON_HOST, "-s -w", report)
    sdk = gobuild.run([go, "list", "-m", "-f", "{{.Dir}}", "github.com/pulumi/pulumi/sdk/v3"], of_cli).strip()
    launcher = f"{PYTHON_HOST}-exec"  # the host runs this script, which runs the program
    shutil.copyfile(Path(sdk) / "python" / "cmd" / launcher, out / launcher)
    (out / launcher).chmod(0o755)
