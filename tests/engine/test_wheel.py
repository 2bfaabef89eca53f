"""tenfold as a package that somebody installs: outside of the checkout, which the process does not know of.

The packages that tenfold needs come from this environment: the test needs no network.
"""

import json
import os
import subprocess
import sys
import sysconfig
import tarfile
from pathlib import Path
from zipfile import ZipFile

import pytest

ROOT = Path(__file__).parents[2]
EPOCH = {"SOURCE_DATE_EPOCH": "1700000000"}


def run(*command: str | Path, cwd: Path, **environment: str) -> str:
    known = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    done = subprocess.run(
        [str(word) for word in command], cwd=cwd, env={**known, **environment}, capture_output=True, text=True
    )
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
    return done.stdout


def built(source: Path, target: Path, kind: str) -> Path:
    run(sys.executable, "-m", "hatchling", "build", "-t", kind, "-d", target, cwd=source, **EPOCH)
    (file,) = target.iterdir()
    return file


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return built(ROOT, tmp_path_factory.mktemp("wheel"), "wheel")


class Installed:
    """A virtual environment with the wheel, and a team's folder with one blueprint."""

    def __init__(self, folder: Path, wheel: Path):
        self.bin, self.team = folder / "venv" / "bin", folder / "team"
        run(sys.executable, "-m", "venv", "--without-pip", folder / "venv", cwd=folder)
        self.packages = next((folder / "venv" / "lib").glob("python*/site-packages"))
        uv = ("pip", "install", "--quiet", "--offline", "--no-deps", "--python", self.bin / "python", wheel)
        run(Path(sys.executable).with_name("uv"), *uv, cwd=folder)
        (self.packages / "others.pth").write_text(sysconfig.get_path("purelib") + "\n")
        self.team.mkdir()
        (self.team / "shop.yaml").write_text((ROOT / "blueprints" / "shop.yaml").read_text())
        self.environment = {"TENFOLD_HOME": str(folder / "home"), "PYTHONDONTWRITEBYTECODE": "1"}

    def __call__(self, *args: str) -> str:
        return run(self.bin / "tenfold", *args, cwd=self.team, **self.environment)

    def raw(self, line: str) -> str:
        """A line of bash, as in a shell with the environment activated and the local cloud's settings."""
        settings = 'eval "$(tenfold local env)" && '
        path = f"{self.bin}:{os.environ['PATH']}"
        return run("bash", "-c", settings + line, cwd=self.team, PATH=path, **self.environment)

    def files(self) -> dict[str, bytes]:
        return {str(file.relative_to(self.packages)): file.read_bytes() for file in self.packages.rglob("*.*")
                if file.is_file()}  # fmt: skip


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Installed:
    return Installed(tmp_path_factory.mktemp("installed"), wheel)


def test_the_sdist_holds_all_that_the_wheel_is_built_from(wheel: Path, tmp_path: Path):
    """Also that both builds give the same bytes, in whatever folder and whenever."""
    with tarfile.open(built(ROOT, tmp_path / "sdist", "sdist")) as archive:
        archive.extractall(tmp_path, filter="data")
    (source,) = tmp_path.glob("tenfold-*")
    assert built(source, tmp_path / "again", "wheel").read_bytes() == wheel.read_bytes()


def test_the_wheel_takes_one_name(wheel: Path):
    names = ZipFile(wheel).namelist()
    assert {name.split("/")[0] for name in names if ".dist-info/" not in name} == {"tenfold"}
    assert not [name for name in names if "__pycache__" in name or name.endswith((".log", ".pyc"))]


def test_offline_commands_say_what_they_say_in_the_checkout(installed: Installed):
    arguments = ("plan", "shop.yaml", "--env", "prod", "--json")
    here = run(sys.executable, "-m", "tenfold", *arguments, cwd=installed.team, PYTHONPATH=str(ROOT))
    assert json.loads(installed(*arguments))["resources"] == json.loads(here)["resources"]
    assert "1 warning in 1 file" in installed("validate", "shop.yaml")
    assert "cached" in installed("diff", "shop.yaml", "--env", "prod")
    assert "db.t4g.small" in installed("explain", "shop.yaml", "database.instance", "--env", "prod")
    assert installed("--version").splitlines()[0].startswith("tenfold ")
    assert (installed.bin / "pulumi-resource-tenfold").is_file()  # components for other languages


def test_the_engine_is_built_from_what_the_wheel_holds(installed: Installed):
    program = "from tenfold.gobuild import *; print(module('cli'), *go_needed(['cli', 'python-host', 'kube']))"
    place = run(installed.bin / "python", "-c", program, cwd=installed.team, **installed.environment).split()[0]
    assert Path(place) == installed.packages / "tenfold" / "go" / "cli"
    for module in (ROOT / "engine").iterdir():
        assert (installed.packages / "tenfold" / "go" / module.name / "go.sum").is_file()


def test_a_project_is_made_of_what_the_wheel_holds(installed: Installed):
    installed("new", "project", "--from", "news", "--defaults")
    assert "stage 4 (cached)" in installed("validate", "project/blueprints/project.yaml")


@pytest.mark.proof
def test_up_and_raw_pulumi_write_beside_the_blueprint_only(installed: Installed):
    from tenfold import home

    installed.environment["TENFOLD_DATA"] = str(home.data())
    before = installed.files()
    try:
        assert "created" in installed("up", "shop.yaml", "--env", "dev", "--stage", "1", "--local")
        assert "removed" in installed("destroy", "shop.yaml", "--env", "dev", "--stage", "1", "--local", "--yes")
        assert [file.name for file in installed.team.iterdir()] == ["shop.yaml"]
        for name in ("Pulumi.yaml", "__main__.py"):
            (installed.team / name).write_bytes((installed.packages / "tenfold" / "template" / name).read_bytes())
        installed.raw("pulumi stack init dev && pulumi config set tenfold:blueprint shop.yaml")
        installed.raw("pulumi config set tenfold:stage 1")
        assert "created" in installed.raw("pulumi up --yes --non-interactive")
    finally:
        installed("local", "stop")
    assert {file.name for file in installed.team.iterdir()} - {"__pycache__"} == {
        "Pulumi.dev.yaml", "Pulumi.yaml", "__main__.py", "shop.yaml",
    }  # fmt: skip
    assert installed.files() == before
