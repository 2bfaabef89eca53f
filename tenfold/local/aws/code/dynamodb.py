"""Tables: one kind of change a call, in the order of terraform-provider-aws (internal/service/dynamodb/table.go)."""

import functools
from typing import Any

from tenfold.local.aws.call import Call

Block = dict[str, Any]
LEAST = 1  # units that the provider puts where a table becomes provisioned and says none: somebody else scales it


def with_keys(inputs: Block) -> Block:
    """`hashKey` and `rangeKey` of the table and of its indexes as the API's key schemas; a local index has the table's
    hash key."""
    prepared = {key: value for key, value in inputs.items() if key not in ("hashKey", "rangeKey")}
    if keys := _schema(inputs.get("hashKey"), inputs.get("rangeKey")):
        prepared["keySchema"] = keys
    for kind, first in (("globalSecondaryIndexes", ""), ("localSecondaryIndexes", inputs.get("hashKey"))):
        if indexes := inputs.get(kind):
            prepared[kind] = [_index(index, first) if isinstance(index, dict) else index for index in indexes]
    return prepared


def _schema(first: Any, second: Any) -> list[Block]:
    return [{"attributeName": key, "keyType": kind} for key, kind in ((first, "HASH"), (second, "RANGE")) if key]


def _index(index: Block, first: Any) -> Block:
    rest = {key: value for key, value in index.items() if key not in ("hashKey", "rangeKey")}
    return (
        rest
        if index.get("keySchemas")
        else {**rest, "keySchemas": _schema(first or index.get("hashKey"), index.get("rangeKey"))}
    )


def change_ttl(call: Call, old: Block | None, new: Block | None) -> None:
    """DynamoDB refuses to switch on what is on, and off what is off."""
    current = call.send("DescribeTimeToLive", TableName=call.id)["TimeToLiveDescription"]
    chosen, block = bool(new and new.get("enabled")), new or old or {}
    attribute = block.get("attributeName") or current.get("AttributeName")
    if chosen != (current["TimeToLiveStatus"] == "ENABLED") and attribute:
        specification = {"Enabled": chosen, "AttributeName": attribute}
        call.send("UpdateTimeToLive", TableName=call.id, TimeToLiveSpecification=specification)


def change_recovery(call: Call, old: Block | None, new: Block | None) -> None:
    block = new or {}
    specification: Block = {"PointInTimeRecoveryEnabled": bool(block.get("enabled"))}
    if block.get("recoveryPeriodInDays"):
        specification["RecoveryPeriodInDays"] = int(block["recoveryPeriodInDays"])
    call.send("UpdateContinuousBackups", TableName=call.id, PointInTimeRecoverySpecification=specification)


def change_billing(call: Call, old: str | None, new: str | None) -> None:
    mode = new or "PROVISIONED"
    throughput = {"ProvisionedThroughput": _throughput(call)} if mode == "PROVISIONED" else {}
    call.send("UpdateTable", TableName=call.id, BillingMode=mode, **throughput)


def change_capacity(call: Call, old: int | None, new: int | None) -> None:
    """Both capacities in one call, which is made where the table does not have them yet."""
    chosen = _throughput(call)
    current = call.send("DescribeTable", TableName=call.id)["Table"]
    mode = current.get("BillingModeSummary", {}).get("BillingMode", "PROVISIONED")
    if mode == "PROVISIONED" and any(current["ProvisionedThroughput"][key] != value for key, value in chosen.items()):
        call.send("UpdateTable", TableName=call.id, ProvisionedThroughput=chosen)


def _throughput(call: Call) -> Block:
    return {
        "ReadCapacityUnits": int(call.inputs.get("readCapacity") or LEAST),
        "WriteCapacityUnits": int(call.inputs.get("writeCapacity") or LEAST),
    }


def change_stream(call: Call, old: Any, new: Any) -> None:
    """Another view is another stream: off, then on (UpdateTable, StreamSpecification)."""
    on, view = bool(call.inputs.get("streamEnabled")), call.inputs.get("streamViewType")
    current = call.send("DescribeTable", TableName=call.id)["Table"].get("StreamSpecification") or {}
    if current.get("StreamEnabled") and (not on or current.get("StreamViewType") != view):
        call.send("UpdateTable", TableName=call.id, StreamSpecification={"StreamEnabled": False})
        current = {}
    if on and not current.get("StreamEnabled"):
        call.send("UpdateTable", TableName=call.id, StreamSpecification={"StreamEnabled": True, "StreamViewType": view})


def change_replicas(call: Call, old: list[Block] | None, new: list[Block] | None) -> None:
    """First those that come, then those that go; another key is another copy. The rest is set in the copy's region."""
    change_stream(call, None, None)  # which copies need, and the provider changes before them
    before, after = ({copy["regionName"]: copy for copy in copies or []} for copies in (old, new))
    renewed = {region for region, copy in after.items() if _key_of(copy) != _key_of(before.get(region, {}))}
    for region in before:
        if region not in after or region in renewed:
            _update_replica(call, "Delete", {"RegionName": region})
    for region in after:
        if region in renewed or region not in before:
            key = {"KMSMasterKeyId": after[region]["kmsKeyArn"]} if _key_of(after[region]) else {}
            _update_replica(call, "Create", {"RegionName": region, **key})
        _set_up(call, region, after[region])


