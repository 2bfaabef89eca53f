"""Add-ons, which run nothing here: DNS, network and metrics of the local cluster are its own.

Source: API model of EKS; User Guide, "Amazon EKS add-ons"; terraform-aws-eks issue 3001 (CoreDNS without nodes).
"""

import re

from moto.core.responses import ActionResult
from moto.core.utils import utcnow
from moto.eks.responses import EKSResponse
from moto.moto_api._internal import mock_random

from tenfold.local.moto.eks.store import Facts, Held, arn, cluster, invalid, parameters, part, refuse, stamped, updated
from tenfold.local.moto.patching import Response, add

# Pods of these wait for a node; EKS tells DEGRADED until there is one.
NEED_NODES = ("coredns", "metrics-server", "aws-ebs-csi-driver")
_VERSION = re.compile(r"v\d+\.\d+\.\d+-eksbuild\.\d+")
_NAMES = (
    "amazon-cloudwatch-observability",
    "aws-ebs-csi-driver",
    "aws-efs-csi-driver",
    "cert-manager",
    "coredns",
    "eks-node-monitoring-agent",
    "eks-pod-identity-agent",
    "external-dns",
    "kube-proxy",
    "kube-state-metrics",
    "metrics-server",
    "prometheus-node-exporter",
    "snapshot-controller",
    "vpc-cni",
)


def _status(held: Held, name: str) -> str:
    nodes = any(group["scalingConfig"]["desiredSize"] for group in held.node_groups.values())
    auto = held.facts.get("computeConfig", {}).get("enabled")
    return "DEGRADED" if name in NEED_NODES and not (nodes or auto) else "ACTIVE"


def _addon(self: Response, held: Held) -> Facts:
    return part(held.addons, self._get_param("addonName"), "addon")


def _check_version(version: str | None) -> None:
    if version and not _VERSION.fullmatch(version):
        invalid(f"Addon version specified is not supported: {version}")


@add(EKSResponse)
def create_addon(self: Response) -> ActionResult:
    held, request = cluster(self), parameters(self, "resolveConflicts")
    name = request["addonName"]
    if name in held.addons:
        refuse("ResourceInUseException", f"Addon already exists: {name}")
    if name not in _NAMES:
        invalid(f"Addon {name} specified is not supported in {held.facts['version']} kubernetes version")
    _check_version(request.get("addonVersion"))
    identifier = str(mock_random.uuid4())
    held.addons[name] = stamped(
        {
            "addonVersion": "v1.0.0-eksbuild.1",
            "tags": {},
            **request,
            "addonArn": arn(self, "addon", held.facts["name"], name, identifier),
            "health": {"issues": []},
            "podIdentityAssociations": _pods(self, held, request.get("podIdentityAssociations", [])),
            "publisher": "eks",
            "owner": "aws",
            "status": _status(held, name),
        }
    )
    return ActionResult({"addon": held.addons[name]})


def _pods(self: Response, held: Held, request: list[Facts]) -> list[str]:
    """An add-on makes associations of its own, and tells their ARNs."""
    made = []
    for one in request:
        key = f"a-{mock_random.get_random_hex(17)}"
        held.pods[key] = stamped(
            {
                **one,
                "clusterName": held.facts["name"],
                "namespace": "kube-system",
                "associationId": key,
                "associationArn": arn(self, "podidentityassociation", held.facts["name"], key),
                "disableSessionTags": False,
                "tags": {},
            }
        )
        made.append(held.pods[key]["associationArn"])
    return made


@add(EKSResponse)
def describe_addon(self: Response) -> ActionResult:
    held = cluster(self, usable=False)
    addon = _addon(self, held)
    addon["status"] = _status(held, addon["addonName"])
    return ActionResult({"addon": addon})


@add(EKSResponse)
def list_addons(self: Response) -> ActionResult:
    return ActionResult({"addons": sorted(cluster(self, usable=False).addons)})


@add(EKSResponse)
def update_addon(self: Response) -> ActionResult:
    held = cluster(self)
    addon, request = _addon(self, held), parameters(self, "clusterName", "addonName", "resolveConflicts")
    _check_version(request.get("addonVersion"))
    if "podIdentityAssociations" in request:
        for old in addon["podIdentityAssociations"]:
            held.pods.pop(old.rpartition("/")[2], None)
        request["podIdentityAssociations"] = _pods(self, held, request["podIdentityAssociations"])
    addon |= {**request, "modifiedAt": utcnow()}
    return updated(self, held, "AddonUpdate")


@add(EKSResponse)
def delete_addon(self: Response) -> ActionResult:
    held = cluster(self)
    addon = _addon(self, held)
    for old in addon["podIdentityAssociations"]:
        held.pods.pop(old.rpartition("/")[2], None)
    del held.addons[addon["addonName"]]
    return ActionResult({"addon": {**addon, "status": "DELETING"}})
