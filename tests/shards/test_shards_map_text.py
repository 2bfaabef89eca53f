"""The map as a text: what it holds, where it ends, and what two versions in flight may do."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenfold.blueprints.shards import shard_map as maps
from tenfold.blueprints.shards import table
from tenfold.blueprints.shards.shard_map import ShardMap, Unfit, parse
from tenfold.shards import LEASE, POLL, Moving, Shards

KEYS = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)


@st.composite
def shard_maps(draw):
    count = draw(st.integers(1, 40))
    pins = draw(st.dictionaries(KEYS, st.integers(0, count - 1), max_size=5))
    return ShardMap(table.even(count), pins, draw(st.integers(1, 99)))


@st.composite
def moves(draw):
    """A map, what it becomes, and keys to ask for."""
    before = draw(shard_maps())
    shards = max(before.table) + 1
    way = draw(st.sampled_from(["grow", "split", "drain", "pin"]))
    after, pins = before.table, dict(before.pins)
    if way == "grow":
        after = table.add_shard(before.table)
    elif way == "split":
        after = table.split(before.table, draw(st.integers(0, shards - 1)))
    elif way == "drain" and shards > 1:
        after = table.drain_shard(before.table, draw(st.integers(0, shards - 1)))
    else:
        pins[draw(KEYS)] = draw(st.integers(0, shards))
    keys = draw(st.lists(KEYS, min_size=1, max_size=20)) + list(pins)
    return before, ShardMap(after, pins), keys


@given(moves())
def test_a_text_is_read_as_it_was_written(move):
    before, after, _ = move
    for written in (before, *maps.steps(before, after)):
        assert parse(written.text()) == written


@given(moves())
def test_two_versions_never_both_write_a_key_to_different_shards(move):
    before, after, keys = move
    frozen, cut_over = maps.steps(before, after)
    for first, second in ((before, frozen), (frozen, cut_over)):
        for key in keys:
            both = first.writable(key) and second.writable(key)
            assert not both or first.shard(key) == second.shard(key)
    assert all(cut_over.writable(key) and cut_over.shard(key) == after.shard(key) for key in keys)
    assert all(frozen.shard(key) == before.shard(key) for key in keys)  # reads go where the data is


@given(moves())
def test_what_does_not_move_is_written_all_the_time(move):
    before, after, keys = move
    frozen, _ = maps.steps(before, after)
    for key in keys:
        if key not in before.pins and key not in after.pins and before.shard(key) == after.shard(key):
            assert frozen.writable(key)


def test_36_shards_take_one_digit_a_bucket_and_more_take_two():
    assert len(json.loads(ShardMap(table.even(36)).text())["buckets"]) == 960
    assert len(json.loads(ShardMap(table.even(37)).text())["buckets"]) == 1920
    assert max(parse(ShardMap(table.even(37)).text()).table) == 36


def test_the_text():
    written = ShardMap(table.even(2), {"tenant-42": 1}, 7, moving={1: tuple(range(3, 6))}, moving_pins={"tenant-7": 1})
    assert json.loads(written.text()) | {"buckets": ""} == {
        "version": 7,
        "by": "hash",
        "buckets": "",
        "pins": {"tenant-42": 1},
        "moving": {"1": ["3-5", "=tenant-7"]},
    }


def test_a_hundred_pins_fit_and_one_more_is_sent_to_dynamodb():
    pins = {f"t{number}": 0 for number in range(100)}
    ShardMap(table.even(4), pins).text()
    with pytest.raises(Unfit, match=r"101 pins; a map takes 100: .*DynamoDB"):
        ShardMap(table.even(4), pins | {"one-more": 0}).text()


def test_more_bytes_than_a_parameter_takes_are_sent_to_dynamodb():
    pins = {f"{number:035}": 0 for number in range(100)}
    with pytest.raises(Unfit, match=r"has \d,\d\d\d bytes, and its parameter takes 4,096: .*DynamoDB"):
        ShardMap(table.even(4), pins).text()


@pytest.mark.parametrize(
    "text",
    ["", "[]", "7", '{"version":1}', '{"version":1,"buckets":"01"}', '{"version":1,"buckets":3}']
    + [
        json.dumps({"version": 1, "buckets": "0" * 960, **wrong})
        for wrong in (
            {"version": "x"},
            {"by": "phase of the moon"},
            {"moving": {"1": ["950-960"]}},
            {"moving": {"1": [7]}},
            {"moving": ["7"]},
            {"pins": {"a": "b"}},
            {"buckets": "!" * 960},
        )
    ],
)
def test_what_is_not_a_map(text):
    with pytest.raises(Unfit, match="this is not a shard map"):
        parse(text)


def test_a_move_waits_for_the_one_before_it():
    before = ShardMap(table.even(2))
    between, _ = maps.steps(before, ShardMap(table.even(3)))
    with pytest.raises(ValueError, match="version 2 of the map has a move under way"):
        maps.frozen(between, ShardMap(table.even(4)))


class Parameter:
    """Parameter Store, with a connection that can be cut."""

    def __init__(self, value: ShardMap):
        self.value, self.cut, self.reads = value.text(), False, 0

    def get_parameter(self, Name: str) -> dict:
        self.reads += 1
        if self.cut:
            raise ConnectionError(Name)
        return {"Parameter": {"Value": self.value}}


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


def client(value: ShardMap) -> tuple[Shards, Parameter, Clock]:
    parameter, clock = Parameter(value), Clock()
    return Shards("/shop/prod/settings/SHARD_MAP", parameter, clock), parameter, clock


def may_write(shards: Shards, key: str) -> int | None:
    try:
        return shards.write(key)
    except Moving:
        return None


@given(moves())
def test_the_client_routes_as_the_map_says(move):
    before, after, keys = move
    for version in (before, *maps.steps(before, after)):
        shards, _, _ = client(version)
        for key in keys:
            assert shards.read(key) == version.shard(key)
            assert may_write(shards, key) == (version.shard(key) if version.writable(key) else None)


@given(moves(), st.lists(st.tuples(st.integers(0, 1), st.floats(0, 15), st.booleans()), max_size=30))
def test_two_clients_never_write_a_key_to_different_shards(move, story):
    """Each client polls when it is asked, and may be cut off at any time; the operator waits LEASE after the freeze."""
    before, after, keys = move
    frozen, cut_over = maps.steps(before, after)
    first, there, clock = client(before)
    second, elsewhere, other = client(before)
    other.now = clock.now
    start = clock.now
    for who, passes, cut in story:
        clock.now = other.now = clock.now + passes
        value = before if clock.now < start + 20 else frozen if clock.now < start + 20 + LEASE else cut_over
        there.value = elsewhere.value = value.text()
        (there, elsewhere)[who].cut = cut
        for key in keys:
            written = {shard for shards in (first, second) if (shard := may_write(shards, key)) is not None}
            assert len(written) <= 1


def test_a_moving_key_says_when_to_try_again():
    key = "tenant-42"
    before = ShardMap(table.even(1))
    frozen, cut_over = maps.steps(before, ShardMap(before.table, {key: 1}))
    shards, parameter, clock = client(before)
    assert shards.write(key) == 0
    parameter.value, clock.now = frozen.text(), clock.now + POLL
    with pytest.raises(Moving, match="Retry-After: 10") as refused:
        shards.write(key)
    assert refused.value.retry_after == 10
    assert shards.read(key) == 0
    assert shards.write("tenant-43") == 0
    parameter.value, clock.now = cut_over.text(), clock.now + POLL
    assert shards.write(key) == 1


def test_the_map_is_read_every_ten_seconds_and_again_after_a_second_where_that_failed():
    shards, parameter, clock = client(ShardMap(table.even(2)))
    clock.now += POLL - 0.1
    shards.read("a")
    assert parameter.reads == 1
    parameter.cut, clock.now = True, clock.now + 0.2
    for _ in range(3):
        shards.read("a")
    assert parameter.reads == 2
    clock.now += 1
    shards.read("a")
    assert parameter.reads == 3


def test_a_client_that_is_cut_off_reads_on_and_writes_for_its_lease_only():
    shards, parameter, clock = client(ShardMap(table.even(2)))
    parameter.cut = True
    clock.now += LEASE - 0.1
    assert shards.write("a") == shards.read("a")
    clock.now += 0.1
    with pytest.raises(Moving):
        shards.write("a")
    assert shards.read("a") in (0, 1)


def test_a_map_never_goes_back_to_an_earlier_version():
    shards, parameter, clock = client(ShardMap(table.even(2), version=5))
    parameter.value, clock.now = ShardMap(table.even(1), version=4).text(), clock.now + POLL
    assert [shards.read(f"k{n}") for n in range(9)] == [ShardMap(table.even(2)).shard(f"k{n}") for n in range(9)]


def test_the_client_is_short_enough_to_copy():
    source = __import__("inspect").getsource(__import__("tenfold.shards").shards)
    assert source.count("\n") <= 60
    assert "import tenfold" not in source and "from tenfold" not in source
