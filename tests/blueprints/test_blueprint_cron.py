"""Cron expressions: what crontab(5) says, in the zone's own time; and schedules that meet are found."""

from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenfold.blueprints.grammar.cron import parse
from tenfold.blueprints.resolve import Resolution

MONDAY = date(2027, 1, 4)


def times(text: str, days: int = 7, zone: str = "UTC", first: date = MONDAY) -> list[str]:
    return [f"{moment:%a %d %H:%M}" for moment in parse(text).times(first, days, zone)]


@pytest.mark.parametrize(
    ("text", "when"),
    [
        ("0 8 * * 1-5", ["Mon 04 08:00", "Tue 05 08:00", "Wed 06 08:00", "Thu 07 08:00", "Fri 08 08:00"]),
        ("0 8 * * MON-FRI/2", ["Mon 04 08:00", "Wed 06 08:00", "Fri 08 08:00"]),
        ("30 9,17 5 * *", ["Tue 05 09:30", "Tue 05 17:30"]),
        ("0 0 * jan 7", ["Sun 10 00:00"]),
        ("0 0 * * 0", ["Sun 10 00:00"]),
        ("0 */12 8 * *", ["Fri 08 00:00", "Fri 08 12:00"]),
        ("0 20/2 8 * *", ["Fri 08 20:00", "Fri 08 22:00"]),
        ("0 1 5 * sat", ["Tue 05 01:00", "Sat 09 01:00"]),  # both days restricted: either is enough
        ("0 1 5 feb *", []),
    ],
)
def test_it_happens_when_crontab_says(text: str, when: list[str]) -> None:
    assert times(text) == when


def test_the_zone_s_clock_counts() -> None:
    assert times("0 8 * * *", 1, "Europe/Berlin") == ["Mon 04 07:00"]
    assert times("0 8 * * *", 1, "Europe/Berlin", date(2027, 7, 5)) == ["Mon 05 06:00"], "summer time"
    night = times("30 2 * * *", 1, "Europe/Berlin", date(2027, 3, 28))
    assert night == ["Sun 28 01:30"], "2:30 does not exist in that night; it is 3:30 by then"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("0 8 * *", "4 fields"),
        ("", "0 fields"),
        ("60 8 * * *", "60 is not a valid minute, 0 to 59"),
        ("0 24 * * *", "24 is not a valid hour"),
        ("0 8 0 * *", "0 is not a valid day of month"),
        ("0 8 * 13 *", "13 is not a valid month"),
        ("0 8 * * 8", "8 is not a valid day of week"),
        ("0 8 * * mo", "`mo` is not a valid day of week"),
        ("0 8 * jan-mo *", "not a valid month"),
        ("0 8-6 * * *", "from high to low"),
        ("*/0 8 * * *", "has a step of 0"),
        ("0 8,, * * *", "is not a valid hour"),
        ("@daily x x x x", "is not a valid minute"),
        ("0 8 30 2 *", "never happen"),
        ("0 8 31 4,6,9,11 *", "never happen"),
    ],
)
def test_what_is_none_says_why(text: str, reason: str) -> None:
    with pytest.raises(ValueError) as refused:
        parse(text)
    assert reason in str(refused.value)


@given(st.integers(0, 59), st.integers(0, 23), st.integers(1, 28), st.integers(1, 12))
def test_a_day_of_the_year_comes_once_a_year(minute: int, hour: int, day: int, month: int) -> None:
    found = list(parse(f"{minute} {hour} {day} {month} *").times(date(2027, 1, 1), 365, "UTC"))
    assert found == [datetime(2027, month, day, hour, minute, tzinfo=UTC)]


@given(st.text(alphabet="0123456789*,-/ janmo", max_size=20))
def test_any_text_is_a_cron_or_a_reason(text: str) -> None:
    try:
        found = parse(text)
    except ValueError as reason:
        assert str(reason)
    else:
        assert found.minutes and found.hours and found.months


def elastic(*schedules: str) -> str:
    lines = "".join(f"      {schedule}\n" for schedule in schedules)
    top = "stage: 3\nwith: [autoscaling]\napp: {image: a/b:1, stateless: true}\n"
    return f"{top}fleet:\n  scaling:\n    schedules:\n{lines}"


DAY = 'day: {cron: "0 8 * * 1-5", until: "0 20 * * 1-5", servers: 6-20, zone: Europe/Berlin}'


@pytest.mark.parametrize(
    ("other", "meets"),
    [
        ('night: {cron: "0 20 * * 1-5", until: "0 8 * * *", servers: 2-4, zone: Europe/Berlin}', False),
        ('night: {cron: "0 20 * * 1-5", until: "0 9 * * *", servers: 2-4, zone: Europe/Berlin}', True),
        ('weekend: {cron: "0 8 * * 6,0", until: "0 20 * * 6,0", servers: 3-9, zone: Europe/Berlin}', False),
        ('weekend: {cron: "0 8 * * 5-6", until: "0 20 * * 5-6", servers: 3-9, zone: Europe/Berlin}', True),
        ('york: {cron: "0 8 * * 1-5", until: "0 12 * * 1-5", servers: 9-20, zone: America/New_York}', True),
        ('tokyo: {cron: "0 8 * * 1-5", until: "0 15 * * 1-5", servers: 9-20, zone: Asia/Tokyo}', False),
        ('peak: {cron: "0 12 24 12 *", until: "0 14 24 12 *", servers: 20-40}', True),
        ('sunday: {cron: "0 12 * * 0", until: "0 13 * * 0", servers: 20-40}', False),
    ],
)
def test_schedules_that_meet_are_found_in_any_zone(
    blueprint: Callable[..., Resolution], other: str, meets: bool
) -> None:
    found = [problem for problem in blueprint(elastic(DAY, other)).problems if problem.code == "TF-R047"]
    assert bool(found) == meets
    if found:
        assert found[0].line == 8 and "overlap on" in found[0].message


def test_schedules_that_follow_each_other_need_no_end(blueprint: Callable[..., Resolution]) -> None:
    day, night = 'day: {cron: "0 8 * * *", servers: 6-20}', 'night: {cron: "0 20 * * *", servers: 2-20}'
    assert blueprint(elastic(day, night)).problems == []
    assert [p.code for p in blueprint(elastic(day)).problems] == ["TF-R048"]
    same = 'late: {cron: "0 8 * * 1", servers: 2-20}'
    assert [p.code for p in blueprint(elastic(day, same)).problems] == ["TF-R047"]
