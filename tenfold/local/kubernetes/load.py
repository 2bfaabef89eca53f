"""Load on a service of a simulated cluster, and how the real autoscaler answers it."""

import time
from collections.abc import Iterator
from typing import Any

from tenfold import exits
from tenfold.blueprints.value import Value
from tenfold.failure import Failure
from tenfold.local.kubernetes import api, clusters

LOOKS_EVERY = 3.0  # seconds; the simulated cluster's autoscaler looks every second
SETTLED = 30.0  # seconds without another number of pods: longer than a period of the policies (pod_scaling.OUT)
_CLUSTER = "aws:eks/cluster:Cluster"


class Pods(Value):
    """What the autoscaler sees: `use` in per cent of the requested CPU, None where it has not been measured."""

    seconds: float
    pods: int
    desired: int
    least: int
    most: int
    use: int | None


def of_stack(deployed: list[dict[str, Any]]) -> clusters.Cluster:
    """The cluster that a stack's state names. Raises `Failure` where there is none."""
    for resource in deployed:
        if resource["type"] == _CLUSTER and "arn" in (resource.get("outputs") or {}):
            region, name = resource["outputs"]["arn"].split(":")[3], resource["outputs"]["name"]
            if cluster := clusters.find(region, name):
                return cluster
    raise Failure(
        "This deployment has no Kubernetes cluster on this machine.",
        code=exits.WRONG_INPUT,
        remedies=("deploy one with --local: a service with `runs_on: kubernetes`",),
    )


def put(cluster: clusters.Cluster, service: str, cpu: str) -> None:
    """All pods of the service together use `cpu` (a quantity, `4000m`) from now on. Raises `Failure` for a service that
    is not there, with those that are."""
    if api.read(cluster, _scaler(service)) is None:
        raise Failure(
            f"There is no service {service} in the cluster {cluster.name}.",
            why=f"Its services: {', '.join(services(cluster)) or 'none'}.",
            code=exits.WRONG_INPUT,
        )
    place = f"/api/v1/namespaces/{service}/configmaps/tenfold-load"
    about = {"name": "tenfold-load", "namespace": service}
    api.apply(
        cluster, place, {"apiVersion": "v1", "kind": "ConfigMap", "metadata": about, "data": {f"cpu.{service}": cpu}}
    )


def services(cluster: clusters.Cluster) -> list[str]:
    """Those that an autoscaler scales."""
    scalers = api.read(cluster, "/apis/autoscaling/v2/horizontalpodautoscalers") or {"items": []}
    return sorted(item["metadata"]["name"] for item in scalers["items"])


def watch(cluster: clusters.Cluster, service: str, seconds: float) -> Iterator[Pods]:
    """For so long, or until the number has not changed for a while after it has."""
    begun = changed = time.monotonic()
    first = last = None
    while (now := time.monotonic()) - begun < seconds:
        pods = _pods(api.read(cluster, _scaler(service)) or {}, now - begun)
        yield pods
        first = pods.pods if first is None else first
        if pods.pods != last or pods.pods != pods.desired:
            last, changed = pods.pods, now
        if pods.pods != first and now - changed > SETTLED:
            return
        time.sleep(LOOKS_EVERY)


def _scaler(service: str) -> str:
    return f"/apis/autoscaling/v2/namespaces/{service}/horizontalpodautoscalers/{service}"


def _pods(scaler: dict[str, Any], seconds: float) -> Pods:
    spec, status = scaler.get("spec") or {}, scaler.get("status") or {}
    uses = [
        metric["resource"]["current"].get("averageUtilization")
        for metric in status.get("currentMetrics") or ()
        if metric.get("type") == "Resource" and metric["resource"]["name"] == "cpu"
    ]
    return Pods(
        seconds,
        status.get("currentReplicas", 0),
        status.get("desiredReplicas", 0),
        spec.get("minReplicas", 1),
        spec.get("maxReplicas", 0),
        uses[0] if uses else None,
    )
