"""Which run of a takeover is active, and how far it is: in Parameter Store of the standby region, for colleagues too.

/tenfold/takeovers/shop-prod/3    the third run

A run takes the next number. Parameter Store creates a name only once (PutParameter without Overwrite), so of two people
who start at the same moment only one continues. After that a run writes only its own parameter, at least every half
minute, and stops when somebody has taken a later number. The region that is left is never asked.
"""

import getpass
import json
import os
import platform
import threading
import uuid
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

from tenfold.blueprints.value import Value
from tenfold.engine.workspace import Place
from tenfold.failover import journal
from tenfold.failover.journal import Journal
from tenfold.failover.takeover import QUICK
from tenfold.promotion.checks import Asked

SIGN_SECONDS = 30  # between two heartbeats
SILENT_SECONDS = 120  # without a heartbeat a run counts as ended: it was killed, or its machine is gone
_RESULT = 100  # characters of what a step has done: 14 steps fit into the 4,096 of a parameter (API, PutParameter)
_EXISTS = "ParameterAlreadyExists"


class Run(Value):
    """One run of `tenfold failover` or `failback`, as its parameter describes it."""

    number: int
    who: str  # mia@laptop
    machine: str
    pid: int
    at_work: bool  # until it has ended; still true after a kill
    silent_seconds: float
    journal: Journal

    @property
    def is_alive(self) -> bool:
        gone = self.machine == _machine() and not _runs(self.pid)
        return self.at_work and not gone and self.silent_seconds < SILENT_SECONDS

    @property
    def doing(self) -> str:
        """In words: mia@laptop, at promote, 12 s ago."""
        step = f", at {self.journal.trying}" if self.journal.trying else ""
        return f"{self.who}{step}, {self.silent_seconds:.0f} s ago"


class Unreadable(Exception):
    """A parameter that this release of tenfold cannot read. The message names it."""


class Taken(Exception):
    """Somebody else has taken a later number. The message says who."""


class Known(Value):
    """What is known about the last takeover. `trouble`: why the standby region does not answer; then `journal` is this
    machine's copy."""

    journal: Journal | None = None
    run: Run | None = None
    trouble: str = ""


def last_takeover(where: Place, ssm: Any) -> Known:
    """`ssm`: None where there is no second region. Raises `Failure` for a damaged file of this machine."""
    from botocore.exceptions import BotoCoreError, ClientError

    here = journal.read(where)
    if ssm is None:
        return Known(here)
    try:
        run = latest(ssm, where.stack)
    except (BotoCoreError, ClientError, Unreadable) as wrong:
        return Known(here, None, str(wrong))
    return Known(journal.later(here, run.journal if run else None), run)


def client(asked: Asked, deployed: Iterable[Mapping[str, Any]]) -> Any:
    """A client of Parameter Store in the deployed standby region; None where there is no such region."""
    from botocore.config import Config

    providers = (one for one in deployed if one["type"] == "pulumi:providers:aws")
    region = next((one["inputs"]["region"] for one in providers if one["urn"].endswith("::aws-standby")), "")
    return asked.client("ssm", region, Config(**QUICK)) if region else None


def folder(stack: str) -> str:
    return f"/tenfold/takeovers/{stack}"


def latest(ssm: Any, stack: str) -> Run | None:
    """The last run; None where there was none, or it was deleted. Raises `Unreadable`, botocore's errors."""
    runs, answered = _runs_of(ssm, stack)
    if not runs:
        return None
    number = max(runs)
    try:
        return _run_of(number, runs[number], answered)
    except (ValueError, TypeError, KeyError) as wrong:
        name = runs[number]["Name"]
        raise Unreadable(f"the parameter {name} is not as this release of tenfold writes it ({wrong})") from wrong


def _run_of(number: int, parameter: Mapping[str, Any], answered: datetime) -> Run:
    data = json.loads(parameter["Value"])
    # Both times are AWS's, since the clocks of two machines may differ.
    silent = max(0.0, (answered - parameter["LastModifiedDate"]).total_seconds())
    return Run(number, data["who"], data["machine"], data["pid"], data["at_work"], silent, journal.of(data["journal"]))


def _runs_of(ssm: Any, stack: str) -> tuple[dict[int, Any], datetime]:
    """Number -> parameter, and when AWS answered. A page may be empty and not the last."""
    parameters, answered = [], datetime.now(UTC)
    for page in ssm.get_paginator("get_parameters_by_path").paginate(Path=folder(stack)):
        parameters += page["Parameters"]
        answered = parsedate_to_datetime(page["ResponseMetadata"]["HTTPHeaders"]["date"])
    numbered = ((one["Name"].rpartition("/")[2], one) for one in parameters)
    return {int(number): one for number, one in numbered if number.isdecimal()}, answered


