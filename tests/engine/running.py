"""The command line as a user has it, run as a process."""

import functools
import json
import os
import select
import signal
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

TENFOLD = [sys.executable, "-m", "tenfold"]
CHECKOUT = Path(__file__).resolve().parents[2]
TIMEOUT = 300  # seconds
SEVERAL = "TENFOLD_TEST_SEVERAL_REGIONS"  # of a run in them: each has a provider of its own (tests/engine/forked.py)
# The engine writes the whole state before and after each step, half of its work, for who goes on after it was killed.
# Runs that nobody kills write it once, at their end.
UNDISTURBED = {"PULUMI_SKIP_CHECKPOINTS": "true"}


@dataclass(frozen=True)
class Tenfold:
    """The command line as a user has it, in a state directory of the test's own."""

    environment: dict[str, str]

    def __call__(self, *args: str, code: int | None = 0, **variables: str) -> subprocess.CompletedProcess[str]:
        """Runs `tenfold ARGS`; fails the test with everything that was printed unless it exits with `code`."""
        checkpoints = {} if "--local-fault" in args else UNDISTURBED
        done = _forked(args, {**self.environment, **checkpoints, **variables})
        if code is not None:
            assert done.returncode == code, f"exit {done.returncode}\n{done.stdout}\n{done.stderr}"
        assert "Traceback" not in done.stdout + done.stderr
        return done

    def json(self, *args: str, code: int = 0) -> dict[str, Any]:
        return json.loads(self(*args, "--json", code=code).stdout)

    def begin(self, *args: str) -> subprocess.Popen[str]:
        """The same, in a process group of its own and not waited for."""
        return subprocess.Popen(
            [*TENFOLD, *args],
            cwd=CHECKOUT,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )


def _forked(args: tuple[str, ...], environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    with tempfile.NamedTemporaryFile("r") as output, tempfile.NamedTemporaryFile("r") as errors:
        request = {"args": args, "environment": environment, "output": output.name, "errors": errors.name}
        stdin, stdout = _imported().stdin, _imported().stdout
        assert stdin and stdout
        print(json.dumps(request), file=stdin, flush=True)
        assert select.select([stdout], [], [], TIMEOUT)[0], f"no end within {TIMEOUT} s: tenfold {' '.join(args)}"
        return subprocess.CompletedProcess([*args], int(stdout.readline()), output.read(), errors.read())


@functools.cache
def _imported() -> subprocess.Popen[str]:
    """Ends with this process, which holds the other end of its stdin."""
    script = [sys.executable, "-m", "tests.engine.forked"]
    return subprocess.Popen(script, cwd=CHECKOUT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def kill(process: subprocess.Popen[str]) -> None:
    """As a machine that loses its power: tenfold, and the engine that it runs in a process group of its own. What those
    started is left, as the providers are."""
    engines = _children(process.pid)
    for group in (process.pid, *engines):
        os.killpg(group, signal.SIGKILL)
    process.wait()


def _children(parent: int) -> list[int]:
    """Those that lead a process group, without the local cloud, which leads a session."""
    fields = [
        (int(file.parent.name), file.read_text().rpartition(")")[2].split())
        for file in Path("/proc").glob("[0-9]*/stat")
    ]
    return [
        pid
        for pid, (_, above, group, session, *_) in fields
        if int(above) == parent and int(group) == pid != int(session)
    ]
