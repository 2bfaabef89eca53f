"""Other ways from a key to a shard, for comparison: what moves when a shard is added, and how evenly they spread."""

import hashlib
from bisect import bisect
from collections import Counter
from collections.abc import Callable, Sequence

from tenfold.blueprints.shards.buckets import BUCKETS, of_hash
from tenfold.blueprints.shards.table import Table
from tenfold.blueprints.value import Value

KEYS = 10_000
POINTS = 128  # of each shard on the ring


class Comparison(Value):
    """Fractions of the keys; `fullest` is the largest shard by the mean, afterwards."""

    method: str
    moved: float
    between_old: float  # of what moves, from one existing shard to another: work for nothing
    fullest: float


def modulo(digest: int, shards: int) -> int:
    return digest % shards


def jump(digest: int, shards: int) -> int:
    """J. Lamping and E. Veach, "A Fast, Minimal Memory, Consistent Hash Algorithm" (2014)."""
    here, following = -1, 0
    while following < shards:
        here = following
        digest = (digest * 2862933555777941757 + 1) & 0xFFFFFFFFFFFFFFFF
        following = int((here + 1) * ((1 << 31) / ((digest >> 33) + 1)))
    return here


def ring(shards: int, points: int = POINTS) -> Callable[[int], int]:
    """Consistent hashing: each shard has `points` on a circle, a key belongs to the next one."""
    circle = sorted((_digest(f"{shard}/{point}"), shard) for shard in range(shards) for point in range(points))
    places, owners = [place for place, _ in circle], [shard for _, shard in circle]
    return lambda digest: owners[bisect(places, digest) % len(owners)]


def compare(before: Table, after: Table, shards: int) -> list[Comparison]:
    """Our table and the other methods, for `shards` and one more, over 10,000 keys."""
    names = [f"key-{number}" for number in range(KEYS)]
    digests = [_digest(name) for name in names]
    first, second = ring(shards), ring(shards + 1)
    ours = [of_hash(name) for name in names]
    return [
        _compare(f"{BUCKETS} buckets", [before[b] for b in ours], [after[b] for b in ours], shards),
        _compare("modulo", [modulo(d, shards) for d in digests], [modulo(d, shards + 1) for d in digests], shards),
        _compare("jump hash", [jump(d, shards) for d in digests], [jump(d, shards + 1) for d in digests], shards),
        _compare(f"ring, {POINTS} points", [first(d) for d in digests], [second(d) for d in digests], shards),
    ]


def _compare(method: str, before: Sequence[int], after: Sequence[int], shards: int) -> Comparison:
    moves = [(old, new) for old, new in zip(before, after, strict=True) if old != new]
    between = sum(new < shards for _, new in moves)
    largest = max(Counter(after).values()) * (shards + 1) / len(after)
    return Comparison(method, len(moves) / len(before), between / len(before), largest)


def _digest(text: str) -> int:
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big")
