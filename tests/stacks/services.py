"""Blueprints with services, and what the tests of them read in a graph."""

import json
from pathlib import Path
from typing import Any

from tenfold.blueprints.architecture import Architecture
from tenfold.blueprints.resolve import load
from tenfold.diff import compare
from tenfold.diff.inputs import plain
from tenfold.graph import Graph, Resource
from tenfold.recorder.light.record import record
from tenfold.recorder.program import run_of
from tenfold.refusals import losses

SEARCH = {"image": "ghcr.io/acme/search:0.9.0", "route": "/search/*"}
MEDIA = {"image": "ghcr.io/acme/media:1.0.0", "route": "/pictures/*", "data": {"engine": "bucket"}}
GROUP = "aws:lb/targetGroup:TargetGroup"


def architecture(folder: Path, services: dict[str, Any] | None = None, **more: Any) -> Architecture:
    blueprint: dict[str, Any] = {
        "name": "shop",
        "stage": 6,
        "domain": "shop.example.com",
        "app": {"image": "ghcr.io/acme/shop:1.4.2", "stateless": True},
        "queues": {
            "orders": {"acceptable_delay": "30s", "message_takes": "2s"},
            "mail": {"acceptable_delay": "1m", "message_takes": "2s"},
        },
        **({"services": services} if services else {}),
        **more,
    }
    blueprint = {key: value for key, value in blueprint.items() if value is not None}
    file = folder / "shop.yaml"
    file.write_text(json.dumps(blueprint))
    resolution = load(file)
    assert resolution.architecture and not resolution.problems, resolution.problems
    return resolution.architecture


def graph(folder: Path, services: dict[str, Any] | None = None, **more: Any) -> Graph:
    return record(run_of(architecture(folder, services, **more)))


def one(made: Graph, name: str) -> Resource:
    [resource] = made.resources_named(name)
    return resource


def setting(made: Graph, name: str) -> str:
    return str(plain(one(made, name).inputs["value"]))


def lost(before: Graph, after: Graph) -> set[str]:
    """What an `up` refuses to lose."""
    state = [{"urn": resource.urn, "protect": resource.protect} for resource in before]
    return {change.name for change in losses.losses(state, compare(before, after))}
