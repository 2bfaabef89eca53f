"""Prices: what AWS lists, what a house pays instead, and what follows from a price by a rule. Unknown is never 0.

A key names what is billed: `ec2.t4g.small`, `rds.postgres.multi-az.db.t4g.small`, `nat.data`. Its first word is the
service that a house may have a discount on.
"""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

DATA = Path(__file__).parent / "data"
STATED, JUDGED, DERIVED, SINGLE, BORROWED, OWN = "stated", "judged", "derived", "single", "borrowed", "own"
GLOBAL = "global"

Tiers = Sequence[tuple[float | None, float]]
"""(up to this amount, USD per unit), cheaper with the amount."""


class Price(NamedTuple):
    key: str
    usd: float | Tiers
    per: str
    """As AWS says it: `hour`, `GB-month`, `1000 requests`."""
    source: str
    as_of: str
    confidence: str = STATED
    why: str = ""
    """The rule of a price that no source states."""
    discount: float = 0
    free: float = 0
    """What an account has free each month, in the unit without its number; not deducted."""

    @property
    def rate(self) -> float:
        """USD for one (of the first tier): an hour, a GB, a request."""
        return (self.usd if isinstance(self.usd, int | float) else self.usd[0][1]) / self._batch * self._paid

    def cost(self, amount: float) -> float:
        """USD for an amount of hours, GB or requests."""
        if isinstance(self.usd, int | float):
            return amount / self._batch * self.usd * self._paid
        total, below = 0.0, 0.0
        for limit, usd in self.usd:
            within = amount if limit is None else min(amount, limit)
            total += max(0.0, within - below) * usd
            below = max(below, within)
        total += (amount - below) * self.usd[-1][1]  # beyond what the table has, its last rate
        return total / self._batch * self._paid

    @property
    def _batch(self) -> int:
        number = self.per.split(" ", 1)[0]
        return int(number) if number.isdigit() else 1

    @property
    def _paid(self) -> float:
        return 1 - self.discount


class House(NamedTuple):
    """What house rules say about prices."""

    discount: Mapping[str, float] = {}
    """By service, or `all`."""
    own: Mapping[str, float] = {}
    """USD in the unit of the list, by key; no discount on it."""
    estimate: Mapping[str, str] = {}
    """Region -> the region whose prices stand in for those that are missing."""


_BY_CLASS = ("cache", "ec2", "rds")  # a house may pay for a class that the list here lacks


def strangers(own: Iterable[str]) -> dict[str, list[str]]:
    """Keys of a house's own prices that nothing is billed by, with those of the same service that something is."""
    listed = {key for rows in shipped_prices()["regions"].values() for key in rows}
    return {
        key: sorted(other for other in listed if other.split(".")[0] == key.split(".")[0])
        for key in own
        if key not in listed and key.split(".")[0] not in _BY_CLASS
    }


