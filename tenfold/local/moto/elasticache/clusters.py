"""Clusters of Memcached, of which moto keeps the name and little more."""

from typing import Any

from moto.core.responses import ActionResult
from moto.elasticache.models import ElastiCacheBackend
from moto.elasticache.responses import ElastiCacheResponse

from tenfold.local.moto.patching import Response, add, replace
from tenfold.local.moto.refusal import Refused

# {parameter of CreateCacheCluster and ModifyCacheCluster: attribute of moto's model}
KEPT = {
    "AutoMinorVersionUpgrade": "auto_minor_version_upgrade",
    "CacheNodeType": "cache_node_type",
    "EngineVersion": "engine_version",
    "IpDiscovery": "ip_discovery",
    "PreferredMaintenanceWindow": "preferred_maintenance_window",
    "SnapshotRetentionLimit": "snapshot_retention_limit",
    "SnapshotWindow": "snapshot_window",
}


def _set_parameters(self: Response, cluster: Any) -> None:
    """What the request says, in the form in which it is described."""
    for parameter, attribute in KEPT.items():
        if self._get_param(parameter) is not None:
            setattr(cluster, attribute, self._get_param(parameter))
    if groups := self._get_param("SecurityGroupIds"):
        cluster.security_groups = [{"SecurityGroupId": group, "Status": "active"} for group in groups]
    if name := self._get_param("CacheParameterGroupName"):
        cluster.cache_parameter_group = {"CacheParameterGroupName": name, "ParameterApplyStatus": "in-sync"}
    _set_nodes(self, cluster)


def _set_nodes(self: Response, cluster: Any) -> None:
    """The nodes by number; those of a cluster over several zones lie in its region's zones by turns."""
    several = (self._get_param("AZMode") or cluster.az_mode) == "cross-az"
    cluster.az_mode = "cross-az" if several else "single-az"
    zones = ["a", "b", "c"] if several else ["a"]
    domain = f"{cluster.cache_cluster_id}.x7k2p9"
    cluster.cache_nodes = [
        {
            "CacheNodeId": f"{number:04}",
            "CacheNodeStatus": "available",
            "CustomerAvailabilityZone": f"{self.region}{zones[(number - 1) % len(zones)]}",
            "Endpoint": {"Address": f"{domain}.{number:04}.use1.cache.amazonaws.com", "Port": cluster.port},
        }
        for number in range(1, cluster.num_cache_nodes + 1)
    ]
    cluster.preferred_availability_zone = "Multiple" if several else f"{self.region}a"
    cluster.configuration_endpoint = {"Address": f"{domain}.cfg.use1.cache.amazonaws.com", "Port": cluster.port}


@replace(ElastiCacheResponse, "create_cache_cluster")
def create_cache_cluster(original: Any, self: Response) -> ActionResult:
    answer = original(self)
    cluster = self.elasticache_backend.cache_clusters[self._get_param("CacheClusterId")]
    if cluster.engine == "memcached":
        cluster.port = int(self._get_param("Port") or 11211)
        _set_parameters(self, cluster)
    return answer


@replace(ElastiCacheBackend, "delete_cache_cluster")
def delete_cache_cluster(original: Any, self: Any, cache_cluster_id: str) -> Any:
    """moto answers `deleting` for ever; the name would never be free again."""
    cluster = original(self, cache_cluster_id)
    del self.cache_clusters[cache_cluster_id]
    return cluster


@add(ElastiCacheResponse)
def modify_cache_cluster(self: Response) -> ActionResult:
    [cluster] = self.elasticache_backend.describe_cache_clusters(self._get_param("CacheClusterId"))
    count, gone = self._get_param("NumCacheNodes"), self._get_param("CacheNodeIdsToRemove", [])
    if count is not None:
        if int(count) < cluster.num_cache_nodes and len(gone) != cluster.num_cache_nodes - int(count):
            raise Refused("InvalidParameterCombination", "CacheNodeIdsToRemove: name the nodes to remove")
        if self._get_param("AZMode") == "single-az" and cluster.az_mode == "cross-az":
            raise Refused("InvalidParameterCombination", "AZMode: nodes lie in several zones; single-az is too late")
        cluster.num_cache_nodes = int(count)
    _set_parameters(self, cluster)
    return ActionResult({"CacheCluster": cluster})
