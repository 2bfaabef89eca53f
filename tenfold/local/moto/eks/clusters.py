"""Clusters: what EKS refuses, what it fills in, and one kind of change a call.

Sources: API model of EKS; the words of refusals from its User Guide and from reports of users.
"""

from typing import Any

from moto.core.responses import ActionResult
from moto.core.utils import utcnow
from moto.ec2.models import ec2_backends
from moto.eks.responses import EKSResponse
from moto.moto_api._internal import mock_random

from tenfold.local.moto.eks import planes
from tenfold.local.moto.eks.store import (
    Facts,
    Record,
    answer_update,
    arn,
    cluster,
    invalid,
    parameters,
    refuse,
    region_clusters,
    role,
)
from tenfold.local.moto.patching import Response, add

# In standard or extended support on 2026-11-27 (EKS User Guide, "Kubernetes versions", release calendar).
VERSIONS = ("1.32", "1.33", "1.34", "1.35", "1.36")
DEFAULT_VERSION = "1.35"
# From left to right only (User Guide, "Grant IAM users access to Kubernetes with EKS access entries").
MODES = ("CONFIG_MAP", "API_AND_CONFIG_MAP", "API")
# What an UpdateClusterConfig may hold: one of these groups (terraform-provider-aws, internal/service/eks/cluster.go).
_AUTO = ("computeConfig", "kubernetesNetworkConfig", "storageConfig")
_KINDS = {
    "accessConfig": "AccessConfigUpdate",
    "computeConfig": "AutoModeUpdate",
    "controlPlaneScalingConfig": "ControlPlaneScalingConfigUpdate",
    "deletionProtection": "DeletionProtectionUpdate",
    "kubernetesNetworkConfig": "AutoModeUpdate",
    "logging": "LoggingUpdate",
    "remoteNetworkConfig": "RemoteNetworkConfigUpdate",
    "resourcesVpcConfig": "VpcConfigUpdate",
    "storageConfig": "AutoModeUpdate",
    "upgradePolicy": "UpgradePolicyUpdate",
    "zonalShiftConfig": "ZonalShiftConfigUpdate",
}
_LOGS = ("api", "audit", "authenticator", "controllerManager", "scheduler")


@add(EKSResponse)
def create_cluster(self: Response) -> ActionResult:
    request = parameters(self)
    name = request["name"]
    if name in region_clusters(self):
        refuse("ResourceInUseException", f"Cluster already exists with name: {name}")
    planes.check()
    request.setdefault("version", DEFAULT_VERSION)
    if request["version"] not in VERSIONS:
        invalid(f"unsupported Kubernetes version {request['version']}")
    role(self, request["roleArn"], "eks.amazonaws.com")
    network = _network(self, request["resourcesVpcConfig"])
    record = _record(self, request, network)
    region_clusters(self)[name] = record
    planes.begin(self.region, record, zones(self, network["subnetIds"]))
    return ActionResult({"cluster": record.facts})


def _record(self: Response, request: Facts, network: Facts) -> Record:
    """The cluster as EKS describes it: what the request leaves out is filled in."""
    auto = _auto_mode(request)
    if request.pop("bootstrapSelfManagedAddons", True) and auto:
        invalid("When EKS Auto Mode is enabled, bootstrapSelfManagedAddons must be set to false")
    return Record(
        {
            **request,
            "arn": arn(self, "cluster", request["name"]),
            "accessConfig": _access(request.get("accessConfig", {}), auto),
            "certificateAuthority": {"data": ""},
            "createdAt": utcnow(),
            "deletionProtection": request.get("deletionProtection", False),
            "encryptionConfig": request.get("encryptionConfig", []),
            "health": {"issues": []},
            "identity": {"oidc": {"issuer": f"https://oidc.eks.{self.region}.amazonaws.com/id/{_id()}"}},
            "kubernetesNetworkConfig": {
                "ipFamily": "ipv4",
                "serviceIpv4Cidr": "172.20.0.0/16",
                "elasticLoadBalancing": {"enabled": auto},
                **request.get("kubernetesNetworkConfig", {}),
            },
            "logging": {"clusterLogging": _logging([], request.get("logging", {}).get("clusterLogging", []))},
            "endpoint": f"https://{_id()}.gr7.{self.region}.eks.amazonaws.com",
            "platformVersion": "eks.1",
            "resourcesVpcConfig": network,
            "status": "CREATING",
            "tags": request.get("tags", {}),
            "upgradePolicy": {"supportType": request.get("upgradePolicy", {}).get("supportType", "EXTENDED")},
        }
    )


