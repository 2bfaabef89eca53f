"""A queue and its workers under a load, minute by minute: what waits, for how long, and how many work on it.

The workers follow the backlog as Auto Scaling does it (components/plans/backlog.py): target tracking on the messages
that wait or are in work for each worker, out after three minutes above the target, in after fifteen below 70 % of it;
and out of zero by one worker, which target tracking cannot do. After six hours without a message SQS sends no metrics,
and takes up to 15 minutes to send them again. Messages are taken in the order they came; all times are to the minute.
Left out: messages that fail and come again, and other queues of the same workers, which are taken to be empty.
"""

from collections import deque
from collections.abc import Sequence
from math import ceil
from typing import NamedTuple

from tenfold.blueprints.architecture import Architecture
from tenfold.components.plans.backlog import STARTS, UNSEEN, Backlog
from tenfold.foresight.curves import Load
from tenfold.foresight.simulation import Size, State, Track

FORGOTTEN = 360  # minutes without a message until SQS sends no metrics
NONE_LOST = 1e-9


class WorkRun(NamedTuple):
    """What happened, a value for each minute. `load` in messages/s that arrive; `oldest` minutes that the oldest
    message in the queue has waited; `waits`: (minutes waited, messages)."""

    queue: Backlog
    size: Size
    load: Load
    workers: Sequence[int]
    waiting: Sequence[float]
    oldest: Sequence[int]
    waits: Sequence[tuple[int, float]]
    paid: float
    """Server-minutes."""

    @property
    def messages(self) -> float:
        return sum(self.load) * 60

    @property
    def late(self) -> float:
        """Messages that waited longer than is acceptable, and those that still do."""
        longest = ceil(self.queue.acceptable_delay_seconds / 60)
        return sum(messages for minutes, messages in self.waits if minutes > longest)

    @property
    def minutes_at_most(self) -> int:
        """Minutes in which all workers ran that may, and more waited than they can do in time."""
        enough = self.size.most * self.queue.per_worker
        return sum(
            workers == self.size.most and waiting > enough
            for workers, waiting in zip(self.workers, self.waiting, strict=True)
        )

    @property
    def keep_up(self) -> int:
        """Workers that do at the peak what comes."""
        return ceil(max(self.load) / self.size.each)


def run_of(a: Architecture, name: str, load: Load) -> WorkRun:
    """The architecture's own workers on one of their queues."""
    assert a.workers
    queue = a.job_queues[name]
    at_once = a.workers.at_once
    backlog = Backlog(name, queue.acceptable_delay, queue.message_takes, at_once)
    start = STARTS // 60
    size = Size(a.workers.servers_min, a.workers.servers_max, at_once / queue.message_takes, start, 0, 1)
    return run(load, size, backlog)


def run(load: Load, size: Size, queue: Backlog) -> WorkRun:
    """`size.each`: messages/s that a worker does."""
    state, tracking = State(size, size.least), Track(1.0)
    line: deque[list[float]] = deque()  # [minute of arrival, messages]
    workers, waiting, oldest = list[int](), list[float](), list[int]()
    waits: list[tuple[int, float]] = []
    paid, idle, unseen_until = 0, 0, 0
    for state.minute, rate in enumerate(load):
        state.pass_time()
        if rate and idle >= FORGOTTEN:
            unseen_until = state.minute + UNSEEN // 60
        idle = 0 if rate or line else idle + 1
        line.append([state.minute, rate * 60])
        served = _take(line, state.serving * size.each * 60, state.minute, waits)
        left = sum(messages for _, messages in line)
        workers.append(state.serving)
        waiting.append(left)
        oldest.append(state.minute - int(line[0][0]) if line else 0)
        paid += state.paid
        seen = state.minute >= unseen_until
        if seen:
            working = min(state.serving, left + served / (size.each * 60))
            state.seen.append((left + working) / max(1, state.serving) / queue.per_worker)
        workers_next = 1 if state.desired == 0 and left > NONE_LOST and seen else tracking.decide(state)
        workers_next = min(state.most, max(state.least, workers_next))
        if workers_next != state.desired:
            state.become(workers_next)
    waits += [(len(load) - int(came), messages) for came, messages in line]
    return WorkRun(queue, size, load, workers, waiting, oldest, waits, paid)


def _take(line: deque[list[float]], most: float, minute: int, waits: list[tuple[int, float]]) -> float:
    """The messages that are taken in this minute, the oldest first."""
    taken = 0.0
    while line and (line[0][1] <= NONE_LOST or taken < most - NONE_LOST):
        came, messages = line[0]
        part = min(messages, most - taken)
        if part > NONE_LOST:
            waits.append((minute - int(came), part))
        taken += part
        line[0][1] -= part
        if line[0][1] <= NONE_LOST:
            line.popleft()
    return taken
