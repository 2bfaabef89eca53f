"""What a refused value with a unit was probably meant to be: `600k` for `600K`, `20GiB` for `20 GB`."""

import re
from collections.abc import Mapping

from tenfold.blueprints.grammar.units import Unit

_SIZES = {spelling: f"{unit}iB" for unit in "KMGT" for spelling in (f"{unit}", f"{unit}I", f"{unit}B", f"{unit}IB")}
_TIMES = {
    spelling: unit
    for unit, spellings in {
        "ms": "MS MSEC MSECS MILLISECOND MILLISECONDS", "s": "S SEC SECS SECOND SECONDS",
        "m": "M MIN MINS MINUTE MINUTES", "h": "H HR HRS HOUR HOURS", "d": "D DAY DAYS",
    }.items()
    for spelling in spellings.split()
}  # fmt: skip
_COUNTS = {"K": "k", "THOUSAND": "k", "M": "M", "MILLION": "M", "MIO": "M"}
_REQUESTS = dict.fromkeys(("REQ", "REQS", "REQUEST", "REQUESTS"), " requests")
_PERCENT = {"PERCENT": "%", "PCT": "%"}
_DOLLARS = dict.fromkeys(("$", "USD", "DOLLAR", "DOLLARS"), " USD") | {"PER": "/", "MONTH": "month", "MO": "month"}
# For each kind of value: how its words are written, by other spellings of them in capital letters.
_WORDS: Mapping[str, Mapping[str, str]] = {
    "duration": _TIMES,
    "latency": _TIMES,
    "number of days": _TIMES,
    "size": _SIZES,
    "answer size": _SIZES,
    "amount of memory": _SIZES,
    "amount of CPU": {"M": "m", "MILLICORE": "m", "MILLICORES": "m"}
    | dict.fromkeys(("CPU", "CPUS", "VCPU", "VCPUS", "CORE", "CORES"), ""),
    "percentage": _PERCENT,
    "rate": _REQUESTS
    | {"K": "k", "PER": "/", "RPS": " requests/s", "QPS": " requests/s", "RPM": " requests/min"}
    | {spelling: {"m": "min"}.get(unit, unit) for spelling, unit in _TIMES.items()},
    "ratio": {},
    "count": _COUNTS,
    "growth": _PERCENT
    | {"PER": "/", "MONTH": "month", "MO": "month", "M": "month", "YEAR": "year", "YR": "year", "Y": "year"},
    "amount": _DOLLARS,
    "target": _PERCENT | _REQUESTS | {"PER": "/", "SERVER": "server"},
    "threshold": _SIZES | _TIMES | _PERCENT | {"K": "k"},
    "price": _DOLLARS,
    "range": {"TO": "-", "–": "-", "..": "-", "…": "-"},
}


_PART = r"\d+(?:\.\d+)?|[A-Za-z]+|\.\.|\S"


def likely_value(unit: Unit, text: object) -> str | None:
    """The valid value that differs from `text` only in how numbers and words are spelled; None where there is none."""
    if not isinstance(text, str):
        return None
    thousands = re.sub(r"(?<=\d),(?=\d{3}(?!\d))", "", text.strip())
    number = re.sub(r"(?<=\d),(?=\d)", ".", thousands)  # 1,5M
    amount = re.sub(r"^\$ ?([0-9.]+)", r"\1 $", number)  # $900
    words = _WORDS[unit.name]
    likely = "".join(words.get(part.upper(), part) for part in re.findall(_PART, amount))
    for ending in ("", "/month") if unit.base == "USD/month" else ("",):
        try:
            unit.read(likely + ending)
            return likely + ending
        except ValueError:
            continue
    return None
