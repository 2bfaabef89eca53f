"""How evenly a map spreads the load, and which keys are too large for any map."""

from collections.abc import Mapping, Sequence

from tenfold.blueprints.shards.buckets import BUCKETS
from tenfold.blueprints.shards.shard_map import ShardMap
from tenfold.blueprints.value import Value


class Hot(Value):
    """A key with much of the load. `alone`: more than 1/N of it, so that no map balances it and it fills a shard."""

    key: str
    share: float
    shards: int
    alone: bool

    @property
    def message(self) -> str:
        limit = f"1/{self.shards}" if self.alone else f"1/(2×{self.shards})"
        part = 1 / self.shards if self.alone else 1 / (2 * self.shards)
        return f"{self.key} has {self.share:.0%} of the load, more than {limit} = {part:.1%}"

    @property
    def remedy(self) -> str:
        if self.alone:
            return "no map balances that: give it a shard of its own, and that shard a larger instance"
        return "pin it to the shard that carries least, or to one of its own"


def loads(shard_map: ShardMap, shards: int, shares: Mapping[str, float]) -> list[float]:
    """The fraction of the load on each shard: known `shares` of keys where they are, the rest by buckets, evenly."""
    rest = max(0.0, 1 - sum(shares.values())) / BUCKETS
    fractions = [0.0] * max(shards, max(shard_map.table) + 1, *(shard + 1 for shard in shard_map.pins.values()), 1)
    for shard in shard_map.table:
        fractions[shard] += rest
    for key, share in shares.items():
        fractions[shard_map.shard(key)] += share
    return fractions


def fullest(loads: Sequence[float]) -> float:
    """The largest load by the mean: 1.00 is even."""
    return max(loads) * len(loads) / sum(loads)


def hot(shares: Mapping[str, float], shards: int) -> list[Hot]:
    """Keys with more than 1/(2N) of the load, the largest first."""
    large = sorted(shares.items(), key=lambda item: (-item[1], item[0]))
    return [Hot(key, share, shards, share > 1 / shards) for key, share in large if share > 1 / (2 * shards)]
