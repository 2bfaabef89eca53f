"""The same work for many things, on all processors."""

import gc
import multiprocessing
import os
import signal
from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

Thing = TypeVar("Thing")
Result = TypeVar("Result")

_FEW = 8  # to start processes for these takes longer than the work


def each(work: Callable[[Thing], Result], things: Sequence[Thing]) -> Iterator[Result]:
    """The results in the order of the things. What `work` raises is raised here.

    Processes are forked, so that they share what is loaded already; `work` must not start threads before.
    """
    count = min(len(os.sched_getaffinity(0)), len(things) // _FEW)
    if count < 2:
        yield from map(work, things)
        return
    gc.freeze()  # a collection would write into what is shared, and copy it
    with multiprocessing.get_context("fork").Pool(count, _end_in_silence) as pool:
        yield from pool.imap(work, things, chunksize=_FEW)


def _end_in_silence() -> None:
    """A worker has inherited what the command does when it is told to end, which says so; the pool ends its workers by
    SIGTERM when the work is done. A person's Ctrl-C, and a terminal that closes, are for the command."""
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    for number in (signal.SIGINT, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
