"""Copies of a stack's state: those the engine keeps, whether they can be used, and putting one back."""

import gzip
import os
import time
from pathlib import Path

from tenfold import exits, files
from tenfold.blueprints.value import Value
from tenfold.engine import backend, checkpoint, project, workspace
from tenfold.engine.workspace import Place
from tenfold.failure import Failure


class Copy(Value):
    """`place`: its file, or its address in a bucket. `damage`: why it cannot be used, or an empty text."""

    place: str
    name: str
    written: str
    content: bytes
    state: checkpoint.State
    damage: str


def source(where: Place) -> str:
    """Where the state is, for people."""
    if where.bucket:
        return where.bucket.place(where.bucket.target)
    return str(where.folder.target) if where.folder else backend.public_url(where.backend)


def damage(where: Place) -> str:
    """What is wrong with the state, as the end of a sentence that begins with its file; empty for a good one.

    Raises `Unreadable` where that cannot be known: no permission, a backend out of reach.
    """
    file = where.folder.file if where.folder else None
    if file:
        return _of_file(file, where).damage
    if where.bucket:
        there = where.bucket.state
        return _copy(where, "", "", 0, there).damage if there is not None else ""
    workspace.state(where)
    return ""


def list_copies(where: Place) -> list[Copy]:
    """The newest first. Raises `Failure` (refused) for a backend whose files only its own tools reach."""
    if bucket := where.bucket:
        return [
            _copy(where, bucket.place(stored.key), stored.name, stored.written.timestamp(), bucket.read(stored))
            for stored in bucket.copies
        ]
    if not where.folder:
        url = backend.public_url(where.backend)
        raise Failure(
            f"The copies of {where.stack}'s state are in {url}, which tenfold does not open.",
            why="Nothing was changed.",
            remedies=(
                f"Take one from its .pulumi/backups/{project.NAME}/{where.stack}/ or from its own versions, "
                "and write it",
                f"to .pulumi/stacks/{project.NAME}/{where.stack}.json; with the Pulumi service:",
                f"pulumi stack export --stack {where.stack} --version N | pulumi stack import --stack {where.stack}",
            ),
            code=exits.REFUSED,
        )
    return [_of_file(file, where) for file in where.folder.copies]


def choose_copy(where: Place, among: list[Copy], name: str | None) -> Copy:
    """The copy of this name, or in this file; without one, the newest that can be used. Raises `Failure`."""
    if name:
        named = [copy for copy in among if name in (copy.name, copy.place)]
        if not named and not Path(name).is_file():
            raise Failure(
                f"There is no copy {name}.",
                why="It is neither the name of one in the list nor a file.",
                remedies=(f"tenfold state restore {where.flags}   lists them",),
                code=exits.WRONG_INPUT,
            )
        copy = named[0] if named else _of_file(Path(name), where)
        if copy.damage:
            raise Failure(f"{copy.place} {copy.damage}.", why="Nothing was changed.", code=exits.WRONG_INPUT)
        return copy
    usable = [copy for copy in among if not copy.damage]
    if not usable:
        raise Failure(
            f"No copy of {where.stack}'s state can be used.", why="Nothing was changed.", remedies=_lost(where)
        )
    return usable[0]


def restore(where: Place, copy: Copy) -> str | None:
    """Puts the copy in the state's place. Where the state that was there is kept, None where there was none."""
    packed = copy.content.startswith(b"\x1f\x8b")
    content = gzip.decompress(copy.content) if packed else copy.content
    if where.bucket:
        aside = where.bucket.put(content)
        return aside and where.bucket.place(aside)
    assert where.folder
    there = where.folder.file
    target = where.folder.target.with_name(f"{where.stack}.json")
    aside = put_aside(there) if there else None
    files.write(target, content)
    if there and there != target:
        there.unlink()
    return str(aside) if aside else None


def put_aside(file: Path) -> Path:
    """Keeps it under another name too, before it is taken away; without needing room for a second one."""
    aside = file.with_name(backend.aside_name(file.name))
    os.link(file, aside)
    return aside


def _of_file(file: Path, where: Place) -> Copy:
    try:
        return _copy(where, str(file), file.name, file.stat().st_mtime, file.read_bytes())
    except OSError as error:
        raise backend.unreadable(file, error) from error


def _copy(where: Place, place: str, name: str, written: float, content: bytes) -> Copy:
    try:
        state, wrong = checkpoint.parse(content, where.stack), ""
    except checkpoint.Damaged as error:
        state, wrong = checkpoint.State(), str(error)
    except checkpoint.Compressed:
        state, wrong = checkpoint.State(), "is compressed with zstd, which only the engine reads"
    day = time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(written))
    return Copy(place, name, day, content, state, wrong)


def _lost(where: Place) -> tuple[str, ...]:
    if where.cloud:
        return ("tenfold local reset   forgets the local stacks; then `up` creates them again",)
    return (
        f"tenfold state restore {where.flags} --from FILE   with a copy from your own backups, or",
        f"pulumi import --stack {where.stack} TYPE NAME ID   takes over what exists, one by one, into a new state",
    )
