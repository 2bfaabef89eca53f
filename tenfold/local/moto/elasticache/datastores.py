"""Global datastores: a replication group, the primary, that one of another region follows; moto has none of it.

Sources: API model and API reference (CreateGlobalReplicationGroup, FailoverGlobalReplicationGroup,
DisassociateGlobalReplicationGroup, DeleteGlobalReplicationGroup); User Guide, "Prerequisites and limitations" of global
datastores. What a member refuses is in AWS's words as quoted in hashicorp/terraform-provider-aws issue 22528.
"""

import re
from collections.abc import Iterator
from typing import Any

from moto.core.responses import ActionResult
from moto.elasticache.models import ElastiCacheBackend, elasticache_backends
from moto.elasticache.responses import ElastiCacheResponse

from tenfold.local.moto.elasticache.replication_groups import group_of
from tenfold.local.moto.patching import Response, add, replace
from tenfold.local.moto.refusal import Refused

PREFIX = "ldgnf"  # five letters; AWS has others in other regions
NODE_TYPES = re.compile(r"cache\..+\.(large|\d*xlarge)")
OF_ALL_MEMBERS = ("CacheNodeType", "EngineVersion", "Engine", "CacheParameterGroupName", "AutomaticFailoverEnabled")

Datastore = dict[str, Any]


def _datastores(backend: Any) -> Iterator[dict[str, Datastore]]:
    """Of the account, region by region: any region answers for all of them."""
    for each in elasticache_backends[backend.account_id].values():
        yield vars(each).setdefault("datastores", {})


def _datastore(backend: Any, key: str) -> Datastore:
    for kept in _datastores(backend):
        if key in kept:
            return kept[key]
    raise Refused("GlobalReplicationGroupNotFoundFault", f"Global Replication Group {key} not found")


def _members(backend: Any, key: str) -> list[tuple[str, Any]]:
    """(region, group), the primary first."""
    members = [
        (region, group)
        for region, each in elasticache_backends[backend.account_id].items()
        for group in each.replication_groups.values()
        if group.global_replication_group_id == key and group.status != "deleting"
    ]
    return sorted(members, key=lambda member: member[1].global_replication_group_member_role != "PRIMARY")


def _answer(backend: Any, datastore: Datastore) -> ActionResult:
    return ActionResult({"GlobalReplicationGroup": _described(backend, datastore)})


def _described(backend: Any, datastore: Datastore) -> Datastore:
    members = _members(backend, datastore["GlobalReplicationGroupId"])
    primary = members[0][1]
    return {
        **datastore,
        "Status": "available" if len(members) > 1 else "primary-only",
        "CacheNodeType": primary.cache_node_type,
        "Engine": primary.engine,
        "EngineVersion": primary.engine_version,
        "AtRestEncryptionEnabled": primary.at_rest_encryption_enabled,
        "TransitEncryptionEnabled": primary.transit_encryption_enabled,
        "Members": [
            {
                "ReplicationGroupId": group.replication_group_id,
                "ReplicationGroupRegion": region,
                "Role": group.global_replication_group_member_role,
                "AutomaticFailover": group.automatic_failover,
                "Status": "associated",
            }
            for region, group in members
        ],
    }


@add(ElastiCacheResponse)
def create_global_replication_group(self: Response) -> ActionResult:
    backend = self.elasticache_backend
    primary = group_of(self, "PrimaryReplicationGroupId")
    if primary.global_replication_group_id:
        raise Refused(
            "InvalidReplicationGroupState", f"{primary.replication_group_id} is in a global datastore already"
        )
    if not NODE_TYPES.fullmatch(primary.cache_node_type):
        words = "is not supported in a global datastore: sizes from large on"
        raise Refused("InvalidParameterValue", f"{primary.cache_node_type} {words}")
    suffix = self._get_param("GlobalReplicationGroupIdSuffix")
    key = f"{PREFIX}-{suffix}"
    if any(key in kept for kept in _datastores(backend)):
        raise Refused("GlobalReplicationGroupAlreadyExistsFault", f"{key} exists already")
    primary.global_replication_group_id, primary.global_replication_group_member_role = key, "PRIMARY"
    datastore = vars(backend)["datastores"][key] = {
        "GlobalReplicationGroupId": key,
        "GlobalReplicationGroupDescription": self._get_param("GlobalReplicationGroupDescription") or " ",
        "ARN": f"arn:aws:elasticache::{backend.account_id}:globalreplicationgroup:{key}",
    }
    return _answer(backend, datastore)


@add(ElastiCacheResponse)
def describe_global_replication_groups(self: Response) -> ActionResult:
    backend, key = self.elasticache_backend, self._get_param("GlobalReplicationGroupId")
    each = [_datastore(backend, key)] if key else [one for kept in _datastores(backend) for one in kept.values()]
    return ActionResult({"GlobalReplicationGroups": [_described(backend, one) for one in each]})


