"""A Kubernetes cluster for each simulated EKS cluster: one process (`tenfold-kube`) and one folder, which outlive the
commands that use them.

Below the local cloud's directory, `clusters/<region>.<name>/`: `server.json` (pid, port), `kubeconfig`, `tokens.csv`,
`apiserver.crt`, `nodes.json` (the machines that are simulated), `etcd/` (all objects), `log`. A process that ended is
started again at the same port with all its objects: the port is in kubeconfigs, and so in states. The local cloud makes
and deletes clusters; what it forgets, they forget with it.
"""

import base64
import contextlib
import fcntl
import json
import os
import shutil
import signal
import socket
import ssl
import subprocess
import time
import urllib.request
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path

from tenfold import files, gobuild, home
from tenfold.blueprints.value import Value
from tenfold.failure import Failure
from tenfold.local.kubernetes import programs

READY_WITHIN = 180.0  # seconds; an idle machine needs 5, a busy one 20
STOP_WITHIN = 10.0  # seconds; 0.3 to 1.2 were measured


class Node(Value):
    """A machine as `tenfold-kube` simulates it; the names are those of its nodes.json."""

    name: str
    zone: str
    region: str
    instance_type: str
    architecture: str
    vcpus: int
    memory_mib: int
    labels: dict[str, str]


class Cluster(Value):
    """One that was made; whether it runs now is another question."""

    folder: Path
    pid: int
    port: int

    @property
    def name(self) -> str:
        return self.folder.name

    @property
    def endpoint(self) -> str:
        return f"https://127.0.0.1:{self.port}"

    @property
    def kubeconfig(self) -> Path:
        return self.folder / "kubeconfig"

    @property
    def certificate(self) -> str:
        """The certificate authority in base64, as EKS answers it."""
        return base64.b64encode((self.folder / "apiserver.crt").read_bytes()).decode()

    @property
    def token(self) -> str:
        """An administrator's."""
        return (self.folder / "tokens.csv").read_text(encoding="utf-8").partition(",")[0]


def directory() -> Path:
    return home.state() / "local" / "clusters"


def folder_of(region: str, name: str) -> Path:
    return directory() / f"{region}.{name}"


def every() -> list[Cluster]:
    clusters = [_read(path.parent) for path in sorted(directory().glob("*/server.json"))]
    return [cluster for cluster in clusters if cluster]


def find(region: str, name: str) -> Cluster | None:
    return _read(folder_of(region, name))


def write_nodes(folder: Path, nodes: Sequence[Node]) -> None:
    """The machines that the cluster has from now on; a running one follows within a second."""
    files.write(folder / "nodes.json", json.dumps([asdict(node) for node in nodes], indent=1))


def start(folder: Path) -> Cluster:
    """The cluster of this folder, started where it does not run, and ready.

    Raises `Failure` where the program is not built, or with the log's last lines where it does not come up.
    """
    program = gobuild.find(programs.KUBE)
    if not program:
        raise Failure(
            "Kubernetes is not on this machine yet.",
            why="The local cloud runs a real API server for each EKS cluster, built once.",
            remedies=("tenfold engine install --kubernetes",),
        )
    files.folder(folder)
    with _lock(folder):
        known = _read(folder)
        if known and answers(known):
            return known
        if known:
            _end(known)  # it may hang, or still be starting
        return _spawn(program, folder, known.port if known else _free_port())


def revive() -> list[Cluster]:
    """Starts again what was made and does not run, after a crash or a kill; returns those."""
    return [start(cluster.folder) for cluster in every() if not answers(cluster)]


def stop(cluster: Cluster) -> None:
    """Ends the process; its objects stay in the folder."""
    with _lock(cluster.folder):
        _end(cluster)


def forget(folder: Path) -> None:
    """Ends the process and deletes everything of it."""
    if cluster := _read(folder):
        stop(cluster)
    shutil.rmtree(folder, ignore_errors=True)


def forget_all() -> None:
    for folder in directory().glob("*"):
        forget(folder)


def answers(cluster: Cluster) -> bool:
    """Whether the API server at its port is this cluster's, and ready: only it has the folder's certificate."""
    try:
        trusted = ssl.create_default_context(cafile=str(cluster.folder / "apiserver.crt"))
        with urllib.request.urlopen(f"{cluster.endpoint}/readyz", timeout=5, context=trusted) as answer:
            return answer.status == 200
    except OSError:  # URLError, time-outs, a missing or foreign certificate
        return False


def _read(folder: Path) -> Cluster | None:
    try:
        known = json.loads((folder / "server.json").read_bytes())
        return Cluster(folder, known["pid"], known["port"])
    except (OSError, ValueError, KeyError):
        return None


def _spawn(program: Path, folder: Path, port: int) -> Cluster:
    (folder / "ready").unlink(missing_ok=True)
    with open(folder / "log", "ab", opener=files.private) as log:
        process = subprocess.Popen(
            [program, "serve", folder, str(port)],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            umask=0o077,
            start_new_session=True,  # Ctrl-C in the terminal ends the command, not the cluster
        )
    cluster = Cluster(folder, process.pid, port)
    files.write(folder / "server.json", json.dumps({"pid": process.pid, "port": port}))
    deadline = time.monotonic() + READY_WITHIN
    while time.monotonic() < deadline and process.poll() is None:
        if (folder / "ready").is_file():
            return cluster
        time.sleep(0.05)
    process.kill()
    process.wait()
    tail = "\n".join((folder / "log").read_text(encoding="utf-8", errors="replace").splitlines()[-5:])
    raise Failure(
        f"The Kubernetes cluster {folder.name} did not start.",
        why=tail or "it wrote nothing",
        remedies=(f"Look at {folder / 'log'}; then run the same command again.",),
    )


def _end(cluster: Cluster) -> None:
    """SIGTERM, then SIGKILL: etcd keeps what was written."""
    for signal_ in (signal.SIGTERM, signal.SIGKILL):
        if not _lives(cluster):
            return
        with contextlib.suppress(ProcessLookupError):
            os.kill(cluster.pid, signal_)
        deadline = time.monotonic() + STOP_WITHIN
        while _lives(cluster) and time.monotonic() < deadline:
            time.sleep(0.05)


def _lives(cluster: Cluster) -> bool:
    """Whether the process with its number is still this cluster's: numbers are given again."""
    with contextlib.suppress(ChildProcessError, OSError):
        os.waitpid(cluster.pid, os.WNOHANG)  # where this process started it
    shown = subprocess.run(
        ["ps", "-ww", "-o", "command=", "-p", str(cluster.pid)], capture_output=True, encoding="utf-8"
    )
    return str(cluster.folder) in shown.stdout


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextlib.contextmanager
def _lock(folder: Path) -> Iterator[None]:
    with open(directory() / f".{folder.name}.lock", "w", encoding="utf-8", opener=files.private) as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
