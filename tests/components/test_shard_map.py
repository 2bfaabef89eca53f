"""The published map: made once, then changed by moves alone."""

import pytest
from examples import documented_arguments, example
from recording import assert_house_rules, record

from tenfold.components.shard_map import ShardMap, ShardMapArgs

ARGS: ShardMapArgs = {
    "application": "shop",
    "environment": "prod",
    "key": "tenant_id",
    "by": "hash",
    "buckets": 960,
    "first": "{}",
    "tags": {"app": "shop"},
}


def test_what_a_move_publishes_stays() -> None:
    graph = record(lambda: ShardMap("shop-shards", ARGS).parameter)
    assert_house_rules(graph, "shop-shards")
    parameter = graph["shop-shards-map"]
    assert parameter.inputs["name"] == "/shop/prod/shards/map"
    assert parameter.inputs["tier"] == "Standard"
    assert parameter.ignore_changes == ("value",)
    assert parameter.protect


def test_a_throw_away_one_is_not_protected() -> None:
    graph = record(lambda: ShardMap("shop-shards", {**ARGS, "throwaway": True}).parameter)
    assert not graph["shop-shards-map"].protect


def test_a_map_larger_than_a_parameter_is_refused() -> None:
    with pytest.raises(ValueError, match="4097 bytes, a parameter holds 4096"):
        record(lambda: ShardMap("shop-shards", {**ARGS, "first": "x" * 4097}).parameter)


def test_the_page_is_right() -> None:
    assert example("shard_map")["shop-shards-map"].inputs["value"].startswith('{"version":1,"by":"hash","buckets":"')
    page = documented_arguments("shard_map") | {"environment"}
    assert page >= set(ShardMapArgs.__annotations__)
