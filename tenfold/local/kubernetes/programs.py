"""The two programs that Kubernetes on this machine takes, each built from its module in `engine/` when first needed.

`tenfold-kube` is a cluster's control plane, `pulumi-resource-kubernetes` Pulumi's official provider. Both are kept by
what they are built from, so that checkouts of the same source share them. Why they are built: docs/engine.md.
"""

from tenfold import gobuild
from tenfold.gobuild import Program, Report


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
KUBE = Program("tenfold-kube", "kubernetes", "kube", ".", _stamp(), 17)
PROVIDER = Program("pulumi-resource-kubernetes", "kubernetes", "kubernetes-provider", ".", _PROVIDER_STAMP, 9)
PROGRAMS = (KUBE, PROVIDER)


def missing() -> list[Program]:
    return [program for program in PROGRAMS if not gobuild.find(program)]


def ensure(report: Report) -> None:
    """Builds what is not there yet. Raises `Failure` where Go is missing or too old, or a build fails."""
    for program in PROGRAMS:
        gobuild.ensure(program, report)
