"""The local cloud serves every resource of every example at every stage, and takes all of its inputs."""

from collections.abc import Mapping
from typing import Any

import pytest

from tenfold.graph import SIGNATURE
from tenfold.local.handlers import UNKNOWN, Handlers
from tests.local.world import REGION, autoname
from tests.stacks.graphs import Case, cases, graph

HANDLERS = Handlers("http://127.0.0.1:9")  # nothing listens there: a call would fail


def plain(value: Any) -> Any:
    """Inputs as the plugin gets them in a preview: what only the cloud can tell is unknown."""
    if isinstance(value, Mapping) and SIGNATURE in value:
        return plain(value.get("value", UNKNOWN))
    if isinstance(value, Mapping):
        return {k: plain(v) for k, v in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(v) for v in value]
    return UNKNOWN if isinstance(value, str) and "<urn:pulumi:" in value else value


@pytest.mark.parametrize("case", cases(), ids=str)
def test_every_resource_of_a_graph_is_accepted(case: Case) -> None:
    wrong = []
    for resource in graph(case):
        if not resource.custom or not resource.type.startswith("aws:"):
            continue
        if not HANDLERS.serves(resource.type):
            wrong.append(f"{resource.name}: {resource.type} is not served")
            continue
        inputs = plain(resource.inputs)
        _, failures = HANDLERS.check(resource.type, inputs, REGION, autoname)
        wrong += [f"{resource.name} ({resource.type}): {f.property}: {f.reason}" for f in failures]
    assert wrong == []
