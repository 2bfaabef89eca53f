"""What moto's DynamoDB loses, and what DynamoDB refuses in a change.

Sources: API model of DynamoDB (CreateTable, UpdateTable: one kind of change at a time; limits of on-demand tables)."""

from typing import Any

from moto.dynamodb.models.table import Table
from moto.dynamodb.responses import DynamoHandler

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
    if body.get("ReplicaUpdates"):
        raise Refused("ValidationException", "replicas in other regions are not simulated")
    answer = original(self)
    table = _keep(self)
    if body.get("BillingMode") == "PAY_PER_REQUEST":
        table.throughput = {"ReadCapacityUnits": 0, "WriteCapacityUnits": 0, "NumberOfDecreasesToday": 0}
    if encryption := body.get("SSESpecification"):
        table.sse_specification = encryption if encryption.get("Enabled") else None
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
    return answer
