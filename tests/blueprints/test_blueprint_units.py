"""Units: what is written is what is meant, both ways; what is ambiguous is refused."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenfold.blueprints.grammar import units
from tenfold.blueprints.grammar.forms import Measured
from tenfold.blueprints.grammar.likely import likely_value
from tenfold.blueprints.grammar.spelling import _WRITERS
from tenfold.blueprints.grammar.units import (
    Unit,
    count,
    days,
    duration,
    growth,
    milliseconds,
    money,
    percent,
    rate,
    size,
    span,
)

UNITS = [unit for unit in vars(units).values() if isinstance(unit, Unit)]


@pytest.mark.parametrize(
    ("read", "text", "value"),
    [
        (duration, "15s", 15), (duration, "10m", 600), (duration, "1h30m", 5400), (duration, "14d", 1209600),
        (milliseconds, "500ms", 0.5), (milliseconds, "2s", 2.0), (days, "14d", 14), (days, "48h", 2),
        (size, "20GiB", 20), (size, "512MiB", 1), (size, "1.5TiB", 1536), (size, "0GiB", 0),
        (percent, "70%", 0.7), (percent, "0.5 %", 0.005), (percent, "100%", 1.0),
        (rate, "900 requests/s", 900.0), (rate, "60/s", 60.0), (rate, "6k/min", 100.0),
        (count, "5k", 5000), (count, "1.5M", 1500000), (count, 300, 300), (count, "300", 300),
        (growth, "15%/month", 0.15), (growth, "0%/year", 0.0), (money, "900 USD/month", 900.0),
        (span, "2-20", (2, 20)), (span, 3, (3, 3)), (span, "2 - 3", (2, 3)),
    ],
)  # fmt: skip
def test_reading(read: Callable[[object], object], text: object, value: object) -> None:
    assert read(text) == value


@pytest.mark.parametrize(
    ("read", "value"),
    [
        (duration, 10), (duration, "10"), (duration, "10M"), (duration, "1.5h"), (duration, "30m1h"),
        (duration, ""), (duration, "-5s"), (duration, True), (duration, ["1s"]), (days, "36h"),
        (size, "20GB"), (size, "20G"), (size, 20), (percent, 70), (percent, 0.7), (percent, "101%"),
        (rate, "900 per second"), (rate, 900), (count, "1.5"), (count, "1.0005k"), (count, -1),
        (count, "5K"),
        (growth, "15%"), (money, "900"), (money, "900 EUR/month"), (span, "20-2"),
        (span, "2-"), (span, -1),
        (duration, "9" * 5000 + "s"), (count, 10**30), (size, "9" * 400 + "GiB"), (count, "٣"),
    ],
)  # fmt: skip
def test_what_is_ambiguous_or_impossible_is_refused(read: Callable[[object], object], value: object) -> None:
    with pytest.raises(ValueError, match=r"^[a-z]"):
        read(value)


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_examples_are_valid_and_match_the_pattern_editors_use(unit: Unit) -> None:
    import re

    for example in unit.examples:
        assert unit.read(example) is not None
        assert re.search(unit.pattern, example)


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_an_example_in_other_capitals_or_with_spaces_is_recognised(unit: Unit) -> None:
    import re

    for example in unit.examples:
        for spelled in (example.upper(), example.lower(), re.sub(r"([0-9])([A-Za-z%])", r"\1 \2", example)):
            likely = likely_value(unit, spelled)
            assert likely is not None, spelled
            assert unit.read(likely) == unit.read(example)


@pytest.mark.parametrize(
    ("unit", "spelled", "likely"),
    [
        ("count", "600K", "600k"), ("count", "1,500", "1500"), ("count", "1,5 million", "1.5M"),
        ("duration", "10 minutes", "10m"), ("duration", "2 hours 5 min", "2h5m"), ("latency", "500 msec", "500ms"),
        ("size", "20 GB", "20GiB"), ("size", "20G", "20GiB"), ("answer size", "20kb", "20KiB"),
        ("percentage", "70 percent", "70%"), ("growth", "15% per month", "15%/month"), ("growth", "15%", None),
        ("rate", "900 rps", "900 requests/s"), ("rate", "5K/minute", "5k/min"), ("rate", "60 req/sec", "60 requests/s"),
        ("amount", "$900", "900 USD/month"), ("amount", "900 usd per month", "900 USD/month"),
        ("price", "$0.02", "0.02 USD"),
        ("amount of CPU", "2 vCPUs", "2"), ("range", "2 to 20", "2-20"), ("range", "2..20", "2-20"),
        ("target", "1000 req/server", "1000 requests/server"), ("threshold", "2 GB", "2GiB"),
        ("count", "many", None), ("amount", "900 EUR", None), ("percentage", "170 percent", None),
    ],
)  # fmt: skip
def test_a_common_spelling_is_recognised(unit: str, spelled: str, likely: str | None) -> None:
    assert likely_value(units.UNITS[unit], spelled) == likely


@given(st.integers(0, 10**9))
def test_durations_survive_writing(seconds: int) -> None:
    assert duration(_WRITERS["duration"](seconds)) == seconds


@given(st.integers(0, 10**11))
def test_counts_survive_writing(number: int) -> None:
    assert count(_WRITERS["count"](number)) == number


@given(st.integers(0, 100_000))
def test_percentages_survive_writing(thousandths: int) -> None:
    fraction = percent(f"{thousandths / 1000}%")
    assert percent(_WRITERS["percentage"](fraction)) == fraction


@given(st.integers(1, 10**8), st.integers(1, 10**8))
def test_ranges_survive_writing_and_are_ordered(one: int, other: int) -> None:
    low, high = sorted((one, other))
    assert span(_WRITERS["range"]((low, high))) == (low, high)
    if low < high:
        with pytest.raises(ValueError):
            span(f"{high}-{low}")


@given(st.sampled_from(UNITS), st.text(max_size=12) | st.integers() | st.floats() | st.booleans() | st.none())
def test_nothing_but_value_error_ever_leaves_a_reader(unit: Unit, value: object) -> None:
    try:
        Measured(unit).unit.read(value)
    except ValueError as error:
        assert str(error)
