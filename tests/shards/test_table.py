"""Growing, splitting and draining: what moves, and that nothing else does."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenfold.blueprints.shards import table
from tenfold.blueprints.shards.buckets import BUCKETS

SHARDS = st.integers(1, 36)


def shuffled(seed: int) -> table.Table:
    """Any table; 960 draws of hypothesis' own would take seconds."""
    chance = random.Random(seed)
    return tuple(chance.choices(range(chance.randint(1, 13)), k=BUCKETS))


TABLES = st.integers(0, 10**6).map(shuffled) | SHARDS.map(table.even)


def test_growing_one_at_a_time_moves_the_least_there_is():
    moves = [len(table.moved_buckets(table.even(count - 1), table.even(count))) for count in range(2, 9)]
    assert moves == [480, 320, 240, 192, 160, 137, 120]


@given(st.integers(2, 60))
def test_level_shards_stay_level(count):
    before, after = table.even(count - 1), table.even(count)
    moves = table.moved_buckets(before, after)
    assert len(moves) == BUCKETS // count
    assert {to for _, to in moves.values()} == {count - 1}
    assert max(table.counts(after)) - min(table.counts(after)) <= 1
    assert sum(table.counts(after)) == BUCKETS


@given(TABLES)
def test_growing_moves_only_to_the_new_shard_and_is_a_function_of_the_table(before):
    after, new = table.add_shard(before), max(before) + 1
    assert after == table.add_shard(tuple(before[:]))
    assert {to for _, to in table.moved_buckets(before, after).values()} <= {new}
    assert after.count(new) == BUCKETS // (len(set(before)) + 1)


@given(TABLES, st.data())
def test_a_split_moves_half_of_one_shard(before, data):
    shard = data.draw(st.sampled_from([s for s in sorted(set(before)) if before.count(s) >= 2]))
    after = table.split(before, shard)
    moves = table.moved_buckets(before, after)
    assert {(shard, max(before) + 1)} == set(moves.values())
    assert len(moves) == before.count(shard) // 2
    assert min(moves) > max(b for b in range(BUCKETS) if after[b] == shard)  # order of the keys is kept: range


@given(TABLES, st.data())
def test_a_drained_shard_is_empty_and_nothing_moves_between_the_others(before, data):
    shard = data.draw(st.sampled_from(sorted(set(before))))
    if len(set(before)) == 1:
        with pytest.raises(ValueError, match="the only one"):
            table.drain_shard(before, shard)
        return
    after = table.drain_shard(before, shard)
    assert shard not in after
    assert {source for source, _ in table.moved_buckets(before, after).values()} == {shard}


@given(st.integers(2, 36), st.data())
def test_draining_level_shards_leaves_level_ones(count, data):
    after = table.drain_shard(table.even(count), data.draw(st.integers(0, count - 1)))
    held = [number for number in table.counts(after) if number]
    assert max(held) - min(held) <= 1


def test_a_split_of_one_bucket_is_refused():
    with pytest.raises(ValueError, match="has 1 of the 960 buckets; a split needs two"):
        table.split(table.assign_buckets(table.even(1), [5], 1), 1)


def test_runs_of_months():
    filled = table.contiguous({300: 1, 318: 2})
    assert table.counts(filled) == [300, 18, 642]


@given(st.sets(st.integers(0, BUCKETS - 1)))
def test_runs_hold_every_bucket_once(buckets):
    assert [b for first, last in table.runs(buckets) for b in range(first, last + 1)] == sorted(buckets)
