"""Caches."""

from typing import Any

from tenfold.local.handlers.call import Call


def change_replicas(call: Call, old: Any, new: Any) -> None:
    """`numCacheClusters` counts the primary too, `replicasPerNodeGroup` does not; both change nodes in place."""
    wanted, counts = call.inputs.get("replicasPerNodeGroup"), call.inputs.get("numCacheClusters")
    replicas = int(wanted) if wanted is not None else int(counts or 1) - 1
    direction = "Increase" if int(new or 0) > int(old or 0) else "Decrease"
    call.send(f"{direction}ReplicaCount", ReplicationGroupId=call.id, NewReplicaCount=replicas, ApplyImmediately=True)
