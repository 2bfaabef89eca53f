"""A fork: a clone of tenfold's repository, with the team's project in `own/`, into which no release writes."""

import subprocess
from pathlib import Path

from tenfold import exits, home
from tenfold.failure import Failure

OWN = "own"
UPSTREAM = "upstream"  # the remote: `origin` is for the fork's own place


def clone(source: str | None, folder: Path) -> None:
    """Clones tenfold; without a source the checkout that runs. Raises `Failure`."""
    here = home.PACKAGE.parent
    if source is None and not (here / ".git").exists():
        raise Failure(
            "An installed tenfold has no history that a fork could follow.",
            remedies=("name the repository: tenfold new DIR --fork --from https://…/tenfold.git",),
            code=exits.WRONG_INPUT,
        )
    try:
        words = ["git", "clone", "--quiet", "--origin", UPSTREAM, "--", source or str(here), str(folder)]
        subprocess.run(words, check=True, capture_output=True, text=True, encoding="utf-8")
    except subprocess.CalledProcessError as error:
        raise Failure(
            f"git cannot clone {source or here}.", why=error.stderr.strip(), code=exits.WRONG_INPUT
        ) from error
    if not (folder / "tenfold" / "releases").is_dir():
        raise Failure(
            f"{source or here} is not a repository of tenfold, or one of an early release.",
            remedies=("a template of your own goes without --fork: tenfold new DIR --from GIT",),
            code=exits.WRONG_INPUT,
        )


def upstream(top: Path) -> str:
    """The address of what a fork follows. Raises `Failure`."""
    words = ["git", "remote", "get-url", UPSTREAM]
    done = subprocess.run(words, cwd=top, capture_output=True, text=True, encoding="utf-8", check=False)
    if done.returncode:
        raise Failure(
            f"The fork in {top} has no remote {UPSTREAM!r}.",
            remedies=(f"git remote add {UPSTREAM} https://…/tenfold.git",),
            code=exits.WRONG_INPUT,
        )
    return done.stdout.strip()
