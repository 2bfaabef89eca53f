"""Getting the engine: PATH, official, built; what is said when none works; two at once."""

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from tenfold.engine import install
from tenfold.failure import Failure

PULUMI = "#!/bin/sh\necho v3.274.1\n"
# A Go that "builds" by writing the script above, and counts how often it was asked to.
GO = f"""#!/bin/sh
case "$1 $2" in
  "list -deps") echo one; echo two;;
  "list -m") echo "$FAKE_SDK";;
  "env GOVERSION") echo "${{FAKE_GO-go1.99.0}}"; [ -n "${{FAKE_GO-x}}" ];;
  build*)
    echo build >> "$FAKE_COUNT"; sleep 0.2
    while [ $# -gt 0 ]; do [ "$1" = -o ] && out=$2; shift; done
    printf '{PULUMI.encode("unicode_escape").decode()}' > "$out"; chmod +x "$out"; echo package >&2;;
esac
"""


def script(where: Path, text: str) -> None:
    where.parent.mkdir(parents=True, exist_ok=True)
    where.write_text(text)
    where.chmod(where.stat().st_mode | stat.S_IXUSR)


@pytest.fixture
def bare(tmp_path, monkeypatch):
    """A machine with neither engine nor Go nor a way to the official build."""
    monkeypatch.setenv("TENFOLD_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:/usr/bin:/bin")
    monkeypatch.setattr(install, "OFFICIAL", ("127.0.0.1", 9))
    return tmp_path


def test_an_engine_on_the_path_is_used(bare):
    for name in ("pulumi", "pulumi-language-python"):
        script(bare / "bin" / name, PULUMI)
    engine = install.ensure(pytest.fail)
    assert engine == install.Engine(bare / "bin", "3.274.1", "PATH")


def test_an_engine_too_old_is_not(bare):
    for name in ("pulumi", "pulumi-language-python"):
        script(bare / "bin" / name, PULUMI.replace("3.274.1", "3.100.0"))
    assert install.find() is None


def test_every_way_that_failed_is_told_with_a_remedy(bare):
    with pytest.raises(Failure) as failure:
        install.ensure(lambda line: None)
    why = failure.value.why
    assert "PATH: no `pulumi`" in why and "127.0.0.1 is out of reach" in why and "Go is not installed" in why
    assert any("tenfold engine install" in remedy for remedy in failure.value.remedies)
    assert not list((bare / "data" / "engine").glob("*partial*")), "nothing half-made stays"


@pytest.mark.parametrize(
    ("version", "said"),
    [
        ("go1.25.11", "and go1.25.11 is installed"),
        ("go1.26.5", "and go1.26.5 is installed"),
        ("go1.9", "and go1.9 is installed"),
        ("", "and this one could not get it"),  # GOTOOLCHAIN=auto, and the newer one is out of reach
    ],
)
def test_an_older_go_is_refused_before_it_begins(bare, monkeypatch, version, said):
    script(bare / "bin" / "go", GO)
    monkeypatch.setenv("FAKE_GO", version)
    monkeypatch.setenv("FAKE_COUNT", str(bare / "count"))
    with pytest.raises(Failure) as failure:
        install.ensure(lambda line: None)
    assert f"engine/ asks for Go 1.26.6, {said}" in failure.value.why
    assert any("GOTOOLCHAIN=auto tenfold engine install" in remedy for remedy in failure.value.remedies)
    assert any("install Go 1.26.6 or newer" in remedy for remedy in failure.value.remedies)
    assert not (bare / "count").exists(), "nothing was compiled"


def test_the_go_that_builds_it_is_recent_enough(bare, monkeypatch):
    script(bare / "bin" / "go", GO)
    monkeypatch.setenv("FAKE_GO", "go1.26.6")
    monkeypatch.setenv("FAKE_COUNT", str(bare / "count"))
    monkeypatch.setenv("FAKE_SDK", str(bare / "sdk"))
    script(bare / "sdk" / "python" / "cmd" / "pulumi-language-python-exec", "#!/bin/sh\n")
    assert install.ensure(lambda line: None).source == "built"


def test_the_pins_say_the_same():
    """`VERSION` is what the Go module builds, and the newest SDK goes with it."""
    module = (install.home.PACKAGE / "go" / "cli" / "go.mod").read_text()
    assert f"github.com/pulumi/pulumi/pkg/v3 v{install.VERSION}\n" in module
    assert f"github.com/pulumi/pulumi/sdk/v3 v{install.VERSION} " in module


def test_two_at_once_build_it_once(bare):
    script(bare / "bin" / "go", GO)
    launcher = bare / "sdk" / "python" / "cmd" / "pulumi-language-python-exec"
    script(launcher, "#!/bin/sh\n")
    environment = {**os.environ, "FAKE_COUNT": str(bare / "count"), "FAKE_SDK": str(bare / "sdk")}
    code = (
        "from tenfold.engine import install; install.OFFICIAL = ('127.0.0.1', 9); "
        "print(install.ensure(lambda line: print('#', line)).source)"
    )
    both = [
        subprocess.Popen([sys.executable, "-c", code], env=environment, stdout=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    said = [process.communicate(timeout=60)[0] for process in both]
    assert [text.splitlines()[-1] for text in said] == ["built", "built"]
    assert (bare / "count").read_text().split() == ["build", "build"], "the engine and its language host, once each"
    assert any("waiting for it" in text for text in said)
    assert os.access(install.place() / "bin" / "pulumi-language-python-exec", os.X_OK)


def test_a_full_disk_is_said_as_that(bare, monkeypatch):
    def full(*_: object) -> None:
        raise install.Unavailable("building pulumi failed: write bin/pulumi: no space left on device")

    monkeypatch.setattr(install, "_build", full)
    with pytest.raises(Failure) as failure:
        install.ensure(lambda line: None)
    assert len(failure.value.remedies) == 1 and failure.value.remedies[0].startswith("Free 2 GB for ")
