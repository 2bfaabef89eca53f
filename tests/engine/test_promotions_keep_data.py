"""Promotions on the real engine, with marks in everything that holds data or identity: from before the first step to
after the last each is there, in the same resource. `make proof` walks all pairs of stages of all examples, and dies at
more places; here is one of each kind."""

import os
from itertools import combinations

import pytest
from walk import Walk, at_home, promote  # beside this file

from tests.stacks.graphs import STAGES, examples

ALL = bool(os.environ.get("TENFOLD_PROOF"))
PAIRS = [(example, i, j) for example in examples() for i, j in combinations(STAGES, 2)] if ALL else [("shop", 1, 5)]
CRASHES = range(1, 60, 4) if ALL else (6,)


@pytest.fixture
def walk(fresh, aws, tmp_path):
    aws("route53").create_hosted_zone(Name="example.com", CallerReference="the account's own")  # news.example.com
    with at_home(fresh.environment["TENFOLD_HOME"]):
        yield lambda example, crash=None: Walk(aws, tmp_path, example, crash)


@pytest.mark.parametrize(("example", "i", "j"), PAIRS)
def test_a_promotion_keeps_what_was_there_and_ends_at_the_stage_itself(walk, example, i, j):
    walker = walk(example)
    promote(walker, example, i, j)
    assert walker.leftover(j) == []


@pytest.mark.parametrize("change", CRASHES)
def test_so_does_one_whose_provider_dies_in_every_step(walk, change):
    """Killed with the `change`-th change of each step, then done again."""
    walker = walk("news", change)
    promote(walker, "news", 2, 4)
    assert walker.crashed
    assert walker.leftover(4) == []
