"""Promotions on the real engine, with marks in everything that holds data or identity: from before the first step to
after the last each is there, in the same resource. `make proof` walks all pairs of stages of all examples, and dies at
more places; here is one of each kind."""

from itertools import combinations
from pathlib import Path

import pytest
from previews import at_home  # beside this file
from walk import Walk, promote

from tests.stacks.graphs import STAGES, examples


def several(cases, now):
    """The ones in `now` in every run, the others with `make proof`."""
    return [pytest.param(*case, marks=() if case in now else pytest.mark.proof) for case in cases]


PAIRS = [(example, i, j) for example in examples() for i, j in combinations(STAGES, 2)]
CRASHES = [(number,) for number in range(2, 60, 4)]


@pytest.fixture
def walk(fresh, cloud, tmp_path):
    cloud("us-east-1")("route53").create_hosted_zone(
        Name="example.com", CallerReference="the account's own"
    )  # news.example.com
    with at_home(Path(fresh.environment["TENFOLD_HOME"])):
        yield lambda example, crash=None: Walk(cloud, tmp_path, example, crash)


@pytest.mark.parametrize(("example", "i", "j"), several(PAIRS, [("shop", 1, 5)]))
def test_a_promotion_keeps_what_was_there_and_ends_at_the_stage_itself(walk, example, i, j):
    walker = walk(example)
    promote(walker, example, i, j)
    assert walker.leftover(j) == []


@pytest.mark.parametrize(("change",), several(CRASHES, [(6,)]))
def test_so_does_one_whose_provider_dies_in_every_step(walk, change):
    """Killed with the `change`-th change of each step, then done again."""
    walker = walk("news", change)
    promote(walker, "news", 2, 4)
    assert walker.crashed
    assert walker.leftover(4) == []
