"""The map that applications read: which shard each bucket is on, what is pinned, and what is moving. One text, one
parameter:

    {"version":7,"by":"hash","buckets":"0012…","pins":{"tenant-42":4},"moving":{"5":["333-340","=tenant-42"]}}

`buckets` has one base-36 digit a bucket (two from 37 shards on). `moving` are buckets, and keys after `=`, on the way
to a shard: they are read where they are, and not written anywhere. `tenfold/shards.py` is a client to copy.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import field, replace
from typing import Any, Literal

from tenfold.blueprints.shards import buckets as numbering
from tenfold.blueprints.shards.buckets import BUCKETS
from tenfold.blueprints.shards.table import Table, moved_buckets, runs
from tenfold.blueprints.value import Value

BYTES = 4096  # of a parameter of the standard tier; an advanced one (8 KB) cannot become a standard one again
PINS = 100
DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
DIRECTORY = (
    "keep pins in a DynamoDB table instead (partition key: the key; attribute: its shard), which the application asks "
    "before the map, and cache each answer for 10 s: docs/shards.md#more-than-100-pins"
)


class Unfit(ValueError):
    """A map that is not one, or that does not fit into its parameter."""


class ShardMap(Value):
    table: Table
    pins: Mapping[str, int] = field(default_factory=dict)
    version: int = 1
    by: Literal["hash", "month"] = "hash"
    moving: Mapping[int, tuple[int, ...]] = field(default_factory=dict)  # shard -> buckets on the way to it
    moving_pins: Mapping[str, int] = field(default_factory=dict)  # key -> shard it is on the way to

    def shard(self, key: str) -> int:
        return self.pins[key] if key in self.pins else self.table[self.bucket(key)]

    def bucket(self, key: str) -> int:
        return numbering.of_month(key) if self.by == "month" else numbering.of_hash(key)

    def writable(self, key: str) -> bool:
        """A pinned key does not move with its bucket."""
        if key in self.moving_pins:
            return False
        return key in self.pins or self.bucket(key) not in {b for going in self.moving.values() for b in going}

    def text(self) -> str:
        """Raises Unfit, with the way out, where it is too large."""
        width = 1 if max(self.table) < len(DIGITS) else 2
        going = {str(shard): _written(self.moving.get(shard, ()), keys) for shard, keys in self._going().items()}
        known = {
            "version": self.version,
            "by": self.by,
            "buckets": "".join(_digits(shard, width) for shard in self.table),
            "pins": dict(sorted(self.pins.items())),
            "moving": going,
        }
        written = json.dumps(known, separators=(",", ":"), ensure_ascii=False)
        if len(self.pins) > PINS:
            raise Unfit(f"{len(self.pins)} pins; a map takes {PINS}: {DIRECTORY}")
        if (size := len(written.encode())) > BYTES:
            raise Unfit(f"the map has {size:,} bytes, and its parameter takes {BYTES:,}: {DIRECTORY}")
        return written

    def _going(self) -> dict[int, list[str]]:
        """Shard -> keys on the way to it, for every shard that something is on the way to."""
        by_shard: dict[int, list[str]] = {shard: [] for shard in sorted({*self.moving, *self.moving_pins.values()})}
        for key, shard in sorted(self.moving_pins.items()):
            by_shard[shard].append(key)
        return by_shard


def parse(text: str) -> ShardMap:
    """Raises Unfit for a text that is not a map."""
    try:
        known: dict[str, Any] = json.loads(text)
        digits, width = known["buckets"], len(known["buckets"]) // BUCKETS
        if len(digits) not in (BUCKETS, 2 * BUCKETS):
            raise Unfit(f"it has {len(digits)} digits for {BUCKETS} buckets")
        moving: dict[int, tuple[int, ...]] = {}
        moving_pins: dict[str, int] = {}
        for shard, listed in known.get("moving", {}).items():
            moving_pins |= {name[1:]: int(shard) for name in listed if name.startswith("=")}
            if own := tuple(_read(name for name in listed if not name.startswith("="))):
                moving[int(shard)] = own
        table = tuple(int(digits[at * width : (at + 1) * width], 36) for at in range(BUCKETS))
        if known.get("by", "hash") not in ("hash", "month") or not all(
            0 <= b < BUCKETS for b in sum(moving.values(), ())
        ):
            raise Unfit("it has an unknown `by`, or moving buckets that do not exist")
        pins = {str(key): int(shard) for key, shard in known.get("pins", {}).items()}
        return ShardMap(table, pins, int(known["version"]), known.get("by", "hash"), moving, moving_pins)
    except Unfit as wrong:
        raise Unfit(f"this is not a shard map: {wrong}") from None
    except (ValueError, KeyError, TypeError, AttributeError) as wrong:
        raise Unfit(f"this is not a shard map: {type(wrong).__name__}: {wrong}") from None


def frozen(before: ShardMap, after: ShardMap) -> ShardMap:
    """The version between two: what changes its shard is not written. Raises ValueError while a move is under way."""
    if before.moving or before.moving_pins:
        raise ValueError(f"version {before.version} of the map has a move under way; finish it first, or take it back")
    going: dict[int, list[int]] = {}
    for bucket, (_, to) in moved_buckets(before.table, after.table).items():
        going.setdefault(to, []).append(bucket)
    keys = {key for key in {*before.pins, *after.pins} if before.shard(key) != after.shard(key)}
    return replace(
        before,
        version=before.version + 1,
        moving={shard: tuple(own) for shard, own in sorted(going.items())},
        moving_pins={key: after.shard(key) for key in sorted(keys)},
    )


def steps(before: ShardMap, after: ShardMap) -> tuple[ShardMap, ShardMap]:
    """The two versions that a move publishes: frozen, then cut over."""
    between = frozen(before, after)
    return between, replace(after, version=between.version + 1, moving={}, moving_pins={})


def _digits(shard: int, width: int) -> str:
    return DIGITS[shard] if width == 1 else DIGITS[shard // 36] + DIGITS[shard % 36]


def _written(going: Iterable[int], keys: Iterable[str]) -> list[str]:
    return [*(f"{a}-{b}" if a != b else f"{a}" for a, b in runs(going)), *(f"={key}" for key in keys)]


def _read(listed: Iterable[str]) -> Iterable[int]:
    for name in listed:
        first, _, last = name.partition("-")
        yield from range(int(first), int(last or first) + 1)
