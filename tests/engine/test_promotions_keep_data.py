"""Promotions on the real engine, with marks in everything that holds data or identity: from before the first step to
after the last each is there, in the same resource. Every run walks once, through all that can move, with a provider
that is killed in every step; `make proof` walks all pairs of stages of all examples, and kills at more places."""

from functools import partial
from itertools import combinations
from pathlib import Path

import pytest
from previews import at_home  # beside this file
from running import UNDISTURBED
from sample import sample
from walk import Walk, promote

from tests.stacks.graphs import STAGES, examples

PAIRS = [(example, i, j) for example in examples() for i, j in combinations(STAGES, 2)]
FAULTS = [
    ("news", 1, 5, f"{kind}@{n}")
    for kind, step in (("kill", 4), ("kill-engine", 12), ("crash", 12))
    for n in range(2, 60, step)
] + [("market", 5, 6, f"{kind}@{n}") for kind, n in (("kill", 40), ("kill", 160), ("kill-engine", 100), ("crash", 70))]


@pytest.fixture
def walk(fresh, cloud, tmp_path):
    account = cloud("us-east-1")("route53")
    account.create_hosted_zone(Name="example.com", CallerReference="the account's own")  # of news.example.com
    with at_home(Path(fresh.environment["TENFOLD_HOME"])):
        yield partial(Walk, cloud, tmp_path)


@pytest.fixture
def undisturbed(monkeypatch):
    for name, value in UNDISTURBED.items():
        monkeypatch.setenv(name, value)


@pytest.mark.parametrize(("example", "i", "j"), sample(PAIRS, ()))
def test_a_promotion_keeps_what_was_there_and_ends_at_the_stage_itself(walk, undisturbed, example, i, j):
    walker = walk(example)
    promote(walker, example, i, j)
    assert walker.leftover(j) == []


@pytest.mark.parametrize(("example", "i", "j", "fault"), sample(FAULTS, []))
def test_so_does_one_in_which_a_process_dies_in_every_step(walk, example, i, j, fault):
    """Each step is interrupted there, then done again."""
    walker = walk(example, fault)
    promote(walker, example, i, j)
    assert walker.crashed
    assert walker.leftover(j) == []