@add(ElastiCacheResponse)
def modify_global_replication_group(self: Response) -> ActionResult:
    backend, key = self.elasticache_backend, self._get_param("GlobalReplicationGroupId")
    datastore = _datastore(backend, key)
    if description := self._get_param("GlobalReplicationGroupDescription"):
        datastore["GlobalReplicationGroupDescription"] = description
    for _, group in _members(backend, key):
        group.cache_node_type = self._get_param("CacheNodeType") or group.cache_node_type
        group.engine = self._get_param("Engine") or group.engine
        group.engine_version = self._get_param("EngineVersion") or group.engine_version
        if (enabled := self._get_bool_param("AutomaticFailoverEnabled")) is not None:
            group.automatic_failover = "enabled" if enabled else "disabled"
    return _answer(backend, datastore)


@add(ElastiCacheResponse)
def failover_global_replication_group(self: Response) -> ActionResult:
    """Roles change, and nothing else: names, addresses and what is kept stay."""
    backend, key = self.elasticache_backend, self._get_param("GlobalReplicationGroupId")
    datastore, members = _datastore(backend, key), _members(backend, key)
    chosen = (self._get_param("PrimaryRegion"), self._get_param("PrimaryReplicationGroupId"))
    if chosen not in [(region, group.replication_group_id) for region, group in members]:
        raise Refused("InvalidParameterValue", f"{chosen[1]} of {chosen[0]} is not associated with {key}")
    for region, group in members:
        is_primary = (region, group.replication_group_id) == chosen
        group.global_replication_group_member_role = "PRIMARY" if is_primary else "SECONDARY"
    return _answer(backend, datastore)


@add(ElastiCacheResponse)
def disassociate_global_replication_group(self: Response) -> ActionResult:
    backend, key = self.elasticache_backend, self._get_param("GlobalReplicationGroupId")
    datastore, name = _datastore(backend, key), self._get_param("ReplicationGroupId")
    leaving = [one for region, one in _members(backend, key) if (region, one.replication_group_id) == _asked(self)]
    if not leaving:
        raise Refused("InvalidParameterValue", f"{name} is not associated with Global Replication Group {key}")
    if leaving[0].global_replication_group_member_role == "PRIMARY":
        raise Refused("InvalidParameterValue", f"{name} is the primary of {key}: only a secondary can leave")
    _leave(leaving[0])
    return _answer(backend, datastore)


def _asked(self: Response) -> tuple[str, str]:
    return self._get_param("ReplicationGroupRegion"), self._get_param("ReplicationGroupId")


def _leave(group: Any) -> None:
    group.global_replication_group_id, group.global_replication_group_member_role = "", ""


@add(ElastiCacheResponse)
def delete_global_replication_group(self: Response) -> ActionResult:
    """The primary stays, as a group of its own."""
    backend, key = self.elasticache_backend, self._get_param("GlobalReplicationGroupId")
    datastore, members = _datastore(backend, key), _members(backend, key)
    if len(members) > 1:
        raise Refused("InvalidGlobalReplicationGroupState", f"{key} still has secondaries: disassociate them first")
    answer = {**_described(backend, datastore), "Status": "deleting"}
    _leave(members[0][1])
    for kept in _datastores(backend):
        kept.pop(key, None)
    return ActionResult({"GlobalReplicationGroup": answer})


@replace(ElastiCacheBackend, "create_replication_group")
def create_replication_group(original: Any, self: Any, **options: Any) -> Any:
    """One that joins a datastore is as its primary is."""
    key = options.get("global_replication_group_id")
    if not key:
        return original(self, **options)
    _datastore(self, key)
    primary = _members(self, key)[0][1]
    options |= {
        "cache_node_type": primary.cache_node_type,
        "engine": primary.engine,
        "engine_version": primary.engine_version,
        "at_rest_encryption_enabled": primary.at_rest_encryption_enabled,
        "transit_encryption_enabled": primary.transit_encryption_enabled,
        "automatic_failover_enabled": primary.automatic_failover == "enabled",
    }
    return original(self, **options)


@replace(ElastiCacheResponse, "modify_replication_group")
def modify_replication_group(original: Any, self: Response) -> ActionResult:
    group = group_of(self)
    if group.global_replication_group_id and any(self._get_param(one) is not None for one in OF_ALL_MEMBERS):
        words = f"Cluster [{group.replication_group_id}] is part of a global cluster"
        raise Refused("InvalidParameterValue", f"{words} [{group.global_replication_group_id}]. Request rejected.")
    return original(self)


@replace(ElastiCacheResponse, "delete_replication_group")
def delete_replication_group(original: Any, self: Response) -> ActionResult:
    group = group_of(self)
    if group.global_replication_group_id:
        words = f"{group.replication_group_id} is in the global datastore {group.global_replication_group_id}"
        raise Refused("InvalidReplicationGroupState", words)
    return original(self)
