"""What a killed run or machine has left half written in a stack's folder is put right before the engine reads it.

The engine's own files, and what can be wrong with them (`diy/state.go` of Pulumi 3.274, gocloud's `blob/fileblob`):

    STACK.json        renamed into place, without fsync: whole after a killed process, perhaps not after a power cut
    STACK.json.bak    the state before its last write; written the same way
    *.attrs           gocloud's note beside each file: emptied, then written. A process killed in between leaves one
                      with which the engine ends as "failed to load checkpoint: EOF". The engine does not need it
    meta.yaml         once, by the first run

An object in a bucket is written whole or not at all.
"""

import json
from collections.abc import Iterator
from pathlib import Path

from tenfold import files
from tenfold.engine import checkpoint, copies, resume
from tenfold.engine.backend import Folder
from tenfold.engine.copies import Copy
from tenfold.engine.workspace import Place
from tenfold.wording import quantity


def mend(where: Place) -> list[str]:
    """Puts right what can be put right without a doubt; a sentence for each. Nobody else may be at work for that.

    Raises `Failure` (refused) where another run is. What is left damaged is refused by whoever reads it.
    """
    folder = where.folder
    if not folder or not (folder.lacks_version or half_notes(folder) or _torn(where)):
        return []
    notes = [_version(folder)] if folder.lacks_version else []
    notes += resume.release_lock(where)
    with resume.alone(where):
        for note in half_notes(folder):
            note.unlink(missing_ok=True)
        return [*notes, *_state(where)]


def half_notes(folder: Folder) -> list[Path]:
    """gocloud's notes that were cut off: the engine does not read the files beside them."""
    return [note for note in folder.notes if not _is_json(note.read_bytes())]


def _is_json(content: bytes) -> bool:
    try:
        json.loads(content)
    except ValueError:
        return False
    return True


def _version(folder: Folder) -> str:
    files.write(folder.meta, "version: 1\n")
    return f"{folder.meta} was empty, as a machine that stops leaves it; it says again how the folder is laid out."


def _torn(where: Place) -> bool:
    file = where.folder.file if where.folder else None
    if not file:
        return False
    try:
        checkpoint.parse(file.read_bytes(), where.stack)
    except checkpoint.Torn:
        return True
    except (checkpoint.Damaged, checkpoint.Compressed, OSError):  # not a run's doing, or for others to say
        pass
    return False


def _state(where: Place) -> Iterator[str]:
    if not _torn(where):
        return
    damage, whole = copies.damage(where), [copy for copy in copies.list_copies(where) if ".damaged-" not in copy.name]
    copy = _nearest(where, whole)
    if copy:
        aside = copies.restore(where, copy)
        contents = quantity(len(copy.state.resources), "resource")
        yield f"The state of {where.stack} {damage}; {copy.name} of {copy.written} takes its place ({contents})."
        yield f"What was there is kept in {aside}."
    elif where.cloud and where.folder and where.folder.file and not whole:
        aside = copies.put_aside(where.folder.file)
        where.folder.file.unlink()
        begun = "what that had created is removed, and created again"
        yield f"The state of {where.stack} {damage}, after a first run that has not finished: {begun}."
        yield f"What was there is kept in {aside}."


def _nearest(where: Place, whole: list[Copy]) -> Copy | None:
    """The copy after which nothing has happened that is not known: the newest. It is the state before the last write
    (what was begun then, is in it as pending), or the one that the last finished run has left.

    On the local cloud the one before a torn `.bak` as well: the journal tells what the run since then has done.
    """
    newest = [copy for copy in whole if not (where.cloud and copy.damage and copy.name.endswith(".bak"))][:1]
    return next((copy for copy in newest if not copy.damage), None)
