"""EKS: one kind of change a call, as terraform-provider-aws makes them (internal/service/eks)."""

import time
from collections.abc import Mapping
from typing import Any

from tenfold.local.aws.call import Call
from tenfold.local.provider.errors import RequestFailed

Block = dict[str, Any]
Found = Mapping[str, Any]

READY_WITHIN = 180.0  # seconds; the local cloud starts a real API server for each cluster
# Two kinds of change of a cluster's network, each a call of its own.
NETWORK = (("endpointPrivateAccess", "endpointPublicAccess", "publicAccessCidrs"), ("securityGroupIds", "subnetIds"))


def with_logging(inputs: Block) -> Block:
    """The kinds of logs that are on; the API takes them with those that are off, which is how they go off."""
    if "enabledClusterLogTypes" not in inputs:
        return inputs
    kinds = ("api", "audit", "authenticator", "controllerManager", "scheduler")
    chosen = inputs["enabledClusterLogTypes"] or []
    off = [kind for kind in kinds if kind not in chosen]
    groups = [{"types": sorted(chosen), "enabled": True}, {"types": off, "enabled": False}]
    rest = {key: value for key, value in inputs.items() if key != "enabledClusterLogTypes"}
    return {**rest, "logging": {"clusterLogging": [group for group in groups if group["types"]]}}


def wait(call: Call) -> None:
    """Until the cluster is there."""
    deadline = time.monotonic() + READY_WITHIN
    while time.monotonic() < deadline:
        cluster = call.send("DescribeCluster", name=call.id)["cluster"]
        if cluster["status"] == "ACTIVE":
            return
        if cluster["status"] == "FAILED":
            raise RequestFailed("; ".join(issue["message"] for issue in cluster["health"]["issues"]))
        time.sleep(0.2)
    raise RequestFailed(f"the cluster is not there after {READY_WITHIN:.0f} s")


def change_access(call: Call, old: Block | None, new: Block | None) -> None:
    if mode := (new or {}).get("authenticationMode"):
        call.send("UpdateClusterConfig", name=call.id, accessConfig={"authenticationMode": mode})


def change_auto_mode(call: Call, old: Block | None, new: Block | None) -> None:
    """Its three parts go together, whichever of them changed."""
    inputs = call.inputs
    balancing = (inputs.get("kubernetesNetworkConfig") or {}).get("elasticLoadBalancing") or {}
    storage = (inputs.get("storageConfig") or {}).get("blockStorage") or {}
    compute = inputs.get("computeConfig") or {}
    config: Block = {"enabled": bool(compute.get("enabled"))}
    config |= {key: compute[key] for key in ("nodePools", "nodeRoleArn") if compute.get(key)}
    call.send(
        "UpdateClusterConfig",
        name=call.id,
        computeConfig=config,
        kubernetesNetworkConfig={"elasticLoadBalancing": {"enabled": bool(balancing.get("enabled"))}},
        storageConfig={"blockStorage": {"enabled": bool(storage.get("enabled"))}},
    )


def change_encryption(call: Call, old: Block | None, new: Block | None) -> None:
    """It can be added; the provider replaces a cluster that loses it."""
    if new:
        call.send("AssociateEncryptionConfig", clusterName=call.id, encryptionConfig=[new])


def change_version(call: Call, old: str | None, new: str | None) -> None:
    if new:
        force = bool(call.inputs.get("forceUpdateVersion"))
        call.send("UpdateClusterVersion", name=call.id, version=new, force=force)


def change_network(call: Call, old: Block | None, new: Block | None) -> None:
    for kind in NETWORK:
        before, after = ({key: (block or {}).get(key) for key in kind} for block in (old, new))
        if before != after:
            config = {key: value for key, value in after.items() if value is not None}
            call.send("UpdateClusterConfig", name=call.id, resourcesVpcConfig=config)


# ---- node groups
def _group(call: Call) -> Block:
    return {"clusterName": call.inputs["clusterName"], "nodegroupName": call.state["nodeGroupName"]}


def change_labels(call: Call, old: dict[str, str] | None, new: dict[str, str] | None) -> None:
    gone = sorted((old or {}).keys() - (new or {}).keys())
    labels = {"addOrUpdateLabels": new or {}, "removeLabels": gone}
    call.send("UpdateNodegroupConfig", **_group(call), labels={k: v for k, v in labels.items() if v})


def change_taints(call: Call, old: list[Block] | None, new: list[Block] | None) -> None:
    kept = {(taint["key"], taint["effect"]) for taint in new or []}
    gone = [taint for taint in old or [] if (taint["key"], taint["effect"]) not in kept]
    taints = {"addOrUpdateTaints": new or [], "removeTaints": gone}
    call.send("UpdateNodegroupConfig", **_group(call), taints={k: v for k, v in taints.items() if v})


def change_machines(call: Call, old: Any, new: Any) -> None:
    """A template's new version, or Kubernetes' or the image's: in one call, which is made again for each of them."""
    versions = {key: call.inputs.get(key) for key in ("version", "releaseVersion")}
    if template := call.inputs.get("launchTemplate"):
        by = "id" if template.get("id") else "name"
        versions["launchTemplate"] = {by: template[by], "version": template["version"]}
    force = bool(call.inputs.get("forceUpdateVersion"))
    call.send("UpdateNodegroupVersion", **_group(call), force=force, **{k: v for k, v in versions.items() if v})


# ---- access, pods
def association_block(call: Call, result: Found) -> Block | None:
    """The association with this policy."""
    policy = call.fill("{policyArn}")
    association = next((one for one in result["associatedAccessPolicies"] if one["policyArn"] == policy), None)
    return (
        {**association, "clusterName": result["clusterName"], "principalArn": result["principalArn"]}
        if association
        else None
    )


def association_id(call: Call) -> str:
    """An import names the cluster before it."""
    return str(call.id).rpartition(",")[2]
