"""Between two stages: the promotion's steps, as `tenfold promote` would take them."""

from itertools import pairwise

import pytest

from tenfold.diff import compare
from tests.diff import regenerate
from tests.stacks.phases import steps

PAIRS = [pytest.param(i, j, id=f"{i}-{j}") for i, j in regenerate.PAIRS]


@pytest.mark.parametrize(("i", "j"), PAIRS)
def test_each_step_is_what_the_blueprint_with_its_words_would_do(i, j):
    """The words that `promote` writes, in the file: the same graphs, so the same differences."""
    walk = steps("shop", i, j)[:-1]  # the last is the stage without any of it
    expected = [compare(earlier.graph, later.graph).as_json() for earlier, later in pairwise(walk)]
    assert [phase.difference.as_json() for phase in regenerate.promotion(i, j).phases] == expected


@pytest.mark.parametrize(("i", "j"), PAIRS)
def test_no_step_of_a_promotion_is_a_danger(i, j):
    ahead = regenerate.promotion(i, j)
    assert [phase.step.title for phase in ahead.phases if phase.difference.losses or phase.difference.refused] == []
    assert ahead.whole.losses == ()


@pytest.mark.parametrize(("i", "j", "left"), [(1, 2, 1), (2, 3, 2), (3, 4, 0), (1, 5, 3)])
def test_what_stays_is_named(i, j, left):
    ahead = regenerate.promotion(i, j)
    assert len(ahead.leftovers) == left
    for name in ahead.leftovers:
        assert ahead.phases[-1].difference.after.resources_named(name), (
            "it is still there when the last step has been taken"
        )


def test_the_balancer_closes_after_the_traffic_has_moved():
    kinds = [
        (phase.step.kind, change.name)
        for phase in regenerate.promotion(3, 4).phases
        for change in phase.difference.changes
        if change.name == "shop-balancer-http-in" or change.type == "aws:cloudfront/distribution:Distribution"
    ]
    assert kinds == [("expand", "shop-cdn-distribution"), ("finish", "shop-balancer-http-in")]
