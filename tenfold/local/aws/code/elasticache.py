"""Caches."""

from typing import Any

from tenfold.local.aws.call import Call


def _shards(call: Call) -> list[dict[str, Any]]:
    """The shards there are; a group without cluster mode has one."""
    return call.send("DescribeReplicationGroups", ReplicationGroupId=call.id)["ReplicationGroups"][0]["NodeGroups"]


def change_shards(call: Call, _old: Any, new: Any) -> None:
    """The last ones go first, as with the provider."""
    names, count = sorted(shard["NodeGroupId"] for shard in _shards(call)), int(new or 1)
    gone = {"NodeGroupsToRemove": names[count:]} if count < len(names) else {}
    if count != len(names):
        where = {"ReplicationGroupId": call.id, "NodeGroupCount": count, "ApplyImmediately": True}
        call.send("ModifyReplicationGroupShardConfiguration", **where, **gone)


def change_replicas(call: Call, _old: Any, _new: Any) -> None:
    """`numCacheClusters` counts the primary too, `replicasPerNodeGroup` does not; both change nodes in place."""
    each, counts = call.inputs.get("replicasPerNodeGroup"), call.inputs.get("numCacheClusters")
    replicas = int(each) if each is not None else int(counts or 1) - 1
    there = len(_shards(call)[0]["NodeGroupMembers"]) - 1
    if replicas != there:
        direction = "Increase" if replicas > there else "Decrease"
        where = {"ReplicationGroupId": call.id, "NewReplicaCount": replicas, "ApplyImmediately": True}
        call.send(f"{direction}ReplicaCount", **where)


def datastore_suffix(datastore: dict[str, Any]) -> str:
    """What AWS has put in front of it depends on the region alone."""
    return datastore["GlobalReplicationGroupId"].partition("-")[2]


def leave_datastore(call: Call) -> None:
    """A member is taken out before it is deleted, as with the provider; so what has become the primary is refused."""
    group = call.send("DescribeReplicationGroups", ReplicationGroupId=call.id)["ReplicationGroups"][0]
    if datastore := group.get("GlobalReplicationGroupInfo", {}).get("GlobalReplicationGroupId"):
        member = {"ReplicationGroupId": call.id, "ReplicationGroupRegion": call.region}
        call.send("DisassociateGlobalReplicationGroup", GlobalReplicationGroupId=datastore, **member)


def change_logs(call: Call, old: Any, new: Any) -> None:
    """A log that is no longer wanted is turned off by name: leaving it out would leave it on."""
    sent = [
        {
            "LogType": log["logType"],
            "LogFormat": log["logFormat"],
            "DestinationType": log["destinationType"],
            "DestinationDetails": _destination(log),
        }
        for log in new or ()
    ]
    kept = {log["LogType"] for log in sent}
    sent += [{"LogType": log["logType"], "Enabled": False} for log in old or () if log["logType"] not in kept]
    call.send("ModifyReplicationGroup", ReplicationGroupId=call.id, LogDeliveryConfigurations=sent)


def _destination(log: dict[str, Any]) -> dict[str, Any]:
    if log["destinationType"] == "cloudwatch-logs":
        return {"CloudWatchLogsDetails": {"LogGroup": log["destination"]}}
    return {"KinesisFirehoseDetails": {"DeliveryStream": log["destination"]}}


def change_nodes(call: Call, old: Any, new: Any) -> None:
    """Of Memcached: the highest numbers go first, as with the provider."""
    before, after = int(old or 1), int(new or 1)
    gone = [f"{number:04}" for number in range(after + 1, before + 1)]
    where = {"CacheClusterId": call.id, "NumCacheNodes": after, "ApplyImmediately": True}
    zones = {"AZMode": call.inputs["azMode"]} if call.inputs.get("azMode") else {}
    call.send("ModifyCacheCluster", **where, **zones, **({"CacheNodeIdsToRemove": gone} if gone else {}))
