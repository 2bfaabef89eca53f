"""`tenfold queues`: what waits, and dead letters back to their queue; against simulated SQS, and one that fails."""

import json
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace as N
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from click.testing import CliRunner
from moto import mock_aws

from tenfold import deployment, exits
from tenfold.cli import tenfold
from tenfold.failure import Failure
from tenfold.local.moto import patches
from tenfold.messages import redrive
from tenfold.promotion.checks import Asked

assert patches
IOT = str(Path(__file__).resolve().parents[2] / "blueprints" / "iot.yaml")
PREFIX = "https://sqs.us-east-1.amazonaws.com/123456789012"
NAMES = ("commands", "readings")


@pytest.fixture
def deployed(monkeypatch: pytest.MonkeyPatch) -> Any:
    """A stack with two queues; `client` is what boto3 would give."""

    def make(client: Any, queues: tuple[str, ...] = NAMES, outputs: bool = True) -> None:
        urls = {name: f"{PREFIX}/iot-{name}" for name in queues}
        dead = {name: f"{PREFIX}/iot-{name}-dead" for name in queues}
        given = {"stage": 6, "queues": urls, "dead_letters": dead} if outputs else {}
        stack = {"type": "pulumi:pulumi:Stack", "outputs": given}
        target = N(
            where=N(
                stack="iot-prod", where="somewhere", directory=Path("none"), cloud=N(endpoint="http://127.0.0.1:9")
            ),
            architecture=N(region="us-east-1"),
            driver=N(deployed_resources=lambda: [stack]),
            flags="blueprints/iot.yaml --env prod",
            title_of=lambda held: "iot-prod",
        )
        monkeypatch.setattr(deployment, "prepare", lambda *given: target)
        monkeypatch.setattr(Asked, "client", lambda self, service, region=None: client(service))
        monkeypatch.setattr(redrive, "POLL_SECONDS", 0.01)

    return make


def run(*args: str, input: str | None = None) -> tuple[int, str, Any]:
    """Exit code, what was printed, and the `Failure` the command ended with."""
    found = CliRunner().invoke(tenfold, ["queues", *args], input=input)
    failure = found.exception if isinstance(found.exception, Failure) else None
    assert failure or found.exception is None or isinstance(found.exception, SystemExit), found.exception
    return failure.code if failure else found.exit_code, found.output, failure


