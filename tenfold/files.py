"""How tenfold writes its own files: whole or not at all, and for their owner alone."""

import os
import tempfile
from pathlib import Path

from tenfold import exits, home
from tenfold.failure import Failure

PRIVATE = 0o600


def write(path: Path, content: str | bytes, mode: int | None = PRIVATE) -> None:
    """Replaces the file by one that is completely on the disk: who reads it finds the old content or the new one, even
    after a full disk or a crash. Through a symbolic link. `mode`: None keeps that of the file that is there.

    Raises OSError with the file's name; then the file is as it was.
    """
    real = path.resolve()
    folder(real.parent)
    if mode is None:
        mode = real.stat().st_mode & 0o7777
    temporary = ""
    try:
        handle, temporary = tempfile.mkstemp(dir=real.parent, prefix=f".{real.name}.")
        with os.fdopen(handle, "wb") as out:
            out.write(content.encode() if isinstance(content, str) else content)
            out.flush()
            os.fchmod(out.fileno(), mode)
            os.fsync(out.fileno())
        os.replace(temporary, real)
    except BaseException as error:
        Path(temporary).unlink(missing_ok=True) if temporary else None
        if isinstance(error, OSError):
            error.filename = str(path)
        raise


def deliver(path: Path, text: str) -> None:
    """Writes a file that a user asked for, with the rights that their files have. Raises `Failure` (wrong input)."""
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as wrong:
        raise Failure(f"{path} cannot be written.", why=wrong.strerror or str(wrong), code=exits.WRONG_INPUT) from wrong


def folder(path: Path) -> Path:
    """The folder, made where it is missing; one of tenfold's own is closed to others, whatever the umask is."""
    if not path.is_dir():
        folder(path.parent)
        path.mkdir(mode=0o700, exist_ok=True)
    elif home.state() in (path, *path.parents) and path.stat().st_mode & 0o077:
        path.chmod(0o700)
    return path


def private(path: str, flags: int) -> int:
    """An `opener` for `open`: a new file is for its owner alone."""
    return os.open(path, flags, PRIVATE)


def room(where: Path, size: int) -> bool:
    """Whether `size` bytes can be written in the folder now: asked by writing them, which knows quotas as well."""
    try:
        with tempfile.TemporaryFile(dir=where, prefix=".room.") as probe:
            probe.write(b"\0" * size)
            probe.flush()
    except OSError as error:
        return not full(error)
    return True


def full(error: OSError) -> bool:
    import errno

    return error.errno in (errno.ENOSPC, errno.EDQUOT)
