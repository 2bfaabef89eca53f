"""A number that a component takes says its unit: in its name, or because it counts what it is named for."""

import typing
from collections.abc import Iterator
from typing import Any

from scripts.arguments import arguments, types
from tenfold.components.plans.catalogue import kind, kinds, names_in

UNITS = {
    "seconds": "a time",
    "days": "a time of backups, logs and old versions, as AWS counts it there",
    "gib": "a size in memory or on a disk, 2^30 bytes",
    "mib": "an amount of memory, 2^20 bytes",
    "millicores": "an amount of computing, thousandths of a vCPU, as Kubernetes counts it",
    "usd": "money",
    "fraction": "a part of the whole: 70 % is 0.7",
    "percent": "a part in whole per cent, where AWS takes no other: 70",
    "per_minute": "a rate",
}
# What has no unit: how many of something, or which of them.
COUNTS = {
    "add_servers": "servers that a step adds",
    "at_once": "messages that a server works on at the same time",
    "attempts": "times that a message is tried",
    "base_servers": "servers that are never spot",
    "buckets": "parts of the keys, each of which is in one shard",
    "connections": "open connections to a database",
    "cpu_limit": "vCPUs, at most",
    "count": "of what the component is named for",
    "generation": "which key, counted from 1",
    "healthy_threshold": "checks in a row",
    "max_connections": "open connections that a database takes",
    "nodes": "nodes of a cache or a search domain",
    "masters": "nodes of a search domain that lead the others",
    "password_generation": "which password, counted from 1",
    "pods": "pods, at least",
    "pods_max": "pods, at most",
    "port": "a TCP port",
    "priority": "which rule comes first",
    "servers": "servers, at least",
    "servers_max": "servers, at most",
    "shards": "shards of a cache",
    "threshold": "of an alarm: the unit is its metric's",
    "unhealthy_threshold": "checks in a row",
    "read_units_max": "read units of a table, at most",
    "units": "capacity units of a table, at least",
    "units_max": "capacity units of a table, at most",
    "user_id": "which user of the container",
    "warm_pool_servers": "servers that wait",
    "workers": "servers that work on messages, at most",
    "write_units_max": "write units of a table, at most",
    "zones": "availability zones",
}


def _numbers(annotation: Any) -> Iterator[type]:
    """The numbers in an annotation, also inside lists; a dictionary's are named by its keys."""
    if annotation in (int, float):
        yield annotation
    elif typing.get_origin(annotation) is not dict:
        for inner in typing.get_args(annotation):
            yield from _numbers(inner)


# What thresholds of alarms are computed from besides: the intent of SignalsArgs, and a constant.
INTENT = {"latency", "errors", "saturation", "GiB"}


def _named() -> Iterator[tuple[str, str]]:
    """(type, argument) of every number; (kind, fact) of those that alarms compute with."""
    for name, type_ in types().items():
        yield from ((name, a.name) for a in arguments(type_) if any(_numbers(a.annotation)))
    for name in kinds():
        thresholds = (signal.threshold for signal in kind(name).signals if signal.comparison in ("above", "below"))
        yield from ((name, fact) for threshold in thresholds for fact in names_in(threshold) - INTENT)


def _has_unit(argument: str) -> bool:
    return any(argument == unit or argument.endswith(f"_{unit}") for unit in UNITS)


def test_every_number_of_a_component_has_its_unit_in_its_name_or_counts_something() -> None:
    assert [
        f"{name}.{argument}" for name, argument in _named() if not _has_unit(argument) and argument not in COUNTS
    ] == []


def test_every_unit_and_every_count_is_used() -> None:
    arguments_ = {argument for _, argument in _named()}
    assert set(COUNTS) <= arguments_
    assert [unit for unit in UNITS if not any(a == unit or a.endswith(f"_{unit}") for a in arguments_)] == []


def test_a_name_with_a_unit_is_a_number() -> None:
    """`window_seconds` with a text in it would lie."""
    numbers = set(_named())
    every = {(name, a.name) for name, type_ in types().items() for a in arguments(type_)}
    assert [f"{name}.{argument}" for name, argument in every - numbers if _has_unit(argument)] == []