def _access(request: Facts, auto: bool) -> Facts:
    mode = request.get("authenticationMode", "API_AND_CONFIG_MAP" if auto else "CONFIG_MAP")
    if auto and mode == "CONFIG_MAP":
        invalid("EKS Auto Mode needs the authentication mode API or API_AND_CONFIG_MAP")
    return {
        "authenticationMode": mode,
        "bootstrapClusterCreatorAdminPermissions": request.get("bootstrapClusterCreatorAdminPermissions", True),
    }


def _id() -> str:
    return mock_random.get_random_hex(32).upper()


def zones(self: Response, subnet_ids: list[str]) -> list[str]:
    """The zones of these subnets. Refuses one that is not there."""
    subnets = {s.id: s for s in ec2_backends[self.current_account][self.region].describe_subnets()}
    for missing in [one for one in subnet_ids if one not in subnets]:
        invalid(f"The subnet ID '{missing}' does not exist")
    return sorted({subnets[one].availability_zone for one in subnet_ids})


def _network(self: Response, request: Facts, before: Facts | None = None) -> Facts:
    """The network part as described. In a change, what is not said stays."""
    network = {
        "endpointPublicAccess": True,
        "endpointPrivateAccess": False,
        "publicAccessCidrs": ["0.0.0.0/0"],
        "securityGroupIds": [],
        **(before or {}),
        **request,
    }
    backend = ec2_backends[self.current_account][self.region]
    if len(zones(self, network["subnetIds"])) < 2:
        invalid("Subnets specified must be in at least two different AZs")
    vpcs = {s.vpc_id for s in backend.describe_subnets() if s.id in network["subnetIds"]}
    if len(vpcs) > 1 or (before and vpcs != {before["vpcId"]}):
        invalid("Subnets specified must all be in the cluster's VPC")
    if not (network["endpointPublicAccess"] or network["endpointPrivateAccess"]):
        invalid("Private and public endpoint access cannot both be disabled")
    if not before:
        [network["vpcId"]] = vpcs
        group = backend.create_security_group(
            f"eks-cluster-sg-{self._get_param('name')}-{mock_random.get_random_hex(8)}",
            "EKS created security group applied to ENI that is attached to EKS Control Plane master nodes",
            network["vpcId"],
        )
        network["clusterSecurityGroupId"] = group.id
    return network


def _auto_mode(facts: Facts) -> bool:
    """Whether Auto Mode is on: its three parts together, or none."""
    parts = {
        bool(facts.get("computeConfig", {}).get("enabled")),
        bool(facts.get("kubernetesNetworkConfig", {}).get("elasticLoadBalancing", {}).get("enabled")),
        bool(facts.get("storageConfig", {}).get("blockStorage", {}).get("enabled")),
    }
    if len(parts) > 1:
        invalid(
            "For EKS Auto Mode, please ensure that all required configs, including computeConfig, "
            "kubernetesNetworkConfig, and blockStorage are all either fully enabled or fully disabled."
        )
    compute = facts.get("computeConfig", {})
    if compute.get("nodeRoleArn") and not compute.get("nodePools"):
        invalid("When Compute Config nodeRoleArn is not null or empty, nodePool value(s) must be provided.")
    if compute.get("nodePools") and not compute.get("nodeRoleArn"):
        invalid("When Compute Config nodePools is not empty, a nodeRoleArn must be provided.")
    return parts.pop()


