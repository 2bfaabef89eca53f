"""Tests that run the real engine: a state directory and a local cloud for each worker, one engine for all."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tenfold import home

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
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()


@pytest.fixture(scope="session")
def tenfold(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tenfold]:
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith(("PULUMI_", "AWS_"))},
        "TENFOLD_DATA": str(home.data()),
        "TENFOLD_HOME": str(tmp_path_factory.mktemp("tenfold")),
        "NO_COLOR": "1",
    }
    run = Tenfold(environment)
    run("local", "start")
    yield run
    run("local", "stop")


@pytest.fixture
def fresh(tenfold: Tenfold) -> Tenfold:
    """The command line with an empty local cloud."""
    tenfold("local", "reset")
    tenfold("local", "start")
    return tenfold


@pytest.fixture
def aws(tenfold: Tenfold) -> Callable[[str], Any]:
    """boto3 clients of the local cloud: what is really there, whatever the state says."""
    import boto3

    def client(service: str) -> Any:
        where = json.loads(tenfold("local", "status", "--json").stdout)["endpoint"]
        return boto3.client(
            service,
            region_name="us-east-1",
            endpoint_url=where,
            aws_access_key_id="test",
            aws_secret_access_key="test",
        )

    return client
