"""Load over time: requests a second, minute by minute. Shapes end at `load.peak`; a file has its own figures."""

import csv
import math
import random
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

Load = Sequence[float]
DAY = 1440  # minutes
NIGHT = 0.05  # of the peak, at four in the morning
SHARP = 7  # so pointed that the mean of a day is a quarter of its peak, as sizing has it
WEEKEND = 0.6  # of a working day
NOISE = 0.05  # one standard deviation, of the rate of each minute
LONGEST = 366 * DAY


def daily(peak: float) -> Load:
    """From four to four at night, busiest at 16:00."""
    return [peak * _hour(minute) for minute in range(DAY)]


def weekly(peak: float) -> Load:
    """From Monday on."""
    return [rate * (WEEKEND if day >= 5 else 1) for day in range(7) for rate in daily(peak)]


def campaign(peak: float) -> Load:
    """An hour at a tenth, in five minutes to the peak, three hours there, and at once back."""
    base = peak / 10
    rise = [base + (peak - base) * minute / 5 for minute in range(1, 6)]
    return [base] * 60 + rise + [peak] * 180 + [base] * 180


def viral(peak: float) -> Load:
    """An hour at a hundredth, in ten minutes to the peak, and half of that each hour after."""
    base = peak / 100
    rise = [base * 100 ** (minute / 10) for minute in range(1, 11)]
    return [base] * 60 + rise + [base + (peak - base) * 0.5 ** (minute / 60) for minute in range(1, 721)]


SHAPES: Mapping[str, tuple[Callable[[float], Load], str]] = {
    "daily": (daily, "a day, its mean a quarter of its peak"),
    "weekly": (weekly, "a week, its weekend at 60 %"),
    "campaign": (campaign, "from a tenth to the peak in five minutes, three hours there"),
    "viral": (viral, "from a hundredth to the peak in ten minutes, then half of it each hour"),
}


def _hour(minute: int) -> float:
    height = (1 - math.cos((minute - 240) / DAY * math.tau)) / 2
    return NIGHT + (1 - NIGHT) * height**SHARP


def curve_named(name: str, peak: float, unit: str = "requests/s") -> tuple[Load, str]:
    """One of `SHAPES` with uneven visitors, and what it is in words."""
    shape, words = SHAPES[name]
    return uneven(shape(peak)), f"{name}: {words}; peak {peak:g} {unit}"


def uneven(load: Load, seed: int = 7) -> Load:
    """With the unevenness of visitors, the same each time."""
    chance = random.Random(seed)
    return [max(0.0, rate * (1 + chance.gauss(0, NOISE))) for rate in load]


def read(file: Path) -> Load:
    """A number a line, or the last column of a CSV: requests a second, minute by minute. A first line of names is
    left out. Raises ValueError with the line that is none; OSError where the file cannot be read."""
    load: list[float] = []
    with file.open(encoding="utf-8-sig", newline="") as lines:
        for number, row in enumerate(csv.reader(lines), 1):
            text = row[-1].strip() if row else ""
            if not text or (number == 1 and not _is_number(text)):
                continue
            if not _is_number(text) or not 0 <= float(text) < math.inf:
                raise ValueError(f"{file}:{number}: {text!r} is not a number of requests a second")
            load.append(float(text))
            if len(load) > LONGEST:
                raise ValueError(f"{file}: more than a year of minutes")
    if not load:
        raise ValueError(f"{file} has no line with a number")
    return load


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
