"""The manifests of a service on Kubernetes, as data: what a Deployment and what belongs to it say. Pure.

Keys are in snake_case, as pulumi_kubernetes takes them; keys of maps (labels, annotations) are Kubernetes' own.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

# A part of a manifest: a dict. Type checkers do not take one for the typed dictionaries of pulumi_kubernetes.
Manifest = Any
# RFC 1123: a name that is also part of a DNS name, and, for a Service, must begin with a letter (RFC 1035).
NAME = re.compile(r"[a-z]([-a-z0-9]{0,61}[a-z0-9])?")
CONTAINER = "app"
PORT_NAME = "http"
SERVICE_PORT = 80
ZONE, HOST = "topology.kubernetes.io/zone", "kubernetes.io/hostname"
# Seconds until nobody sends to a pod that leaves: endpoints, then the balancer's targets. The pod serves meanwhile.
LEAVES_SECONDS = 15
STARTUP_PERIOD_SECONDS = 5
SCRATCH = "64Mi"
PRIORITY = 1_000_000_000  # scheduling.k8s.io/v1: higher ones are the system's own
# Where the Pod Identity agent answers on each node: EKS User Guide, "Set up the Amazon EKS Pod Identity Agent".
POD_IDENTITY = "169.254.170.23/32"


class Pods(NamedTuple):
    """What the pods of a service are. Times in seconds."""

    service: str
    image: str
    port: int
    cpu_millicores: int
    memory_mib: int
    cpu_limit_millicores: int | None = None
    command: Sequence[str] = ()
    health_path: str = "/"
    interval_seconds: int = 15
    timeout_seconds: int = 5
    healthy_threshold: int = 2
    unhealthy_threshold: int = 3
    starts_in_seconds: int = 60
    drain_seconds: int = 30
    writable: Sequence[str] = ("/tmp",)
    user_id: int | None = None
    priority: int | None = None

    def check(self) -> None:
        """Raises ValueError, with what is valid, for what the API server refuses or what would never run."""
        if not NAME.fullmatch(self.service):
            raise ValueError(
                f"service: {self.service!r} is not a name in Kubernetes: small letters, digits and `-`, beginning with "
                "a letter, at most 63 characters"
            )
        if not 1 <= self.port <= 65_535:
            raise ValueError(f"port: {self.port}; 1 to 65,535")
        for name in ("cpu_millicores", "memory_mib"):
            if getattr(self, name) < 1:
                raise ValueError(f"{name}: {getattr(self, name)}; at least 1: the autoscaler counts in parts of it")
        if self.cpu_limit_millicores is not None and self.cpu_limit_millicores < self.cpu_millicores:
            raise ValueError(
                f"cpu_limit_millicores: {self.cpu_limit_millicores} is less than cpu_millicores, {self.cpu_millicores}"
            )
        if self.timeout_seconds >= self.interval_seconds:
            raise ValueError(
                f"health: a check may take {self.timeout_seconds} s but begins every {self.interval_seconds} s. Make "
                "timeout_seconds less."
            )
        if self.user_id == 0:
            raise ValueError("user_id: 0 is root, which no pod may be; 1 or more")
        if self.priority is not None and abs(self.priority) > PRIORITY:
            raise ValueError(f"priority: {self.priority}; -{PRIORITY:,} to {PRIORITY:,}")
        for path in self.writable:
            if not path.startswith("/"):
                raise ValueError(f"writable: {path!r} is not an absolute path, such as /tmp")

    @property
    def priority_class(self) -> str | None:
        """Its value is in its name: the API server refuses another value under the same one. It begins with a word of
        its own, for names that begin with `system-` are Kubernetes' (Kubernetes, "Pod Priority and Preemption")."""
        return None if self.priority is None else f"service-{self.service}-{self.priority}"

    @property
    def labels(self) -> dict[str, str]:
        """What all objects carry, and the pods are found by. A Deployment's selector can never change: no version."""
        return {"app.kubernetes.io/name": self.service}

    @property
    def grace_seconds(self) -> int:
        """Seconds until a pod is killed: first no new requests arrive, then it finishes the ones it has."""
        return LEAVES_SECONDS + self.drain_seconds

    @property
    def rollout_seconds(self) -> int:
        """How long one step of a rollout may take before it counts as failed: a node may have to come first."""
        return 600 + self.starts_in_seconds + self.grace_seconds


def namespace_labels() -> dict[str, str]:
    """Pod Security Standards: what is not restricted is not admitted."""
    return {f"pod-security.kubernetes.io/{mode}": "restricted" for mode in ("enforce", "warn")}


def deployment(plan: Pods, settings: Mapping[str, Any], *, paused: bool = False) -> Manifest:
    """The `spec`. There is no `replicas`: that is the autoscaler's, and a number here would reset it at each `up`. With
    0 it rests.

    Settings are part of the pods' own description, not a ConfigMap beside it: a change is a rollout like any other, and
    going back to the version before brings its settings back too.
    """
    return {
        **({"replicas": 0} if paused else {}),
        "selector": {"match_labels": plan.labels},
        "strategy": {"type": "RollingUpdate", "rolling_update": {"max_surge": "25%", "max_unavailable": 0}},
        "revision_history_limit": 3,
        "progress_deadline_seconds": plan.rollout_seconds,
        "template": {
            "metadata": {"labels": plan.labels},
            "spec": {
                "service_account_name": plan.service,
                "automount_service_account_token": False,  # its role at AWS comes by Pod Identity, not by this token
                "termination_grace_period_seconds": plan.grace_seconds,
                "security_context": _pod_security(plan),
                "topology_spread_constraints": [_spread(plan, ZONE), _spread(plan, HOST)],
                "containers": [_container(plan, settings)],
                "volumes": [
                    {"name": f"scratch-{number}", "empty_dir": {"size_limit": SCRATCH}}
                    for number, _ in enumerate(plan.writable)
                ],
                **({"priority_class_name": plan.priority_class} if plan.priority_class else {}),
            },
        },
    }


