"""Blueprints as they were in a revision of their git repository, with the house rules they had then."""

import os
import subprocess
import tempfile
from collections.abc import Iterable, Iterator, Sequence, Set
from contextlib import contextmanager
from pathlib import Path, PurePosixPath

from tenfold import blueprint_files, exits
from tenfold.blueprints.own import BROUGHT, FOLDER, PARTS, SUFFIXES, find_own
from tenfold.blueprints.reading.house import FILE, find_rules_file
from tenfold.blueprints.source.project import ROOTS
from tenfold.failure import Failure


class Earlier:
    """Where the blueprints lie as they were. `files` are all that were asked for, as they are named today; a glob names
    those too that are gone since."""

    def __init__(self, folder: Path, revision: str, names: Sequence[str | Path]) -> None:
        self._revision = revision
        self._folder = folder / revision.replace("/", "-")
        self._roots: dict[Path, Path] = {}
        self._trees = {root: _Tree(root, revision) for root in dict.fromkeys(map(self._root, names))}
        self._rules: dict[Path, bytes | None] = {}
        gone = [path for name in names for path in self._removed(str(name))]
        self.files = tuple(dict.fromkeys([*blueprint_files.existing(names), *gone]))
        if not self.files:
            raise blueprint_files.no_match(str(names[0]))
        for root, tree in self._trees.items():
            tree.write(self._at(root), [self._inside(file) for file in self.files if self._root(file) == root])

    def path(self, file: Path) -> Path | None:
        """The file as it was; None where it was not there."""
        earlier = self._at(self._root(file)) / self._inside(file)
        return earlier if earlier.is_file() else None

    def is_same(self, file: Path) -> bool:
        """Whether not a byte of it, nor of the house rules and of the team's own code that count for it, is another."""
        earlier = self.path(file)
        if earlier is None or _content(file) != _content(earlier) or self._house(file) != self._house(earlier):
            return False
        return find_own(file) == find_own(earlier)

    def with_git_names(self, text: str) -> str:
        """A text with the files as git names them, `main:blueprints/shop.yaml`, instead of where they lie for now."""
        for root in self._trees:
            text = text.replace(f"{self._at(root)}/", f"{self._revision}:")
        return text

    def _at(self, root: Path) -> Path:
        return self._folder if len(self._trees) == 1 else self._folder / str(list(self._trees).index(root))

    def _inside(self, file: Path) -> PurePosixPath:
        return PurePosixPath(_absolute(file).relative_to(self._root(file)))

    def _removed(self, name: str) -> Iterator[Path]:
        """What a glob matched in the revision, and is gone."""
        if not blueprint_files.is_glob(name):
            return
        root = self._root(name)
        for inside in self._trees[root].matching(os.path.relpath(_absolute(name), root)):
            path = root / inside if os.path.isabs(name) else Path(os.path.relpath(root / inside))
            if blueprint_files.is_blueprint(path) and not path.exists():
                yield path

    def _house(self, file: Path) -> bytes | None:
        folder = Path(os.path.abspath(file)).parent
        if folder not in self._rules:
            rules = find_rules_file(file)
            self._rules[folder] = rules.read_bytes() if rules else None
        return self._rules[folder]

    def _root(self, name: str | Path) -> Path:
        """The repository of a file or a glob."""
        folder = next(above for above in _absolute(name).parents if above.is_dir())
        marked = next((above for above in (folder, *folder.parents) if (above / ".git").exists()), folder)
        if marked not in self._roots:
            where = _git(marked, "rev-parse", "--show-toplevel", failed=f"{name} is in no git repository")
            self._roots[marked] = Path(where.decode().strip())
        return self._roots[marked]


@contextmanager
def checked_out(names: Iterable[str | Path], revision: str) -> Iterator[Earlier]:
    """The files in a directory of their own, gone afterwards. Raises `Failure` (wrong input) outside of a repository,
    for an unknown revision, and for a glob that matches nothing then or now."""
    with tempfile.TemporaryDirectory(prefix="tenfold-") as folder:
        yield Earlier(Path(folder), revision, list(names))


