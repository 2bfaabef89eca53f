"""Faults on request, so that interruption can be tested for real: `--local-fault KIND@N`.

N counts the creates, updates and deletes of one run, from 1. `throttle` and `error` fail the N-th, `crash` kills the
provider process in it (after the cloud has acted, before the engine hears of it), `slow` delays it and every later one.
"""

import os
import threading
import time

VARIABLE = "TENFOLD_LOCAL_FAULT"
KINDS = ("throttle", "error", "crash", "slow")
SLOW = 2.0  # seconds a call


class Fault(Exception):
    """What the simulated AWS answered on request."""


def parse(text: str) -> tuple[str, int]:
    """`error@12` → ("error", 12). Raises ValueError with the valid forms."""
    kind, _, count = text.partition("@")
    if kind not in KINDS or not count.isdigit() or int(count) < 1:
        raise ValueError(f"{text!r} is not KIND@N with KIND one of {', '.join(KINDS)} and N from 1, such as error@12")
    return kind, int(count)


class Faults:
    def __init__(self, text: str | None):
        self._kind, self._at = parse(text) if text else ("", 0)
        self._calls = 0
        self._lock = threading.Lock()

    def before(self) -> bool:
        """Counts one call; raises or delays where asked. Whether the process is to crash after it."""
        with self._lock:
            self._calls += 1
            calls = self._calls
        if self._kind == "slow" and calls >= self._at:
            time.sleep(SLOW)
        if calls != self._at:
            return False
        if self._kind == "throttle":
            raise Fault("ThrottlingException: Rate exceeded (asked for by --local-fault)")
        if self._kind == "error":
            raise Fault("InternalFailure: the service failed (asked for by --local-fault)")
        return self._kind == "crash"

    @staticmethod
    def crash() -> None:
        os._exit(70)
