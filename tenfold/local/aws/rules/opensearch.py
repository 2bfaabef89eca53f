"""Search domains: CreateDomain, API reference; Developer Guide, "Configuring a multi-AZ domain"."""

import re
from collections.abc import Mapping
from typing import Any

from tenfold.local.aws.convert import has_unknown
from tenfold.local.aws.rules.values import Inputs, Violations, is_true


def domain(inputs: Inputs) -> Violations:
    return [] if has_unknown(inputs.get("clusterConfig")) else [*_nodes(inputs), *_protected(inputs)]


def _nodes(inputs: Inputs) -> Violations:
    cluster = _block(inputs, "clusterConfig")
    zones = _number(_block(cluster, "zoneAwarenessConfig").get("availabilityZoneCount"), 2)
    zones = zones if is_true(cluster, "zoneAwarenessEnabled") else 1
    nodes, masters = _number(cluster.get("instanceCount"), 1), _number(cluster.get("dedicatedMasterCount"), 3)
    if zones and nodes % zones:
        return [("clusterConfig.instanceCount", f"{nodes} nodes are not the same number in each of {zones} zones")]
    if is_true(cluster, "dedicatedMasterEnabled") and masters not in (3, 5):
        return [("clusterConfig.dedicatedMasterCount", f"{masters} must be 3 or 5")]
    subnets = _block(inputs, "vpcOptions").get("subnetIds")
    if isinstance(subnets, list) and subnets and len(subnets) != zones:
        return [("vpcOptions.subnetIds", f"must be exactly {zones}, one in each zone of clusterConfig")]
    return []


def _protected(inputs: Inputs) -> Violations:
    """Some types have disks of their own; old ones cannot encrypt; fine-grained access control needs encryption."""
    kind = str(_block(inputs, "clusterConfig").get("instanceType"))
    if is_true(_block(inputs, "ebsOptions"), "ebsEnabled") and re.match(r"(i[3-9]|im\d|oi\d)\w*\.|r\dgd\.", kind):
        return [("ebsOptions.ebsEnabled", f"is not possible on {kind}")]
    at_rest = is_true(_block(inputs, "encryptAtRest"), "enabled")
    if at_rest and re.match(r"(m3|r3|t2)\.", kind):
        return [("encryptAtRest.enabled", f"is not possible on {kind}")]
    if is_true(_block(inputs, "advancedSecurityOptions"), "enabled") and not at_rest:
        return [("advancedSecurityOptions.enabled", "needs encryptAtRest")]
    return []


def _block(inputs: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    value = inputs.get(key)
    return value if isinstance(value, Mapping) else {}


def _number(value: Any, otherwise: int) -> int:
    try:
        return int(value)
    except (TypeError, ValueError):
        return otherwise
