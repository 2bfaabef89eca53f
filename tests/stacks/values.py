"""Walking through inputs."""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from tenfold.graph import Graph, Resource

_TOKEN = re.compile(r"<(urn:pulumi:[^<>#]+)#[^<>]+>")


def leaves(value: object, path: str = "") -> Iterator[tuple[str, object]]:
    """(path, value) of everything that is neither a block nor a list."""
    if isinstance(value, Mapping):
        for key, item in value.items():
            yield from leaves(item, f"{path}.{key}" if path else str(key))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from leaves(item, f"{path}[{index}]")
    else:
        yield path, value


def mentioned(value: object) -> set[str]:
    """URNs of the resources whose outputs are in the value."""
    return {urn for _, leaf in leaves(value) if isinstance(leaf, str) for urn in _TOKEN.findall(leaf)}


def statements(resource: Resource) -> Iterator[dict[str, Any]]:
    """Of every policy among its inputs."""
    for _, value in leaves(resource.inputs):
        if isinstance(value, str) and value.startswith("{") and '"Statement"' in value:
            yield from json.loads(value)["Statement"]


def of_type(graph: Graph, *tokens: str) -> list[Resource]:
    """`ec2/subnet:Subnet`"""
    return [resource for resource in graph if resource.type.removeprefix("aws:") in tokens]


def role(resource: Resource) -> str:
    """Of the region that it is in: what belongs to a second one has the role in its name."""
    return "standby" if re.match(r"[a-z0-9-]+?-standby-", resource.component or resource.name) else "primary"


def without_role(component: str) -> str:
    """The same part of the first region: shop-balancer for shop-standby-balancer."""
    return component.replace("-standby-", "-", 1)


def many(value: Any) -> list[Any]:
    """A policy's value that may be one or several."""
    return value if isinstance(value, list) else [] if value is None else [value]
