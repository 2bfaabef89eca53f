"""Add-ons, which run nothing here: DNS, network and metrics of the local cluster are its own.

Source: API model of EKS; User Guide, "Amazon EKS add-ons"; terraform-aws-eks issue 3001 (CoreDNS without nodes).
"""

import re

from moto.core.responses import ActionResult
from moto.core.utils import utcnow
from moto.eks.responses import EKSResponse
from moto.moto_api._internal import mock_random

from tenfold.local.moto.eks.store import (
    Facts,
    Record,
    answer_update,
    arn,
    cluster,
    invalid,
    parameters,
    part,
    refuse,
    with_times,
)
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


def _status(record: Record, name: str) -> str:
    nodes = any(group["scalingConfig"]["desiredSize"] for group in record.node_groups.values())
    auto = record.facts.get("computeConfig", {}).get("enabled")
    return "DEGRADED" if name in NEED_NODES and not (nodes or auto) else "ACTIVE"


def _addon(self: Response, record: Record) -> Facts:
    return part(record.addons, self._get_param("addonName"), "addon")


def _check_version(version: str | None) -> None:
    if version and not _VERSION.fullmatch(version):
        invalid(f"Addon version specified is not supported: {version}")


@add(EKSResponse)
def create_addon(self: Response) -> ActionResult:
    record, request = cluster(self), parameters(self, "resolveConflicts")
    name = request["addonName"]
    if name in record.addons:
        refuse("ResourceInUseException", f"Addon already exists: {name}")
    if name not in _NAMES:
        invalid(f"Addon {name} specified is not supported in {record.facts['version']} kubernetes version")
    _check_version(request.get("addonVersion"))
    identifier = str(mock_random.uuid4())
    record.addons[name] = with_times(
        {
            "addonVersion": "v1.0.0-eksbuild.1",
            "tags": {},
            **request,
            "addonArn": arn(self, "addon", record.facts["name"], name, identifier),
            "health": {"issues": []},
            "podIdentityAssociations": _pods(self, record, request.get("podIdentityAssociations", [])),
            "publisher": "eks",
            "owner": "aws",
            "status": _status(record, name),
        }
    )
    return ActionResult({"addon": record.addons[name]})


def _pods(self: Response, record: Record, request: list[Facts]) -> list[str]:
    """An add-on makes associations of its own, and tells their ARNs."""
    arns = []
    for one in request:
        key = f"a-{mock_random.get_random_hex(17)}"
        record.pods[key] = with_times(
            {
                **one,
                "clusterName": record.facts["name"],
                "namespace": "kube-system",
                "associationId": key,
                "associationArn": arn(self, "podidentityassociation", record.facts["name"], key),
                "disableSessionTags": False,
                "tags": {},
            }
        )
        arns.append(record.pods[key]["associationArn"])
    return arns


@add(EKSResponse)
def describe_addon(self: Response) -> ActionResult:
    record = cluster(self, usable=False)
    addon = _addon(self, record)
    addon["status"] = _status(record, addon["addonName"])
    return ActionResult({"addon": addon})


@add(EKSResponse)
def list_addons(self: Response) -> ActionResult:
    return ActionResult({"addons": sorted(cluster(self, usable=False).addons)})


@add(EKSResponse)
def update_addon(self: Response) -> ActionResult:
    record = cluster(self)
    addon, request = _addon(self, record), parameters(self, "clusterName", "addonName", "resolveConflicts")
    _check_version(request.get("addonVersion"))
    if "podIdentityAssociations" in request:
        for old in addon["podIdentityAssociations"]:
            record.pods.pop(old.rpartition("/")[2], None)
        request["podIdentityAssociations"] = _pods(self, record, request["podIdentityAssociations"])
    addon |= {**request, "modifiedAt": utcnow()}
    return answer_update(self, record, "AddonUpdate")


@add(EKSResponse)
def delete_addon(self: Response) -> ActionResult:
    record = cluster(self)
    addon = _addon(self, record)
    for old in addon["podIdentityAssociations"]:
        record.pods.pop(old.rpartition("/")[2], None)
    del record.addons[addon["addonName"]]
    return ActionResult({"addon": {**addon, "status": "DELETING"}})
