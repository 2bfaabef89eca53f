"""Where the engine keeps a stack's files: the folder behind a backend's URL, and what is where in it.

A URL is not a path. It is read as the engine reads it: `pkg/v3/backend/diy/backend.go` (massageBlobPath: `~`, relative
paths, the query) and gocloud's `blob/fileblob` (%XX) of Pulumi 3.274; the layout is that of `diy/store.go`:

    .pulumi/meta.yaml                       version 1: stacks by project; without it (legacy) all in one folder
    .pulumi/stacks/PROJECT/STACK.json       the state; also .json.gz, .json.zst; beside it .bak, the state before
    .pulumi/backups/PROJECT/STACK/*.json    the state as each run found it
    .pulumi/history/PROJECT/STACK/*.checkpoint.json    the state as each finished run left it
    .pulumi/locks/organization/PROJECT/STACK/*.json    who is at work

Beside each of them gocloud writes a note, `.attrs`, unless the URL says `metadata=skip`.
"""

import os
import pwd
import re
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import unquote_to_bytes

from tenfold import exits
from tenfold.blueprints.value import Value
from tenfold.failure import Failure

_SCHEME = "file://"
_STATES = (".json", ".json.gz", ".json.zst")
_LEGACY = ("PULUMI_DIY_BACKEND_LEGACY_LAYOUT", "PULUMI_SELF_MANAGED_STATE_LEGACY_LAYOUT")


class Unreadable(Failure):
    """A stack's state is there and cannot be read. Never to be taken for a stack that is not deployed."""


def directory(url: str, cwd: Path) -> Path | None:
    """The folder a `file:` URL names, None for every other URL. `cwd` is where the engine runs.

    Raises `Failure` (wrong input) for a `%` that is not the beginning of %XX.
    """
    if not url.lower().startswith("file:"):
        return None
    if re.search(r"%(?![0-9a-fA-F]{2})", url):
        raise Failure(
            f"{url} is not a valid URL: a `%` is written %25 in it.",
            why="it is the address of the backend, where the state of the stacks is kept",
            remedies=(f"export PULUMI_BACKEND_URL='{re.sub('%(?![0-9a-fA-F]{2})', '%25', url)}'",),
            code=exits.WRONG_INPUT,
        )
    if url.startswith(_SCHEME):
        path = _decoded(_expanded(url.removeprefix(_SCHEME).partition("?")[0]))
        return Path(os.path.normpath(cwd / path))
    # `file:/x`, `FILE:///x`: the engine takes the path for a folder, and once more for a prefix of the names in it
    path = _decoded(re.sub(r"^file:(//[^/]*)?", "", url, flags=re.IGNORECASE))
    return Path(os.path.normpath(f"/{path.lstrip('/')}/{path}"))


def _decoded(path: str) -> str:
    return os.fsdecode(unquote_to_bytes(path.partition("?")[0].partition("#")[0]))


def _expanded(path: str) -> str:
    """`~` as the engine reads it: the home of /etc/passwd, without the one character that follows the `~`."""
    if not path.startswith("~"):
        return path
    try:
        home = pwd.getpwuid(os.getuid()).pw_dir
    except KeyError:
        home = str(Path.home())
    return home if path == "~" else f"{home}/{path[2:]}"


def public_url(url: str) -> str:
    """The URL without what may be secret in it: user, password, query."""
    return re.sub(r"//[^/@]*@", "//", url.partition("?")[0])


def without_notes(url: str) -> str:
    """The URL with which gocloud writes no `.attrs`. The engine does not need them, and one that a killed process has
    left half written makes a state unreadable (`mending.py`)."""
    if not url.startswith(_SCHEME) or "metadata=" in url:
        return url
    path, _, query = url.partition("?")
    return f"{path}?{query}&metadata=skip" if query else f"{path}?metadata=skip"