class Book:
    """The prices of one region."""

    def __init__(
        self, region: str, house: House | None = None, refreshed: Mapping[str, Any] | None = None, lender: str = ""
    ) -> None:
        """`refreshed` are rows read from AWS's own list, by region; they are better than those that tenfold brings.
        `lender` is the region whose prices stand in for what is missing, where house rules name none."""
        self.region, self._house, self._refreshed = region, house or House(), refreshed or {}
        self._allowed = region in self._house.estimate
        self.lender = self._house.estimate.get(region, lender)
        self._known: dict[str, Price | None] = {}
        self._others: dict[str, Book] = {}

    def of(self, region: str, lender: str = "") -> "Book":
        """The same house's prices of another region; `lender` as above."""
        if region == self.region:
            return self
        if region not in self._others:
            self._others[region] = Book(region, self._house, self._refreshed, lender)
        return self._others[region]

    def price(self, key: str) -> Price | None:
        if key not in self._known:
            self._known[key] = self._price(key)
        return self._known[key]

    def _price(self, key: str) -> Price | None:
        price = self._listed(self.region, key)
        if price is None and self.lender and (price := self._listed(self.lender, key)):
            because = "as house rules allow" if self._allowed else f"the list has no such price of {self.region}"
            why = f"estimated from {self.lender}, {because}{f'; {price.why}' if price.why else ''}"
            price = price._replace(confidence=BORROWED, why=why)
        if key in self._house.own:
            per = price.per if price else _UNITS.get(key.split(".")[0], "hour")
            return Price(key, self._house.own[key], per, "house", "", OWN, "house rules (tenfold-rules.yaml)")
        if price is None:
            return None
        discounts = self._house.discount
        return price._replace(discount=discounts.get(key.split(".")[0], discounts.get("all", 0)))

    def _listed(self, region: str, key: str) -> Price | None:
        return self._row(region, key) or self._row(GLOBAL, key) or self._derived(region, key)

    def _row(self, region: str, key: str) -> Price | None:
        row = (self._refreshed.get(region) or {}).get(key) or shipped_prices()["regions"].get(region, {}).get(key)
        if row is None:
            return None
        confidence, why = row.get("conf", STATED), row.get("why", "")
        return Price(key, row["usd"], row["per"], row["src"], row["as_of"], confidence, why, free=row.get("free", 0))

    def _derived(self, region: str, key: str) -> Price | None:
        """By a rule that rows which are stated confirm."""
        if doubled := self._as_twice_as_large(region, key):
            return doubled
        for pattern, replacement, factor, why in _RULES:
            if pattern.search(key) and (base := self._listed(region, pattern.sub(replacement, key))):
                return _times(base, key, factor, why)
        return self._by_family(region, key) or self._everywhere(key)

    def _everywhere(self, key: str) -> Price | None:
        """What costs the same in every region that has a row, and two have one."""
        if key not in _UNIFORM:
            return None
        regions = [region for region in shipped_prices()["regions"] if self._row(region, key)]
        rows = [row for region in regions if (row := self._row(region, key))]
        if len(rows) < 2 or len({row.rate for row in rows}) > 1:
            return None
        return rows[0]._replace(confidence=DERIVED, why=f"the same in {' and '.join(regions)}")

    def _as_twice_as_large(self, region: str, key: str) -> Price | None:
        """Multi-AZ and the next size are both twice an instance, so they cost the same, rounded as AWS rounds."""
        single, is_multi = re.subn(r"^(rds\.\w+)\.multi-az\.", r"\1.", key)
        family, _, size = single.rpartition(".")
        larger = next((name for name, units in _SIZES.items() if units == 2 * _SIZES.get(size, 0)), None)
        base = self._row(region, f"{family}.{larger}") if is_multi and larger and self._row(region, single) else None
        return (
            _times(base, key, 1, f"Multi-AZ is twice, as db.{family.rsplit('.', 1)[1]}.{larger} is") if base else None
        )

    def _by_family(self, region: str, key: str) -> Price | None:
        """Within a family a type twice as large costs twice as much."""
        family, _, size = key.rpartition(".")
        factor = _SIZES.get(size)
        if factor is None or not family.startswith(("ec2.", "cache.", "rds.")):
            return None
        sizes = {known: units for known, units in _SIZES.items() if self._row(region, f"{family}.{known}")}
        if not sizes:
            return None
        near = min(sizes, key=lambda known: abs(_SIZES[known] - factor))
        base = self._row(region, f"{family}.{near}")
        assert base is not None
        return _times(base, key, factor / sizes[near], f"{factor / sizes[near]:g} × {family.split('.')[-1]}.{near}")


def _times(base: Price, key: str, factor: float, why: str) -> Price:
    usd = base.usd * factor if isinstance(base.usd, int | float) else [(to, each * factor) for to, each in base.usd]
    return base._replace(key=key, usd=usd, confidence=DERIVED, why=why)


# A price that is missing -> the one it follows from, by a factor, and what confirms it. Data of 2026-10-02.
_RULES: Sequence[tuple[re.Pattern[str], str, float, str]] = (
    (re.compile(r"^(rds\.\w+)\.multi-az\."), r"\1.", 2, "Multi-AZ is twice the single instance"),
    (re.compile(r"\.multi-az$"), "", 2, "Multi-AZ is twice"),
    (re.compile(r"^ec2\.detailed$"), "metric", 7, "detailed monitoring is seven metrics"),
    (re.compile(r"^cache\.valkey\."), "cache.redis.", 0.8, "Valkey is 0.8 of Redis in all 73 types both lists have"),
    (re.compile(r"^cache\.memcached\."), "cache.redis.", 1, "Memcached costs what Redis costs"),
)
_UNIFORM = frozenset({"alarm", "ipv4", "kms.key", "kms.requests", "metric", "secret"})
_SIZES: Mapping[str, float] = {
    "nano": 1 / 16, "micro": 1 / 8, "small": 1 / 4, "medium": 1 / 2, "large": 1, "xlarge": 2,
    **{f"{many}xlarge": 2 * many for many in (2, 3, 4, 6, 8, 9, 10, 12, 16, 18, 24, 32, 48)},
}  # fmt: skip
_UNITS = {"s3": "GB-month", "ebs": "GB-month", "logs": "GB", "transfer": "GB", "kms": "month", "secret": "month"}


@cache
def shipped_prices() -> Mapping[str, Any]:
    """`data/prices.json`: rows by region and key, sources, and the day it was put together."""
    return json.loads((DATA / "prices.json").read_bytes())


def services() -> Sequence[str]:
    """What a discount can be on: the first words of all keys."""
    return sorted({key.split(".")[0] for rows in shipped_prices()["regions"].values() for key in rows})


def source(name: str) -> str:
    return {"house": "house rules", "aws": "AWS's own price list"}.get(name) or shipped_prices()["sources"][name]
