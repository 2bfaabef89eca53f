"""Where the code of a release is: the one that runs, one of the checkout's tags, or a package that is fetched."""

import subprocess
import sys
from pathlib import Path

from tenfold import home
from tenfold.failure import Failure
from tenfold.releases import template

ROOT = home.PACKAGE.parent


def release(version: str, below: Path) -> Path:
    """The folder that has the package `tenfold` of a version; a fetched one gets a folder `below` this one. Raises
    `Failure`."""
    if version == template.version():
        return ROOT
    folder = below / f"tenfold-{version}"
    if not folder.is_dir() and not _from_checkout(version, folder):
        _from_index(version, folder)
    return folder


def _from_checkout(version: str, folder: Path) -> bool:
    """A tag `0.2.0` or `v0.2.0` of the checkout that runs."""
    if not (ROOT / ".git").exists():
        return False
    for tag in (version, f"v{version}"):
        packed = subprocess.run(
            ["git", "-C", str(ROOT), "archive", f"refs/tags/{tag}"], capture_output=True, check=False
        )
        if packed.returncode == 0:
            folder.mkdir(parents=True)
            subprocess.run(["tar", "-x", "-C", str(folder)], input=packed.stdout, check=True)
            return True
    return False


def _from_index(version: str, folder: Path) -> None:
    """From where the team installs packages. The packages that it needs are those of this environment."""
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps"]
    done = subprocess.run(
        [*pip, "--target", str(folder), f"tenfold=={version}"], capture_output=True, text=True, encoding="utf-8"
    )
    if done.returncode:
        raise Failure(
            f"tenfold {version} cannot be fetched, and what its project was made from is in it.",
            why=done.stderr.strip(),
            remedies=("PIP_INDEX_URL and PIP_FIND_LINKS say where packages are",),
        )


def run(folder: Path, module: str, *arguments: str, cwd: Path, question: str = "") -> str:
    """What a module of a release prints. Nothing of the folder in which it runs is imported. Raises `Failure`."""
    import os

    environment = {**os.environ, "PYTHONPATH": str(folder), "PYTHONDONTWRITEBYTECODE": "1"}
    command = [sys.executable, "-P", "-m", module, *arguments]
    done = subprocess.run(
        command, cwd=cwd, env=environment, input=question, capture_output=True, text=True, encoding="utf-8"
    )
    if done.returncode:
        lines = done.stderr.strip().splitlines() or ["it said nothing"]
        raise Failure(f"The release in {folder} cannot tell what it makes of the project.", why=lines[-1])
    return done.stdout
