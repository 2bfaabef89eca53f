"""The API server behind a simulated cluster. Only the local cloud's server runs them: a test in one process has none,
and its clusters have an address where nobody answers.
"""

import threading
from collections.abc import Iterable

from moto.core.utils import utcnow
from moto.ec2.models.instance_types import INSTANCE_TYPES

from tenfold import gobuild
from tenfold.failure import Failure
from tenfold.local.kubernetes import auto_mode, clusters, programs
from tenfold.local.moto.eks.store import Facts, Record, refuse

runs = False  # set by the server

# EKS Auto Mode makes machines when pods wait for them. Simulated, they are there already: two in each zone.
AUTO_TYPE, AUTO_IN_ZONE = "m7i.4xlarge", 2


def check() -> None:
    """Refuses a cluster where the program is not built: `up` builds it first, other callers may not."""
    if runs and not gobuild.find(programs.KUBE):
        refuse(
            "InvalidRequestException",
            "Kubernetes is not on this machine yet: the local cloud runs a real API server for each cluster. "
            "Run: tenfold engine install --kubernetes",
        )


def begin(region: str, record: Record, zones: Iterable[str]) -> None:
    """Starts the cluster's API server; until it is ready the cluster is being created."""
    if not runs:
        record.facts["status"] = "ACTIVE"
        return
    show_machines(region, record, zones)
    threading.Thread(target=_start, args=(region, record), daemon=True).start()


def _start(region: str, record: Record) -> None:
    try:
        running = clusters.start(clusters.folder_of(region, record.facts["name"]))
        if _is_auto(record):
            auto_mode.install(running)
    except Failure as failed:
        record.facts["status"] = "FAILED"
        record.facts["health"] = {"issues": [{"code": "InternalFailure", "message": f"{failed.what} {failed.why}"}]}
        return
    record.facts["endpoint"] = running.endpoint
    record.facts["certificateAuthority"] = {"data": running.certificate}
    record.facts["createdAt"] = utcnow()
    record.facts["status"] = "ACTIVE"


def end(region: str, name: str) -> None:
    if runs:
        clusters.forget(clusters.folder_of(region, name))


def _is_auto(record: Record) -> bool:
    return bool(record.facts.get("computeConfig", {}).get("enabled"))


def show_machines(region: str, record: Record, zones: Iterable[str]) -> None:
    """Tells the running cluster which machines it has: those of its node groups, and Auto Mode's. `zones`: of the
    cluster's subnets."""
    if not runs:
        return
    machines = [node for group in record.node_groups.values() for node in _of_group(region, group)]
    if _is_auto(record):
        label = {"eks.amazonaws.com/compute-type": "auto"}
        machines += [
            _machine(f"auto-{zone}-{number}", zone, region, AUTO_TYPE, label)
            for zone in sorted(zones)
            for number in range(1, AUTO_IN_ZONE + 1)
        ]
    clusters.write_nodes(clusters.folder_of(region, record.facts["name"]), machines)


def _of_group(region: str, group: Facts) -> list[clusters.Node]:
    """Its machines by turns in the zones of its subnets."""
    zones, name = group["zones"], group["nodegroupName"]
    machine = f"{name}-{group['rollout']}"  # a rollout's are others
    labels = {"eks.amazonaws.com/nodegroup": name, **group.get("labels", {})}
    return [
        _machine(f"{machine}-{number}", zones[(number - 1) % len(zones)], region, group["machine"], labels)
        for number in range(1, group["scalingConfig"]["desiredSize"] + 1)
    ]


def _machine(name: str, zone: str, region: str, instance_type: str, labels: dict[str, str]) -> clusters.Node:
    facts = INSTANCE_TYPES[instance_type]
    arm = "arm64" in facts["ProcessorInfo"]["SupportedArchitectures"]
    return clusters.Node(
        name=name,
        zone=zone,
        region=region,
        instance_type=instance_type,
        architecture="arm64" if arm else "amd64",
        vcpus=facts["VCpuInfo"]["DefaultVCpus"],
        memory_mib=facts["MemoryInfo"]["SizeInMiB"],
        labels=labels,
    )
