"""Caches: replication groups and clusters of Memcached."""

import re

from tenfold.local.aws.convert import UNKNOWN
from tenfold.local.aws.rules.values import Inputs, Violations, all_known, is_false, is_true


def replication_group(inputs: Inputs) -> Violations:
    bad: Violations = []
    nodes = inputs.get("numCacheClusters")
    plain = is_false(inputs, "transitEncryptionEnabled")
    sharded = inputs.get("numNodeGroups") or inputs.get("replicasPerNodeGroup")
    if all_known(inputs, "numCacheClusters") and not 1 <= int(str(nodes)) <= 6:
        bad.append(("numCacheClusters", f"{nodes} is not between 1 and 6"))
    if is_true(inputs, "automaticFailoverEnabled") and not sharded and str(nodes or 1) == "1":
        bad.append(("automaticFailoverEnabled", "needs a second node (numCacheClusters)"))
    if is_true(inputs, "multiAzEnabled") and is_false(inputs, "automaticFailoverEnabled"):
        bad.append(("multiAzEnabled", "needs automaticFailoverEnabled"))
    if inputs.get("authToken") and plain:
        bad.append(("authToken", "needs transitEncryptionEnabled"))
    if all_known(inputs, "authToken") and not 16 <= len(str(inputs["authToken"])) <= 128:
        bad.append(("authToken", "must have 16 to 128 characters"))
    if inputs.get("userGroupIds") and plain:
        bad.append(("userGroupIds", "needs transitEncryptionEnabled"))
    return bad + _shards(inputs)


def _shards(inputs: Inputs) -> Violations:
    """Of a replication group in cluster mode: CreateReplicationGroup, API reference; 500 nodes with a raised quota."""
    bad: Violations = []
    shards, replicas = inputs.get("numNodeGroups"), inputs.get("replicasPerNodeGroup")
    if all_known(inputs, "replicasPerNodeGroup") and int(str(replicas)) > 5:
        bad.append(("replicasPerNodeGroup", f"{replicas} is not between 0 and 5"))
    if all_known(inputs, "numNodeGroups") and not 1 <= int(str(shards)) <= 500:
        bad.append(("numNodeGroups", f"{shards} is not between 1 and 500"))
    elif all_known(inputs, "numNodeGroups", "replicasPerNodeGroup"):
        nodes = int(str(shards)) * (int(str(replicas)) + 1)
        bad += [("numNodeGroups", f"{nodes} nodes in all, 500 at most")] if nodes > 500 else []
    mode = inputs.get("clusterMode")
    if mode in ("compatible", "enabled") and is_false(inputs, "automaticFailoverEnabled"):
        bad.append(("clusterMode", f"{mode} needs automaticFailoverEnabled"))
    if mode in ("compatible", "disabled") and all_known(inputs, "numNodeGroups") and int(str(shards)) > 1:
        bad.append(("numNodeGroups", f"{shards} shards need clusterMode enabled"))
    return bad


_NOT_FOR_MEMCACHED = (
    "finalSnapshotIdentifier", "logDeliveryConfigurations", "snapshotArns", "snapshotName", "snapshotRetentionLimit",
    "snapshotWindow",
)  # fmt: skip


def cache_cluster(inputs: Inputs) -> Violations:
    """CreateCacheCluster, API reference: what is for Memcached only, and what is not for it."""
    nodes, bad = inputs.get("numCacheNodes"), list[tuple[str, str]]()
    several = all_known(inputs, "numCacheNodes") and int(str(nodes)) != 1
    if inputs.get("engine") != "memcached":
        return [("numCacheNodes", f"{inputs.get('engine')} has one node, not {nodes}")] if several else []
    if several and not 1 <= int(str(nodes)) <= 40:
        bad.append(("numCacheNodes", f"{nodes} is not between 1 and 40"))
    if inputs.get("azMode") == "cross-az" and str(nodes) == "1":
        bad.append(("azMode", "cross-az needs a second node (numCacheNodes)"))
    bad += [(key, "is not for Memcached") for key in _NOT_FOR_MEMCACHED if inputs.get(key)]
    version = str(inputs.get("engineVersion", ""))
    if all_known(inputs, "engineVersion") and not re.fullmatch(r"\d+\.\d+\.\d+", version):
        bad.append(("engineVersion", f"{version} is not written as major.minor.patch"))
    elif version != UNKNOWN and version and tuple(map(int, version.split("."))) < (1, 6, 12):
        bad += [("transitEncryptionEnabled", "needs 1.6.12")] if is_true(inputs, "transitEncryptionEnabled") else []
    return bad