def _logging(before: list[Facts], request: list[Facts]) -> list[Facts]:
    """EKS tells all five kinds, those that are on and those that are off."""
    on = {kind for one in before if one["enabled"] for kind in one["types"]}
    for one in request:
        on = on | set(one["types"]) if one.get("enabled") else on - set(one["types"])
    groups = [{"types": [k for k in _LOGS if (k in on) is state], "enabled": state} for state in (True, False)]
    return [group for group in groups if group["types"]]


@add(EKSResponse)
def describe_cluster(self: Response) -> ActionResult:
    return ActionResult({"cluster": cluster(self, usable=False).facts})


@add(EKSResponse)
def list_clusters(self: Response) -> ActionResult:
    return ActionResult({"clusters": sorted(region_clusters(self))})


@add(EKSResponse)
def update_cluster_config(self: Response) -> ActionResult:
    record, request = cluster(self), parameters(self, "name")
    kinds = {_KINDS[key] for key in request}
    if len(kinds) != 1:
        invalid("Only one type of update can be allowed.")
    facts = record.facts
    if network := request.pop("resourcesVpcConfig", None):
        if {"subnetIds", "securityGroupIds"} & set(network) and set(network) - {"subnetIds", "securityGroupIds"}:
            invalid("Only one type of update can be allowed.")
        facts["resourcesVpcConfig"] = _network(self, network, facts["resourcesVpcConfig"])
    if access := request.pop("accessConfig", None):
        _change_mode(facts["accessConfig"], access["authenticationMode"])
    if logging := request.pop("logging", None):
        before = facts["logging"]["clusterLogging"]
        facts["logging"]["clusterLogging"] = _logging(before, logging["clusterLogging"])
    if set(request) & set(_AUTO):
        _auto_mode(request)
        request["kubernetesNetworkConfig"] = {**facts["kubernetesNetworkConfig"], **request["kubernetesNetworkConfig"]}
    facts.update(request)
    planes.show_machines(self.region, record, zones(self, facts["resourcesVpcConfig"]["subnetIds"]))
    return answer_update(self, record, kinds.pop())


def _change_mode(access: Facts, mode: str) -> None:
    before = access["authenticationMode"]
    if MODES.index(mode) < MODES.index(before):
        invalid(f"Unsupported authentication mode update from {before} to {mode}")
    access["authenticationMode"] = mode


@add(EKSResponse)
def update_cluster_version(self: Response) -> ActionResult:
    record, version = cluster(self), self._get_param("version")
    before = record.facts["version"]
    if version not in VERSIONS:
        invalid(f"unsupported Kubernetes version {version}")
    if _minor(version) - _minor(before) != 1:
        invalid(f"Unsupported Kubernetes minor version update from {before} to {version}")
    behind = sorted(name for name, group in record.node_groups.items() if group["version"] != before)
    if behind:
        refuse(
            "InvalidRequestException",
            f"Nodegroups {', '.join(behind)} must be updated to match cluster version {before} before updating "
            "cluster version",
        )
    record.facts["version"] = version
    return answer_update(self, record, "VersionUpdate")


def _minor(version: str) -> int:
    return int(version.partition(".")[2])


@add(EKSResponse)
def associate_encryption_config(self: Response) -> ActionResult:
    record = cluster(self)
    if record.facts["encryptionConfig"]:
        invalid("Encryption is already enabled for the cluster")
    record.facts["encryptionConfig"] = self._get_param("encryptionConfig")
    return answer_update(self, record, "AssociateEncryptionConfig")


@add(EKSResponse)
def delete_cluster(self: Response) -> ActionResult:
    record = cluster(self, usable=False)
    name = record.facts["name"]
    if record.facts["deletionProtection"]:
        refuse("InvalidRequestException", f"Cluster {name} can't be deleted: deletion protection is enabled")
    if record.node_groups:
        refuse("ResourceInUseException", "Cluster has nodegroups attached")
    planes.end(self.region, name)
    backend: Any = ec2_backends[self.current_account][self.region]
    backend.delete_security_group(group_id=record.facts["resourcesVpcConfig"]["clusterSecurityGroupId"])
    del region_clusters(self)[name]
    return ActionResult({"cluster": {**record.facts, "status": "DELETING"}})
