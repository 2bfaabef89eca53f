"""Events on the real engine: published, received by each queue, dead letters and back, replayed; and a stack that
changes who receives what loses nothing."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from running import Tenfold  # beside this file

from tenfold import exits

MART = """name: mart
stage: 1
with: [queues, events]
throwaway: true
app: {image: "ghcr.io/acme/mart:1.4.2", stateless: true}
queues:
  stock: {acceptable_delay: 10s, message_takes: 1s, attempts: 1}
  mail: {acceptable_delay: 5m, message_takes: 2s}
  ledger: {acceptable_delay: 5m, message_takes: 2s, order: fifo}
events:
  basket-changed: {to: [mail, stock], via: topic, filter: {stock: {total: [{numeric: [">", 10]}]}}}
  account-changed: {to: [ledger], via: fifo-topic}
  order-placed: {to: [stock, mail], keep: 30d, filter: {mail: {total: [{numeric: [">", 10]}]}}}
"""


class Mart:
    """The deployed stack, as its application sees it."""

    def __init__(self, tenfold: Tenfold, aws: Callable[[str], Any], where: tuple[str, ...]):
        self.tenfold, self.where, self.sqs, self.events = tenfold, where, aws("sqs"), aws("events")
        self.sns = aws("sns")
        self.outputs = tenfold.json("outputs", *where)["outputs"]
        settings = aws("ssm").get_parameter(Name="/mart/dev/settings/EVENT_BUS_NAME")["Parameter"]["Value"]
        assert settings == self.outputs["event_bus"] == "mart-dev"

    def publish(self, total: int) -> None:
        detail = json.dumps({"event_id": f"{total}-placed", "total": total})
        entry = {"EventBusName": "mart-dev", "Source": "mart", "DetailType": "order-placed", "Detail": detail}
        assert self.events.put_events(Entries=[entry])["FailedEntryCount"] == 0

    def publish_on_topic(self, kind: str, total: int, **order: str) -> None:
        event = json.dumps({"detail-type": kind, "detail": {"total": total}})
        self.sns.publish(TopicArn=self.outputs["event_topics"][kind], Message=event, **order)

    def received(self, queue: str, kind: str = "queues", done: bool = True) -> list[int]:
        """Totals of what waits in the queue; not deleted, a message is tried once."""
        url, totals = self.outputs[kind][queue], list[int]()
        hidden = {} if done else {"VisibilityTimeout": 0}
        for message in self.sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10, **hidden).get("Messages", ()):
            event = json.loads(message["Body"])
            totals.append(event["detail"]["total"])
            if done:
                self.sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
        return sorted(totals)


@pytest.fixture
def blueprint(tmp_path: Path) -> Callable[[str], tuple[str, ...]]:
    def write(text: str) -> tuple[str, ...]:
        (tmp_path / "mart.yaml").write_text(text)
        return str(tmp_path / "mart.yaml"), "--env", "dev", "--local"

    return write


def test_an_event_reaches_each_queue_and_comes_back_from_dead_letters_and_archive(fresh, aws, blueprint):
    """One deployment, from nothing to nothing; each part goes on where the one before has ended."""
    where = blueprint(MART)
    fresh("up", *where)
    mart = Mart(fresh, aws, where)
    for total in (5, 50):
        mart.publish(total)
    assert mart.received("mail") == [50]  # by its filter
    comes_back_from_dead_letters(fresh, where, mart)
    goes_by_topics(mart)
    comes_back_from_the_archive(fresh, where, mart)
    more = reaches_who_listens_from_now_on(fresh, aws, blueprint, mart)
    fills_a_read_model(fresh, aws, where, Mart(fresh, aws, where))
    reaches_nobody_who_listens_no_more(fresh, aws, blueprint, where, more)
    fresh("destroy", *where, "--yes")
    assert [bus["Name"] for bus in mart.events.list_event_buses()["EventBuses"]] == ["default"]
    assert mart.sqs.list_queues().get("QueueUrls", []) == []
    assert not [topic for topic in mart.sns.list_topics()["Topics"] if "mart-dev" in topic["TopicArn"]]


def comes_back_from_dead_letters(fresh, where, mart):
    assert mart.received("stock", done=False) == [5, 50]  # tried once, and not done
    assert mart.received("stock", done=False) == []
    listed = {q["queue"]: q["dead_letters"] for q in fresh.json("queues", *where)["queues"]}
    assert listed == {"stock": 2, "mail": 0, "ledger": 0}
    fresh("queues", "redrive", *where, "stock", "--yes")
    assert mart.received("stock") == [5, 50]


def goes_by_topics(mart):
    for total in (5, 50):
        mart.publish_on_topic("basket-changed", total)
        mart.publish_on_topic("account-changed", total, MessageGroupId="a", MessageDeduplicationId=str(total))
    assert [mart.received(queue) for queue in ("mail", "stock", "ledger")] == [[5, 50], [50], [5, 50]]


def comes_back_from_the_archive(fresh, where, mart):
    by_event = {event["event"]: event for event in fresh.json("events", *where)["events"]}
    assert {event: facts["via"] for event, facts in by_event.items()} == {
        "account-changed": "topic",
        "basket-changed": "topic",
        "order-placed": "bus",
    }
    assert by_event["order-placed"]["archive"]["events"] == 2 and by_event["basket-changed"]["archive"] is None
    fresh("events", "replay", *where, "order-placed", "--from", "1h", "--to-queue", "mail", "--yes")
    assert (mart.received("mail"), mart.received("stock")) == ([50], [])
    fresh("events", "replay", *where, "order-placed", "--from", "1h", "--yes")
    assert (mart.received("mail"), mart.received("stock")) == ([50], [5, 50])
    assert fresh.json("events", *where)["events"][2]["archive"]["events"] == 2, "not archived again"


def reaches_who_listens_from_now_on(fresh, aws, blueprint, mart):
    mart.publish(70)  # waits in both, while the next `up` changes who receives
    times = "{acceptable_delay: 1m, message_takes: 1s}"
    more = MART.replace("to: [stock, mail]", "to: [stock, mail, search]").replace(
        "events:", f"  search: {times}\n  sums: {times}\nevents:"
    )
    more += "read_models: {sums: {listens_to: [order-placed], primary_key: event_id}}\n"
    where = blueprint(more)
    done = fresh.json("up", *where)
    assert "delete" not in done["summary"] and "replace" not in done["summary"]
    after = Mart(fresh, aws, where)
    after.publish(80)
    assert (after.received("stock"), after.received("mail"), after.received("search")) == ([70, 80], [70, 80], [80])
    return more


def fills_a_read_model(fresh, aws, where, mart):
    name = aws("ssm").get_parameter(Name="/mart/dev/settings/MODEL_SUMS_TABLE")["Parameter"]["Value"]
    sums = aws("dynamodb")
    assert mart.received("sums") == [80] and sums.scan(TableName=name)["Items"] == []
    fresh("events", "replay", *where, "order-placed", "--from", "1h", "--to-queue", "sums", "--yes")
    for total in mart.received("sums"):
        sums.put_item(TableName=name, Item={"event_id": {"S": f"{total}-placed"}, "total": {"N": str(total)}})
    assert sorted(item["total"]["N"] for item in sums.scan(TableName=name)["Items"]) == ["5", "50", "70", "80"]


def reaches_nobody_who_listens_no_more(fresh, aws, blueprint, where, more):
    fewer = more.replace("to: [stock, mail, search]", "to: [stock, search]")
    fresh("up", *blueprint(fewer.replace("filter: {mail", "filter: {stock")))
    after = Mart(fresh, aws, where)
    after.publish(5)
    after.publish(90)
    assert (after.received("stock"), after.received("mail"), after.received("search")) == ([90], [], [5, 90])
    to_mail = (*where, "order-placed", "--from", "1h", "--to-queue", "mail", "--yes")
    wrong = fresh("events", "replay", *to_mail, code=exits.WRONG_INPUT)
    assert "order-placed has no queue 'mail'" in wrong.stderr

    assert fresh.json("up", *where)["changes"] == []
