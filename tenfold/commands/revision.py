"""A blueprint as it was in a revision of its git repository, with the house rules it had then."""

import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath

from tenfold import exits
from tenfold.blueprints.reading.house import FILE, ROOTS
from tenfold.failure import Failure


@contextmanager
def checked_out(file: Path, revision: str) -> Iterator[Path]:
    """The file in a directory of its own, gone afterwards. Raises `Failure` (wrong input) outside of a repository, for
    an unknown revision, and for a file that was not there."""
    root = Path(_git(file, "rev-parse", "--show-toplevel", failed=f"{file} is in no git repository"))
    inside = PurePosixPath(file.resolve().relative_to(root.resolve()))
    commit = _git(
        file, "rev-parse", "--verify", "--quiet", f"{revision}^{{commit}}", failed=f"git has no revision {revision}"
    )
    text = _git(file, "show", f"{commit}:{inside}", failed=f"{inside} was not there in {revision}")
    with tempfile.TemporaryDirectory(prefix="tenfold-") as folder:
        written = Path(folder, revision.replace("/", "-"), inside)
        written.parent.mkdir(parents=True)
        written.write_text(text, encoding="utf-8")
        for above in inside.parents:
            if _has(file, commit, above / FILE):
                (written.parent / FILE).write_text(
                    _git(file, "show", f"{commit}:{above / FILE}", failed=""), encoding="utf-8"
                )
                break
            if any(_has(file, commit, above / mark) for mark in ROOTS):
                break
        yield written


def _has(file: Path, commit: str, path: PurePosixPath) -> bool:
    return _run(file, "cat-file", "-e", f"{commit}:{path}").returncode == 0


def _git(file: Path, *arguments: str, failed: str) -> str:
    done = _run(file, *arguments)
    if done.returncode:
        raise Failure(
            f"{failed}.",
            why=done.stderr.strip() or f"git {' '.join(arguments[:2])} found nothing",
            remedies=("--against takes what `git log` shows: a commit, a branch or a tag that has the file",),
            code=exits.WRONG_INPUT,
        )
    return done.stdout if arguments[0] == "show" else done.stdout.strip()


def _run(file: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    folder = next(above for above in file.resolve().parents if above.is_dir())
    try:
        command = ["git", "-C", str(folder), *arguments]
        return subprocess.run(command, capture_output=True, encoding="utf-8", check=False)
    except FileNotFoundError as error:
        raise Failure("git is not installed.", remedies=("--against asks git for the earlier file",)) from error
