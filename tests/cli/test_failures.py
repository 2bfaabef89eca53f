"""An error of the provider leads to the line of the blueprint that it comes from."""

from pathlib import Path
from types import SimpleNamespace

import pytest

from tenfold.blueprints.resolve import load
from tenfold.engine.driver import Outcome
from tenfold.engine.progress import Progress
from tenfold.render.failures import lines, place
from tenfold.render.outcome import tell

IOT = Path(__file__).parents[2] / "blueprints" / "iot.yaml"
LINES = IOT.read_text(encoding="utf-8").splitlines()


@pytest.fixture(scope="module")
def target() -> SimpleNamespace:
    found = load(IOT, environment="prod")
    return SimpleNamespace(architecture=found.architecture, resolution=found)


@pytest.mark.parametrize(
    ("types", "name", "said", "path", "line"),
    [
        (
            "Queue$aws:sqs/queue:Queue",
            "iot-queue-readings-queue",
            "messageRetentionSeconds",
            "queues.readings.keep",
            "7d",
        ),
        (
            "Queue$aws:sqs/queue:Queue",
            "iot-queue-commands-queue",
            "fifoQueue is wrong",
            "queues.commands.order",
            "fifo",
        ),
        ("Queue$aws:sqs/queue:Queue", "iot-queue-commands-queue", "Throttling", "queues", "queues:"),
        ("Budget$aws:budgets/budget:Budget", "iot-budget-monthly", "limitAmount", "budget", "budget:"),
    ],
)
def test_the_value_s_own_line(target: SimpleNamespace, types: str, name: str, said: str, path: str, line: str) -> None:
    where, named = place(f"urn:pulumi:iot-prod::iot::tenfold:index:{types}::{name}", said, target).split("  ")
    assert named == path
    assert line in LINES[int(where.split(":")[1]) - 1]


def test_a_default_s_line_is_the_stage_s(target: SimpleNamespace) -> None:
    urn = "urn:pulumi:iot-prod::iot::tenfold:index:Queue$aws:sqs/queue:Queue::iot-queue-commands-dead-letters"
    assert place(urn, "redrivePolicy", target).startswith("blueprints/stages/6-distributed.yaml:")


OWN = [
    "Resource monitor has terminated, shutting down",
    "rpc error: code = Unavailable desc = resource monitor shut down while waiting on step's done channel",
    "grpc: the client connection is closing",
    "rpc error: code = Canceled desc = grpc: the client connection is closing",
    "rpc error: code = Unavailable desc = transport is closing",
    "rpc error: code = Unavailable desc = error reading from server: EOF",
    "context canceled",
    "canceled",
    "Callback with token 7 was cancelled: ",
    "signal: killed",
]


def said(target: SimpleNamespace, *problems: tuple[str, str], interrupted: bool = True) -> str:
    listed = [SimpleNamespace(urn=urn, severity="error", message=message) for urn, message in problems]
    progress = SimpleNamespace(problems=listed)
    return "\n".join(lines(SimpleNamespace(progress=progress, interrupted=interrupted, failed=""), target))


@pytest.mark.parametrize("own", OWN)
def test_what_the_engine_says_of_its_own_end_is_no_failure(target: SimpleNamespace, own: str) -> None:
    real = ("", "QuotaExceeded: no more addresses")
    assert said(target, ("", own), real) == "  the program\n    QuotaExceeded: no more addresses"
    assert own in said(target, ("", own), interrupted=False), "without a stop it is one"


def test_what_follows_a_failure_is_not_told_as_a_second_one(target: SimpleNamespace) -> None:
    real = ("", "QuotaExceeded: no more addresses")
    assert OWN[0] not in said(target, real, ("", OWN[0]), interrupted=False)


@pytest.mark.parametrize(("active", "url"), [("primary", "https://cdn"), ("standby", "http://balancer")])
def test_an_up_names_the_address_that_answers_and_what_can_be_typed(capsys, active: str, url: str) -> None:
    architecture = SimpleNamespace(active=active, throwaway=False)
    where = SimpleNamespace(cloud=None)
    ended = Outcome(
        Progress(), 1.0, outputs={"url": "https://cdn", "standby_url": "http://balancer"}, notes=["long " * 40]
    )
    tell(ended, SimpleNamespace(where=where, architecture=architecture, flags="shop.yaml --env prod"), done="up")
    said = capsys.readouterr().out
    assert f"  open    {url}\n" in said and max(map(len, said.splitlines())) <= 100
    assert "tenfold destroy" not in said, "it refuses what is protected"


def test_what_was_stopped_without_an_answer_is_named_once(target: SimpleNamespace) -> None:
    urn = "urn:pulumi:iot-prod::iot::tenfold:index:Queue$aws:sqs/queue:Queue::iot-queue-readings-queue"
    text = said(target, (urn, OWN[2]), (urn, OWN[6]))
    assert text == "  stopped before an answer came, so it may or may not have happened: iot-queue-readings-queue"


@pytest.mark.parametrize("real", ["OperationAborted: the request was canceled by its owner", "InvalidState: closing"])
def test_what_the_cloud_says_is_a_failure_after_a_stop_too(target: SimpleNamespace, real: str) -> None:
    assert real in said(target, ("", real))


def test_a_hosted_zone_that_is_not_there_is_a_question_of_the_blueprint(target: SimpleNamespace) -> None:
    said = "invoke of aws:route53/getZone:getZone failed: no matching Route 53 Hosted Zone found"
    problem = SimpleNamespace(urn="", severity="error", message=said)
    result = SimpleNamespace(progress=SimpleNamespace(problems=[problem]), interrupted=False, failed="")
    _, _, origin, remedy = lines(result, target)
    assert "blueprints/iot.yaml:" in origin and origin.endswith("  zone")
    assert "write `zone: managed`" in remedy
