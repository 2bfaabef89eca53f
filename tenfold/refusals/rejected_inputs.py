"""What AWS would refuse of planned resources, before anything runs: by the local cloud's checks, without a cloud."""

import re
from collections.abc import Collection, Iterator
from typing import Any, NamedTuple

from tenfold.diff import tokens
from tenfold.diff.inputs import plain
from tenfold.graph import UNKNOWN, Graph, Resource, region_of

_LATER = re.compile(r"<[a-z0-9-]+:[^<>]+>")


class Refusal(NamedTuple):
    """`reason` says why a value at `path` (`healthCheck.interval`, `ingress[0].fromPort`) is wrong, and what is right;
    `here`: only the local cloud refuses it."""

    resource: Resource
    path: str
    reason: str
    here: bool


def refusals(graph: Graph, region: str, only: Collection[str] | None = None) -> Iterator[Refusal]:
    """Of the resources with these names, or of all. Of a type that the local cloud does not serve nothing is said."""
    from tenfold.local.aws import Handlers  # late: it brings botocore, and each service's model when first used

    handlers = Handlers(endpoint=None)
    for resource in graph:
        if not resource.custom or (only is not None and resource.name not in only) or resource.read is not None:
            continue
        if handlers.serves(resource.type):
            own_region = region_of(graph, resource) or region
            _, failures = handlers.check(resource.type, _inputs(resource), own_region, _autoname(resource.name))
            yield from (Refusal(resource, wrong.property, wrong.reason, wrong.here) for wrong in failures)


def _inputs(resource: Resource) -> dict[str, Any]:
    """As the provider's Check gets them in a first preview: what other resources will say is not known yet."""
    return tokens.map_leaves(plain(dict(resource.inputs)), lambda leaf: UNKNOWN if _unknown(leaf) else leaf)


def _unknown(leaf: Any) -> bool:
    """Outputs of resources, and what the recorder says for the answers of functions: `<ssm:/aws/service/…>`."""
    return isinstance(leaf, str) and bool(_LATER.search(leaf))


def _autoname(name: str) -> Any:
    """As the engine proposes them: the resource's own name and seven characters."""
    return lambda _, longest: f"{name[: longest - 8]}-0a1b2c3"
