"""From a key to one of 960 buckets. Keys never change their bucket; buckets change their shard.

960 = 2⁶ × 3 × 5 has 28 divisors, so that 16 of the shard counts from 2 to 48 divide it evenly, and the fullest of up to
16 shards is 0.8 % above the mean. A bucket of 5 TB is 5 GB. Number and functions are for life: with others, every row
would be somewhere else.
"""

import hashlib
import re

BUCKETS = 960
FIRST_YEAR = 2000  # 960 months from here: until December 2079

_MONTH = re.compile(r"(\d{4})-(0[1-9]|1[0-2])(?!\d)")


def of_hash(key: str) -> int:
    """The first 4 bytes of the SHA-256 of the key in UTF-8, big-endian, mod 960: `tenant-42` is in 321."""
    return int.from_bytes(hashlib.sha256(key.encode()).digest()[:4], "big") % BUCKETS


def of_month(key: str) -> int:
    """Months since January 2000, for keys that begin like `2026-11`. Earlier ones are in the first bucket, later ones
    than 2079 in the last. Raises ValueError for a key that does not begin with a month."""
    month = _MONTH.match(key)
    if not month:
        raise ValueError(f"{key!r} does not begin with a month like 2026-11")
    return max(0, min(BUCKETS - 1, (int(month[1]) - FIRST_YEAR) * 12 + int(month[2]) - 1))


def month(bucket: int) -> str:
    """The month of a bucket: 321 is 2026-10."""
    return f"{FIRST_YEAR + bucket // 12}-{bucket % 12 + 1:02}"


def sql(engine: str, by: str, column: str = "key") -> str:
    """The same bucket as an expression of PostgreSQL (from 11) or MySQL (from 5.6). `by`: hash, of a text; or month, of
    a date or a timestamp in UTC."""
    if by == "month":
        months = f"(EXTRACT(YEAR FROM {column}) - {FIRST_YEAR}) * 12 + EXTRACT(MONTH FROM {column}) - 1"
        return f"LEAST(GREATEST({months}, 0), {BUCKETS - 1})"
    if engine == "mysql":
        digest = f"SHA2(CONVERT({column} USING utf8mb4), 256)"
        return f"CAST(CONV(LEFT({digest}, 8), 16, 10) AS UNSIGNED) % {BUCKETS}"
    digest = f"sha256(convert_to({column}, 'UTF8'))"
    first, *rest = (f"get_byte({digest}, {place})" for place in range(4))
    parts = [f"CAST({first} AS bigint) * {256**3}", *(f"{b} * {256**p}" for b, p in zip(rest, (2, 1, 0), strict=True))]
    return f"({' + '.join(parts)}) % {BUCKETS}"
