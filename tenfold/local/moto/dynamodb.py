"""What moto's DynamoDB loses, copies of a table in other regions, and what DynamoDB refuses in a change.

Sources: API model of DynamoDB (CreateTable, UpdateTable: one kind of change at a time; limits of on-demand tables);
Developer Guide, "Global tables: how settings are synchronized"; refusals as github.com/go-to-k/cdkd#1442 met them."""

from typing import Any

from moto.dynamodb.models import dynamodb_backends
from moto.dynamodb.models.table import Table
from moto.dynamodb.responses import DynamoHandler, DynamoResult

from tenfold.local.moto.patching import Response, replace
from tenfold.local.moto.refusal import Refused

# Of these an UpdateTable holds one: "Modify the provisioned throughput settings", "Remove a global secondary index",
# "Create a new global secondary index"; a stream, encryption and replicas each are a change of their own too.
_ALONE = (
    "ProvisionedThroughput",
    "GlobalSecondaryIndexUpdates",
    "StreamSpecification",
    "SSESpecification",
    "ReplicaUpdates",
)
_LOCAL = (
    "Cannot add, delete, or update the local region through ReplicaUpdates. Use CreateTable, DeleteTable, or "
    "UpdateTable as required."
)
_ABSENT = "Replica specified in the Replica Update or Replica Delete action of the request was not found."
_KEPT = ("TableClass", "OnDemandThroughput")


@replace(DynamoHandler, "create_table")
def create_table(original: Any, self: Response) -> Any:
    answer = original(self)
    _keep(self)
    return answer


@replace(DynamoHandler, "update_table")
def update_table(original: Any, self: Response) -> Any:
    body = self.body
    changes = [kind for kind in _ALONE if body.get(kind)]
    indexes = body.get("GlobalSecondaryIndexUpdates") or []
    if (len(changes) > 1 and changes != ["ProvisionedThroughput", "GlobalSecondaryIndexUpdates"]) or len(indexes) > 1:
        raise Refused("ValidationException", "Only one kind of change may be made in one UpdateTable.")
    stream = body.get("StreamSpecification") or {}
    if stream.get("StreamEnabled") is False and _replicas(self.dynamodb_backend.get_table(body["TableName"])):
        raise Refused("ValidationException", "Streams cannot be disabled for a table that has replicas")
    for update in body.get("ReplicaUpdates") or []:
        _change_replica(self.dynamodb_backend, body["TableName"], update)
    answer = original(self)
    table = _keep(self)
    if body.get("BillingMode") == "PAY_PER_REQUEST":
        table.throughput = {"ReadCapacityUnits": 0, "WriteCapacityUnits": 0, "NumberOfDecreasesToday": 0}
    if encryption := body.get("SSESpecification"):
        table.sse_specification = encryption if encryption.get("Enabled") else None
    _synchronize(table)
    return DynamoResult(table.describe()) if body.get("ReplicaUpdates") else answer


def _change_replica(backend: Any, name: str, update: dict[str, Any]) -> None:
    """Global tables, version 2019.11.21: a table of one name in several regions, with one set of items."""
    table = backend.get_table(name)
    [(action, described)] = update.items()
    region = described["RegionName"]
    others = dynamodb_backends[backend.account_id]
    if region == backend.region_name:
        raise Refused("ValidationException", _LOCAL)
    if action == "Create":
        _refuse_replica(table, others[region], region)
        others[region].tables[table.name] = _replica(table, region, described)
    elif others[region].tables.get(table.name) not in _replicas(table):
        raise Refused("ValidationException", _ABSENT)
    elif action == "Delete":
        others[region].delete_table(table.name)  # which a protected one refuses
    else:
        raise Refused("ValidationException", f"{action} of a replica is not simulated")


def _refuse_replica(table: Any, there: Any, region: str) -> None:
    stream = table.stream_specification or {}
    if stream.get("StreamViewType") != "NEW_AND_OLD_IMAGES":
        raise Refused("ValidationException", "Table must have DynamoDB Streams with NEW_AND_OLD_IMAGES enabled")
    if table.billing_mode != "PAY_PER_REQUEST":  # not known here: what scales a table
        raise Refused("ValidationException", "Table write capacity should either be Pay-Per-Request or AutoScaled.")
    if table.name in there.tables:
        raise Refused("ValidationException", f"Table {table.name} already exists in {region}")


def _replica(table: Any, region: str, described: dict[str, Any]) -> Any:
    """It shares what DynamoDB keeps equal; key, protection, recovery and tags are its own."""
    key = described.get("KMSMasterKeyId")
    replica: Any = Table(
        table.name,
        account_id=table.account_id,
        region=region,
        schema=table.schema,
        attr=table.attr,
        billing_mode=table.billing_mode,
        streams={**table.stream_specification},
        sse_specification={"Enabled": True, "SSEType": "KMS", **({"KMSMasterKeyId": key} if key else {})},
    )
    replica.items, replica.source_region = table.items, table.region_name
    _share(table, replica)
    return replica


def _share(table: Any, replica: Any) -> None:
    for name in ("attr", "billing_mode", "throughput", "global_indexes", "indexes", "ttl"):
        setattr(replica, name, getattr(table, name))


def _synchronize(table: Any) -> None:
    for replica in _replicas(table):
        _share(table, replica)


def _replicas(table: Any) -> list[Any]:
    """The same table in other regions."""
    regions = dynamodb_backends[table.account_id].values()
    same = [backend.tables[table.name] for backend in regions if table.name in backend.tables]
    return [other for other in same if other is not table and other.items is table.items]


@replace(DynamoHandler, "delete_table")
def delete_table(original: Any, self: Response) -> Any:
    """AWS's own words; they are for a day after a copy was made, and here for as long as there is one."""
    table = self.dynamodb_backend.get_table(self.body["TableName"])
    if _replicas(table) and not hasattr(table, "source_region"):
        raise Refused(
            "ValidationException",
            "Replica cannot be deleted because it has acted as a source region for new replica(s) being added to the "
            "table in the last 24 hours.",
        )
    return original(self)


@replace(DynamoHandler, "update_time_to_live")
def update_time_to_live(original: Any, self: Response) -> Any:
    answer = original(self)
    _synchronize(self.dynamodb_backend.get_table(self.body["TableName"]))
    return answer


def _keep(self: Response) -> Any:
    table = self.dynamodb_backend.tables[self.body["TableName"]]
    table.kept = {**getattr(table, "kept", {}), **{key: self.body[key] for key in _KEPT if key in self.body}}
    return table


@replace(Table, "describe")
def describe(original: Any, self: Any, *args: Any, **named: Any) -> Any:
    answer = original(self, *args, **named)
    kept, facts = getattr(self, "kept", {}), answer.get("Table") or answer.get("TableDescription")
    if kept.get("TableClass"):
        facts["TableClassSummary"] = {"TableClass": kept["TableClass"]}
    if kept.get("OnDemandThroughput"):
        facts["OnDemandThroughput"] = kept["OnDemandThroughput"]
    if replicas := _replicas(self):
        facts["GlobalTableVersion"] = "2019.11.21"
        facts["Replicas"] = [
            {
                "RegionName": one.region_name,
                "ReplicaStatus": "ACTIVE",
                "ReplicaArn": one.table_arn,
                "KMSMasterKeyId": one.sse_specification["KMSMasterKeyId"],
            }
            for one in replicas
            if one.sse_specification
        ]
    return answer