class Folder(Value):
    """The files of one stack in a backend that is a folder on this machine. Raises `Unreadable` for what is there and
    cannot be read."""

    root: Path
    project: str
    stack: str

    @property
    def file(self) -> Path | None:
        """The state: of several, which another compression leaves, the newest. None where there is none."""
        names = {f"{self.stack}{end}" for end in _STATES}
        states = [path for path in _listed(self._part("stacks")) if path.name in names]
        return max(states, key=lambda path: path.lstat().st_mtime, default=None)

    @property
    def locks(self) -> list[Path]:
        owner = () if self._legacy else ("organization", self.project)
        listed = _listed(self.root.joinpath(".pulumi", "locks", *owner, self.stack))
        return sorted(path for path in listed if path.suffix == ".json")

    @property
    def copies(self) -> list[Path]:
        """Earlier states, the newest first: the one before the last write, those that runs found, those they left."""
        before = [path for path in _listed(self._part("stacks")) if re.fullmatch(self._earlier, path.name)]
        backups = [path for path in _listed(self._part("backups") / self.stack) if not path.name.endswith(".attrs")]
        left = [path for path in _listed(self._part("history") / self.stack) if ".checkpoint.json" in path.name]
        states = [*before, *backups, *(path for path in left if not path.name.endswith(".attrs"))]
        return sorted(states, key=lambda path: path.stat().st_mtime, reverse=True)

    @property
    def notes(self) -> list[Path]:
        """What gocloud wrote beside the files that the engine reads for this stack."""
        folders = [self._part("stacks"), *(lock.parent for lock in self.locks[:1]), self.meta.parent]
        named = (f"{self.stack}.json", self.meta.name)
        beside = [path for folder in folders for path in _listed(folder) if path.suffix == ".attrs"]
        return [path for path in beside if path.name.startswith(named) or path.parent.name == self.stack]

    @property
    def meta(self) -> Path:
        """Says which layout it is."""
        return self.root / ".pulumi" / "meta.yaml"

    @property
    def lacks_version(self) -> bool:
        """Whether `meta` is there and empty, while no state is where version 0 has them: it said version 1."""
        states = _listed(self.root / ".pulumi" / "stacks")
        return (
            self.meta.is_file()
            and not self.meta.read_bytes().strip(b"\0 \n")
            and not any(path.name.endswith(_STATES) for path in states)
        )

    @property
    def target(self) -> Path:
        """Where the state is, or would be."""
        return self.file or self._part("stacks") / f"{self.stack}.json"

    @property
    def _earlier(self) -> str:
        """`.bak`; the checkpoints of PULUMI_RETAIN_CHECKPOINTS; what `tenfold state restore` put aside."""
        return rf"{re.escape(self.stack)}\.json(\.gz|\.zst)?\.(bak|\d+|damaged-[\dTZ-]+)"

    def _part(self, name: str) -> Path:
        return self.root.joinpath(".pulumi", name, *(() if self._legacy else (self.project,)))

    @property
    def _legacy(self) -> bool:
        """As the engine decides it: by meta.yaml; without one, by whether there are states beside no project."""
        meta = self.meta
        try:
            version = re.search(r"^version: *(\d+)\s*$", meta.read_text(encoding="utf-8"), re.MULTILINE)
        except FileNotFoundError:
            above = _listed(self.root / ".pulumi" / "stacks")
            return any(path.name.endswith(_STATES) for path in above) or any(
                os.environ.get(name, "").lower() in ("1", "true") for name in _LEGACY
            )
        except (OSError, ValueError) as error:
            raise unreadable(meta, error) from error
        if not version:
            raise Unreadable(
                f"{meta} is damaged: it holds no version of the backend's layout.",
                why="it tells where the stacks are kept, so what is deployed is not known. Nothing was changed.",
                remedies=(f"echo 'version: 1' > '{meta}'   where the stacks are in folders of their projects",),
            )
        return version[1] == "0"


def count(root: Path) -> int:
    """How many stacks a folder holds the state of, those of every project."""
    return sum(path.name.endswith(_STATES) for path in (root / ".pulumi" / "stacks").glob("**/*"))


def _listed(folder: Path) -> list[Path]:
    try:
        return [folder / name for name in sorted(os.listdir(folder))]
    except FileNotFoundError:
        return []
    except OSError as error:
        raise unreadable(folder, error) from error


def aside_name(name: str) -> str:
    """Under which a state that another takes the place of is kept. To the microsecond: two in one second are two."""
    return f"{name}.damaged-{datetime.now(UTC):%Y%m%dT%H%M%S-%fZ}"


def unreadable(path: Path | str | None, error: Exception) -> Unreadable:
    reason = getattr(error, "strerror", None) or str(error)
    return Unreadable(
        f"{path} cannot be read: {reason}.",
        why="it belongs to the state of the stack, so what is deployed is not known. Nothing was changed.",
        remedies=("Make it readable for you, and run this again.",),
    )
