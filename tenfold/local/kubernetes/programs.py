"""The two programs that Kubernetes on this machine takes, each built from its module in `engine/` when first needed.

`tenfold-kube` is a cluster's control plane, `pulumi-resource-kubernetes` Pulumi's official provider. Both are kept by
what they are built from, so that checkouts of the same source share them. Why they are built: docs/engine.md.
"""

import hashlib
import shutil
import tempfile
from pathlib import Path

from tenfold import gobuild, home
from tenfold.blueprints.value import Value
from tenfold.failure import Failure
from tenfold.gobuild import Report, Unavailable


class Program(Value):
    name: str
    module: str  # of engine/
    ldflags: str
    minutes: int  # CPU minutes that a build took, from nothing, on the machine of November 2026


def _release() -> str:
    """Of Kubernetes, as engine/kube pins it."""
    text = (gobuild.module("kube") / "go.mod").read_text(encoding="utf-8")
    return next(line.split()[-1] for line in text.splitlines() if line.split()[:1] == ["k8s.io/kubernetes"])


RELEASE = _release()


def _stamp() -> str:
    """Without it the libraries call themselves a development version, which clients cannot parse."""
    major, minor, _ = RELEASE.removeprefix("v").split(".")
    facts = {"gitVersion": RELEASE, "gitMajor": major, "gitMinor": minor, "gitTreeState": "clean"}
    return " ".join(f"-X k8s.io/component-base/version.{name}={value}" for name, value in facts.items())


# The provider's module has no version of its own: it is of 2026-01-15, between the releases 4.24 and 4.29.
PROVIDER_VERSION = "4.25.0"
_PROVIDER_STAMP = f"-X github.com/pulumi/pulumi-kubernetes/provider/v4/pkg/version.Version={PROVIDER_VERSION}"
KUBE = Program("tenfold-kube", "kube", _stamp(), 17)
PROVIDER = Program("pulumi-resource-kubernetes", "kubernetes-provider", _PROVIDER_STAMP, 9)
PROGRAMS = (KUBE, PROVIDER)


def place(program: Program) -> Path:
    """Where the program of this very source is kept."""
    source = hashlib.sha256(program.ldflags.encode())
    module = gobuild.module(program.module)
    for file in sorted(path for path in module.rglob("*") if path.suffix in (".go", ".mod", ".sum")):
        source.update(f"{file.relative_to(module)}\0".encode() + file.read_bytes())
    return home.data() / "kubernetes" / f"{program.name}-{source.hexdigest()[:16]}"


def find(program: Program) -> Path | None:
    """The program, where it is built already."""
    path = place(program) / program.name
    return path if path.is_file() else None


def missing() -> list[Program]:
    return [program for program in PROGRAMS if not find(program)]


def ensure(report: Report) -> None:
    """Builds what is not there yet. Raises `Failure` where Go is missing or too old, or a build fails."""
    for program in missing():
        with gobuild.lock(
            place(program).with_suffix(".lock"), f"Another tenfold is building {program.name}; waiting for it.", report
        ):
            if not find(program):  # another process may have finished it while this one waited
                _build(program, report)


def _build(program: Program, report: Report) -> None:
    final = place(program)
    with tempfile.TemporaryDirectory(prefix=f"{program.name}.partial-", dir=final.parent) as folder:
        partial = Path(folder)
        try:
            go = shutil.which("go")
            if not go:
                raise Unavailable("Go is not installed")
            gobuild.refuse_older(go, [program.module])
            report(f"Building {program.name} from its Go modules: once, about {program.minutes} minutes of one core.")
            module = gobuild.module(program.module)
            gobuild.build(go, module, ".", partial / program.name, f"-s -w {program.ldflags}", report)
        except Unavailable as problem:
            needed = gobuild.version_text(gobuild.go_needed([program.module]))
            raise Failure(
                f"{program.name}, which Kubernetes on this machine takes, could not be built.",
                why=str(problem),
                remedies=(
                    f"Install Go {needed} or newer (https://go.dev/dl), then `tenfold engine install --kubernetes`.",
                    f"Go 1.21 or newer fetches Go {needed} by itself: "
                    "GOTOOLCHAIN=auto tenfold engine install --kubernetes",
                ),
            ) from problem
        final.mkdir(exist_ok=True)
        (partial / program.name).rename(final / program.name)
    report(f"{program.name} is ready in {final}.")
