"""The engine's processes, each in a process group of its own: a signal that tenfold passes on reaches it once, and
nobody else in the caller's group (a CI job's shell, the other end of a pipe)."""

import os
import signal
import subprocess
import threading
import warnings
from collections.abc import Callable, Mapping
from typing import IO, Any

from pulumi.automation import CommandResult, PulumiCommand
from pulumi.automation.errors import create_command_error
from semver import VersionInfo

from tenfold.engine import interruption

# What the SDK says of an engine that was killed, with its own line of source: `Killed` says it.
warnings.filterwarnings("ignore", "Error in event stream")

Line = Callable[[str], Any] | None


class Killed(Exception):
    """By which signal, said for people."""


class Command(PulumiCommand):
    """Runs the engine as `PulumiCommand` does. That one asks the engine for its version first, and leaves it in the
    terminal's process group. `umask`: of the files it writes; -1 for the caller's. `without`: environment variables
    that it must not see."""

    def __init__(self, program: str, version: str, umask: int = -1, without: tuple[str, ...] = ()):
        self.command, self.version = program, VersionInfo.parse(version)
        self.umask, self.without = umask, without

    def run(
        self,
        args: list[str],
        cwd: str,
        additional_env: Mapping[str, str],
        on_output: Line = None,
        on_error: Line = None,
    ) -> CommandResult:
        """Raises `CommandError` where the engine fails, `Killed` where it was, `Stopped` where it is not to begin."""
        interruption.proceed()
        shared = {name: value for name, value in os.environ.items() if name not in self.without}
        with (
            subprocess.Popen(
                [self.command, "--non-interactive", *args],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                cwd=cwd,
                env=_with_path({**shared, **additional_env, "PULUMI_AUTOMATION_API": "true"}, self.command),
                encoding="utf-8",
                errors="replace",
                process_group=0,
                umask=self.umask,
            ) as process,
            interruption.reaches(process),
        ):
            out, err = _collect(process.stdout, on_output), _collect(process.stderr, on_error)
            stdout, stderr = out(), err()
            process.wait()
        result = CommandResult(stderr=stderr, stdout=stdout, code=process.returncode)
        if result.code < 0:
            raise Killed(f"the engine's process was killed ({signal.Signals(-result.code).name})")
        if result.code:
            raise create_command_error(result)
        return result


def _collect(stream: IO[str] | None, callback: Line) -> Callable[[], str]:
    """Reads the stream on a thread; what is returned waits for its end and gives the whole text."""
    lines: list[str] = []
    assert stream

    def read() -> None:
        for line in stream:
            lines.append(line.rstrip())
            if callback:
                callback(lines[-1])

    reader = threading.Thread(target=read)
    reader.start()

    def whole() -> str:
        reader.join()
        return "\n".join(lines)

    return whole


def _with_path(environment: dict[str, str], program: str) -> dict[str, str]:
    """The plugins beside the engine come first, as with `PulumiCommand`."""
    path = environment.get("PATH", "")
    return (
        {**environment, "PATH": f"{os.path.dirname(program)}{os.pathsep}{path}"}
        if os.path.isabs(program)
        else environment
    )