def _key_of(copy: Block) -> Any:
    return copy.get("kmsKeyArn")


def _update_replica(call: Call, action: str, described: Block) -> None:
    call.send("UpdateTable", TableName=call.id, ReplicaUpdates=[{action: described}])


def _set_up(call: Call, region: str, copy: Block) -> None:
    ask = functools.partial(call.clients.call, "dynamodb", region)
    recovery = {"PointInTimeRecoveryEnabled": bool(copy.get("pointInTimeRecovery"))}
    ask("UpdateContinuousBackups", {"TableName": call.id, "PointInTimeRecoverySpecification": recovery})
    if copy.get("deletionProtectionEnabled") is not None:
        on = bool(copy["deletionProtectionEnabled"])
        ask("UpdateTable", {"TableName": call.id, "DeletionProtectionEnabled": on})
    if copy.get("propagateTags") and call.inputs.get("tags"):
        arn = ask("DescribeTable", {"TableName": call.id})["Table"]["TableArn"]
        tags = [{"Key": key, "Value": value} for key, value in call.inputs["tags"].items()]
        ask("TagResource", {"ResourceArn": arn, "Tags": tags})


def with_copies(call: Call, result: Block) -> Block | None:
    """The table, and what its copies are in their own regions."""
    table = result["Table"]
    known = {copy["regionName"]: copy for copy in call.state.get("replicas") or call.inputs.get("replicas") or []}
    copies = [_read_replica(call, one, known.get(one["RegionName"], {})) for one in table.get("Replicas") or []]
    return {**table, "Copies": copies or None}


def _read_replica(call: Call, listed: Block, known: Block) -> Block:
    """Whether tags are copied is known to the program only."""
    ask = functools.partial(call.clients.call, "dynamodb", listed["RegionName"])
    table = ask("DescribeTable", {"TableName": call.id})["Table"]
    backups = ask("DescribeContinuousBackups", {"TableName": call.id})["ContinuousBackupsDescription"]
    return {
        "regionName": listed["RegionName"],
        "kmsKeyArn": listed["KMSMasterKeyId"],
        "pointInTimeRecovery": backups["PointInTimeRecoveryDescription"]["PointInTimeRecoveryStatus"] == "ENABLED",
        "deletionProtectionEnabled": table["DeletionProtectionEnabled"],
        "propagateTags": known.get("propagateTags", False),
        "consistencyMode": "EVENTUAL",
        "arn": table["TableArn"],
        "streamArn": table.get("LatestStreamArn", ""),
        "streamLabel": table.get("LatestStreamLabel", ""),
    }


def delete_replicas(call: Call) -> None:
    """Before the table itself, as the provider does."""
    for copy in call.send("DescribeTable", TableName=call.id)["Table"].get("Replicas") or []:
        _update_replica(call, "Delete", {"RegionName": copy["RegionName"]})


def change_indexes(call: Call, old: list[Block] | None, new: list[Block] | None) -> None:
    """One after the other; one whose keys or projection differ is made again (UpdateTable,
    GlobalSecondaryIndexUpdates). One that a killed run has made already is there, and in no inputs."""
    before, after = ({index["name"]: _as_created(index) for index in indexes or []} for indexes in (old, new))
    attributes = [
        {"AttributeName": one["name"], "AttributeType": one["type"]} for one in call.inputs.get("attributes") or []
    ]
    listed = call.send("DescribeTable", TableName=call.id)["Table"].get("GlobalSecondaryIndexes") or []
    there = {index["IndexName"] for index in listed}
    other = [name for name in sorted(there) if before.get(name, after.get(name)) != after.get(name)]
    for name in other:
        call.send("UpdateTable", TableName=call.id, GlobalSecondaryIndexUpdates=[{"Delete": {"IndexName": name}}])
    for name in [name for name in after if name not in there or name in other]:
        call.send(
            "UpdateTable",
            TableName=call.id,
            AttributeDefinitions=attributes,
            GlobalSecondaryIndexUpdates=[{"Create": after[name]}],
        )


def _as_created(index: Block) -> Block:
    """An index as CreateTable takes it."""
    keys = _index(index, "")["keySchemas"]
    projection: Block = {"ProjectionType": index["projectionType"]}
    if index.get("nonKeyAttributes"):
        projection["NonKeyAttributes"] = index["nonKeyAttributes"]
    prepared: Block = {
        "IndexName": index["name"],
        "KeySchema": [{"AttributeName": key["attributeName"], "KeyType": key["keyType"]} for key in keys],
        "Projection": projection,
    }
    if index.get("readCapacity") and index.get("writeCapacity"):
        prepared["ProvisionedThroughput"] = {
            "ReadCapacityUnits": int(index["readCapacity"]),
            "WriteCapacityUnits": int(index["writeCapacity"]),
        }
    return prepared


def nothing(call: Call, old: Any, new: Any) -> None:
    """Attributes have no call of their own: they go with the index that needs them."""
