"""AWS's own price list, as far as tenfold uses it: the CSV of one service in one region, row by row.

The files are large (EC2's has some hundred MB), so nothing but the prices that are looked for is kept.
"""

import csv
import json
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import Any, NamedTuple

from tenfold.foresight.prices import DATA, shipped_prices

HOST = "https://pricing.us-east-1.amazonaws.com"
TiersByStart = dict[tuple[str, float], set[tuple[float | None, float]]]
"""(key, from this amount) -> (up to, USD); more than one where the list says different things."""


class Offer(NamedTuple):
    """What a file says: the day it was published, rows as in `prices.json`, and the keys that it says twice."""

    as_of: str
    rows: dict[str, Any]
    ambiguous: tuple[str, ...]


class AnotherForm(Exception):
    """The file is not what AWS's guide describes."""


@cache
def listed_rows() -> Mapping[str, list[dict[str, Any]]]:
    """By offer: which rows, and what they become."""
    offers = json.loads((DATA / "offers.json").read_bytes())
    return {offer: rows for offer, rows in offers.items() if offer != "about"}


def url(offer: str, region: str) -> str:
    return f"{HOST}/offers/v1.0/aws/{offer}/current/{region}/index.csv"


def read(offer: str, region: str, lines: Iterable[str]) -> Offer:
    """Raises `AnotherForm` where the file begins in another way than AWS says, or is of another offer."""
    rows = csv.reader(lines)
    as_of, header = _begin(offer, rows)
    by_start: TiersByStart = {}
    units: dict[str, str] = {}
    for row in rows:
        columns = dict(zip(header, row, strict=False))
        if columns.get("TermType") == "OnDemand" and columns.get("Currency") == "USD" and _here(columns, region):
            for key, per in _keys(offer, columns):
                units[key] = per
                ends = columns.get("EndingRange") or "Inf"
                tier = (None if ends == "Inf" else float(ends), float(columns["PricePerUnit"]))
                by_start.setdefault((key, float(columns.get("StartingRange") or 0)), set()).add(tier)
    twice = tuple(sorted({key for (key, _), tiers in by_start.items() if len(tiers) > 1}))
    return Offer(
        as_of, {key: _row(key, units[key], by_start, as_of) for key in sorted(units) if key not in twice}, twice
    )


def _begin(offer: str, rows: Iterator[list[str]]) -> tuple[str, list[str]]:
    """(the day it was published, the names of the columns)"""
    about: dict[str, str] = {}
    for row in rows:
        if row and row[0] == "SKU":
            if about.get("OfferCode") != offer or not about.get("Publication Date"):
                break
            return about["Publication Date"][:10], row
        about[row[0] if row else ""] = row[1] if len(row) > 1 else ""
        if len(about) > 20:
            break
    described = ", ".join(f"{name} {value}"[:60] for name, value in about.items() if name != "Disclaimer")
    raise AnotherForm(f"what it says of itself is: {described[:300] or 'nothing'}")


def _here(columns: Mapping[str, str], region: str) -> bool:
    """Not of a local zone or of an outpost, which stand in the same file."""
    return columns.get("Region Code") == region and columns.get("Location Type", "AWS Region") == "AWS Region"


def _keys(offer: str, columns: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Keys of ours that a row is the price of, with their units."""
    usage = f"-{columns.get('usageType', '')}"
    for row in listed_rows()[offer]:
        fits = usage.endswith(f"-{row['usage']}") if "usage" in row else f"-{row['begins']}" in usage
        if fits and all(columns.get(column) == value for column, value in row.get("where", {}).items()):
            yield row["key"].replace("{Instance Type}", columns.get("Instance Type", "")), row["per"]


def _row(key: str, per: str, by_start: TiersByStart, as_of: str) -> dict[str, Any]:
    tiers = [next(iter(by_start[at])) for at in sorted(at for at in by_start if at[0] == key)]
    paid = [tier for tier in tiers if tier[1]] or tiers  # what an account has free is not deducted, but told
    usd: Any = paid[0][1] if len(paid) == 1 else [list(tier) for tier in paid]
    known = shipped_prices()["regions"]["us-east-1"].get(key, {})
    free = {"free": known["free"]} if "free" in known else {}
    return {"usd": usd, "per": per, "src": "aws", "as_of": as_of, **free}
