"""Balance, hot keys, and the other methods."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenfold.blueprints.shards import balance, methods, table
from tenfold.blueprints.shards.shard_map import ShardMap


@pytest.mark.parametrize(
    ("key", "shards", "expected"),
    [(1, 1, 0), (42, 57, 43), (0xDEAD10CC, 1, 0), (0xDEAD10CC, 666, 361), (256, 1024, 520)],
)
def test_jump_hash(key, shards, expected):
    assert methods.jump(key, shards) == expected


@given(st.integers(0, 2**64 - 1), st.integers(1, 200))
def test_jump_hash_moves_to_the_new_shard_only(key, shards):
    assert methods.jump(key, shards + 1) in (methods.jump(key, shards), shards)


def test_what_the_methods_move_from_four_shards_to_five():
    ours, modulo, jump, ring = methods.compare(table.even(4), table.even(5), 4)
    assert ours.moved == pytest.approx(0.20, abs=0.02) and ours.between_old == 0
    assert modulo.moved == pytest.approx(0.80, abs=0.02) and modulo.between_old == pytest.approx(0.60, abs=0.02)
    assert jump.moved == pytest.approx(0.20, abs=0.02) and jump.between_old == 0
    assert ring.moved == pytest.approx(0.20, abs=0.04) and ring.between_old == 0
    assert ring.fullest > ours.fullest


def test_loads_without_anything_known_are_the_buckets():
    assert balance.loads(ShardMap(table.even(4)), 4, {}) == pytest.approx([0.25] * 4)
    assert balance.fullest([0.25] * 4) == 1


def test_a_large_key_is_where_it_is_pinned():
    shares = {"tenant-42": 0.3}
    there = ShardMap(table.even(4)).shard("tenant-42")
    loads = balance.loads(ShardMap(table.even(4)), 4, shares)
    assert loads[there] == pytest.approx(0.3 + 0.7 / 4)
    other = (there + 1) % 4
    assert balance.loads(ShardMap(table.even(4), {"tenant-42": other}), 4, shares)[other] == pytest.approx(0.475)
    assert sum(loads) == pytest.approx(1)


def test_above_half_of_a_shards_part_a_key_is_hot_and_above_it_nothing_balances_it():
    found = balance.hot({"small": 0.12, "large": 0.2, "huge": 0.3}, 4)
    assert [(hot.key, hot.alone) for hot in found] == [("huge", True), ("large", False)]
    assert found[0].message == "huge has 30% of the load, more than 1/4 = 25.0%"
    assert found[1].message == "large has 20% of the load, more than 1/(2×4) = 12.5%"


@given(st.integers(1, 20), st.dictionaries(st.text(max_size=5), st.floats(0, 0.05), max_size=10))
def test_loads_add_up(count, shares):
    assert sum(balance.loads(ShardMap(table.even(count)), count, shares)) == pytest.approx(1)


def test_zipf_by_hash_alone_and_with_the_largest_pinned():
    """10,000 tenants, Zipf 1, of which the first has 10.2 %: pinning the largest 20 greedily levels four shards."""
    weights = [1 / rank for rank in range(1, 10_001)]
    shares = {f"tenant-{rank}": weight / sum(weights) for rank, weight in enumerate(weights, 1)}
    alone = ShardMap(table.even(4))
    pins: dict[str, int] = {}
    rest = {key: share for key, share in shares.items() if int(key[7:]) > 20}
    loads = balance.loads(alone, 4, rest)
    spread = [load - (1 - sum(rest.values())) / 4 for load in loads]  # what is not among the 20
    for key in list(shares)[:20]:
        least = min(range(4), key=spread.__getitem__)
        pins[key] = least
        spread[least] += shares[key]
    hashed = balance.fullest(balance.loads(alone, 4, shares))
    pinned = balance.fullest(balance.loads(ShardMap(table.even(4), pins), 4, shares))
    assert hashed > 1.1 and pinned < 1.02
