"""Pods of services: stopped in the region that is left, started in the one that takes over, by the API of Kubernetes.

The autoscaler sets the number of pods. It pauses while a deployment has none, and follows the load again from any other
number (Kubernetes, Horizontal Pod Autoscaling, "Implicit maintenance-mode deactivation"). So only the number is set, by
the `scale` subresource of a deployment; nothing that `up` applies is changed. A cluster is reached as `up` reaches
it, with the kubeconfig of its provider in the state.
"""

import base64
import json
import os
import ssl
import subprocess
import urllib.request
from collections.abc import Mapping, Sequence
from http.client import HTTPException
from typing import Any
from urllib.error import HTTPError

from tenfold.blueprints.value import Value
from tenfold.diff import Difference
from tenfold.local import regions, server

DEPLOYMENT, SCALER = "kubernetes:apps/v1:Deployment", "kubernetes:autoscaling/v2:HorizontalPodAutoscaler"
_SECONDS = 20  # for an answer; a lost region gives none


class Unreachable(Exception):
    """The cluster does not answer, or there is no token for it. `silent`: not even a refusal came."""

    def __init__(self, reason: str, silent: bool) -> None:
        super().__init__(reason)
        self.silent = silent


class Pods(Value):
    """A service's pods in one region. `least`: the minimum in the program; `before`: the minimum in the state."""

    urn: str
    name: str
    namespace: str
    deployment: str
    region: str
    kubeconfig: str
    least: int
    before: int


def of(difference: Difference, deployed: Sequence[Mapping[str, Any]]) -> tuple[Pods, ...]:
    """The pods of all deployments with an autoscaler, in both regions."""
    configs = {
        one["urn"]: one["inputs"].get("kubeconfig") for one in deployed if one["type"] == "pulumi:providers:kubernetes"
    }
    scalers = {_place(one): one for one in deployed if one["type"] == SCALER}
    return tuple(
        _pods(one, scalers[_place(one)], config, difference)
        for one in deployed
        if one["type"] == DEPLOYMENT and _place(one) in scalers and (config := configs.get(_place(one)[0]))
    )


def _pods(one: Mapping[str, Any], scaler: Mapping[str, Any], config: str, difference: Difference) -> Pods:
    _, namespace, name = _place(one)
    planned: Any = difference.after.resources.get(scaler["urn"])
    least = int(planned.inputs["spec"]["minReplicas"]) if planned else 0
    before = int(scaler["inputs"]["spec"]["minReplicas"])
    arguments = _of_user(config)["args"]
    region = arguments[arguments.index("--region") + 1]
    return Pods(one["urn"], one["urn"].rsplit("::", 1)[-1], namespace, name, region, config, least, before)


def _place(resource: Mapping[str, Any]) -> tuple[str, str, str]:
    """(provider's URN, namespace, name): both regions have a service under the same name."""
    metadata = resource["inputs"]["metadata"]
    return str(resource.get("provider")).rpartition("::")[0], metadata["namespace"], metadata["name"]


def _of_user(config: str) -> dict[str, Any]:
    return json.loads(config)["users"][0]["user"]["exec"]


def scale(pods: Pods, number: int, endpoint: str | None) -> None:
    """Raises `Unreachable`."""
    _ask(pods, endpoint, "/scale?fieldManager=tenfold", {"spec": {"replicas": number}})


def ready(pods: Pods, endpoint: str | None) -> int:
    """Raises `Unreachable`."""
    return int(_ask(pods, endpoint, "").get("status", {}).get("readyReplicas") or 0)


def running(pods: Pods, endpoint: str | None) -> int:
    """Number of pods. Terminating pods count too, since they may still write. Raises `Unreachable`."""
    selector = f"?labelSelector=app.kubernetes.io/name%3D{pods.deployment}"
    return len(_request(pods, endpoint, f"/api/v1/namespaces/{pods.namespace}/pods{selector}")["items"])


def _ask(pods: Pods, endpoint: str | None, part: str, change: Mapping[str, Any] | None = None) -> dict[str, Any]:
    path = f"/apis/apps/v1/namespaces/{pods.namespace}/deployments/{pods.deployment}{part}"
    return _request(pods, endpoint, path, change)


def _request(pods: Pods, endpoint: str | None, path: str, change: Mapping[str, Any] | None = None) -> dict[str, Any]:
    cluster = json.loads(pods.kubeconfig)["clusters"][0]["cluster"]
    authority = base64.b64decode(cluster["certificate-authority-data"]).decode()
    request = urllib.request.Request(
        f"{cluster['server']}{path}",
        data=json.dumps(change).encode() if change else None,
        method="PATCH" if change else "GET",
        headers={
            "Authorization": f"Bearer {_token(pods, endpoint)}",
            "Content-Type": "application/merge-patch+json",
        },
    )
    try:
        context = ssl.create_default_context(cadata=authority)
        with urllib.request.urlopen(request, timeout=_SECONDS, context=context) as answer:
            return json.loads(answer.read())
    except HTTPError as wrong:
        reason = wrong.read().decode("utf-8", "replace")[:200]
        raise Unreachable(f"the cluster of {pods.region} says {wrong.code}: {reason}", wrong.code >= 500) from wrong
    except (OSError, HTTPException, ValueError) as wrong:  # an answer that is cut off, or is not Kubernetes's
        raise Unreachable(f"the cluster of {pods.region} does not answer: {wrong}", True) from wrong


def _token(pods: Pods, endpoint: str | None) -> str:
    """As `up` gets it: `aws eks get-token`."""
    if endpoint and pods.region in regions.ask(endpoint, "GET"):
        raise Unreachable(f"{pods.region} answers nothing", True)
    user, environment = _of_user(pods.kubeconfig), dict(os.environ)
    if endpoint and (cloud := server.running()):
        environment |= server.environment(cloud, os.environ)
    command = [user["command"], *user["args"]]
    try:
        done = subprocess.run(
            command, env=environment, capture_output=True, encoding="utf-8", timeout=_SECONDS, check=True
        )
        return json.loads(done.stdout)["status"]["token"]
    except subprocess.CalledProcessError as wrong:
        raise Unreachable(f"{' '.join(command[:3])}: {wrong.stderr.strip()[-200:]}", False) from wrong
    except (OSError, ValueError, KeyError, subprocess.TimeoutExpired) as wrong:
        raise Unreachable(f"{' '.join(command[:3])}: {wrong}", isinstance(wrong, subprocess.TimeoutExpired)) from wrong
