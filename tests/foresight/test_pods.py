"""Pods over time: the controller's own decisions, look by look."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from tenfold import exits
from tenfold.cli import tenfold
from tenfold.components.plans.pod_scaling import PodScaling
from tenfold.failure import Failure
from tenfold.foresight import pods

PODS = str(Path("bench/pods.yaml"))
CAMPAIGN = [PODS, "--service", "search", "--cpu", "12", "--curve", "campaign"]


def test_a_load_of_forty_times_is_followed_in_three_looks() -> None:
    """4,000m ÷ (250m × 70 %) = 22.9: 2, at most 4 more, twice as many, and the rest; back half of them a minute, after
    five minutes of calm."""
    found = pods.run([0.1] * 5 + [4.0] * 10 + [0.4] * 20, PodScaling(2, 50), 250, 60)
    assert (found.pods[4], found.pods[5], found.pods[14]) == (2, 23, 23)
    assert found.busy[5] == 8 and found.busy[7] == pytest.approx(4 / 23 / 0.25)
    assert found.pods[15:24] == [23, 23, 23, 23, 11, 5, 3, 3, 3]
    assert found.pods[-1] == 3 and found.minutes_over(1) == 2


def test_at_its_maximum_it_says_that_there_are_no_more() -> None:
    found = pods.run([4.0] * 10, PodScaling(2, 4), 250, 15)
    assert set(found.pods) == {4} and found.minutes_at_most == 10


@settings(max_examples=25, deadline=None)
@given(st.lists(st.floats(0, 30), min_size=1, max_size=60), st.integers(1, 5), st.integers(0, 40), st.integers(0, 300))
def test_pods_stay_within_their_limits_and_the_load_is_all_there(load, least, more, starts) -> None:
    found = pods.run(load, PodScaling(least, least + more), 500, starts)
    assert all(least <= number <= least + more for number in found.pods)
    assert len(found.pods) == len(found.busy) == len(load)


def simulate(*args: str) -> str:
    done = CliRunner().invoke(tenfold, ["simulate", *args])
    assert done.exit_code == exits.DONE, (done.output, done.exception)
    return done.stdout


def test_the_page_fits_and_the_document_has_every_minute() -> None:
    page = simulate(*CAMPAIGN)
    assert max(map(len, page.splitlines())) <= 100 and "500m × 70%" in page
    found = json.loads(simulate(*CAMPAIGN, "--json"))
    assert found["service"] == "search" and found["minutes"] == len(found["pods"]) == 425
    assert found["most_pods"] == max(found["pods"]) > 30


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (["--service", "serch", "--cpu", "2"], "no service `serch`"),
        (["--service", "mail", "--cpu", "2"], "runs on servers"),
        (["--service", "search"], "how much CPU"),
        (["--cpu", "2"], "of which service"),
    ],
)
def test_what_cannot_be_simulated_is_said(args: list[str], words: str) -> None:
    with pytest.raises(Failure, match=words) as failure:
        CliRunner().invoke(tenfold, ["simulate", PODS, *args], catch_exceptions=False)
    assert failure.value.code == exits.WRONG_INPUT
