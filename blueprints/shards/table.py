"""The table bucket → shard, and the ways to change it. Every function returns a new table and names no clock, no random
number and no machine: the same table leads to the same next one everywhere."""

from collections import Counter
from collections.abc import Iterable, Mapping
from functools import cache

from tenfold.blueprints.shards.buckets import BUCKETS

Table = tuple[int, ...]  # shard of each bucket


@cache
def even(count: int) -> Table:
    """The table of `count` shards that grew one at a time: two environments with as many shards have the same."""
    table: Table = (0,) * BUCKETS
    for _ in range(count - 1):
        table = add_shard(table)
    return table


def contiguous(starts: Mapping[int, int]) -> Table:
    """Runs of buckets: `starts` has the first bucket of each run and its shard; before the first, shard 0."""
    table, shard = [], 0
    for bucket in range(BUCKETS):
        shard = starts.get(bucket, shard)
        table.append(shard)
    return tuple(table)


def counts(table: Table, shards: int | None = None) -> list[int]:
    """Buckets of each shard; `shards` counts those without buckets as well."""
    counts = Counter(table)
    return [counts[shard] for shard in range(shards or max(table) + 1)]


def add_shard(table: Table, new: int | None = None) -> Table:
    """One shard more, which takes ⌊960/N⌋ buckets of N shards, each from the shard that then has most. Nothing moves
    between the others, and from level shards come level ones (counts differ by one at most)."""
    new = max(table) + 1 if new is None else new
    own: dict[int, list[int]] = {shard: [] for shard in sorted(set(table) - {new})}
    for bucket, shard in enumerate(table):
        own.get(shard, []).append(bucket)
    taken = []
    for _ in range(BUCKETS // (len(own) + 1) - table.count(new)):
        taken.append(max(own.values(), key=len).pop())  # of several as full the first
    return assign_buckets(table, taken, new)


def split(table: Table, shard: int, new: int | None = None) -> Table:
    """The later half of a shard's buckets to a new one; all others stay. Raises ValueError with fewer than two."""
    own = [bucket for bucket, holder in enumerate(table) if holder == shard]
    if len(own) < 2:
        raise ValueError(f"shard {shard} has {len(own)} of the {BUCKETS} buckets; a split needs two")
    return assign_buckets(table, own[(len(own) + 1) // 2 :], max(table) + 1 if new is None else new)


def drain_shard(table: Table, shard: int) -> Table:
    """A shard's buckets to the others, each to the one that then has fewest. Raises ValueError for the only one."""
    counts = {other: number for other, number in Counter(table).items() if other != shard}
    if not counts:
        raise ValueError(f"shard {shard} is the only one with buckets")
    result = list(table)
    for bucket, holder in enumerate(table):
        if holder == shard:
            emptiest = min(counts, key=lambda other: (counts[other], other))
            result[bucket] = emptiest
            counts[emptiest] += 1
    return tuple(result)


def assign_buckets(table: Table, buckets: Iterable[int], shard: int) -> Table:
    """These buckets to this shard; all others stay."""
    taken = set(buckets)
    return tuple(shard if bucket in taken else holder for bucket, holder in enumerate(table))


def moved_buckets(before: Table, after: Table) -> dict[int, tuple[int, int]]:
    """Bucket -> (from, to), for those that change."""
    pairs = zip(before, after, strict=True)
    return {bucket: pair for bucket, pair in enumerate(pairs) if pair[0] != pair[1]}


def runs(buckets: Iterable[int]) -> list[tuple[int, int]]:
    """First and last of each run of neighbours: 3, 4, 5, 9 are (3, 5) and (9, 9)."""
    ranges: list[tuple[int, int]] = []
    for bucket in sorted(buckets):
        if ranges and ranges[-1][1] == bucket - 1:
            ranges[-1] = (ranges[-1][0], bucket)
        else:
            ranges.append((bucket, bucket))
    return ranges
