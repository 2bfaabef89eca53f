"""For all tests. A property that holds slowly holds: Hypothesis' deadline of 200 ms would fail it on a busy machine."""

import gc
import signal
from importlib.metadata import version
from pathlib import Path

import pytest
from hypothesis import settings

from tests import json_documents

settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")

ENGINE = tuple(Path(__file__).with_name(folder) for folder in ("docs", "engine"))
# Those of half a minute of CPU and more, the longest first.
LONGEST = ("test_commands", "test_interruption", "test_lifecycle", "test_services", "test_promote", "test_events")


def pytest_configure() -> None:
    """An environment of an earlier lock fails in ways that say nothing of the code."""
    for line in Path(__file__).parents[1].joinpath("scripts", "constraints.txt").read_text().splitlines():
        name, _, locked = line.partition("==")
        if locked and (installed := version(name)) != locked:
            raise pytest.UsageError(f"{name} {installed} is installed, and {locked} is locked: run scripts/setup.sh")
    json_documents.watch()
    # A shell starts what it runs in the background (`make test &`) with Ctrl-C ignored, and so every process from here.
    signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_collection_finish() -> None:
    """What is imported by now stays: millions of objects that the garbage collector need not look at again and again.
    It was half of the time of a test that builds a stack."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Of two workers, each of which begins with a half, one begins with the fast tests and one with those that run the
    engine, minutes in all and the longest first: a run does not end with one waiting for the other."""
    long = [item for item in items if item.path.parent in ENGINE]
    fast = [item for item in items if item.path.parent not in ENGINE]
    long.sort(key=lambda item: [*LONGEST, item.path.stem].index(item.path.stem))
    middle = len(items) // 2
    items[:] = [*fast[:middle], *long, *fast[middle:]]
