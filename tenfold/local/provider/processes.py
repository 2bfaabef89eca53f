"""Which provider processes are at work: an orphan, whose engine was killed, still finishes what it had begun.

Each holds a lock on a file of its own while it lives. The next run waits for those whose engine is gone, and ends those
that are not done in time: the journal lists what they leave half done.
"""

import fcntl
import os
import signal
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from tenfold import files, home

PATIENCE = 30.0  # seconds; a provider ends at most 1 s after its engine, plus the calls under way


def _directory() -> Path:
    return home.state() / "local" / "providers"


def enter() -> None:
    """Called by a provider when it starts. The lock ends with the process, whatever way that ends: nothing in Python
    closes a plain descriptor, so it outlasts the threads that finish the last calls."""
    files.folder(_directory())
    descriptor = os.open(_directory() / str(os.getpid()), os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    fcntl.flock(descriptor, fcntl.LOCK_EX)
    os.write(descriptor, str(os.getppid()).encode())


def wait_for_orphans(alive: Callable[[int], bool], proceed: Callable[[], None]) -> None:
    """Returns when no provider is at work whose engine `alive(pid)` denies; removes the files of those that ended.
    `proceed` is called meanwhile, and raises where the caller is to wait no more."""
    deadline = time.monotonic() + PATIENCE
    for path in _directory().glob("*") if _directory().is_dir() else ():
        while time.monotonic() < deadline and _is_locked(path) and not alive(_engine(path)):
            proceed()
            time.sleep(0.05)
        if _is_locked(path) and not alive(_engine(path)):
            with suppress(ProcessLookupError):
                os.kill(int(path.name), signal.SIGKILL)
        if not _is_locked(path):
            path.unlink(missing_ok=True)


def _is_locked(path: Path) -> bool:
    try:
        with open(path, encoding="utf-8") as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except FileNotFoundError:
        pass
    return False


def _engine(path: Path) -> int:
    try:
        return int(path.read_text(encoding="utf-8") or 0)
    except (FileNotFoundError, ValueError):
        return 0
