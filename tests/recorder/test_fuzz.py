"""Random programs over every class the light recorder knows: both recorders, no difference."""

import both
import pytest
from programs import fuzz

SEEDS = [1, 2, 3]


@pytest.mark.parametrize("tokens", [True, False], ids=["token", "unknown"])
@pytest.mark.parametrize("seed", SEEDS)
def test_random_arguments_and_options(seed, tokens):
    reference, fast = both.record_both(lambda: fuzz.program(seed), tokens)
    assert both.differences(reference, fast) == [], f"seed {seed}"
    assert len(reference) > 60
