"""A second `up` of what has just been made changes nothing, as the official provider compares: with what it has read.

An input that is left out, that AWS answers all the same and that is not marked as computed is a difference to it, for
ever, and may replace what holds data. So a stack is made, read back, and compared with its own program.
"""

from collections.abc import Iterator
from itertools import islice
from typing import Any

import pytest

from tenfold.diff import values
from tenfold.local.aws import schema, table, verbs
from tenfold.local.aws.call import Call
from tenfold.providers.aws import input_facts
from tests.stacks.graphs import Case, architecture, cases, graph
from tests.stacks.mocks import Cloud, Made, deployed

# What moto answers and AWS does not: the legacy block of a behaviour that has a cache policy, CloudFront's own
# certificate beside another one, and the way to speak TLS where it is the only one (cloudfront distribution.go,
# flattenViewerCertificate).
ONLY_MOTO = {
    "defaultCacheBehavior.forwardedValues",
    "orderedCacheBehaviors.forwardedValues",
    "viewerCertificate.cloudfrontDefaultCertificate",
    "viewerCertificate.sslSupportMethod",
}


def said(case: Case) -> set[tuple[str, frozenset[str]]]:
    """What a graph can teach here: which inputs of which type are given together."""
    return {(r.type, frozenset(r.inputs)) for r in graph(case) if r.type.startswith("aws:")}


def chosen() -> Iterator[Case]:
    """As few graphs as have all that the graphs of all examples, stages and environments have, the richest first."""
    left = set().union(*map(said, cases()))
    while left:
        best = max(cases(), key=lambda case: len(said(case) & left))
        yield best
        left -= said(best)


def test_a_second_up_changes_nothing():
    """Of the richest; `make proof` looks at the others."""
    assert sorted(changes(next(chosen()))) == []


@pytest.mark.proof
def test_nor_does_one_of_the_others():
    assert [line for case in islice(chosen(), 1, None) for line in sorted(changes(case))] == []


def changes(case: Case) -> set[str]:
    with deployed(architecture(case)) as cloud:
        return {f"{case} {name}: {line}" for name, made in cloud.made.items() for line in differences(cloud, made)}


def differences(cloud: Cloud, made: Made) -> Iterator[str]:
    read = cloud.handlers.read(made.type, made.id, made.outputs, made.inputs, made.region)
    assert read is not None, "it is gone"
    refreshed, state = read
    for path, (kind, replaces) in cloud.handlers.diff(made.type, refreshed, made.inputs, state).items():
        yield f"{path} would be changed ({kind}{', and it is replaced' if replaces else ''})"
    answered = _answered(cloud, made)
    for key, value in made.inputs.items():
        yield from _within(made.type, schema.of(made.type).inputs.get(key), value, answered.get(key), key)


def _answered(cloud: Cloud, made: Made) -> dict[str, Any]:
    """All of an answer, not only what the program has words for."""
    spec = table.spec(made.type)
    assert spec is not None
    call = Call(cloud.handlers.clients, spec, made.region, {**made.outputs, **made.inputs}, made.id, dict(made.outputs))
    return verbs.read_outputs(call) or {}


def _within(token: str, kind: Any, given: Any, answered: Any, path: str) -> Iterator[str]:
    """Fields of a block that AWS answers, that are neither given nor computed nor the provider's default."""
    if isinstance(kind, list) and kind[0] == "l" and isinstance(given, list) and isinstance(answered, list):
        for one, other in zip(given, answered, strict=False):
            yield from _within(token, kind[1], one, other, path)
    if not (isinstance(kind, dict) and isinstance(given, dict) and isinstance(answered, dict)):
        return
    for key, inner in kind.items():
        here, value = f"{path}.{key}", answered.get(key)
        if key in given:
            yield from _within(token, inner, given[key], value, here)
        elif not values.void(value) and here not in ONLY_MOTO:
            facts = input_facts.fact(token, here)
            if not facts.get("computed") and not values.same(value, facts.get("default")):
                yield f"{here} would be taken away: AWS answers {value!r}"


def test_what_is_left_out_and_answered_is_a_difference():
    """The fault this file is about: a read replica without `storageEncrypted` was replaced by the second `up`."""
    replica = {"replicateSourceDb": "shop-database-primary", "instanceClass": "db.t4g.small"}
    state = {**replica, "storageEncrypted": True, "allocatedStorage": 20, "multiAz": False, "monitoringInterval": 0}
    changes = values.changes("aws:rds/instance:Instance", replica, replica, state)
    assert changes == {"storageEncrypted": ("delete", True)}
    said_now = replica | {"storageEncrypted": True}
    assert values.changes("aws:rds/instance:Instance", replica, said_now, state) == {}
