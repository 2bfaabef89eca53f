"""The code of docs/read-models.md does what the page says, on a simulated table."""

import itertools
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from moto import mock_aws

from tenfold.local.moto import patches

assert patches
PAGE = Path(__file__).parents[2] / "docs" / "read-models.md"
CHANGES = [
    {"customer": "c", "order_id": "7", "version": v, "state": s} for v, s in enumerate(("placed", "paid", "sent"))
]


@pytest.fixture
def project() -> Any:
    names: dict[str, Any] = {}
    [block] = re.findall(r"^```python\n(.*?)^```", PAGE.read_text(), re.DOTALL | re.MULTILINE)
    exec(compile(block, str(PAGE), "exec"), names)
    return names["project"]


@pytest.fixture
def table() -> Iterator[Any]:
    keys = ("customer", "HASH"), ("order_id", "RANGE")
    with mock_aws():
        dynamodb: Any = boto3.resource("dynamodb", "us-east-1")
        yield dynamodb.create_table(
            TableName="orders-of",
            BillingMode="PAY_PER_REQUEST",
            KeySchema=[{"AttributeName": name, "KeyType": kind} for name, kind in keys],
            AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name, _ in keys],
        )


@pytest.mark.parametrize("order", list(itertools.permutations(CHANGES)))
def test_the_latest_change_stays_in_whatever_order_and_however_often_they_come(
    project: Any, table: Any, order: tuple[dict[str, Any], ...]
) -> None:
    for detail in (*order, *order):
        project(table, json.dumps({"detail-type": "order-changed", "detail": detail}))
    assert [item["state"] for item in table.scan()["Items"]] == ["sent"]
    assert not project(table, json.dumps({"detail": CHANGES[0]}))
