"""A queue and its workers over time: the backlog for each, the step from zero, how long the oldest waits."""

import json

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from tenfold import exits
from tenfold.cli import tenfold
from tenfold.components.plans.backlog import Backlog
from tenfold.failure import Failure
from tenfold.foresight import work
from tenfold.foresight.simulation import Size

QUEUE = Backlog("orders", 60, 2)  # 30 messages a worker, half a message/s each
IOT = ["blueprints/iot.yaml", "--env", "prod"]


def size(least: int, most: int) -> Size:
    return Size(least, most, 0.5, 4, 0, 1)


def test_one_message_starts_a_worker_where_none_runs_and_it_goes_again() -> None:
    found = work.run([1 / 60] + [0.0] * 40, size(0, 10), QUEUE)
    assert found.workers[:5] == [0, 0, 0, 0, 1] and max(found.workers) == 1
    assert (max(found.oldest), found.oldest[4]) == (3, 0)
    assert found.workers[-1] == 0 and found.late == 1


def test_after_six_idle_hours_the_first_message_waits_for_its_metric_too() -> None:
    found = work.run([0.0] * 400 + [1 / 60] + [0.0] * 40, size(0, 10), QUEUE)
    assert max(found.oldest) == 15 + 3


def test_workers_follow_the_backlog_until_what_comes_is_done() -> None:
    """10 messages/s at 2 s each keep 20 workers busy."""
    found = work.run([0.1] * 10 + [10.0] * 120, size(1, 60), QUEUE)
    assert found.workers[-1] >= 20 and found.waiting[-1] < 600 and max(found.oldest) > 1
    assert found.workers[14] == 1, "three minutes to be sure, four to start"


def test_too_few_workers_never_catch_up() -> None:
    found = work.run([10.0] * 60, size(1, 5), QUEUE)
    assert max(found.workers) == 5 and found.waiting[-1] == max(found.waiting) > 20_000
    assert found.late / found.messages > 0.5
    assert found.minutes_at_most > 40 and found.keep_up == 20


@settings(max_examples=40, deadline=None)
@given(st.lists(st.floats(0, 20), min_size=1, max_size=90), st.integers(0, 3), st.integers(1, 20))
def test_no_message_is_lost_or_made(load: list[float], least: int, more: int) -> None:
    found = work.run(load, size(least, least + more), QUEUE)
    assert sum(messages for _, messages in found.waits) == pytest.approx(found.messages, abs=1e-3)
    assert all(0 <= number <= least + more for number in found.workers)


def test_the_page_fits_and_the_document_has_every_minute() -> None:
    args = ["simulate", *IOT, "--queue", "readings", "--rate", "40", "--curve", "campaign"]
    page = CliRunner().invoke(tenfold, args)
    assert page.exit_code == exits.DONE, (page.output, page.exception)
    assert max(map(len, page.stdout.splitlines())) <= 100 and "messages a worker" in page.stdout
    found = json.loads(CliRunner().invoke(tenfold, [*args, "--json"]).stdout)
    assert found["queue"] == "readings" and len(found["workers"]) == len(found["oldest"]) == 425


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (["--queue", "reading", "--rate", "2"], "no queue `reading`"),
        (["--rate", "2"], "of which queue"),
    ],
)
def test_what_cannot_be_simulated_is_said(args: list[str], words: str) -> None:
    with pytest.raises(Failure, match=words) as failure:
        CliRunner().invoke(tenfold, ["simulate", *IOT, *args], catch_exceptions=False)
    assert failure.value.code == exits.WRONG_INPUT
