"""What a load test measured: steps of rising load, whichever tool wrote them."""

import csv
import json
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from statistics import median
from typing import Any

from tenfold.blueprints.value import Value
from tenfold.loadtest.scripts import HOLD

_LEAST = 2  # seconds with one number of users, below which they are a way to another one
_SCENARIO = re.compile(r"http_req_duration\{scenario:x([\d.]+)\}")


class Unreadable(Exception):
    """The file is not a result of either tool; says why."""


class Step(Value):
    """Rates in requests a second, times in seconds, errors as a fraction."""

    offered: float
    reached: float
    usual: float
    """Of an answer: the mean of k6, the median of Locust, which tells no other per step."""
    slowest: float
    """The 99th percentile."""
    errors: float
    dropped: int = 0
    """Requests that the machine of the test did not manage to send."""


def read(path: Path, peak: float) -> tuple[Step, ...]:
    """By rising load. `peak` is the blueprint's, of which k6 names only the multiple.

    Raises OSError, and `Unreadable` for what is neither `*_stats_history.csv` nor a summary of k6.
    """
    text = path.read_text(encoding="utf-8")
    steps = _k6(text, peak) if text.lstrip().startswith("{") else _locust(text)
    if not steps:
        raise Unreadable("it has no step of a load test: no users that stay for two seconds, no scenarios x1, x2, …")
    return tuple(sorted(steps, key=lambda step: step.offered))


def _locust(text: str) -> list[Step]:
    rows = [row for row in csv.DictReader(text.splitlines()) if row.get("Name") == "Aggregated"]
    try:
        return [_plateau(users, same) for users, same in _plateaus(rows)]
    except (KeyError, ValueError, TypeError) as error:
        raise Unreadable(f"it has not the columns of Locust's `--csv-full-history`: {error}") from error


def _plateaus(rows: Sequence[dict[str, str]]) -> Iterator[tuple[int, list[dict[str, str]]]]:
    """Users who stay, with the rows of that time but the first third: Locust's figures are of the last ten seconds."""
    by_users: dict[int, list[dict[str, str]]] = {}
    for row in rows:
        by_users.setdefault(int(row["User Count"]), []).append(row)
    for users, same in by_users.items():
        answered = [row for row in same if row["99%"] not in ("", "N/A")][len(same) // 3 :]
        if users and len(same) >= _LEAST and answered:
            yield users, answered


def _plateau(users: int, rows: Sequence[dict[str, str]]) -> Step:
    rates = [float(row["Requests/s"]) for row in rows]
    failed = sum(float(row["Failures/s"]) for row in rows)
    return Step(
        offered=users,
        reached=sum(rates) / len(rates),
        usual=median(float(row["50%"]) for row in rows) / 1000,
        slowest=median(float(row["99%"]) for row in rows) / 1000,
        errors=failed / sum(rates) if sum(rates) else 1.0,
    )


def _k6(text: str, peak: float) -> list[Step]:
    try:
        metrics = json.loads(text)["metrics"]
        times = [match[1] for name in metrics if (match := _SCENARIO.fullmatch(name))]
        return [_scenario(metrics, one, peak) for one in times]
    except (KeyError, ValueError, TypeError) as error:
        raise Unreadable(f"it has not the metrics of the script that tenfold writes for k6: {error}") from error


def _scenario(metrics: dict[str, Any], times: str, peak: float) -> Step:
    def values(metric: str) -> dict[str, Any]:
        entry = metrics.get(f"{metric}{{scenario:x{times}}}", {})
        return entry.get("values", entry)  # `--summary-export` has them one level up

    duration, failed, dropped = values("http_req_duration"), values("http_req_failed"), values("dropped_iterations")
    return Step(
        offered=peak * float(times),
        reached=values("http_reqs")["count"] / HOLD,
        usual=duration["avg"] / 1000,
        slowest=duration["p(99)"] / 1000,
        errors=failed["rate"] if "rate" in failed else failed["value"],
        dropped=int(dropped.get("count", 0)),
    )