class _Tree:
    """What a revision holds: one question to git for the names, one for the contents."""

    def __init__(self, root: Path, revision: str) -> None:
        self._root = root
        name = f"{revision}^{{commit}}"
        self.commit = _git(
            root, "rev-parse", "--verify", "--quiet", "--end-of-options", name,
            failed=f"git has no revision {revision}",
        ).decode().strip()  # fmt: skip
        listed = _git(root, "ls-tree", "-r", "-z", "--full-tree", self.commit, failed="git cannot list its files")
        entries = [entry.split("\t", 1) for entry in listed.decode(errors="surrogateescape").split("\0") if entry]
        self._blobs = {name: about.split()[2] for about, name in entries}

    def matching(self, pattern: str) -> list[str]:
        listed = _git(
            self._root, "ls-files", "-z", "--full-name", f"--with-tree={self.commit}", "--", f":(glob){pattern}",
            failed=f"git cannot look for {pattern}",
        )  # fmt: skip
        names = listed.decode(errors="surrogateescape").split("\0")
        return sorted(name for name in set(names) if name in self._blobs)

    def write(self, folder: Path, files: Sequence[PurePosixPath]) -> None:
        """The files, the house rules and the team's own code in their folders and above, and empty files for the marks
        of a project's root and of tenfold's examples."""
        above = {parent for file in files for parent in file.parents}
        marks = [str(parent / mark) for parent in above for mark in (*ROOTS, BROUGHT)]
        rules = [str(parent / FILE) for parent in above]
        names = [*map(str, files), *rules, *self._own(above)]
        contents = self._contents([name for name in dict.fromkeys(names) if name in self._blobs])
        for name in marks:
            if name in self._blobs:
                contents.setdefault(name, b"")
        for name, content in {".git": b"", **contents}.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)

    def _own(self, folders: Set[PurePosixPath]) -> Iterator[str]:
        """The files of `own/` in any of the folders, and of those that are called so."""
        roots = {folder if folder.name == FOLDER else folder / FOLDER for folder in folders}
        parts = tuple(f"{root / part}/" for root in roots for part in PARTS)
        yield from (name for name in self._blobs if name.startswith(parts) and name.endswith(SUFFIXES))

    def _contents(self, names: Sequence[str]) -> dict[str, bytes]:
        asked = "".join(f"{self._blobs[name]}\n" for name in names).encode()
        answer = _git(self._root, "cat-file", "--batch", failed="git cannot read its files", question=asked)
        contents, at = {}, 0
        for name in names:  # "<hash> blob <size>\n<content>\n"
            end = answer.index(b"\n", at)
            size = int(answer[at:end].split()[2])
            contents[name] = answer[end + 1 : end + 1 + size]
            at = end + 1 + size + 1
        return contents


def _matches_none(name: str) -> bool:
    try:
        blueprint_files.expand([name])
    except Failure:
        return True
    return False


def _content(path: Path) -> bytes | None:
    return path.read_bytes() if path.is_file() else None


def _absolute(name: str | Path) -> Path:
    """As git names it: with the links in its folders resolved, not the one it may be itself."""
    folder, last = os.path.split(os.path.abspath(name))
    return Path(os.path.realpath(folder), last)


def _git(folder: Path, *arguments: str, failed: str, question: bytes | None = None) -> bytes:
    try:
        done = subprocess.run(["git", "-C", str(folder), *arguments], capture_output=True, input=question, check=False)
    except FileNotFoundError as error:
        raise Failure("git is not installed.", remedies=("--against asks git for the earlier file",)) from error
    if done.returncode:
        raise Failure(
            f"{failed}.",
            why=done.stderr.decode(errors="replace").strip() or f"git {' '.join(arguments[:2])} found nothing",
            remedies=("--against takes what `git log` shows: a commit, a branch or a tag",),
            code=exits.WRONG_INPUT,
        )
    return done.stdout
