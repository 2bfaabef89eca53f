"""A table that is in two regions of one account, as DynamoDB does and refuses it."""

from typing import Any

import pytest
from botocore.exceptions import ClientError

from tenfold.local.aws import RequestFailed
from tenfold.local.provider.errors import InitFailed
from tests.local.two_regions import AWAY, HOME, KEY, REPLICA_KEY, Regions
from tests.local.world import autoname

TABLE = "aws:dynamodb/table:Table"
ITEM = {"id": {"S": "basket-1"}, "offers": {"N": "3"}}


def table_inputs(regions: Regions, **more: Any) -> dict[str, Any]:
    _, key = regions.make(KEY, HOME, multiRegion=True)
    _, away = regions.make(REPLICA_KEY, AWAY, primaryKeyArn=key["arn"])
    replica = {
        "regionName": AWAY,
        "kmsKeyArn": away["arn"],
        "pointInTimeRecovery": True,
        "deletionProtectionEnabled": False,
        "propagateTags": True,
    }
    inputs = {
        "hashKey": "id",
        "attributes": [{"name": "id", "type": "S"}],
        "billingMode": "PAY_PER_REQUEST",
        "streamEnabled": True,
        "streamViewType": "NEW_AND_OLD_IMAGES",
        "replicas": [replica],
        "tags": {"application": "shop"},
    }
    return regions.inputs(TABLE, HOME, **{**inputs, **more})


def test_items_of_a_table_with_a_replica_are_the_same_in_both_regions(regions: Regions) -> None:
    inputs = table_inputs(regions)
    name, outputs = regions.handlers.create(TABLE, inputs, HOME)
    regions.ask("dynamodb", HOME, "PutItem", TableName=name, Item=ITEM)
    assert regions.ask("dynamodb", AWAY, "GetItem", TableName=name, Key={"id": ITEM["id"]})["Item"] == ITEM
    regions.ask("dynamodb", AWAY, "DeleteItem", TableName=name, Key={"id": ITEM["id"]})
    assert "Item" not in regions.ask("dynamodb", HOME, "GetItem", TableName=name, Key={"id": ITEM["id"]})
    there = regions.ask("dynamodb", AWAY, "DescribeTable", TableName=name)["Table"]
    assert there["SSEDescription"]["KMSMasterKeyArn"] == inputs["replicas"][0]["kmsKeyArn"]
    tags = regions.ask("dynamodb", AWAY, "ListTagsOfResource", ResourceArn=there["TableArn"])["Tags"]
    assert {"Key": "application", "Value": "shop"} in tags
    read = regions.handlers.read(TABLE, name, outputs, inputs, HOME)
    assert read and regions.handlers.diff(TABLE, read[0], inputs, read[1]) == {}


def test_a_replica_comes_and_goes_in_place_and_takes_its_items_along(regions: Regions) -> None:
    two = table_inputs(regions)
    alone = {key: value for key, value in two.items() if key not in ("replicas", "streamEnabled", "streamViewType")}
    name, outputs = regions.handlers.create(TABLE, alone, HOME)
    regions.ask("dynamodb", HOME, "PutItem", TableName=name, Item=ITEM)
    assert "replace" not in str(regions.handlers.diff(TABLE, alone, two, outputs))
    changed = regions.handlers.update(TABLE, name, alone, two, outputs, HOME)
    assert regions.ask("dynamodb", AWAY, "GetItem", TableName=name, Key={"id": ITEM["id"]})["Item"] == ITEM
    with pytest.raises(RequestFailed, match="Streams cannot be disabled"):
        regions.handlers.update(TABLE, name, two, alone, changed, HOME)
    alone |= {key: two[key] for key in ("streamEnabled", "streamViewType")}
    regions.handlers.update(TABLE, name, two, alone, changed, HOME)
    with pytest.raises(ClientError, match="not found"):
        regions.ask("dynamodb", AWAY, "DescribeTable", TableName=name)
    assert regions.ask("dynamodb", HOME, "GetItem", TableName=name, Key={"id": ITEM["id"]})["Item"] == ITEM


def test_a_table_is_not_deleted_before_its_replicas(regions: Regions) -> None:
    inputs = table_inputs(regions)
    name, outputs = regions.handlers.create(TABLE, inputs, HOME)
    with pytest.raises(ClientError, match="acted as a source region"):
        regions.ask("dynamodb", HOME, "DeleteTable", TableName=name)
    regions.ask("dynamodb", AWAY, "UpdateTable", TableName=name, DeletionProtectionEnabled=True)
    with pytest.raises(RequestFailed, match="DeletionProtectionEnabled"):
        regions.handlers.delete(TABLE, name, outputs, HOME)
    regions.ask("dynamodb", AWAY, "UpdateTable", TableName=name, DeletionProtectionEnabled=False)
    regions.handlers.delete(TABLE, name, outputs, HOME)
    for region in (HOME, AWAY):
        with pytest.raises(ClientError, match="not found"):
            regions.ask("dynamodb", region, "DescribeTable", TableName=name)


def test_a_replica_of_a_table_that_is_paid_by_the_hour_is_refused(regions: Regions) -> None:
    hourly = {"billingMode": "PROVISIONED", "readCapacity": 1, "writeCapacity": 1}
    with pytest.raises(InitFailed, match="Pay-Per-Request or AutoScaled"):
        regions.handlers.create(TABLE, table_inputs(regions, **hourly), HOME)


def test_a_replica_of_a_table_whose_stream_does_not_feed_it_is_refused_before_any_call(regions: Regions) -> None:
    inputs = {**table_inputs(regions), "streamViewType": "NEW_IMAGE"}
    _, failures = regions.handlers.check(TABLE, inputs, HOME, autoname)
    assert [failure.property for failure in failures] == ["streamViewType"]
