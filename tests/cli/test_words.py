"""One way to count things in words."""

import pytest

from tenfold.wording import moment, quantity


@pytest.mark.parametrize(
    ("number", "word", "said"),
    [
        (1, "nat gateway", "1 nat gateway"),
        (2, "nat gateway", "2 nat gateways"),
        (2, "role policy", "2 role policies"),
        (0, "address", "0 addresses"),
        (3, "key", "3 keys"),
    ],
)
def test_counted(number: int, word: str, said: str) -> None:
    assert quantity(number, word) == said


def test_a_time_is_that_of_utc_without_decimals() -> None:
    assert moment("2026-11-28T04:11:41.363665274+01:00") == "2026-11-28 03:11:41 UTC"
    with pytest.raises(ValueError):
        moment("yesterday")
