"""Exit codes, the same for every command; `--help` lists them. And the way out."""

import atexit
import os
import sys
from typing import NoReturn

DONE = 0
FAILED = 1
WRONG_INPUT = 2
REFUSED = 3
INTERRUPTED = 4
DIFFERENT = 5

MEANING = {
    DONE: "done, or nothing to report",
    FAILED: "failed",
    WRONG_INPUT: "the input is wrong",
    REFUSED: "refused for safety",
    INTERRUPTED: "interrupted; run it again to resume",
    DIFFERENT: "there are differences, where --exit-code, --dry-run or `drift` asked",
}


def leave(code: int) -> NoReturn:
    """Ends the process without taking its memory apart object by object: 15 % of a plan, and a second of an `up`,
    which has a cloud's whole SDK in it. Threads end first, and what is registered for the end is done; what was written
    to stdout has been flushed before."""
    try:
        if threading := sys.modules.get("threading"):
            threading._shutdown()
        atexit._run_exitfuncs()
        sys.stderr.flush()
    finally:  # somebody who presses Ctrl-C meanwhile leaves at once, without a traceback
        os._exit(code)
