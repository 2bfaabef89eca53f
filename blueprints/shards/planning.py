"""One move of shards, planned: what goes where, how much that is, and the maps to publish."""

from collections.abc import Mapping
from dataclasses import replace

from tenfold.blueprints.architecture.stores import Shards
from tenfold.blueprints.shards import balance, buckets, methods, table
from tenfold.blueprints.shards.buckets import BUCKETS
from tenfold.blueprints.shards.shard_map import ShardMap, steps
from tenfold.blueprints.value import Value

REPLICA, REPLICATION = "split-by-replica", "add-by-replication"  # the two runbooks


class Impossible(ValueError):
    """A move that cannot be made; `remedy` says what can."""

    def __init__(self, what: str, remedy: str):
        super().__init__(what)
        self.remedy = remedy


class Move(Value):
    """From one pair of shards: `gib` is None where rows are not spread over buckets evenly (by month)."""

    source: int
    target: int
    buckets: tuple[int, ...]
    keys: tuple[str, ...]
    gib: float | None


class Plan(Value):
    title: str
    before: ShardMap
    after: ShardMap
    shards_before: int
    shards_after: int
    moves: tuple[Move, ...]
    loads_before: tuple[float, ...]
    loads_after: tuple[float, ...]
    hot: tuple[balance.Hot, ...]
    compared: tuple[methods.Comparison, ...]
    runbook: str

    @property
    def frozen(self) -> ShardMap:
        return steps(self.before, self.after)[0]

    @property
    def cut_over(self) -> ShardMap:
        return steps(self.before, self.after)[1]

    @property
    def moved(self) -> int:
        return sum(len(move.buckets) for move in self.moves)

    @property
    def gib(self) -> float | None:
        known = [move.gib for move in self.moves if move.gib is not None]
        return sum(known) if len(known) == len(self.moves) else None


def add(current: ShardMap, shards: Shards, number: int, month: str) -> ShardMap:
    """`number` shards more. By month the last of them takes new rows from `month` on; pinned strategies give the new
    ones nothing by themselves."""
    new, moved_to = count_of(current, shards), current.table
    if shards.strategy == "range":
        return replace(current, table=_from_month(moved_to, month, new + number - 1))
    for shard in range(new, new + number) if shards.strategy == "hash" else ():
        moved_to = table.add_shard(moved_to, shard)
    return replace(current, table=moved_to)


def split(current: ShardMap, shards: Shards, shard: int, month: str | None) -> ShardMap:
    """The later half of a shard's buckets to a new one; by month, its months from one on. Raises Impossible."""
    new = count_of(current, shards)
    _exists(shard, new)
    if shards.strategy == "range":
        if month is None:
            raise Impossible("By month, a split needs the month it begins with.", "add --from 2026-01")
        own = {bucket for bucket, holder in enumerate(current.table) if holder == shard}
        later = {bucket for bucket in own if bucket >= buckets.of_month(month)}
        if not later or later == own:
            raise Impossible(
                f"{month} does not divide the months of shard {shard}.", "take a month that is inside them"
            )
        return replace(current, table=table.assign_buckets(current.table, later, new))
    if shards.strategy != "hash":
        raise Impossible(
            f"The strategy {shards.strategy} has one default shard, and everything else is pinned.",
            f"pin what is to leave shard {shard}: --pin KEY={new}",
        )
    try:
        return replace(current, table=table.split(current.table, shard, new))
    except ValueError as error:
        raise Impossible(f"{error}.", "split another one") from None


def pin(current: ShardMap, shards: Shards, pins: Mapping[str, int]) -> ShardMap:
    """Keys to a shard of their choice; the one after the last is a new one. Raises Impossible."""
    for shard in pins.values():
        _exists(shard, count_of(current, shards) + 1)
    return replace(current, pins={**current.pins, **pins})


def drain(current: ShardMap, shards: Shards, shard: int) -> ShardMap:
    """Everything away from a shard, its pins too. Raises Impossible."""
    _exists(shard, count_of(current, shards))
    if shard == 0:
        raise Impossible("Shard 0 is the primary: it is never drained.", "drain another one")
    pins = {key: home for key, home in current.pins.items() if home != shard}
    try:
        return replace(
            current,
            table=table.drain_shard(current.table, shard) if shard in current.table else current.table,
            pins=pins,
        )
    except ValueError as error:
        raise Impossible(f"{error}.", "add one first: --add 1") from None


def plan(title: str, current: ShardMap, after: ShardMap, shards: Shards, data_gib: float, runbook: str) -> Plan:
    """Raises ValueError while another move is under way, and `Unfit` where a map gets too large."""
    for version in steps(current, after):
        version.text()
    had, has = count_of(current, shards), max(count_of(current, shards), count_of(after, shards))
    return Plan(
        title=title,
        before=current,
        after=after,
        shards_before=had,
        shards_after=has,
        moves=_moves(current, after, shards, data_gib),
        loads_before=tuple(balance.loads(current, had, shards.shares)),
        loads_after=tuple(balance.loads(after, has, shards.shares)),
        hot=tuple(balance.hot(shards.shares, has)) if has > 1 else (),
        compared=tuple(methods.compare(current.table, after.table, had)) if _compares(current, after, shards) else (),
        runbook=runbook,
    )


def count_of(current: ShardMap, shards: Shards) -> int:
    """Shards that exist: the blueprint's, or those that the map already knows."""
    return max(shards.count, max(current.table) + 1, *(home + 1 for home in current.pins.values()), 1)


def _compares(current: ShardMap, after: ShardMap, shards: Shards) -> bool:
    """The other methods can only do one thing: add one shard to several that are level."""
    level = len(set(current.table)) == shards.count > 1
    return shards.strategy == "hash" and level and after.table == table.add_shard(current.table)


def _moves(current: ShardMap, after: ShardMap, shards: Shards, data_gib: float) -> tuple[Move, ...]:
    """Known shares of the load are taken as shares of the data, the rest as spread over all buckets."""
    rest = max(0.0, 1 - sum(shards.shares.values())) / BUCKETS
    ways: dict[tuple[int, int], tuple[list[int], list[str]]] = {}
    for bucket, way in table.moved_buckets(current.table, after.table).items():
        ways.setdefault(way, ([], []))[0].append(bucket)
    for key in sorted({*current.pins, *after.pins, *shards.shares}):
        way = current.shard(key), after.shard(key)
        if way[0] != way[1]:
            ways.setdefault(way, ([], []))[1].append(key)
    moves = []
    for (source, target), (own, keys) in sorted(ways.items()):
        fraction = len(own) * rest + sum(shards.shares.get(key, 0.0) for key in keys)
        named = tuple(key for key in keys if key in current.pins or key in after.pins)
        moves.append(Move(source, target, tuple(own), named, None if current.by == "month" else fraction * data_gib))
    return tuple(moves)


def _from_month(current: table.Table, month: str, shard: int) -> table.Table:
    return table.assign_buckets(current, range(buckets.of_month(month), BUCKETS), shard)


def _exists(shard: int, count: int) -> None:
    if not 0 <= shard < count:
        raise Impossible(f"There is no shard {shard}: {count} are numbered 0 to {count - 1}.", "name one of them")
