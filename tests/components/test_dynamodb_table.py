"""A table: found by its key, closed, restorable, and as large as its load."""

from typing import Any

import pulumi
import pytest
from examples import documented_arguments, example
from recording import Graph, assert_house_rules, record

from tenfold.components.table import Table, TableArgs, statements

KEY = "arn:aws:kms:us-east-1:123456789012:key/k"
UNITS = {"reads": {"units": 5, "units_max": 100}, "writes": {"units": 2, "units_max": 20}}


def table(**args: Any) -> Graph:
    inputs: Any = {"partition_key": {"name": "id"}, "kms_key_arn": KEY, "tags": {"app": "shop"}, **args}
    return record(lambda: Table("shop-baskets", inputs).table_name)


def test_it_is_on_demand_encrypted_restorable_and_protected() -> None:
    graph = table()
    assert_house_rules(graph, "shop-baskets")
    made = graph["shop-baskets-table"]
    assert made.inputs["billingMode"] == "PAY_PER_REQUEST" and "readCapacity" not in made.inputs
    assert made.inputs["serverSideEncryption"] == {"enabled": True, "kmsKeyArn": KEY}
    assert made.inputs["pointInTimeRecovery"] == {"enabled": True, "recoveryPeriodInDays": 7}
    assert made.protect and made.inputs["deletionProtectionEnabled"]
    assert len(graph.of("dynamodb/table:Table")) == 1 and not graph.of("appautoscaling/target:Target")


def test_what_may_be_thrown_away_is_not_protected() -> None:
    made = table(throwaway=True)["shop-baskets-table"]
    assert not made.protect and not made.inputs["deletionProtectionEnabled"]


def test_keys_are_attributes_each_once() -> None:
    sort = {"name": "placed_at", "type": "number"}
    indexes = {"by-offer": {"partition_key": {"name": "offer"}, "sort_key": sort}}
    made = table(sort_key=sort, indexes=indexes, expires="gone_at")["shop-baskets-table"].inputs
    assert (made["hashKey"], made["rangeKey"]) == ("id", "placed_at")
    assert {a["name"]: a["type"] for a in made["attributes"]} == {"id": "S", "placed_at": "N", "offer": "S"}
    [index] = made["globalSecondaryIndexes"]
    assert [key["attributeName"] for key in index["keySchemas"]] == ["offer", "placed_at"]
    assert made["ttl"] == {"enabled": True, "attributeName": "gone_at"}


def test_copies_are_as_closed_and_as_protected_as_the_table() -> None:
    away = KEY.replace("us-east-1", "eu-west-1")
    for throwaway in (False, True):
        made = table(copies={"eu-west-1": away}, throwaway=throwaway)["shop-baskets-table"].inputs
        [copy] = made["replicas"]
        assert (copy["regionName"], copy["kmsKeyArn"], copy["pointInTimeRecovery"]) == ("eu-west-1", away, True)
        assert copy["deletionProtectionEnabled"] is not throwaway and copy["propagateTags"]
        assert (made["streamEnabled"], made["streamViewType"]) == (True, "NEW_AND_OLD_IMAGES")
    with pytest.raises(ValueError, match="none can be made"):
        table(copies={"eu-west-1": away}, capacity=UNITS)


def test_units_follow_the_load_between_their_limits() -> None:
    graph = table(capacity={**UNITS, "track_fraction": 0.6, "cooldown_in_seconds": 600})
    made = graph["shop-baskets-table"]
    assert (made.inputs["billingMode"], made.inputs["readCapacity"], made.inputs["writeCapacity"]) == (
        "PROVISIONED",
        5,
        2,
    )
    reads, policy = graph["shop-baskets-reads"].inputs, graph["shop-baskets-reads-policy"].inputs
    assert (reads["minCapacity"], reads["maxCapacity"]) == (5, 100)
    tracked = policy["targetTrackingScalingPolicyConfiguration"]
    assert (tracked["targetValue"], tracked["scaleInCooldown"], tracked["scaleOutCooldown"]) == (60, 600, 60)
    assert tracked["predefinedMetricSpecification"]["predefinedMetricType"] == "DynamoDBReadCapacityUtilization"
    assert graph["shop-baskets-writes"].inputs["scalableDimension"] == "dynamodb:table:WriteCapacityUnits"


def test_a_role_works_with_items_and_leaves_the_table_as_it_is() -> None:
    found = record(lambda: pulumi.Output.from_input(statements("arn:aws:dynamodb:r:1:table/t", KEY))).result
    actions = {action for statement in found for action in statement["Action"]}
    assert {"dynamodb:GetItem", "dynamodb:Query", "dynamodb:PutItem", "kms:Decrypt"} <= actions
    assert not {action for action in actions if "Table" in action and "Describe" not in action}
    assert all("*" not in action for action in actions)
    assert found[0]["Resource"] == ["arn:aws:dynamodb:r:1:table/t", "arn:aws:dynamodb:r:1:table/t/index/*"]


@pytest.mark.parametrize(
    ("args", "words"),
    [
        ({"sort_key": {"name": "id"}}, "is the key already"),
        ({"partition_key": {"name": "id", "type": "date"}}, 'type must be "text", "number" or "binary"'),
        ({"indexes": {"by-id": {"partition_key": {"name": "id", "type": "number"}}}}, "cannot be text and number"),
        ({"keep_days": 36}, "from 1 to 35"),
        (
            {"indexes": {f"by-{n}": {"partition_key": {"name": f"a{n}"}} for n in range(21)}},
            "more than a table has, 20",
        ),
        ({"capacity": {**UNITS, "reads": {"units": 9, "units_max": 5}}}, "reads from 9 to 5 must rise"),
        ({"capacity": {**UNITS, "track_fraction": 0.95}}, "from 0.2 to 0.9"),
        ({"capacity": UNITS, "indexes": {"by-a": {"partition_key": {"name": "a"}}}}, "units of its own"),
    ],
)
def test_what_dynamodb_does_not_take_is_refused(args: dict[str, Any], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        table(**args)


def test_the_page_s_example_runs_and_its_table_is_complete() -> None:
    assert "shop-baskets-table" in example("table")
    assert documented_arguments("table") >= set(TableArgs.__annotations__)
