"""`tenfold update`: a later release in a project, rehearsed in a clone of it before anything is merged."""

import re
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from tenfold import blueprint_files, exits
from tenfold.blueprints.value import Value
from tenfold.failure import Failure
from tenfold.releases import copying, fork, source, template

# Of the clone: the repository's own identity and signature are in its configuration, which a clone does not have.
_IDENTITY = ("-c", "user.name=tenfold", "-c", "user.email=tenfold@localhost", "-c", "commit.gpgsign=false")
_MARKER = "<<<<<<< before updating"  # of copier
_VERSION = re.compile(r"^v?(\d+)\.(\d+)(?:\.(\d+))?$")


class Project(Value):
    """A folder that `tenfold new` made. `top` is its git repository's; `release` what it was made from."""

    folder: Path
    top: Path
    kind: str
    template: str
    release: str

    @property
    def name(self) -> str:
        return self.top.name if self.kind == "fork" else self.folder.name

    @property
    def inside(self) -> Path:
        return self.folder.relative_to(self.top)


class Rehearsal(Value):
    """What an update would do. `page`: to each environment, for people; `changes`: the same for programs."""

    release: str
    files: tuple[str, ...]
    conflicts: tuple[str, ...]
    page: str
    changes: tuple[dict[str, Any], ...]
    patch: bytes = b""
    """Of a project; a fork merges `commit`, also where the branch it was on has gone on since."""
    commit: str = ""

    @property
    def is_committed(self) -> bool:
        """Once it is merged: git commits a merge without conflicts."""
        return bool(self.commit) and not self.conflicts

    @property
    def clean(self) -> tuple[str, ...]:
        return tuple(file for file in self.files if file not in self.conflicts)


def open_project(folder: Path) -> Project:
    """The project in a folder, or in `own/` of a fork. Raises `Failure` where there is none, and where git has changes
    in it that are not committed."""
    import yaml

    places = [folder.resolve(), folder.resolve() / fork.OWN]
    project = next((place for place in places if (place / copying.ANSWERS).is_file()), None)
    if project is None:
        raise Failure(
            f"{folder} has no {copying.ANSWERS}: `tenfold new` did not make it.",
            remedies=("name the folder that `tenfold new` made: tenfold update DIR",),
            code=exits.WRONG_INPUT,
        )
    top = Path(
        _git(project, "rev-parse", "--show-toplevel", failed=f"{folder} is in no git repository").decode().strip()
    )
    if changed := _git(top, "status", "--porcelain").decode().splitlines():
        raise Failure(
            f"{top} has changes that are not committed: {', '.join(line[3:] for line in changed[:5])}.",
            why="a merge into them could not be taken back",
            remedies=("git commit or git stash them, then the same again",),
            code=exits.REFUSED,
        )
    answers = yaml.safe_load((project / copying.ANSWERS).read_text(encoding="utf-8")) or {}
    kind, release = answers.get("kind", "thin"), str(answers.get("_commit", ""))
    if kind == "fork":
        _refuse_nobody(top)
        release = _git(top, "describe", "--tags", "--always").decode().strip()
    return Project(project, top, kind, str(answers.get("_src_path", "")), release)


def _refuse_nobody(top: Path) -> None:
    """git merges nothing where it does not know as whom, and says so only after everything was shown."""
    if subprocess.run(["git", "var", "GIT_COMMITTER_IDENT"], cwd=top, capture_output=True, check=False).returncode:
        raise Failure(
            f"git does not know who merges in {top}.",
            remedies=('git config --global user.name "…"', 'git config --global user.email "…", then the same again'),
            code=exits.REFUSED,
        )


@contextmanager
def rehearse_update(project: Project, to: str | None) -> Iterator[Rehearsal | None]:
    """The update in a clone, which is gone afterwards; None where there is nothing later. Raises `Failure`."""
    with tempfile.TemporaryDirectory(prefix="tenfold-update-") as room:
        clone = Path(room, "clone")
        _git(project.top, "clone", "--quiet", *_IDENTITY, str(project.top), str(clone))
        rehearse = _fork if project.kind == "fork" else _thin
        yield rehearse(project, clone, Path(room), to)


def merge(project: Project, rehearsal: Rehearsal) -> None:
    """What was rehearsed, in the project itself."""
    if project.kind == "fork":
        upstream = fork.upstream(project.top)
        _git(project.top, "fetch", "--quiet", upstream, rehearsal.release)
        _keep_tag(project.top, upstream, rehearsal.release)
        _merge(project.top, rehearsal.release, rehearsal.commit)
    else:
        _git(project.top, "apply", "--whitespace=nowarn", "-", question=rehearsal.patch)


def _keep_tag(top: Path, upstream: str, release: str) -> None:
    """By its tag the fork knows, at the next update, which release it is at. One of the fork's own stays."""
    tag = f"refs/tags/{release}"
    if _git(top, "ls-remote", upstream, tag) and not _git(top, "tag", "--list", release):
        _git(top, "fetch", "--quiet", upstream, f"{tag}:{tag}")


