"""The API of a simulated cluster, for the few calls that the local cloud itself makes."""

import json
import ssl
import urllib.error
import urllib.request
from collections.abc import Mapping
from typing import Any

from tenfold.failure import Failure
from tenfold.local.kubernetes.clusters import Cluster

MANAGER = "tenfold"  # who owns the fields that are set here: kubectl get --show-managed-fields
_TIMEOUT = 30.0  # seconds


def read(cluster: Cluster, path: str) -> dict[str, Any] | None:
    """An object or a list; None where it does not exist. `path` as in the API, `/api/v1/namespaces/shop`."""
    return _ask(cluster, "GET", path, None)


def apply(cluster: Cluster, path: str, manifest: Mapping[str, Any]) -> dict[str, Any]:
    """Creates the object at `path`, or sets these fields of it. Raises `Failure` with the server's own reason."""
    answer = _ask(cluster, "PATCH", f"{path}?fieldManager={MANAGER}&force=true", json.dumps(manifest).encode())
    if answer is None:
        raise Failure(f"The cluster {cluster.name} has no {path}.", why=f"{cluster.endpoint} answers 404")
    return answer


def _ask(cluster: Cluster, method: str, path: str, body: bytes | None) -> dict[str, Any] | None:
    trusted = ssl.create_default_context(cafile=str(cluster.folder / "apiserver.crt"))
    headers = {"Authorization": f"Bearer {cluster.token}", "Content-Type": "application/apply-patch+yaml"}
    request = urllib.request.Request(f"{cluster.endpoint}{path}", data=body, method=method, headers=headers)
    try:
        with urllib.request.urlopen(request, timeout=_TIMEOUT, context=trusted) as answer:
            return json.loads(answer.read())
    except urllib.error.HTTPError as refused:
        if refused.code == 404:
            return None
        raise Failure(f"The cluster {cluster.name} refuses it.", why=_reason(refused)) from refused
    except OSError as error:
        remedy = "tenfold local start"
        raise Failure(f"The cluster {cluster.name} does not answer.", why=str(error), remedies=(remedy,)) from error


def _reason(refused: urllib.error.HTTPError) -> str:
    try:
        return json.loads(refused.read())["message"]
    except (ValueError, KeyError):
        return str(refused)
