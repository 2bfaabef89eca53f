"""Replication groups: what moto loses of them, and the changes it lacks: shards, replicas, cluster mode, logs."""

from typing import Any

from moto.core.responses import ActionResult
from moto.elasticache.models import ElastiCacheBackend
from moto.elasticache.responses import ElastiCacheResponse

from tenfold.local.moto.patching import Response, add, keep, replace
from tenfold.local.moto.refusal import Refused

SLOTS = 16384


def group_of(self: Response, parameter: str = "ReplicationGroupId") -> Any:
    key, groups = self._get_param(parameter), self.elasticache_backend.replication_groups
    if key not in groups:
        raise Refused("ReplicationGroupNotFoundFault", f"{key} does not exist")
    return groups[key]


@replace(ElastiCacheBackend, "create_replication_group")
def create_replication_group(original: Any, self: Any, **options: Any) -> Any:
    """moto ignores NumCacheClusters, and loses the engine, its version and the readers' address."""
    if (
        options.get("num_cache_clusters")
        and not options.get("replicas_per_node_group")
        and not options.get("num_node_groups")
    ):
        options["replicas_per_node_group"] = options["num_cache_clusters"] - 1
    existing = self.replication_groups.get(options["replication_group_id"])
    if (
        existing and existing.status == "deleting"
    ):  # moto answers `deleting` for ever; the name would never be free again
        del self.replication_groups[options["replication_group_id"]]
    group = original(self, **options)
    group.engine, group.engine_version = options.get("engine"), options.get("engine_version")
    for shard in group.node_groups:
        if "reader_endpoint_address" in shard:
            shard["reader_endpoint"] = {"address": shard["reader_endpoint_address"], "port": shard["port"]}
    return group


keep(
    ElastiCacheResponse,
    ("create_replication_group", "modify_replication_group"),
    group_of,
    {
        "SnapshotWindow": "snapshot_window",
        "AutoMinorVersionUpgrade": "auto_minor_version_upgrade",
        # what AWS does not say of a replication group either, and is in use by it (in_use.py)
        "CacheSubnetGroupName": "kept_subnet_group",
        "CacheParameterGroupName": "kept_parameter_group",
        "SecurityGroupIds": "kept_security_groups",
    },
)


def _name_nodes(group: Any, replicas: int) -> None:
    """The nodes of every shard, set again by moto's own code. A shard that was there before cluster mode keeps the
    names of its nodes."""
    group.member_clusters.clear()
    for shard in group.node_groups:
        shard["node_group_members"].clear()
        common = {
            "member_clusters": group.member_clusters,
            "replication_group_id": group.replication_group_id,
            "node_group": shard,
            "replicas_per_node_group": replicas,
        }
        if group.cluster_mode == "enabled" and "primary_endpoint" not in shard:
            group._set_node_members_clusters_enabled(
                **common, node_group_configuration=[], member_clusters_outpost_arns=group.member_clusters_outpost_arns
            )
        else:
            group._set_node_members_clusters_disabled(
                **common,
                replication_group_domain=shard["primary_endpoint"]["address"].partition(".")[2],
                preferred_cache_cluster_azs=[],
                num_cache_clusters=replicas + 1,
            )


def _set_replicas(self: Response) -> ActionResult:
    group = group_of(self)
    _name_nodes(group, int(self._get_param("NewReplicaCount")))
    return ActionResult({"ReplicationGroup": group})


@add(ElastiCacheResponse)
def increase_replica_count(self: Response) -> ActionResult:
    return _set_replicas(self)


@add(ElastiCacheResponse)
def decrease_replica_count(self: Response) -> ActionResult:
    return _set_replicas(self)


@add(ElastiCacheResponse)
def modify_replication_group_shard_configuration(self: Response) -> ActionResult:
    group, count = group_of(self), int(self._get_param("NodeGroupCount"))
    if group.cluster_mode != "enabled":
        raise Refused("InvalidParameterValue", "only a group in cluster mode has more than one shard")
    gone = self._get_param("NodeGroupsToRemove", [])
    kept = [shard for shard in group.node_groups if shard["node_group_id"] not in gone]
    if count < len(kept):
        raise Refused("InvalidParameterValue", "NodeGroupsToRemove: name the shards to remove")
    replicas = len(group.node_groups[0]["node_group_members"]) - 1
    names = (name for number in range(1, 501) if (name := f"{number:04}") not in {s["node_group_id"] for s in kept})
    while len(kept) < count:
        kept.append({"node_group_id": next(names), "status": "available", "node_group_members": []})
    for at, shard in enumerate(kept):
        shard["slots"] = f"{SLOTS * at // count}-{SLOTS * (at + 1) // count - 1}"
    group.node_groups = kept
    _name_nodes(group, replicas)
    return ActionResult({"ReplicationGroup": group})


@replace(ElastiCacheResponse, "modify_replication_group")
def modify_replication_group(original: Any, self: Response) -> ActionResult:
    answer, group = original(self), group_of(self)
    if mode := self._get_param("ClusterMode"):
        group.cluster_mode, group.cluster_enabled = mode, mode != "disabled"
        domain = group.node_groups[0]["primary_endpoint"]["address"].partition(".")[2]
        group.configuration_endpoint = {"address": f"clustercfg.{domain}", "port": group.port}
    logs = {log["LogType"]: log for log in group.log_delivery_configurations}
    for log in self._get_param("LogDeliveryConfigurations", []):
        if log.get("Enabled", True) is False:
            logs.pop(log["LogType"], None)
        else:
            logs[log["LogType"]] = {**log, "Status": "active"}
    group.log_delivery_configurations = list(logs.values())
    return answer
