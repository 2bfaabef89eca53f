"""Values with their unit in them: `10m`, `20GiB`, `70%`, `60 requests/s`, `5k`.

Each reader takes what YAML gave (text or number) and returns a number in base units; a bare number where a unit is
needed is refused, because 10 could be seconds or minutes. ValueError carries the reason, for a person.
"""

import re
from collections.abc import Callable

from tenfold.blueprints.value import Value

# Compiled at the first use (`re` keeps them): a blueprint has few kinds of values, and the start is faster.
_NUMBER = r"([0-9]{1,15}(?:\.[0-9]{1,9})?)"
_DURATION = r"(?:([0-9]{1,9})d)?(?:([0-9]{1,9})h)?(?:([0-9]{1,9})m)?(?:([0-9]{1,9})s)?$"
_MILLIS = r"([0-9]{1,9})ms$"
_SIZE = _NUMBER + r" ?(MiB|GiB|TiB)$"
_BYTES = _NUMBER + r" ?(KiB|MiB)$"
_COUNT = _NUMBER + r"([kM]?)$"
_RATE = _NUMBER + r"([kM]?) ?(?:requests ?)?/ ?(s|min|h)$"
_MONEY = _NUMBER + r" ?USD ?/ ?month$"
_PRICE = _NUMBER + r" ?USD$"
_RANGE = r"([0-9]{1,9})(?: ?- ?([0-9]{1,9}))?$"
_GROWTH = _NUMBER + r" ?% ?/ ?(month|year)$"
_PERCENT = _NUMBER + r" ?%$"
_CPU = r"([0-9]{1,6}(?:\.[0-9]{1,3})?)(m?)$"
_REQUESTS = r"([0-9]{1,9}) ?requests ?/ ?server$"
_TIMES = {"": 1, "k": 1_000, "M": 1_000_000}
_GIB = {"MiB": 1 / 1024, "GiB": 1, "TiB": 1024}
_SECONDS = {"s": 1, "min": 60, "h": 3600}
_LARGEST = 10**12  # beyond any count or size AWS knows; keeps later arithmetic exact


class Unit(Value):
    """One kind of value: how it is read, its base unit, and the valid forms for messages."""

    name: str
    code: str
    base: str  # the unit the architecture has it in
    forms: str  # what is valid, in words
    pattern: str  # the same as a regular expression, for editors
    examples: tuple[str, ...]
    read: Callable[[object], object]


def _text(value: object) -> str:
    if isinstance(value, bool) or not isinstance(value, str):
        raise ValueError("the unit is missing" if isinstance(value, int | float) else "a value with a unit is needed")
    return value.strip()


def _match(pattern: str, value: object) -> re.Match[str]:
    text = _text(value)
    match = re.match(pattern, text)
    if not match or not text:
        raise ValueError("the unit is missing" if re.match(_NUMBER + "$", text) else "this cannot be read")
    return match


def _bounded(number: float) -> float:
    if number > _LARGEST:
        raise ValueError("this is larger than anything that exists")
    return number


def milliseconds(value: object) -> float:
    """Seconds, with fractions: `500ms`, `2s`."""
    match = re.match(_MILLIS, _text(value))
    return _bounded(int(match[1])) / 1000 if match else float(duration(value))


def duration(value: object) -> int:
    """Whole seconds: `15s`, `10m`, `1h30m`, `14d`."""
    parts = _match(_DURATION, value).groups()
    return int(_bounded(sum(int(part or 0) * size for part, size in zip(parts, (86400, 3600, 60, 1), strict=True))))


def days(value: object) -> int:
    """Whole days: `14d`; `48h` is 2 days, `36h` is refused."""
    seconds = duration(value)
    if seconds % 86400:
        raise ValueError("whole days are needed")
    return seconds // 86400


