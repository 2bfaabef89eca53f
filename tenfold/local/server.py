"""Starts, finds and stops the local cloud: one moto server process that outlives the commands that use it.

Below the user's state directory: `local/server.json` (pid, port, identity), `local/server.log`, `local/bin/` (the
provider plugin the engine finds on PATH), `local/stacks/` (work directories), `local/backend/` (the engine's state) and
`local/journal/` (tenfold.local.provider.journal) and `local/clusters/` (tenfold.local.kubernetes.clusters).
The identity names one memory: a server that was started again has another, and has forgotten everything.
"""

import contextlib
import fcntl
import http.client
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from pathlib import Path

from tenfold import files, gobuild, home
from tenfold.blueprints.value import Value
from tenfold.failure import Failure
from tenfold.local import ENDPOINT_VARIABLE
from tenfold.local.provider.packages import PACKAGES
from tenfold.local.serve import IDENTITY_PAGE

PREFERRED_PORT = 4580  # queue addresses hold the port: the same one again where it is free
READY_WITHIN = 30.0  # seconds; an idle machine needs 0.6


# What points a process at an account of the user's: a session token or a profile would be mixed with the local keys.
ACCOUNT = (
    "AWS_SESSION_TOKEN",
    "AWS_SECURITY_TOKEN",
    "AWS_PROFILE",
    "AWS_DEFAULT_PROFILE",
    "AWS_ROLE_ARN",
    "AWS_WEB_IDENTITY_TOKEN_FILE",
    "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
    "AWS_CONTAINER_CREDENTIALS_FULL_URI",
    "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS",
)


def of_an_account(environment: Mapping[str, str]) -> tuple[str, ...]:
    """Names of variables that a program which is to see the local cloud does without, those of single services too
    (AWS SDKs and Tools Reference Guide, "Service-specific endpoints": they go before AWS_ENDPOINT_URL)."""
    return (*ACCOUNT, *sorted(name for name in environment if name.startswith("AWS_ENDPOINT_URL_")))


class Server(Value):
    pid: int
    port: int
    identity: str
    code: str = ""  # of the program it runs: an update of tenfold does not reach a running server

    @property
    def endpoint(self) -> str:
        return f"http://127.0.0.1:{self.port}"


def directory() -> Path:
    return home.state() / "local"


def _file() -> Path:
    return directory() / "server.json"


def log_file() -> Path:
    return directory() / "server.log"


def running() -> Server | None:
    """The server that answers now and is the one `server.json` speaks of.

    Raises `Failure` where that file is damaged: its server may hold stacks that would seem forgotten.
    """
    try:
        data = json.loads(_file().read_bytes())
        server = Server(**{name: data[name] for name in Server.__match_args__ if name in data})
    except FileNotFoundError:
        return None
    except (OSError, ValueError, TypeError) as error:
        raise Failure(
            f"{_file()} is damaged: it does not say where the local cloud runs.",
            why=f"{error}\nIts server may still be running (`pgrep -af tenfold.local.serve`).",
            remedies=("tenfold local reset   forgets what it holds and starts again, empty",),
        ) from error
    return server if _identity(server.port) == server.identity else None


def start() -> tuple[Server, bool]:
    """The running server, or a new one with an empty memory; whether it was started now.

    Raises `Failure` with the log's last lines where it does not come up.
    """
    files.folder(directory())
    with _lock():
        from tenfold.local.kubernetes import clusters

        server = running()
        if server:
            clusters.revive()
            return server, False
        clusters.forget_all()  # of a server that is gone, and its memory with it
        server = _spawn()
        try:
            files.write(_file(), json.dumps(asdict(server)))
        except OSError:  # nobody would find it
            _end(server)
            raise
    return server, True


def stop() -> bool:
    """Ends the server and with it everything it holds, its Kubernetes clusters too; whether there was one."""
    from tenfold.local.kubernetes import clusters

    clusters.forget_all()
    server = running()
    if not server:
        return False
    _end(server)
    deadline = time.monotonic() + 5
    while _identity(server.port) and time.monotonic() < deadline:
        time.sleep(0.02)
    _file().unlink(missing_ok=True)
    return True


def reset() -> None:
    """Forgets everything: the server's memory and the local stacks' state."""
    try:
        stop()
    except Failure:  # a damaged server.json: nothing says which process it was
        _file().unlink(missing_ok=True)
    for part in ("stacks", "backend", "journal"):
        shutil.rmtree(directory() / part, ignore_errors=True)


