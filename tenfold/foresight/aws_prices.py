"""Prices that `tenfold prices refresh` read from AWS's own list, a file a region in tenfold's data directory."""

import json
from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractContextManager
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

from tenfold import files, home
from tenfold.failure import Failure
from tenfold.foresight import prices

OLD = 90  # days; AWS changes list prices a few times a year, and mostly downwards
Lines = Callable[[str], AbstractContextManager[Iterable[str]]]
"""The lines of the text at an address."""


class Read(NamedTuple):
    """What a refresh found: the number of prices by offer, what the list says twice, and what it does not have."""

    counts: Mapping[str, int]
    ambiguous: tuple[str, ...]
    missing: tuple[str, ...]


def folder() -> Path:
    return home.data() / "prices"


def rows() -> Mapping[str, Any]:
    """By region and key; nothing where nothing was refreshed."""
    return {region: content["rows"] for region, content in _files().items()}


def dates() -> Mapping[str, date]:
    """When which region was refreshed."""
    return {region: date.fromisoformat(content["read"]) for region, content in _files().items()}


def age(today: date) -> int:
    """Days since the prices that are used were read, those of the region that was read first; or put together."""
    known = min(dates().values(), default=date.fromisoformat(prices.shipped_prices()["as_of"]))
    return max(0, (today - known).days)


def refresh(region: str, lines: Lines, today: date) -> Read:
    """Writes the region's file. Raises `offers.AnotherForm`, and what `lines` raises; then nothing is written."""
    from tenfold.foresight import offers

    priced: dict[str, Any] = {}
    counts, ambiguous, missing = {}, [], []
    for offer, listed in offers.listed_rows().items():
        with lines(offers.url(offer, region)) as text:
            answer = offers.read(offer, region, text)
        priced |= answer.rows
        counts[offer] = len(answer.rows)
        ambiguous += answer.ambiguous
        missing += [row["key"] for row in listed if not _has(row["key"], (*answer.rows, *answer.ambiguous))]
    content = {"region": region, "read": today.isoformat(), "rows": priced}
    files.write(folder() / f"{region}.json", json.dumps(content, indent=0, sort_keys=True) + "\n")
    return Read(counts, tuple(ambiguous), tuple(missing))


def _has(key: str, known: Iterable[str]) -> bool:
    begin, pattern, _ = key.partition("{")
    return any(name.startswith(begin) if pattern else name == key for name in known)


def _files() -> Mapping[str, Any]:
    return {file.stem: _content(file) for file in sorted(folder().glob("*.json"))} if folder().is_dir() else {}


def _content(file: Path) -> Any:
    try:
        content = json.loads(file.read_bytes())
        return {"rows": content["rows"], "read": content["read"]}
    except (ValueError, KeyError, TypeError) as wrong:
        raise Failure(
            f"{file} holds no prices.",
            why=str(wrong),
            remedies=(f"tenfold prices refresh --region {file.stem}   writes it again", f"rm {file}   does without it"),
        ) from wrong
