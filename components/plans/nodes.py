"""The manifests of machines of EKS Auto Mode, as data: which there may be, and how they are made. Pure.

Sources: EKS User Guide, "Create a node class for Amazon EKS", "Create a node pool for EKS Auto Mode"; karpenter.sh/v1.
"""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from tenfold.components.plans.pods import NAME, Manifest

CLASS = {"group": "eks.amazonaws.com", "kind": "NodeClass"}
DISK_GIB = (1, 59_000)
LIFETIME_DAYS = (1, 21)  # Auto Mode ends machines after 21 days, whatever a pool says
RESERVED = ("default",)  # EKS's own NodeClass


class Nodes(NamedTuple):
    """Which machines. `cpu_limit`: vCPUs of all together; `categories`: first letters of instance types (m, c)."""

    pool: str
    architectures: Sequence[str]
    categories: Sequence[str]
    cpu_limit: int
    disk_gib: int
    lifetime_days: int
    spot: bool

    def check(self) -> None:
        """Raises ValueError, with what is valid, for what EKS refuses or what would never make a machine."""
        if not NAME.fullmatch(self.pool) or self.pool in RESERVED:
            raise ValueError(
                f"pool: {self.pool!r} is not a name for machines: small letters, digits and `-`, beginning with a "
                "letter, at most 63 characters, and not `default`, which is EKS's own"
            )
        for name in ("architectures", "categories"):
            if not getattr(self, name):
                raise ValueError(f"{name}: none, so no machine could ever be made; name at least one")
        if self.cpu_limit < 0:
            raise ValueError(f"cpu_limit: {self.cpu_limit} vCPUs of all machines together; at least 1, or 0 for none")
        for name, (low, high) in (("disk_gib", DISK_GIB), ("lifetime_days", LIFETIME_DAYS)):
            if not low <= getattr(self, name) <= high:
                raise ValueError(f"{name}: {getattr(self, name)}; {low:,} to {high:,}")


def node_class(
    nodes: Nodes, role_name: Any, subnet_ids: Any, group_id: Any, kms_key_arn: Any, tags: Mapping[str, Any]
) -> Manifest:
    """The `spec`. Network policies are kept there; without one everything may connect, as in Kubernetes itself."""
    return {
        "role": role_name,
        "subnetSelectorTerms": subnet_ids,
        "securityGroupSelectorTerms": [{"id": group_id}],
        "networkPolicy": "DefaultAllow",
        "ephemeralStorage": {"size": f"{nodes.disk_gib}Gi", "kmsKeyID": kms_key_arn},
        "tags": dict(tags),
    }


def node_pool(nodes: Nodes) -> Manifest:
    """The `spec`. What is idle goes within minutes, a tenth of the machines at a time."""
    requirements = {
        "kubernetes.io/arch": list(nodes.architectures),
        "eks.amazonaws.com/instance-category": list(nodes.categories),
        "karpenter.sh/capacity-type": ["spot", "on-demand"] if nodes.spot else ["on-demand"],
    }
    return {
        "template": {
            "spec": {
                "nodeClassRef": {**CLASS, "name": nodes.pool},
                "requirements": [
                    {"key": key, "operator": "In", "values": values} for key, values in requirements.items()
                ],
                "expireAfter": f"{nodes.lifetime_days * 24}h",
                "terminationGracePeriod": "1h",  # a pod that nothing may evict keeps no machine for longer
            }
        },
        "disruption": {
            "consolidationPolicy": "WhenEmptyOrUnderutilized",
            "consolidateAfter": "5m",
            "budgets": [{"nodes": "10%"}],
        },
        "limits": {"cpu": str(nodes.cpu_limit)},
    }
