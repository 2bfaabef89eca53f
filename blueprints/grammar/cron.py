"""Cron expressions of five fields, as Auto Scaling takes them: their mistakes, and when they happen.

minute (0-59), hour (0-23), day of month (1-31), month (1-12 or JAN-DEC), day of week (0-7 or SUN-SAT; 0 and 7 are
Sunday). `*`, numbers, ranges, lists and steps. Where both days are restricted, either is enough (crontab(5)).
"""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

from tenfold.blueprints.value import Value

_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
_DAYS = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"]
_FIELDS = (
    ("minute", 0, 59, []),
    ("hour", 0, 23, []),
    ("day of month", 1, 31, []),
    ("month", 1, 12, ["", *_MONTHS]),
    ("day of week", 0, 7, _DAYS),
)
_PART = r"(\*|([a-z0-9]+)(?:-([a-z0-9]+))?)(?:/([0-9]+))?"
_LONGEST = [0, 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]  # days of each month, February in a leap year


class Cron(Value):
    minutes: frozenset[int]
    hours: frozenset[int]
    days: frozenset[int]
    months: frozenset[int]
    weekdays: frozenset[int]  # 0 is Sunday
    either: bool  # both kinds of days are restricted, and one of them is enough

    def on(self, day: date) -> bool:
        by_date, by_weekday = day.day in self.days, day.isoweekday() % 7 in self.weekdays
        return day.month in self.months and (by_date or by_weekday if self.either else by_date and by_weekday)

    def times(self, first: date, days: int, zone: str) -> Iterator[datetime]:
        """When it happens (UTC) in the `days` days from `first` on, in the zone's own calendar, in order.

        An hour that the clock leaves out happens an hour later; one that comes twice counts once, the first time.
        """
        from zoneinfo import ZoneInfo  # late: 2 ms that only schedules need

        place = ZoneInfo(zone)
        for offset in range(days):
            day = first + timedelta(days=offset)
            if self.on(day):
                for hour in sorted(self.hours):
                    for minute in sorted(self.minutes):
                        local = datetime(day.year, day.month, day.day, hour, minute, tzinfo=place)
                        yield local.astimezone(UTC)


def parse(text: str) -> Cron:
    """Raises ValueError, with the reason, for a text that is not a cron expression, or that never happens."""
    parts = text.lower().split()
    if len(parts) != 5:
        raise ValueError(f"it has {len(parts)} fields, not five: minute, hour, day of month, month, day of week")
    sets = [_field(part, *known) for part, known in zip(parts, _FIELDS, strict=True)]
    minutes, hours, days, months, weekdays = sets
    either = not parts[2].startswith("*") and not parts[4].startswith("*")
    if not either and not any(day <= _LONGEST[month] for day in days for month in months):
        raise ValueError("that day does not exist in that month, so it would never happen")
    return Cron(minutes, hours, days, months, frozenset(day % 7 for day in weekdays), either)


def _field(text: str, name: str, low: int, high: int, names: list[str]) -> frozenset[int]:
    numbers: set[int] = set()
    for part in text.split(","):
        match = re.fullmatch(_PART, part)
        if not match:
            raise ValueError(f"`{part}` is not a valid {name}")
        whole, first, last, step = match.groups()
        begin = low if whole == "*" else _number(first, name, low, high, names)
        open_end = whole == "*" or (step and not last)
        end = high if open_end else _number(last or first, name, low, high, names)
        if begin > end:
            raise ValueError(f"`{part}` is a range from high to low ({name})")
        if step == "0":
            raise ValueError(f"`{part}` has a step of 0 ({name})")
        numbers.update(range(begin, end + 1, int(step or 1)))
    return frozenset(numbers)


def _number(text: str, name: str, low: int, high: int, names: list[str]) -> int:
    if text.isdigit():
        value = int(text)
    elif text in names:
        value = names.index(text)
    else:
        raise ValueError(f"`{text}` is not a valid {name}")
    if not low <= value <= high:
        raise ValueError(f"{value} is not a valid {name}, {low} to {high}")
    return value
