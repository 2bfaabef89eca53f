"""Promotions on the real engine, with marks in everything that holds data or identity: from before the first step to
after the last each is there, in the same resource. Every run walks once, through all that can move, with a provider
that dies in every step; `make proof` walks all pairs of stages of all examples, and dies at more places."""

from itertools import combinations
from pathlib import Path

import pytest
from previews import at_home  # beside this file
from sample import sample
from walk import Walk, promote

from tests.stacks.graphs import STAGES, examples

PAIRS = [(example, i, j) for example in examples() for i, j in combinations(STAGES, 2)]
CRASHES = [(number,) for number in range(2, 60, 4)]


@pytest.fixture
def walk(fresh, cloud, tmp_path):
    account = cloud("us-east-1")("route53")
    account.create_hosted_zone(Name="example.com", CallerReference="the account's own")  # of news.example.com
    with at_home(Path(fresh.environment["TENFOLD_HOME"])):
        yield lambda example, crash=None: Walk(cloud, tmp_path, example, crash)


@pytest.mark.parametrize(("example", "i", "j"), sample(PAIRS, ()))
def test_a_promotion_keeps_what_was_there_and_ends_at_the_stage_itself(walk, example, i, j):
    walker = walk(example)
    promote(walker, example, i, j)
    assert walker.leftover(j) == []


@pytest.mark.parametrize(("change",), sample(CRASHES, [(6,)]))
def test_so_does_one_whose_provider_dies_in_every_step(walk, change):
    """Killed with the `change`-th change of each step, then done again."""
    walker = walk("news", change)
    promote(walker, "news", 1, 5)
    assert walker.crashed
    assert walker.leftover(5) == []
