"""What Kubernetes on this machine takes: built once by Go, kept by its source, and refused with the way out."""

import re
import stat
from pathlib import Path

import pytest

from tenfold import gobuild
from tenfold.failure import Failure
from tenfold.local.kubernetes import programs

# A Go that "builds" by writing a file, and notes what it was asked for.
GO = """#!/bin/sh
case "$1 $2" in
  "list -deps") echo one;;
  "env GOVERSION") echo "${FAKE_GO-go1.99.0}";;
  build*)
    echo "$@" >> "$FAKE_ASKED"
    while [ $# -gt 0 ]; do [ "$1" = -o ] && out=$2; shift; done
    echo program > "$out";;
esac
"""


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """One with a Go and nothing else."""
    go = tmp_path / "bin" / "go"
    go.parent.mkdir()
    go.write_text(GO)
    go.chmod(go.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("PATH", f"{go.parent}:/usr/bin:/bin")
    monkeypatch.setenv("TENFOLD_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("FAKE_ASKED", str(tmp_path / "asked"))
    return tmp_path


def test_both_are_built_once_and_stamped_with_their_release(machine: Path) -> None:
    assert programs.missing() == list(programs.PROGRAMS)
    for _ in range(2):
        programs.ensure(lambda line: None)
    assert programs.missing() == []
    kube, provider = (machine / "asked").read_text().splitlines()
    assert f"version.gitVersion={programs.RELEASE} " in kube and "version.gitMinor=36" in kube
    assert f"version.Version={programs.PROVIDER_VERSION}" in provider
    assert not list((machine / "data" / "kubernetes").glob("*partial*"))


def test_the_release_is_that_of_the_source() -> None:
    """The program says it of itself and of its nodes."""
    [said] = re.findall(r'const release = "(\S+)"', (gobuild.module("kube") / "controlplane.go").read_text())
    assert said == programs.RELEASE


def test_another_source_is_another_program(machine: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = gobuild.place(programs.KUBE)
    changed = machine / "go" / "kube"
    changed.mkdir(parents=True)
    (changed / "main.go").write_text("package main\n")
    monkeypatch.setattr(gobuild.home, "PACKAGE", machine)
    assert gobuild.place(programs.KUBE) != before


@pytest.mark.parametrize(("go", "why"), [("go1.25.9", "and go1.25.9 is installed"), (None, "Go is not installed")])
def test_without_a_recent_go_it_is_refused_with_the_way_out(
    machine: Path, monkeypatch: pytest.MonkeyPatch, go: str | None, why: str
) -> None:
    if go:
        monkeypatch.setenv("FAKE_GO", go)
    else:
        monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(Failure) as failure:
        programs.ensure(lambda line: None)
    assert why in failure.value.why
    assert any("Install Go 1.26.0 or newer" in remedy for remedy in failure.value.remedies)
    assert not (machine / "asked").exists(), "nothing was compiled"
