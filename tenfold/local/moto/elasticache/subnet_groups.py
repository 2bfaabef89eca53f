"""Subnet groups of ElastiCache, which moto neither changes nor deletes."""

from typing import Any

from moto.core.responses import ActionResult, EmptyResult
from moto.elasticache.responses import ElastiCacheResponse

from tenfold.local.moto.patching import Response, replace


@replace(ElastiCacheResponse, "delete_cache_subnet_group")
def delete_cache_subnet_group(_: Any, self: Response) -> EmptyResult:
    name = self._get_param("CacheSubnetGroupName")
    self.elasticache_backend.describe_cache_subnet_groups(name)  # raises when it is absent
    del self.elasticache_backend.cache_subnet_groups[name]
    return EmptyResult()


@replace(ElastiCacheResponse, "modify_cache_subnet_group")
def modify_cache_subnet_group(_: Any, self: Response) -> ActionResult:
    backend, name = self.elasticache_backend, self._get_param("CacheSubnetGroupName")
    [old] = backend.describe_cache_subnet_groups(name)
    del backend.cache_subnet_groups[name]
    description = self._get_param("CacheSubnetGroupDescription") or old.cache_subnet_group_description
    subnets = self._get_param("SubnetIds", []) or old.subnet_ids
    return ActionResult({"CacheSubnetGroup": backend.create_cache_subnet_group(name, description, subnets, old.tags)})