def _thin(project: Project, clone: Path, room: Path, to: str | None) -> Rehearsal | None:
    copy = clone / project.inside
    before = _pinned(project.folder)
    if project.template == copying.BUILT_IN:
        to = (to or template.version()).removeprefix("v")
        if to == project.release:
            return None
        composes = {each: partial(_composed, each, room) for each in (project.release, to)}
        with copying.serving(composes):
            copying.update(copy, to)
    else:
        copying.update(copy, to)
    _git(clone, "add", "--all")
    files = _git(clone, "diff", "--cached", "--name-only", "-z").decode().split("\0")[:-1]
    if not files:
        return None
    conflicts = [name for name in files if _has_marker(clone / name)]
    after = _pinned(copy)
    old, new = (source.release(each or template.version(), room) for each in (before, after))
    effects = _effects(project.folder, old, copy, new, project.release)
    patch = _git(clone, "diff", "--cached", "--binary")
    release = _released(copy)
    return Rehearsal(release, tuple(files), tuple(conflicts), *effects, patch)


def _fork(project: Project, clone: Path, room: Path, to: str | None) -> Rehearsal | None:
    upstream = fork.upstream(project.top)
    to = to or latest(_git(project.top, "ls-remote", "--tags", "--refs", upstream).decode())
    _git(clone, "fetch", "--quiet", upstream, to, failed=f"{upstream} has no {to}")
    before, commit = (
        _git(clone, "rev-parse", f"{each}^{{commit}}").decode().strip() for each in ("HEAD", "FETCH_HEAD")
    )
    conflicts = _merge(clone, to, commit)
    files = _git(clone, "diff", "--name-only", "-z", before).decode().split("\0")[:-1]
    if not files:
        return None
    code = clone
    if conflicts:  # the merged program may not even be Python: the release by itself is asked
        code = room / "release"
        _git(clone, "worktree", "add", "--quiet", "--detach", str(code), commit)
    effects = _effects(project.folder, project.top, clone / project.inside, code, project.release)
    return Rehearsal(to, tuple(files), tuple(conflicts), *effects, commit=commit)


def latest(listed: str) -> str:
    """Of the tags that `git ls-remote` lists the highest version; without any, the tip of the default branch."""
    tags = [line.rpartition("refs/tags/")[2] for line in listed.splitlines()]
    versions = {tag: tuple(int(part or 0) for part in known.groups()) for tag in tags if (known := _VERSION.match(tag))}
    return max(versions, key=lambda tag: versions[tag]) if versions else "HEAD"


def _merge(top: Path, release: str, commit: str) -> list[str]:
    """Merges a commit that was fetched; the files in which both sides changed the same lines."""
    words = ["git", "merge", "--quiet", "--no-edit", "--message", f"tenfold {release}", commit]
    done = subprocess.run(words, cwd=top, capture_output=True, text=True, encoding="utf-8")
    conflicts = _git(top, "diff", "--name-only", "--diff-filter=U", "-z").decode().split("\0")[:-1]
    if done.returncode and not conflicts:
        raise Failure(f"git cannot merge {release}.", why=(done.stderr or done.stdout).strip())
    return conflicts


def _effects(folder: Path, old: Path, copy: Path, new: Path, since: str) -> tuple[str, tuple[dict[str, Any], ...]]:
    """What the release in `new` makes of the updated copy, against what the one in `old` makes of the project."""
    import json

    ask, before, after = "tenfold.releases.effects", _blueprints(folder), _blueprints(copy)
    states = json.loads(source.run(old, ask, "states", *before, cwd=folder)) if before else {}
    if not after:
        return "No blueprints in blueprints/.\n", ()
    question = json.dumps({"from": since, "states": states})
    effects = json.loads(source.run(new, ask, "changes", *after, cwd=copy, question=question))
    return effects["page"], tuple(effects["changes"])


def _blueprints(folder: Path) -> list[str]:
    files = sorted((folder / "blueprints").rglob("*.yaml"))
    return [str(file.relative_to(folder)) for file in files if blueprint_files.is_blueprint(file)]


def _composed(version: str, room: Path, folder: Path) -> None:
    """The template as a release has it."""
    code = source.release(version, room)
    if code == source.ROOT:
        template.compose(folder)
    else:
        source.run(code, "tenfold.releases.template", str(folder), cwd=room)


def _pinned(folder: Path) -> str | None:
    """The version of tenfold that a project installs."""
    file = folder / "requirements.txt"
    pin = template.PIN.search(file.read_text(encoding="utf-8")) if file.is_file() else None
    return pin[1] if pin else None


def _released(folder: Path) -> str:
    text = (folder / copying.ANSWERS).read_text(encoding="utf-8")
    line = re.search(r"^_commit: (\S+)$", text, re.MULTILINE)
    return line[1] if line else "?"


def _has_marker(file: Path) -> bool:
    return file.is_file() and _MARKER.encode() in file.read_bytes()


def _git(folder: Path, *words: str, failed: str = "", question: bytes | None = None) -> bytes:
    done = subprocess.run(["git", *words], cwd=folder, capture_output=True, input=question, check=False)
    if done.returncode:
        why = done.stderr.decode(errors="replace").strip()
        raise Failure(f"{failed or f'git {words[0]} failed'}.", why=why, code=exits.WRONG_INPUT if failed else 1)
    return done.stdout
