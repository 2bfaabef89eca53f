"""What a takeover works on, what a step of it is, and how a step waits for AWS."""

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

PATIENCE = 30 * 60  # seconds for what AWS does; a promotion has taken 15 min in the field
EVERY = 10  # seconds between two looks, in an account
UNANSWERED = 6  # looks in a row, before it counts as a failure
QUICK = {"connect_timeout": 5, "read_timeout": 20, "retries": {"total_max_attempts": 2}}  # of a region that may be lost
PATIENT = {**QUICK, "retries": {"mode": "standard", "total_max_attempts": 6}}  # AWS throttles, for some seconds


class Way(StrEnum):
    """Which region takes over from which."""

    FAILOVER = "failover"
    FAILBACK = "failback"


class Unfinished(Exception):
    """A step that could not be done; the message says why. Run again, the takeover goes on with it."""


@dataclass
class Takeover:
    """What the steps work on. `away` is the region that is left, `here` the one that takes over."""

    way: Way
    asked: Asked
    moves: Moves
    here: str
    away: str
    point: int  # seconds that may be lost
    switch: str = ""  # name of the switch's alarm, in the standby region; empty where no name can move
    address: str = ""  # the public one
    there: str = ""  # the address of the region that takes over
    pairs: tuple[Pair, ...] = ()  # of a failback: what follows whom afterwards
    copied: Copied = field(default_factory=Copied)  # what both regions have besides databases
    stopped: tuple[Fleet, ...] = ()  # those that are fenced, with the sizes that they have by the state
    images: tuple[str, ...] = ()  # of the servers that start, by ECR; none where nothing is fetched, as locally
    replicas: tuple[Replica, ...] = ()  # of secrets and keys, where they are needed
    pods: tuple[Pods, ...] = ()  # of services on Kubernetes, in both regions
    outputs: Mapping[str, Any] = field(default_factory=dict)
    took: Callable[[str], float] = field(default=lambda step: 0.0)  # seconds of a step that has ended; else 0
    agrees: Callable[[str], bool] = field(default=lambda question: True)  # to a loss that nobody has agreed to yet
    insists: Callable[[str], bool] = field(default=lambda question: False)  # on going on without what the servers need
    fenced_at: Callable[[], str] = field(default=lambda: "")  # when nobody wrote any more; ISO 8601, UTC
    refresh: Callable[[], str] = field(default=lambda: "")
    write: Callable[[], str] = field(default=lambda: "")
    restate: Callable[[], object] = field(default=lambda: None)  # the state knows read replicas that were made again

    def client(self, service: str, region: str) -> Any:
        from botocore.config import Config

        return self.asked.client(service, region, Config(**(PATIENT if region == self.here else QUICK)))


class Step(Value):
    name: str
    title: str
    back: str  # the way back, from when it is done
    act: Callable[[Takeover], str]
    """Does it, and waits until it is so; answers what is so now. Raises `Unfinished`."""
    cuts: bool = False  # users wait from here until the names have moved
    undo: Callable[[Takeover], str] | None = None
    """Takes it back, as far as it was done; answers what is so now. None where there is nothing to take back."""


def wait(at: Takeover, done: Callable[[], bool], words: str | Callable[[], str], patience: float = PATIENCE) -> None:
    """Raises `Unfinished` after `patience` seconds, with what is so then. Hours of waiting do not end with a look that
    nobody answers."""
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
    """Whether nobody was there to refuse: no connection, or an answer that the service fails (5xx)."""
    answer = getattr(wrong, "response", None)
    return not answer or answer.get("ResponseMetadata", {}).get("HTTPStatusCode", 500) >= 500
