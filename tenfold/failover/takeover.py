"""The data of a takeover, the class of its steps, and waiting for AWS."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from tenfold.blueprints.value import Value
from tenfold.failover import trouble
from tenfold.failover.moves import Copied, Fleet, Moves, Pair
from tenfold.failover.pods import Pods
from tenfold.failover.replicas import Replica
from tenfold.promotion.checks import Asked

PATIENCE = 30 * 60  # seconds that a step waits for AWS; promotions of 15 min have been reported
EVERY = 10  # seconds between two looks, in an account
UNANSWERED = 6  # looks in a row without an answer, before it counts as a failure
QUICK = {
    "connect_timeout": 5,
    "read_timeout": 20,
    "retries": {"total_max_attempts": 2},
}  # it may be lost
PATIENT = {**QUICK, "retries": {"mode": "standard", "total_max_attempts": 6}}  # AWS throttles for some seconds


class Way(StrEnum):
    """Which region takes over from which."""

    FAILOVER = "failover"
    FAILBACK = "failback"


class Unfinished(Exception):
    """A step that could not be finished; the message says why. The next run of the takeover resumes with it."""


@dataclass
class Takeover:
    """The data that the steps need. `away` is the region that is left, `here` the region that takes over."""

    way: Way
    asked: Asked
    moves: Moves
    here: str
    away: str
    point: int  # seconds that may be lost
    switch: str = ""  # name of the switch's alarm, in the standby region; empty where no name can move
    address: str = ""  # the public one
    there: str = ""  # the address of the region that takes over
    pairs: tuple[Pair, ...] = ()  # of a failback: each database with its future replica
    copied: Copied = field(default_factory=Copied)  # buckets and tables that both regions have
    stopped: tuple[Fleet, ...] = ()  # fleets that are fenced, with their sizes in the state
    images: tuple[str, ...] = ()  # that new servers fetch from ECR; none on the local cloud
    replicas: tuple[Replica, ...] = ()  # of secrets and keys, in the regions that need them
    pods: tuple[Pods, ...] = ()  # of services on Kubernetes, in both regions
    outputs: Mapping[str, Any] = field(default_factory=dict)
    took: Callable[[str], float] = field(default=lambda step: 0.0)  # seconds of a step that has ended; else 0
    agrees: Callable[[str], bool] = field(default=lambda question: True)  # whether the user agrees to a loss
    insists: Callable[[str], bool] = field(default=lambda question: False)  # whether to continue without it
    fenced_at: Callable[[], str] = field(default=lambda: "")  # when the fence was complete; ISO 8601, UTC
    refresh: Callable[[], str] = field(default=lambda: "")
    write: Callable[[], str] = field(default=lambda: "")
    restate: Callable[[], object] = field(default=lambda: None)  # writes recreated read replicas into the state

    def client(self, service: str, region: str) -> Any:
        from botocore.config import Config

        return self.asked.client(service, region, Config(**(PATIENT if region == self.here else QUICK)))


class Step(Value):
    name: str
    title: str
    back: str  # how to undo the step once it is done
    act: Callable[[Takeover], str]
    """Does the step and waits for its effect; returns the result in words. Raises `Unfinished`."""
    cuts: bool = False  # the service is interrupted from here until the names have moved
    undo: Callable[[Takeover], str] | None = None
    """Undoes the step as far as it was done; returns the result in words. None where there is nothing to undo."""


def wait(at: Takeover, done: Callable[[], bool], words: str | Callable[[], str], patience: float = PATIENCE) -> None:
    """Raises `Unfinished` after `patience` seconds, with `words`. A single look without an answer does not end hours of
    waiting."""
    from botocore.exceptions import BotoCoreError, ClientError

    deadline, unanswered = time.monotonic() + patience, 0
    while True:
        try:
            if done():
                return
            unanswered = 0
        except (BotoCoreError, ClientError) as wrong:
            unanswered += 1
            if unanswered > UNANSWERED or not (is_silent(wrong) or trouble.is_busy(wrong)):
                raise
        if time.monotonic() > deadline:
            reason = words if isinstance(words, str) else words()
            raise Unfinished(f"{reason}, after {patience / 60:.0f} min")
        time.sleep(0.2 if at.asked.endpoint else EVERY)


def is_silent(wrong: Exception) -> bool:
    """Whether there was no answer: no connection, or a failure of the service (5xx)."""
    answer = getattr(wrong, "response", None)
    return not answer or answer.get("ResponseMetadata", {}).get("HTTPStatusCode", 500) >= 500
