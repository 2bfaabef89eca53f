"""The local cloud answers questions while others make things, as an `up` does."""

import sys
import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest

from tenfold.local.aws import RequestFailed
from tenfold.local.aws.clients import Clients
from tests.local.kills import cloud

ALARM = {"EvaluationPeriods": 1, "ComparisonOperator": "LessThanThreshold", "Threshold": 1, "Period": 60}
ALARM |= {"Namespace": "own", "MetricName": "n", "Statistic": "Sum"}
# A question and what makes one more of what moto walks over to answer it.
AT_ONCE = {
    "cloudwatch": (
        ("DescribeAlarms", {"AlarmNames": ["a1"]}, "MetricAlarms"),
        lambda n: ("PutMetricAlarm", {"AlarmName": f"a{n}", **ALARM}),
    ),
    "ssm": (
        ("DescribeParameters", {"ParameterFilters": [{"Key": "Name", "Values": ["k1"]}]}, "Parameters"),
        lambda n: ("PutParameter", {"Name": f"k{n}", "Value": "v", "Type": "String"}),
    ),
}


@pytest.fixture
def impatient() -> Iterator[None]:
    """Threads take turns a thousand times as often."""
    usual = sys.getswitchinterval()
    sys.setswitchinterval(5e-6)
    yield
    sys.setswitchinterval(usual)


@pytest.fixture
def clients() -> Iterator[Clients]:
    with cloud() as endpoint:
        yield Clients(endpoint)


@pytest.mark.parametrize("service", AT_ONCE)
def test_questions_are_answered_while_others_write(impatient: None, clients: Clients, service: str) -> None:
    (question, parameters, answers), making = AT_ONCE[service]

    def write() -> None:
        for number in range(80):
            clients.call(service, "us-east-1", *making(number))

    writing = threading.Thread(target=write)
    writing.start()
    while writing.is_alive():
        clients.call(service, "us-east-1", question, parameters)
    assert len(clients.call(service, "us-east-1", question, parameters)[answers]) == 1


def test_who_waits_for_a_message_keeps_nobody_from_sending_it(clients: Clients) -> None:
    url = clients.call("sqs", "us-east-1", "CreateQueue", {"QueueName": "q"})["QueueUrl"]
    arrived: list[Any] = []

    def wait() -> None:
        question = {"QueueUrl": url, "WaitTimeSeconds": 20}
        arrived.extend(clients.call("sqs", "us-east-1", "ReceiveMessage", question)["Messages"])

    waiting = threading.Thread(target=wait)
    waiting.start()
    time.sleep(0.1)
    clients.call("sqs", "us-east-1", "SendMessage", {"QueueUrl": url, "MessageBody": "hello"})
    waiting.join(timeout=10)
    assert [message["Body"] for message in arrived] == ["hello"]


def test_what_fails_inside_is_not_called_missing(clients: Clients, monkeypatch: pytest.MonkeyPatch) -> None:
    from moto.cloudwatch.models import CloudWatchBackend

    def walk(self: object, names: list[str]) -> None:
        raise RuntimeError("dictionary changed size during iteration")

    monkeypatch.setattr(CloudWatchBackend, "get_alarms_by_alarm_names", walk)
    with pytest.raises(RequestFailed, match="DescribeAlarms failed inside the local cloud"):
        clients.call("cloudwatch", "us-east-1", "DescribeAlarms", {"AlarmNames": ["a"]})