def _container(plan: Pods, settings: Mapping[str, Any]) -> dict[str, Any]:
    memory = f"{plan.memory_mib}Mi"
    limits = {"memory": memory}
    if plan.cpu_limit_millicores is not None:
        limits["cpu"] = f"{plan.cpu_limit_millicores}m"
    return {
        "name": CONTAINER,
        "image": plan.image,
        **({"args": list(plan.command)} if plan.command else {}),
        "ports": [{"name": PORT_NAME, "container_port": plan.port}],
        "env": [{"name": key, "value": settings[key]} for key in sorted(settings)],
        "resources": {"requests": {"cpu": f"{plan.cpu_millicores}m", "memory": memory}, "limits": limits},
        **_probes(plan),
        "lifecycle": {"pre_stop": {"sleep": {"seconds": LEAVES_SECONDS}}},
        "security_context": {
            "allow_privilege_escalation": False,
            "read_only_root_filesystem": True,
            "capabilities": {"drop": ["ALL"]},
        },
        "volume_mounts": [
            {"name": f"scratch-{number}", "mount_path": path} for number, path in enumerate(plan.writable)
        ],
    }


def _probes(plan: Pods) -> dict[str, Any]:
    """Whether it has started, whether it gets requests, whether it is restarted. The last asks for the port only: with
    the health path a database that is away would restart all pods at once."""
    http = {"http_get": {"path": plan.health_path, "port": PORT_NAME}}
    every = {"period_seconds": plan.interval_seconds, "timeout_seconds": plan.timeout_seconds}
    return {
        "startup_probe": {
            **http,
            "period_seconds": STARTUP_PERIOD_SECONDS,
            "timeout_seconds": plan.timeout_seconds,
            "failure_threshold": max(1, -(-plan.starts_in_seconds // STARTUP_PERIOD_SECONDS)),
        },
        "readiness_probe": {
            **http,
            **every,
            "success_threshold": plan.healthy_threshold,
            "failure_threshold": plan.unhealthy_threshold,
        },
        "liveness_probe": {
            "tcp_socket": {"port": PORT_NAME},
            **every,
            "failure_threshold": plan.unhealthy_threshold,
        },
    }


def _pod_security(plan: Pods) -> dict[str, Any]:
    user = {"run_as_user": plan.user_id} if plan.user_id is not None else {}
    return {"run_as_non_root": True, **user, "seccomp_profile": {"type": "RuntimeDefault"}}


def _spread(plan: Pods, over: str) -> dict[str, Any]:
    """Spread evenly where possible, so that the loss of a zone stops no service. Each version is counted alone: counted
    together, the new pods of a rollout would go where the old ones are not, and stay there."""
    return {
        "max_skew": 1,
        "topology_key": over,
        "when_unsatisfiable": "ScheduleAnyway",
        "label_selector": {"match_labels": plan.labels},
        "match_label_keys": ["pod-template-hash"],
    }


def service(plan: Pods) -> Manifest:
    return {
        "type": "ClusterIP",
        "selector": plan.labels,
        "ports": [{"name": PORT_NAME, "port": SERVICE_PORT, "target_port": PORT_NAME, "protocol": "TCP"}],
    }


def disruption_budget(plan: Pods) -> Manifest:
    """One pod at a time. `minAvailable` would stop every drain of a node when as many pods are there as it says."""
    return {
        "max_unavailable": 1,
        "selector": {"match_labels": plan.labels},
        "unhealthy_pod_eviction_policy": "AlwaysAllow",  # one that does not work keeps no node
    }


def network_policy(
    callers: Sequence[str], caller_cidrs: Sequence[Any], reached_ports: Iterable[int], network_cidr: Any
) -> Manifest:
    """Nobody in but the named ones, on the application's port; out to other pods (their own policy decides), names,
    HTTPS, and the reached ports of the network.

    `callers` are other services, each in a namespace of its name; `caller_cidrs` those outside the cluster.
    """
    tcp = {"protocol": "TCP"}
    sources = [
        *({"namespace_selector": {"match_labels": {"kubernetes.io/metadata.name": caller}}} for caller in callers),
        *({"ip_block": {"cidr": cidr}} for cidr in caller_cidrs),
    ]
    reached = [{**tcp, "port": port} for port in sorted(set(reached_ports))]
    return {
        "pod_selector": {},
        "policy_types": ["Ingress", "Egress"],
        "ingress": [{"from_": sources, "ports": [{**tcp, "port": PORT_NAME}]}] if sources else [],
        "egress": [
            {"to": [{"namespace_selector": {}}]},
            {"ports": [{"protocol": protocol, "port": 53} for protocol in ("UDP", "TCP")]},
            {"ports": [{**tcp, "port": 443}]},
            {"to": [{"ip_block": {"cidr": POD_IDENTITY}}], "ports": [{**tcp, "port": 80}]},
            *([{"to": [{"ip_block": {"cidr": network_cidr}}], "ports": reached}] if reached else []),
        ],
    }