# ---- against simulated SQS
@pytest.fixture
def sqs(deployed: Any) -> Iterator[Any]:
    with mock_aws():
        client = boto3.client("sqs", "us-east-1")
        for name in NAMES:
            dead = client.create_queue(QueueName=f"iot-{name}-dead")["QueueUrl"]
            arn = client.get_queue_attributes(QueueUrl=dead, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
            policy = json.dumps({"deadLetterTargetArn": arn, "maxReceiveCount": 1})
            client.create_queue(QueueName=f"iot-{name}", Attributes={"RedrivePolicy": policy, "VisibilityTimeout": "0"})
        deployed(lambda service: boto3.client(service, "us-east-1"))
        yield client


def fail(sqs: Any, count: int) -> None:
    """So many messages of `readings` become dead letters."""
    for number in range(count):
        sqs.send_message(QueueUrl=f"{PREFIX}/iot-readings", MessageBody=str(number))
    for _ in range(2):
        sqs.receive_message(QueueUrl=f"{PREFIX}/iot-readings", MaxNumberOfMessages=10)


def test_each_queue_is_listed_with_what_waits_and_what_failed(sqs: Any) -> None:
    fail(sqs, 3)
    sqs.send_message(QueueUrl=f"{PREFIX}/iot-commands", MessageBody="x")
    sqs.send_message(QueueUrl=f"{PREFIX}/iot-commands", MessageBody="later", DelaySeconds=60)
    code, printed, _ = run(IOT, "--env", "prod", "--json")
    assert code == exits.DONE
    commands, readings = json.loads(printed)["queues"]
    assert (commands["queue"], commands["waiting"], commands["dead_letters"]) == ("commands", 2, 0)
    assert (readings["waiting"], readings["in_flight"], readings["dead_letters"]) == (0, 0, 3)
    assert readings["oldest_seconds"] is None
    _, printed, _ = run(IOT, "--env", "prod")
    assert ["readings", "0", "0", "-", "3"] in [line.split() for line in printed.splitlines()]
    assert "tenfold queues redrive blueprints/iot.yaml --env prod readings" in printed
    assert printed.count("redrive") == 1  # not for the queue without dead letters


def test_the_age_of_the_oldest_message_is_the_last_one_measured(sqs: Any) -> None:
    from datetime import UTC, datetime, timedelta

    for minutes, age in ((2, 600), (5, 60)):  # the later one first: CloudWatch answers in no order
        at = datetime.now(UTC) - timedelta(minutes=minutes)
        metric = {"MetricName": "ApproximateAgeOfOldestMessage", "Timestamp": at, "Value": age}
        metric["Dimensions"] = [{"Name": "QueueName", "Value": "iot-readings"}]
        boto3.client("cloudwatch", "us-east-1").put_metric_data(Namespace="AWS/SQS", MetricData=[metric])
    _, printed, _ = run(IOT)
    assert "10 min" in printed


def test_dead_letters_move_back_at_the_rate_and_are_counted(sqs: Any) -> None:
    fail(sqs, 3)
    code, printed, _ = run("redrive", IOT, "--env", "prod", "readings", "--rate", "20", "--yes")
    assert (code, printed.splitlines()) == (
        exits.DONE,
        [
            "3 dead letters back to readings, at most 20 a second, 1 s or more.",
            "Done: 3 dead letters moved back to readings, at most 20 a second.",
        ],
    )
    back = sqs.receive_message(QueueUrl=f"{PREFIX}/iot-readings", MaxNumberOfMessages=10)["Messages"]
    assert sorted(message["Body"] for message in back) == ["0", "1", "2"]


def test_a_letter_that_never_was_in_the_queue_goes_there_too(sqs: Any) -> None:
    """As EventBridge puts it into the dead letters: SQS knows no queue it came from."""
    sqs.send_message(QueueUrl=f"{PREFIX}/iot-readings-dead", MessageBody="event")
    assert run("redrive", IOT, "readings", "--yes")[0] == exits.DONE
    [message] = sqs.receive_message(QueueUrl=f"{PREFIX}/iot-readings")["Messages"]
    assert message["Body"] == "event"


def test_for_machines_nothing_moves_without_yes(sqs: Any) -> None:
    fail(sqs, 2)
    for also, moved, status in (((), 0, None), (("--yes",), 2, "completed")):
        code, printed, _ = run("redrive", IOT, "readings", "--rate", "500", "--json", *also)
        found = {"version": 1, "queue": "readings", "to_move": 2, "moved": moved, "rate": 500, "status": status}
        assert (code, json.loads(printed)) == (exits.DONE, found)


@pytest.mark.parametrize("read_by_somebody", [False, True])
def test_a_queue_without_dead_letters_has_nothing_to_move(sqs: Any, read_by_somebody: bool) -> None:
    if read_by_somebody:
        fail(sqs, 1)
        sqs.receive_message(QueueUrl=f"{PREFIX}/iot-readings-dead", VisibilityTimeout=60)
    code, printed, _ = run("redrive", IOT, "readings")
    assert (code, printed.startswith("Nothing to move")) == (exits.DONE, True)
    assert ("1 dead letter being read" in printed) == read_by_somebody


def test_a_move_under_way_is_followed_and_none_is_begun(sqs: Any) -> None:
    fail(sqs, 2)
    arn = "arn:aws:sqs:us-east-1:123456789012:iot-readings-dead"
    sqs.start_message_move_task(SourceArn=arn, MaxNumberOfMessagesPerSecond=2)
    code, printed, _ = run("redrive", IOT, "readings")
    assert code == exits.DONE
    assert printed.startswith("A move is under way, at most 2 a second")
    assert len(sqs.list_message_move_tasks(SourceArn=arn, MaxResults=10)["Results"]) == 1


def test_a_second_move_is_not_taken_for_the_first(sqs: Any) -> None:
    for count in (3, 2):
        fail(sqs, count)
        assert f"Done: {count} dead letters" in run("redrive", IOT, "readings", "--rate", "50", "--yes")[1]
        for message in sqs.receive_message(QueueUrl=f"{PREFIX}/iot-readings", MaxNumberOfMessages=10)["Messages"]:
            sqs.delete_message(QueueUrl=f"{PREFIX}/iot-readings", ReceiptHandle=message["ReceiptHandle"])


def test_ctrl_c_cancels_and_says_how_many_were_moved(sqs: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    fail(sqs, 3)

    def interrupted(seconds: float) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(redrive.time, "sleep", interrupted)
    code, _, failure = run("redrive", IOT, "readings", "--rate", "1", "--yes")
    assert (code, failure.what) == (
        exits.INTERRUPTED,
        "Interrupted: the move was cancelled. 0 dead letters had moved back to readings, and stay there.",
    )
    arn = "arn:aws:sqs:us-east-1:123456789012:iot-readings-dead"
    assert sqs.list_message_move_tasks(SourceArn=arn)["Results"][0]["Status"] == "CANCELLED"


def test_nobody_to_ask_and_no(sqs: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    fail(sqs, 1)
    code, _, failure = run("redrive", IOT, "readings")
    assert (code, failure.remedies) == (exits.REFUSED, ("add --yes",))
    monkeypatch.setattr("tenfold.commands.queues.ask_to_go_on", lambda *asked: False)
    assert run("redrive", IOT, "readings")[0] == exits.DONE
    left = sqs.get_queue_attributes(
        QueueUrl=f"{PREFIX}/iot-readings-dead", AttributeNames=["ApproximateNumberOfMessages"]
    )
    assert left["Attributes"]["ApproximateNumberOfMessages"] == "1"


# ---- what is asked wrongly
@pytest.mark.parametrize("asked", ["reading", "raedings", "zzz"])
def test_an_unknown_queue_gets_the_nearest_names(deployed: Any, asked: str) -> None:
    deployed(lambda service: pytest.fail("AWS is not asked"))
    code, _, failure = run("redrive", IOT, asked)
    assert (code, failure.what) == (exits.WRONG_INPUT, f"iot-prod has no queue '{asked}'.")
    near = "commands, readings" if asked == "zzz" else "readings"
    assert near in failure.remedies[0]


def test_a_stack_without_queues_or_without_anything(deployed: Any) -> None:
    deployed(lambda service: pytest.fail("AWS is not asked"), queues=())
    assert "no queues; `queues:` in the blueprint" in run(IOT)[1]
    assert run("redrive", IOT, "x")[2].what == "iot-prod has no queues."
    deployed(lambda service: None, outputs=False)
    code, _, failure = run(IOT)
    assert (code, failure.remedies) == (exits.WRONG_INPUT, ("tenfold up blueprints/iot.yaml --env prod",))


@pytest.mark.parametrize("rate", ["0", "501", "fast"])
def test_a_rate_that_sqs_does_not_take(rate: str) -> None:
    assert run("redrive", IOT, "readings", "--rate", rate)[0] == exits.WRONG_INPUT


def test_help_shows_examples() -> None:
    for words in (["--help"], ["redrive", "--help"], ["list", "--help"]):
        code, printed, _ = run(*words)
        assert code == exits.DONE
        assert "tenfold queues redrive blueprints/iot.yaml --env prod readings --rate 50" in printed


# ---- against an SQS that does not do as asked
class Failing:
    """SQS with two dead letters, whose move goes through these reports, one a look; the first is from before it."""

    def __init__(self, *reports: dict[str, Any], cancel: Any = None):
        self.reports, self.cancelled, self.cancel = list(reports), [], cancel

    def __call__(self, service: str) -> Any:
        return self if service == "sqs" else N(get_metric_statistics=lambda **given: {"Datapoints": []})

    def get_queue_attributes(self, **given: Any) -> Any:
        return {"Attributes": dict.fromkeys(given["AttributeNames"], "2") | {"QueueArn": given["QueueUrl"]}}

    def start_message_move_task(self, **given: Any) -> Any:
        return {"TaskHandle": "mine"}

    def list_message_move_tasks(self, **given: Any) -> Any:
        report = self.reports.pop(0) if len(self.reports) > 1 else self.reports[0]
        return {"Results": [report] if report else []}

    def cancel_message_move_task(self, TaskHandle: str) -> Any:
        self.cancelled.append(TaskHandle)
        if self.cancel:
            raise self.cancel
        return {"ApproximateNumberOfMessagesMoved": 1}


def report(status: str, moved: int = 0, started: int = 2, **also: Any) -> dict[str, Any]:
    counts = {"ApproximateNumberOfMessagesMoved": moved, "ApproximateNumberOfMessagesToMove": 2}
    return {"Status": status, "StartedTimestamp": started, **counts, **also}


OLD = report("COMPLETED", 9, started=1)


def test_an_earlier_move_that_sqs_still_lists_first_is_not_the_answer(deployed: Any) -> None:
    deployed(Failing(OLD, OLD, OLD, report("RUNNING", 1, TaskHandle="mine"), report("COMPLETED", 2)))
    code, printed, _ = run("redrive", IOT, "readings", "--yes")
    assert (code, printed.splitlines()[-1]) == (
        exits.DONE,
        "Done: 2 dead letters moved back to readings, as fast as SQS chooses.",
    )


@pytest.mark.parametrize(("status", "words"), [("FAILED", "failed"), ("CANCELLED", "cancelled")])
def test_a_move_that_ends_early_says_how_many_moved_and_why(deployed: Any, status: str, words: str) -> None:
    deployed(Failing({}, {}, report(status, 1, FailureReason="AccessDenied")))
    code, _, failure = run("redrive", IOT, "readings", "--yes")
    assert (code, failure.what, failure.why) == (
        exits.FAILED,
        f"SQS ended the move ({words}): 1 dead letter of 2 moved.",
        "AccessDenied",
    )


def test_ctrl_c_before_sqs_lists_the_move_cancels_it_too(deployed: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    sqs = Failing({})
    deployed(sqs)
    monkeypatch.setattr(redrive.Redrive, "follow", lambda self, tell: (_ for _ in ()).throw(KeyboardInterrupt))
    code, _, failure = run("redrive", IOT, "readings", "--yes")
    assert (code, sqs.cancelled) == (exits.INTERRUPTED, ["mine"])
    assert "1 dead letter had moved" in failure.what


def test_ctrl_c_when_all_had_moved_is_no_interruption(deployed: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    late = ClientError({"Error": {"Code": "ResourceNotFoundException", "Message": "x"}}, "CancelMessageMoveTask")
    deployed(Failing({}, {}, report("RUNNING", 1, TaskHandle="mine"), report("COMPLETED", 2), cancel=late))
    monkeypatch.setattr(redrive.Redrive, "follow", lambda self, tell: (_ for _ in ()).throw(KeyboardInterrupt))
    code, printed, _ = run("redrive", IOT, "readings", "--yes")
    assert code == exits.DONE
    assert "Done: 2 dead letters moved back" in printed


def test_a_queue_that_is_gone_is_said(deployed: Any) -> None:
    gone = ClientError({"Error": {"Code": "AWS.SimpleQueueService.NonExistentQueue", "Message": "x"}}, "GetQueue")

    class Gone(Failing):
        def get_queue_attributes(self, **given: Any) -> Any:
            raise gone

    deployed(Gone({}))
    code, _, failure = run(IOT)
    assert (code, failure.what) == (exits.FAILED, "AWS does not answer about queue commands.")
    assert "tenfold refresh" in failure.remedies[0]