def size(value: object) -> int:
    """GiB, rounded up to a whole one: `20GiB`, `512MiB`, `2TiB`."""
    match = _match(_SIZE, value)
    return -int(-_bounded(float(match[1]) * _GIB[match[2]]) // 1)


def kib(value: object) -> float:
    """KiB, with fractions: `20KiB`, `1.5MiB`."""
    match = _match(_BYTES, value)
    return _bounded(float(match[1]) * (1024 if match[2] == "MiB" else 1))


def memory(value: object) -> float:
    """GiB, with fractions: `512MiB` is 0.5."""
    match = _match(_SIZE, value)
    return _bounded(float(match[1]) * _GIB[match[2]])


def cpu(value: object) -> float:
    """vCPUs: `500m`, thousandths as Kubernetes writes them, is 0.5; a plain number needs no unit."""
    text = str(value).strip() if isinstance(value, int | float | str) and not isinstance(value, bool) else ""
    match = re.match(_CPU, text)
    if not match:
        raise ValueError("this cannot be read")
    return float(match[1]) / (1000 if match[2] else 1)


def ratio(value: object) -> float:
    """So many for one: `3`, `0.05`."""
    text = str(value).strip() if isinstance(value, int | float | str) and not isinstance(value, bool) else ""
    match = re.match(_NUMBER + "$", text)
    if not match:
        raise ValueError("this cannot be read")
    return _bounded(float(match[1]))


def percent(value: object) -> float:
    """A fraction from 0 to 1: `70%` is 0.7."""
    fraction = float(_match(_PERCENT, value)[1]) / 100
    if fraction > 1:
        raise ValueError("more than 100 % is impossible here")
    return round(fraction, 9)


def growth(value: object) -> float:
    """A fraction a month: `15%/month`; `80%/year` is spread by compounding."""
    match = _match(_GROWTH, value)
    fraction = _bounded(float(match[1])) / 100
    return round(fraction if match[2] == "month" else (1 + fraction) ** (1 / 12) - 1, 9)


def rate(value: object) -> float:
    """Requests a second: `900 requests/s`, `60/s`, `5k/min`."""
    match = _match(_RATE, value)
    return _bounded(float(match[1]) * _TIMES[match[2]]) / _SECONDS[match[3]]


def count(value: object) -> int:
    """A whole number: `300`, `5k`, `1.5M`. Plain numbers need no unit here."""
    if isinstance(value, int) and not isinstance(value, bool):
        if value < 0:
            raise ValueError("it cannot be negative")
        return int(_bounded(value))
    text = value.strip().replace("_", "") if isinstance(value, str) else ""
    match = re.match(_COUNT, text)
    if not match:
        raise ValueError("this cannot be read")
    number = round(float(match[1]) * _TIMES[match[2]], 6)
    if number != int(number):
        raise ValueError("whole ones are needed")
    return int(_bounded(number))


def money(value: object) -> float:
    """US dollars a month: `900 USD/month`."""
    return _bounded(float(_match(_MONEY, value)[1]))


def price(value: object) -> float:
    """US dollars for the unit of AWS's list: `0.0168 USD`."""
    return _bounded(float(_match(_PRICE, value)[1]))


def threshold(value: object) -> tuple[str, float]:
    """What an alarm compares with: ("percent", 90) for `90%`, ("seconds", 0.25) for `250ms`, ("bytes", 2**30) for
    `1GiB`, ("count", 20) for `20`."""
    if isinstance(value, str):
        text = value.strip()
        if re.match(_PERCENT, text):
            return "percent", round(percent(text) * 100, 7)
        if match := re.match(_SIZE, text):
            return "bytes", _bounded(float(match[1]) * _GIB[match[2]]) * 2**30
        if text and (re.match(_MILLIS, text) or re.match(_DURATION, text)):
            return "seconds", milliseconds(text)
    return "count", count(value)


def span(value: object) -> tuple[int, int]:
    """Smallest and largest: `2-20`; one number means both."""
    if isinstance(value, int) and not isinstance(value, bool) and value >= 0:
        low = high = int(_bounded(value))
    else:
        match = _match(_RANGE, value)
        low, high = int(match[1]), int(match[2] or match[1])
    if low > high:
        raise ValueError("the smaller number comes first")
    return low, high


def target(value: object) -> tuple[str, float]:
    """What to keep a server at: ("cpu", 0.6) for `60%`, ("requests", 1000) for `1000 requests/server` (a minute)."""
    text = _text(value)
    if match := re.match(_PERCENT, text):
        fraction = round(float(match[1]) / 100, 9)
        if not 0 < fraction <= 1:
            raise ValueError("between 1 and 100 % is possible")
        return "cpu", fraction
    match = re.match(_REQUESTS, text)
    if not match or not int(match[1]):
        raise ValueError("this cannot be read")
    return "requests", int(match[1])


def _plain(pattern: str) -> str:
    return "^" + pattern.replace("(?:", "(").removesuffix("$") + "$"


def _unit(name: str, code: str, base: str, forms: str, pattern: str, examples: str, read: Callable) -> Unit:
    return Unit(name, code, base, forms, _plain(pattern), tuple(examples.split(", ")), read)


DURATION = _unit(
    "duration", "TF-V004", "s", "whole s, m, h or d, also together", _DURATION, "15s, 10m, 1h30m, 14d", duration
)
LATENCY = Unit(
    "latency",
    "TF-V004",
    "s",
    "ms, s, m or h",
    r"^([0-9]+ms|([0-9]+h)?([0-9]+m)?([0-9]+s)?)$",
    ("500ms", "2s"),
    milliseconds,
)
DAYS = Unit("number of days", "TF-V004", "d", "whole days", r"^[0-9]+[dh]$", ("7d", "14d"), days)
SIZE = _unit("size", "TF-V005", "GiB", "MiB, GiB or TiB", _SIZE, "512MiB, 20GiB, 2TiB", size)
BYTES = _unit("answer size", "TF-V005", "KiB", "KiB or MiB", _BYTES, "20KiB, 1.5MiB", kib)
MEMORY = _unit("amount of memory", "TF-V005", "GiB", "MiB or GiB", _SIZE, "512MiB, 2GiB", memory)
CPU = _unit("amount of CPU", "TF-V092", "vCPU", "thousandths of a vCPU with m, or a number", _CPU, "500m, 2", cpu)
PERCENT = _unit("percentage", "TF-V006", "fraction", "a number from 0 to 100 with %", _PERCENT, "70%, 0.5%", percent)
RATE = _unit("rate", "TF-V007", "requests/s", "/s, /min or /h", _RATE, "900 requests/s, 60/s, 5k/min", rate)
RATIO = _unit("ratio", "TF-V097", "", "a number, also with a decimal point", _NUMBER + "$", "0.05, 3", ratio)
COUNT = _unit("count", "TF-V008", "", "a whole number, also with k or M", _COUNT, "300, 5k, 1.5M", count)
GROWTH = _unit("growth", "TF-V009", "fraction/month", "%/month or %/year", _GROWTH, "15%/month, 80%/year", growth)
MONEY = _unit("amount", "TF-V010", "USD/month", "USD/month", _MONEY, "900 USD/month", money)
TARGET = Unit(
    "target", "TF-V040", "", "a share of CPU, or requests/server (in a minute)",
    r"^([0-9]{1,3} ?%|[0-9]+ ?requests ?/ ?server)$", ("60%", "1000 requests/server"), target,
)  # fmt: skip
THRESHOLD = Unit(
    "threshold", "TF-V090", "", "90%, 250ms, 2GiB or a number, as the alarm measures",
    r"^([0-9.]+ ?%|[0-9]+ms|([0-9]+[dhms])+|[0-9.]+ ?(MiB|GiB|TiB)|[0-9.]+[kM]?)$", ("90%", "250ms", "2GiB", "20"),
    threshold,
)  # fmt: skip
PRICE = _unit("price", "TF-V010", "USD", "USD, in the unit of AWS's list", _PRICE, "0.0168 USD, 35 USD", price)
RANGE = _unit("range", "TF-V011", "", "a number, or smallest-largest", _RANGE, "2, 2-20", span)

UNITS = {unit.name: unit for unit in list(globals().values()) if isinstance(unit, Unit)}
