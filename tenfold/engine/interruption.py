"""Signals to tenfold during a run: each is passed on to the engine alone, in its own process group, once. Where the
engine is not at work, the run ends at the next safe point."""

import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

from tenfold import exits
from tenfold.failure import Failure

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
PATIENCE = 60.0  # seconds; what the engine gets to write down what was under way, before it is stopped at once
_running: set[subprocess.Popen[str]] = set()
_asked: list[bool] = []  # an entry for each time that the engine was to stop


class Stopped(Exception):
    """A signal came before the engine's next process had begun."""


def unbegun(notes: Iterable[str] = ()) -> Failure:
    """Of a run that was stopped before it had begun to change anything; `notes`: what was put right before."""
    return Failure(
        "Stopped, as asked.",
        why="\n".join([*notes, "The engine has changed nothing."]),
        remedies=("Run the same command again.",),
        code=exits.INTERRUPTED,
    )


@contextmanager
def preparing() -> Iterator[None]:
    """While a run is prepared: Ctrl-C is a `Failure`, so that whoever has changed something for the run restores it."""
    try:
        yield
    except KeyboardInterrupt as key:
        raise unbegun() from key


class Interruption:
    """While it is entered, Ctrl-C, SIGTERM and SIGHUP (a closed terminal) go to the engine: the first lets it finish
    what is under way, the second stops it at once. Before and after the engine, `proceed` hears the first, and the
    second is a KeyboardInterrupt. A signal that is ignored from the start (nohup) stays ignored.
    `asked`: whether there was one."""

    asked = False

    def __enter__(self) -> "Interruption":
        _asked.clear()
        here = threading.current_thread() is threading.main_thread()
        heard = [number for number in SIGNALS if here and signal.getsignal(number) is not signal.SIG_IGN]
        self._before = {number: signal.signal(number, self._heard) for number in heard}
        return self

    def _heard(self, number: int, frame: Any) -> None:
        first, self.asked = not self.asked, True
        if first:
            _say("Stopping: what is under way is finished first. A second signal stops at once.")
        elif not _running:
            raise KeyboardInterrupt
        stop()

    def __exit__(self, kind: Any, error: Any, trace: Any) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)
        _asked.clear()


def stop() -> None:
    """Once: the engine finishes what is under way. Twice: it ends at once."""
    _asked.append(True)
    for process in list(_running):
        with suppress(ProcessLookupError):
            process.send_signal(signal.SIGINT)


def proceed() -> None:
    """Raises `Stopped` where nothing more is to begin."""
    if _asked:
        raise Stopped


@contextmanager
def reaches(process: subprocess.Popen[str]) -> Iterator[None]:
    """While it is entered, the process is one that is stopped."""
    _running.add(process)
    if _asked:  # the signal came while the process was being started
        process.send_signal(signal.SIGINT)
    try:
        yield
    finally:
        _running.discard(process)


@contextmanager
def stop_when(look: Callable[[], str], every: float = 1.0) -> Iterator[None]:
    """Stops the engine when `look` returns a reason, which it asks at intervals; at once, if that takes too long."""
    done = threading.Event()

    def watch() -> None:
        while not done.wait(every):
            if reason := look():
                _say(f"{reason} Stopping.")
                stop()
                if not done.wait(PATIENCE):
                    stop()
                return

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    try:
        yield
    finally:
        done.set()
        watcher.join()


def _say(text: str) -> None:
    with suppress(OSError, ValueError):  # the terminal may be gone
        sys.stderr.write(f"\n{text}\n")
        sys.stderr.flush()