def plugin_directory() -> Path:
    """The directory with `pulumi-resource-aws` and its like, and an `aws` that answers for local clusters. On PATH only
    for local runs: the engine prefers a plugin on PATH to the official one, and that must never happen to a real
    account."""
    from tenfold.local.kubernetes import programs

    folder = files.folder(directory() / "bin")
    python = f'exec "{sys.executable}" -m tenfold.local'
    launchers = {f"pulumi-resource-{package}": f"{python}.provider.plugin {package}" for package in PACKAGES}
    launchers["aws"] = f"{python}.kubernetes.aws"
    if not shutil.which(programs.PROVIDER.name) and (provider := gobuild.find(programs.PROVIDER)):
        launchers[programs.PROVIDER.name] = f'exec "{provider}"'
    for name, command in launchers.items():
        launcher, code = folder / name, f'#!/bin/sh\n{command} "$@"\n'
        if not launcher.is_file() or launcher.read_text(encoding="utf-8") != code:
            files.write(launcher, code, mode=0o700)
    return folder


def environment(server: Server, base: Mapping[str, str]) -> dict[str, str]:
    """What a process needs to deploy to the local cloud; real credentials and clusters are taken away from it."""
    from tenfold.local.kubernetes import clusters

    return {
        "PATH": f"{plugin_directory()}{os.pathsep}{base.get('PATH', '')}",
        ENDPOINT_VARIABLE: server.endpoint,
        "AWS_ENDPOINT_URL": server.endpoint,
        "AWS_ACCESS_KEY_ID": "local",
        "AWS_SECRET_ACCESS_KEY": "local",
        "KUBECONFIG": os.pathsep.join(str(cluster.kubeconfig) for cluster in clusters.every()) or os.devnull,
        "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true",
        "PULUMI_SKIP_UPDATE_CHECK": "true",
    }


def _end(server: Server) -> None:
    with contextlib.suppress(ProcessLookupError):  # it ended by itself
        os.kill(server.pid, signal.SIGTERM)


def code() -> str:
    """Changes when the server's own program does: moto's version, and the patches (newest file)."""
    from importlib.metadata import version

    newest = max(file.stat().st_mtime_ns for file in Path(__file__).parent.rglob("*.py"))
    return f"{version('moto')} {newest}"


def memory(pid: int) -> int | None:
    """Resident MiB of a process, where the system tells."""
    try:
        text = Path(f"/proc/{pid}/status").read_text(encoding="utf-8")
    except OSError:
        return None
    return next((int(line.split()[1]) // 1024 for line in text.splitlines() if line.startswith("VmRSS")), None)


def _spawn() -> Server:
    """Another program may take a port between the look and the use: then another one is tried."""
    for port in (PREFERRED_PORT, 0, 0):
        if server := _serve(_free_port(port)):
            return server
    tail = "\n".join(log_file().read_text(encoding="utf-8", errors="replace").splitlines()[-5:])
    raise Failure(
        "The local cloud did not start.",
        why=tail or "it wrote nothing",
        remedies=(f"Look at {log_file()}; then `tenfold local start` again.",),
    )


def _serve(port: int) -> Server | None:
    """A server that answers at this port; None when it does not come up."""
    identity = uuid.uuid4().hex
    with open(log_file(), "ab", opener=files.private) as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "tenfold.local.serve", str(port), identity],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            cwd=directory(),
            umask=0o077,
            start_new_session=True,  # Ctrl-C in the terminal ends the command, not the cloud
        )
    deadline = time.monotonic() + READY_WITHIN
    while time.monotonic() < deadline and process.poll() is None:
        if _identity(port) == identity:
            return Server(process.pid, port, identity, code())
        time.sleep(0.03)
    process.kill()
    return None


def _free_port(preferred: int) -> int:
    for port in (preferred, 0):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            with contextlib.suppress(OSError):
                probe.bind(("127.0.0.1", port))
                return probe.getsockname()[1]
    raise Failure("No port of 127.0.0.1 is free.", remedies=("Close something that listens, then try again.",))


def _identity(port: int) -> str | None:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=2)
    try:
        connection.request("GET", IDENTITY_PAGE)
        return json.loads(connection.getresponse().read()).get("identity")
    except (OSError, ValueError, AttributeError, http.client.HTTPException):
        return None
    finally:
        connection.close()


@contextlib.contextmanager
def _lock() -> Iterator[None]:
    with open(directory() / "server.lock", "w", encoding="utf-8", opener=files.private) as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
