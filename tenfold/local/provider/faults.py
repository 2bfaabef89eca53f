"""Faults on request, so that interruption can be tested for real: `--local-fault KIND@N`.

N counts the creates, updates and deletes of one run, from 1. `throttle` and `error` fail the N-th, `crash` kills the
provider process with it (when every call under way has been acted on by the cloud, before the engine hears of them),
`slow` delays it and every later one.

The `kill`s are harder. Their N counts the calls by which the provider changes the cloud; one resource may need several.
Right after the N-th the process is gone, and what the cloud has just done is noted nowhere.
"""

import os
import signal
import threading
import time
from collections.abc import Callable
from pathlib import Path

VARIABLE = "TENFOLD_LOCAL_FAULT"
SLOW = 2.0  # seconds a call


_ANSWERS = {
    "throttle": "ThrottlingException: Rate exceeded",
    "error": "InternalFailure: the service failed",
}


def _parent(pid: int) -> int:
    """The process that started it (Linux)."""
    return int(Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[1])


def _cloud() -> int:
    from tenfold.local import server

    process = server.running()
    return process.pid if process else 0


_VICTIMS: dict[str, Callable[[], int]] = {
    "kill": os.getpid,  # the provider
    "kill-engine": os.getppid,
    "kill-command": lambda: _parent(os.getppid()),
    "kill-cloud": _cloud,
}
KINDS = ("throttle", "error", "crash", "slow", *_VICTIMS)


class Fault(Exception):
    """What the simulated AWS answered on request."""


def parse(text: str) -> tuple[str, int]:
    """`error@12` → ("error", 12). Raises ValueError with the valid forms."""
    kind, _, count = text.partition("@")
    if kind not in KINDS or not count.isdigit() or int(count) < 1:
        raise ValueError(f"{text!r} is not KIND@N with KIND one of {', '.join(KINDS)} and N from 1, such as error@12")
    return kind, int(count)


class Faults:
    """Counts the changes under way; `with faults:` is around each of them."""

    def __init__(self, text: str | None):
        self._kind, self._at = parse(text) if text else ("", 0)
        self._calls = self._under_way = self._acts = 0
        self._crashing = False
        self._changed = threading.Condition()

    def __enter__(self) -> None:
        with self._changed:
            self._changed.wait_for(lambda: not self._crashing)  # a crash is near: nothing new is begun
            self._calls += 1
            self._under_way += 1
            calls = self._calls
            self._crashing = self._kind == "crash" and calls == self._at
        if self._kind == "slow" and calls >= self._at:
            time.sleep(SLOW)
        if self._kind in _ANSWERS and calls == self._at:
            self._end()
            raise Fault(f"{_ANSWERS[self._kind]} (asked for by --local-fault)")

    def __exit__(self, kind: object, error: object, trace: object) -> None:
        self._end()

    def count_act(self) -> None:
        """Called when the cloud has acted on one call."""
        with self._changed:
            self._acts += 1
            due = self._kind in _VICTIMS and self._acts == self._at
        if due and (victim := _VICTIMS[self._kind]()):
            os.kill(victim, signal.SIGKILL)

    def _end(self) -> None:
        """The last call under way takes the process with it: what the cloud has done is journalled by then."""
        with self._changed:
            self._under_way -= 1
            if self._crashing and not self._under_way:
                os._exit(70)
