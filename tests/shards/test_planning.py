"""A move, planned: what goes where, and what cannot be done."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenfold.blueprints.architecture.stores import Shards
from tenfold.blueprints.shards import intent, planning
from tenfold.blueprints.shards.planning import Impossible
from tenfold.blueprints.shards.shard_map import Unfit, parse

HASH = Shards("hash", "tenant_id", 4, "even", {}, {}, {}, ("queries",))
TENANTS = replace(HASH, strategy="tenant", pins={"tenant-42": 1})
MONTHS = replace(HASH, strategy="range", count=2, months={"2026-01": 1})


def plan(shards: Shards, after, current=None, gib: float = 120) -> planning.Plan:
    return planning.plan("a move", current or intent.target(shards), after, shards, gib, planning.REPLICATION)


def test_one_more_of_four_moves_192_buckets_and_a_fifth_of_the_data():
    now = intent.target(HASH)
    found = plan(HASH, planning.add(now, HASH, 1, "2026-12"))
    assert found.moved == 192 and found.gib == pytest.approx(24)
    assert [(move.source, move.target, len(move.buckets)) for move in found.moves] == [(n, 4, 48) for n in range(4)]
    assert [c.method for c in found.compared] == ["960 buckets", "modulo", "jump hash", "ring, 128 points"]
    assert (found.shards_before, found.shards_after) == (4, 5)


@given(st.integers(1, 15), st.integers(1, 10))
def test_several_more_are_as_good_as_one_after_the_other(count, number):
    shards = replace(HASH, count=count)
    after = planning.add(intent.target(shards), shards, number, "2026-12")
    assert after == intent.target(replace(shards, count=count + number))


def test_a_pin_moves_one_key_and_no_bucket():
    shards = replace(HASH, shares={"tenant-42": 0.3})
    now = intent.target(shards)
    home = now.shard("tenant-42")
    found = plan(shards, planning.pin(now, shards, {"tenant-42": (home + 1) % 4}))
    (move,) = found.moves
    assert (move.source, move.target, move.buckets, move.keys) == (home, (home + 1) % 4, (), ("tenant-42",))
    assert found.gib == pytest.approx(36)
    assert found.hot[0].alone and found.hot[0].key == "tenant-42"


def test_a_pin_to_where_the_key_is_moves_nothing():
    now = intent.target(HASH)
    assert plan(HASH, planning.pin(now, HASH, {"tenant-42": now.shard("tenant-42")})).moves == ()


def test_a_pin_may_make_a_new_shard_and_only_the_next():
    now = intent.target(HASH)
    assert plan(HASH, planning.pin(now, HASH, {"tenant-42": 4})).shards_after == 5
    with pytest.raises(Impossible, match="no shard 5: 5 are numbered 0 to 4"):
        planning.pin(now, HASH, {"tenant-42": 5})


def test_a_split_moves_half_of_one_shard():
    found = plan(HASH, planning.split(intent.target(HASH), HASH, 2, None))
    assert [(move.source, move.target, len(move.buckets)) for move in found.moves] == [(2, 4, 120)]
    assert found.gib == pytest.approx(15)
    assert found.compared == ()  # no other method can split one


def test_a_drained_shard_loses_its_pins_too():
    shards = replace(HASH, pins={"tenant-42": 3})
    after = planning.drain(intent.target(shards), shards, 3)
    assert 3 not in after.table and after.pins == {}
    with pytest.raises(Impossible, match="the primary"):
        planning.drain(after, shards, 0)


def test_by_month_new_rows_go_to_the_new_shard_and_none_moves():
    now = intent.target(MONTHS)
    found = plan(MONTHS, planning.add(now, MONTHS, 1, "2027-01"))
    assert [(move.source, move.target) for move in found.moves] == [(1, 2)]
    assert found.gib is None  # only the tables know
    assert found.after.shard("2026-12-31") == 1 and found.after.shard("2027-01-01") == 2


def test_by_month_a_split_needs_its_month():
    now = intent.target(MONTHS)
    with pytest.raises(Impossible, match="needs the month") as wrong:
        planning.split(now, MONTHS, 1, None)
    assert wrong.value.remedy == "add --from 2026-01"
    after = planning.split(now, MONTHS, 0, "2025-01")
    assert [after.shard(key) for key in ("2024-12", "2025-01", "2025-12", "2026-01")] == [0, 2, 2, 1]
    with pytest.raises(Impossible, match="does not divide the months of shard 1"):
        planning.split(now, MONTHS, 1, "2025-01")


def test_of_tenants_nothing_moves_by_itself():
    now = intent.target(TENANTS)
    assert planning.add(now, TENANTS, 1, "2026-12") == now
    with pytest.raises(Impossible, match="one default shard") as wrong:
        planning.split(now, TENANTS, 0, None)
    assert wrong.value.remedy == "pin what is to leave shard 0: --pin KEY=4"


def test_the_way_from_the_first_map_to_what_is_wanted():
    shards = replace(HASH, start="primary", pins={"tenant-42": 3})
    found = plan(shards, intent.target(shards), intent.first(shards))
    assert found.moved == 720
    assert {move.source for move in found.moves} == {0}


def test_maps_to_publish_follow_the_one_that_is():
    now = replace(intent.target(HASH), version=7)
    found = plan(HASH, planning.add(now, HASH, 1, "2026-12"), now)
    assert [m.version for m in (found.before, found.frozen, found.cut_over)] == [7, 8, 9]
    assert parse(found.cut_over.text()).table == found.after.table
    assert found.frozen.table == now.table


def test_a_move_waits_for_the_one_under_way():
    now = intent.target(HASH)
    under_way = plan(HASH, planning.add(now, HASH, 1, "2026-12")).frozen
    with pytest.raises(ValueError, match="has a move under way"):
        plan(HASH, planning.split(under_way, HASH, 0, None), under_way)


def test_one_pin_too_many():
    full = replace(intent.target(HASH), pins={f"t{n}": 0 for n in range(100)})
    with pytest.raises(Unfit, match=r"101 pins.*DynamoDB"):
        plan(HASH, planning.pin(full, HASH, {"tenant-42": 1}), full)
