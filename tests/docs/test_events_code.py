"""The code of docs/events.md does what the page says, against a database and the simulated bus."""

import json
import re
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from moto import mock_aws

from tenfold.local.moto import patches

assert patches
PAGE = Path(__file__).parents[2] / "docs" / "events.md"
TABLES = """
create table done_events (event_id text primary key);
create table sent (mail text);
create table offers (offer text primary key, version integer, price integer);
create table orders (id text primary key, total integer);
create table outbox (event_id text primary key, kind text, detail text);
"""


@pytest.fixture
def code() -> dict[str, Any]:
    """What the page's blocks define, one after the other in one module."""
    names: dict[str, Any] = {}
    for block in re.findall(r"^```python\n(.*?)^```", PAGE.read_text(), re.DOTALL | re.MULTILINE):
        exec(compile(block, str(PAGE), "exec"), names)
    return names


@pytest.fixture
def database() -> Iterator[sqlite3.Connection]:
    connection = sqlite3.connect(":memory:")
    connection.executescript(TABLES)
    yield connection
    connection.close()


def count(database: sqlite3.Connection, table: str) -> int:
    return database.execute(f"select count(*) from {table}").fetchone()[0]


def event(**detail: Any) -> str:
    return json.dumps({"detail-type": "order-placed", "detail": detail})


def test_an_event_that_comes_twice_is_worked_on_once(code: dict[str, Any], database: sqlite3.Connection) -> None:
    def send(inside: sqlite3.Connection, detail: dict[str, Any]) -> None:
        inside.execute("insert into sent values (?)", (detail["order"],))

    done = [code["work_once"](database, event(event_id="7-placed", order="7"), send) for _ in range(2)]
    assert done == [True, False] and count(database, "sent") == 1


def test_work_that_fails_is_not_taken_for_done(code: dict[str, Any], database: sqlite3.Connection) -> None:
    def poison(inside: sqlite3.Connection, detail: dict[str, Any]) -> None:
        inside.execute("insert into sent values ('half')")
        raise ValueError(detail)

    with pytest.raises(ValueError, match="7"):
        code["work_once"](database, event(event_id="7-placed", order="7"), poison)
    assert (count(database, "done_events"), count(database, "sent")) == (0, 0)


@pytest.mark.parametrize("order", [(1, 2, 3), (3, 1, 2), (2, 3, 1)])
def test_the_newest_wins_in_any_order(code: dict[str, Any], database: sqlite3.Connection, order: tuple[int]) -> None:
    for version in order:
        code["set_price"](database, {"offer": "a", "version": version, "price": 100 * version})
    assert database.execute("select version, price from offers").fetchall() == [(3, 300)]


def test_the_outbox_loses_nothing_when_a_server_stops(code: dict[str, Any], database: sqlite3.Connection) -> None:
    published: list[tuple[str, str]] = []

    def stops_after(number: int) -> Any:
        def publish(event_id: str, kind: str, detail: dict[str, Any]) -> None:
            if len(published) == number:
                raise ConnectionError("the server stops")
            published.append((event_id, kind))

        return publish

    for order in ("7", "8"):
        code["place_order"](database, order, 100)
    with pytest.raises(ConnectionError):
        code["empty_outbox"](database, stops_after(1))
    assert (count(database, "orders"), count(database, "outbox")) == (2, 1)
    assert code["empty_outbox"](database, stops_after(9)) == 1
    assert published == [("7-placed", "order-placed"), ("8-placed", "order-placed")] and count(database, "outbox") == 0


def test_an_order_that_fails_leaves_no_event(code: dict[str, Any], database: sqlite3.Connection) -> None:
    code["place_order"](database, "7", 100)
    with pytest.raises(sqlite3.IntegrityError):
        code["place_order"](database, "7", 100)
    assert (count(database, "orders"), count(database, "outbox")) == (1, 1)


def test_what_the_bus_does_not_take_is_an_error(code: dict[str, Any]) -> None:
    class Full:
        def put_events(self, Entries: list[Any]) -> dict[str, Any]:
            return {"FailedEntryCount": 1, "Entries": [{"ErrorCode": "ThrottlingException"}]}

    with pytest.raises(RuntimeError, match="ThrottlingException"):
        code["publish"](Full(), "shop", "7-placed", "order-placed", {})


def test_a_published_event_carries_its_publisher_s_id(code: dict[str, Any]) -> None:
    with mock_aws():
        events, sqs = boto3.client("events", "us-east-1"), boto3.client("sqs", "us-east-1")
        events.create_event_bus(Name="shop")
        url = sqs.create_queue(QueueName="mail")["QueueUrl"]
        arn = "arn:aws:sqs:us-east-1:123456789012:mail"
        allow = {"Effect": "Allow", "Principal": "*", "Action": "sqs:SendMessage", "Resource": arn}
        sqs.set_queue_attributes(
            QueueUrl=url, Attributes={"Policy": json.dumps({"Version": "2012-10-17", "Statement": [allow]})}
        )
        events.put_rule(Name="r", EventBusName="shop", EventPattern='{"detail-type": ["order-placed"]}')
        events.put_targets(Rule="r", EventBusName="shop", Targets=[{"Id": "queue", "Arn": arn}])
        code["publish"](events, "shop", "7-placed", "order-placed", {"order": "7"})
        [message] = sqs.receive_message(QueueUrl=url)["Messages"]
    assert json.loads(message["Body"])["detail"] == {"order": "7", "event_id": "7-placed"}


def test_what_is_published_on_a_topic_reaches_workers_in_the_form_of_the_bus(code: dict[str, Any]) -> None:
    with mock_aws():
        sns, sqs = boto3.client("sns", "us-east-1"), boto3.client("sqs", "us-east-1")
        allow = {"Effect": "Allow", "Principal": {"Service": "sns.amazonaws.com"}, "Action": "sqs:SendMessage"}
        policy = json.dumps({"Version": "2012-10-17", "Statement": [{**allow, "Resource": "*"}]})
        queue = {"FifoQueue": "true", "Policy": policy}
        url = sqs.create_queue(QueueName="ledger.fifo", Attributes=queue)["QueueUrl"]
        topic = sns.create_topic(Name="account-changed.fifo", Attributes={"FifoTopic": "true"})["TopicArn"]
        raw = {"RawMessageDelivery": "true"}
        arn = "arn:aws:sqs:us-east-1:123456789012:ledger.fifo"
        sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn, Attributes=raw)
        for _ in range(2):  # the second one is the same event
            code["publish_on_topic"](sns, topic, "7-changed", "account-changed", {"account": "7"}, group="7")
        [message] = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10)["Messages"]
    assert json.loads(message["Body"])["detail"] == {"account": "7", "event_id": "7-changed"}