class Claim:
    """The number that this run has taken. `trouble`: why the last write failed; empty where it succeeded."""

    def __init__(self, ssm: Any, stack: str, number: int, notes: Journal) -> None:
        self._ssm, self._stack, self._notes = ssm, stack, notes
        self.number, self.trouble = number, ""
        self._ended = threading.Event()
        self._writing = threading.Lock()

    def __enter__(self) -> "Claim":
        threading.Thread(target=self._live, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self.write(self._notes)

    def _live(self) -> None:
        while not self._ended.wait(SIGN_SECONDS):
            with suppress(Taken):  # the next step says so
                self.refuse_taken()
                self.write(self._notes)

    def refuse_taken(self) -> None:
        """Raises `Taken`. Where AWS does not answer, the run keeps its number."""
        from botocore.exceptions import BotoCoreError, ClientError

        with suppress(BotoCoreError, ClientError, Unreadable):
            last = latest(self._ssm, self._stack)
            if last and last.number > self.number:
                raise Taken(f"{last.who} has gone on with it")

    def write(self, notes: Journal) -> None:
        """A region that does not answer does not stop a takeover: this machine has the journal too."""
        from botocore.exceptions import BotoCoreError, ClientError

        with self._writing:
            self._notes = notes
            try:
                _put(self._ssm, self._stack, self.number, notes, at_work=not self._ended.is_set(), over=True)
                self.trouble = ""
            except (BotoCoreError, ClientError) as wrong:
                self.trouble = str(wrong)


def claim(ssm: Any, stack: str, last: Run | None, notes: Journal) -> Claim:
    """The number after `last`. Raises `Taken`, `Unreadable`, botocore's errors."""
    from botocore.exceptions import ClientError

    number = last.number + 1 if last else 1
    try:
        _put(ssm, stack, number, notes, at_work=True, over=False)
    except ClientError as refusal:
        if refusal.response["Error"]["Code"] != _EXISTS:
            raise
        raise Taken("somebody has begun at the same moment") from refusal
    # `last` may be old by now: a number below the last one, which its owner has forgotten since, belongs to nobody.
    newest = latest(ssm, stack)
    if newest and newest.number > number:
        _delete(ssm, stack, [number])
        raise Taken(f"{newest.who} has begun in the meantime")
    _delete(ssm, stack, [one for one in _runs_of(ssm, stack)[0] if one < number])
    return Claim(ssm, stack, number, notes)


def forget(ssm: Any, stack: str) -> None:
    """With the stack. Raises botocore's errors."""
    _delete(ssm, stack, [*_runs_of(ssm, stack)[0]])


def _put(ssm: Any, stack: str, number: int, notes: Journal, *, at_work: bool, over: bool) -> None:
    short = tuple(replace(entry, result=_short(entry.result)) for entry in notes.entries)
    value = {
        "who": _who(),
        "machine": _machine(),
        "pid": os.getpid(),
        "at_work": at_work,
        "journal": asdict(replace(notes, entries=short)),
    }
    text = json.dumps(value, separators=(",", ":"), ensure_ascii=False)
    ssm.put_parameter(Name=f"{folder(stack)}/{number}", Value=text, Type="String", Overwrite=over)


def _short(text: str) -> str:
    """Without what Parameter Store takes for the name of another parameter: {{…}}."""
    text = text.replace("{{", "{ {")
    return text if len(text) <= _RESULT else f"{text[: _RESULT - 1]}…"


def _delete(ssm: Any, stack: str, numbers: Sequence[int]) -> None:
    for first in range(0, len(numbers), 10):  # at once: API reference, DeleteParameters
        ssm.delete_parameters(Names=[f"{folder(stack)}/{number}" for number in numbers[first : first + 10]])


def _who() -> str:
    try:
        return f"{getpass.getuser()}@{platform.node()}"
    except (KeyError, OSError):  # a container without a user database
        return f"{os.getuid()}@{platform.node()}"


def _machine() -> str:
    """Where a process id means the same process: this boot, and this container."""
    try:
        with open("/proc/sys/kernel/random/boot_id", encoding="ascii") as boot:
            return f"{boot.read().strip()} {os.readlink('/proc/self/ns/pid')}"
    except OSError:  # not Linux
        return f"{uuid.getnode():x}"


def _runs(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
