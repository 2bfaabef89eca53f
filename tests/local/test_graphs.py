"""The local cloud serves every resource of every example at every stage, and takes all of its inputs: what it refuses,
`plan` refuses as well, so no component plans a value that AWS does not take."""

import pytest

from tenfold.local.aws import table
from tenfold.refusals.rejected_inputs import refusals
from tests.local.world import REGION
from tests.stacks.graphs import Case, cases, graph


@pytest.mark.parametrize("case", cases(), ids=str)
def test_every_resource_of_a_graph_is_accepted(case: Case) -> None:
    planned = graph(case)
    types = {resource.type for resource in planned if resource.custom and resource.type.startswith("aws:")}
    assert types and [name for name in types if table.spec(name) is None] == []
    assert [f"{r.resource.name} ({r.resource.type}): {r.path}: {r.reason}" for r in refusals(planned, REGION)] == []
