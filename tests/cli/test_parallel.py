"""Work on all processors: its workers end without a word, whatever the command does about signals."""

import subprocess
import sys

PROGRAM = """
import signal, time
from tenfold import parallel
def told(*_): raise KeyboardInterrupt
signal.signal(signal.SIGTERM, told)
def work(n):
    time.sleep(0.002)
    return n
assert list(parallel.each(work, range(64))) == list(range(64))
"""


def test_workers_that_are_told_to_end_print_nothing() -> None:
    """One run may end before its workers are told: several are looked at."""
    runs = [subprocess.Popen([sys.executable, "-c", PROGRAM], stderr=subprocess.PIPE, text=True) for _ in range(6)]
    assert [run.communicate(timeout=60)[1] for run in runs] == [""] * 6
