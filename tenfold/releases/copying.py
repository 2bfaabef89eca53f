"""copier, asked for a project or for its update. The only module that imports it."""

import os
import subprocess
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tenfold import exits
from tenfold.failure import Failure

BUILT_IN = "tenfold:template.git"
"""The address of tenfold's own template, in a project's answers: no server has it, `serving` does."""
ANSWERS = ".copier-answers.yml"

Compose = Callable[[Path], None]


@contextmanager
def serving(releases: Mapping[str, Compose]) -> Iterator[None]:
    """While it lasts git finds tenfold's own template, in these versions: a repository with a tag for each, which
    `BUILT_IN` leads to. The first is the oldest."""
    with tempfile.TemporaryDirectory(prefix="tenfold-template-") as folder:
        repository = Path(folder, "template.git")
        repository.mkdir()
        _git(repository, "init", "--quiet", "--initial-branch", "main")
        for version, compose in releases.items():
            _git(repository, "rm", "-r", "-q", "--ignore-unmatch", ".")
            compose(repository)
            _git(repository, "add", "--all", "--force")
            _git(repository, "commit", "--quiet", "--allow-empty", "--message", version)
            _git(repository, "tag", version)
        rewrite = {
            "GIT_CONFIG_COUNT": "1",
            "GIT_CONFIG_KEY_0": f"url.{folder}/.insteadOf",
            "GIT_CONFIG_VALUE_0": BUILT_IN.removesuffix("template.git"),
            "COPIER_CACHE_DIR": str(Path(folder, "cache")),
        }
        with _environment(rewrite):
            yield


@contextmanager
def _environment(variables: Mapping[str, str]) -> Iterator[None]:
    """For copier, and for the git that it starts: plumbum has a copy of the environment, from when it was imported."""
    from plumbum import local

    before = {name: os.environ.get(name) for name in variables}
    os.environ.update(variables)
    try:
        with local.env(**variables):
            yield
    finally:
        for name, value in before.items():
            os.environ.pop(name) if value is None else os.environ.update({name: value})


def _git(folder: Path, *words: str) -> None:
    identity = ("-c", "user.name=tenfold", "-c", "user.email=tenfold@localhost", "-c", "commit.gpgsign=false")
    subprocess.run(["git", *identity, *words], cwd=folder, check=True, capture_output=True)


def copy(
    source: str, target: Path, answers: Mapping[str, Any], called: str, *, revision: str | None, ask: bool
) -> None:
    """Makes a project in a folder. `answers` are not asked for; `ask`: the others are; `called` suggests the
    application's name. Raises `Failure`."""
    import copier

    suggested = {"name": _name(called)}
    with _understood(source):
        copier.run_copy(
            source, target, dict(answers), user_defaults=suggested, vcs_ref=revision, defaults=not ask, quiet=True
        )


def update(project: Path, revision: str | None) -> None:
    """Merges the template's later version into a project, whose tree must be clean: three-way, with markers in the file
    where both sides changed the same lines. Raises `Failure`."""
    import copier

    with _understood(str(project)):
        copier.run_update(project, vcs_ref=revision, defaults=True, overwrite=True, quiet=True, conflict="inline")


def _name(called: str) -> str:
    """A name for the application that a folder's name suggests; the template checks it."""
    name = "".join(c if c.isascii() and c.isalnum() else "-" for c in called.lower()).strip("-")
    return name if 1 < len(name) <= 24 and name[0].isalpha() else "shop"


def _lines(text: object) -> str:
    """Without empty lines."""
    return "\n".join(line for line in str(text).splitlines() if line.strip())


@contextmanager
def _understood(what: str) -> Iterator[None]:
    """copier's and git's errors as one of ours."""
    from copier.errors import CopierError
    from plumbum import ProcessExecutionError

    try:
        yield
    except (CopierError, ValueError) as error:
        raise Failure(f"copier cannot work with {what}.", why=str(error), code=exits.WRONG_INPUT) from error
    except ProcessExecutionError as error:
        raise Failure(f"git cannot read {what}.", why=_lines(error.stderr), code=exits.WRONG_INPUT) from error
    except KeyboardInterrupt as stop:
        raise Failure("Nothing was written.", code=exits.INTERRUPTED) from stop
