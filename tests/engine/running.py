"""The command line as a user has it, run as a process."""

import json
import os
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

TENFOLD = [sys.executable, "-m", "tenfold"]
CHECKOUT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Tenfold:
    """The command line as a user has it, in a state directory of the test's own."""

    environment: dict[str, str]

    def __call__(self, *args: str, code: int | None = 0, **variables: str) -> subprocess.CompletedProcess[str]:
        """Runs `tenfold ARGS`; fails the test with everything that was printed unless it exits with `code`."""
        done = subprocess.run(
            [*TENFOLD, *args],
            cwd=CHECKOUT,
            env={**self.environment, **variables},
            capture_output=True,
            text=True,
            timeout=300,
        )
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
