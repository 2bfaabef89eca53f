"""A cache that another region follows: what AWS makes of the two, and refuses of each while they belong together."""

from typing import Any

import pytest

from tenfold.local.aws import RequestFailed
from tests.local.two_regions import AWAY, HOME, Regions

GROUP = "aws:elasticache/replicationGroup:ReplicationGroup"
DATASTORE = "aws:elasticache/globalReplicationGroup:GlobalReplicationGroup"
PRIMARY = {
    "description": "here",
    "engine": "valkey",
    "engineVersion": "8.1",
    "nodeType": "cache.r7g.large",
    "numCacheClusters": 2,
    "automaticFailoverEnabled": True,
    "atRestEncryptionEnabled": True,
    "transitEncryptionEnabled": True,
}
SECONDARY = {"description": "there", "numCacheClusters": 2, "automaticFailoverEnabled": True}


class Pair:
    def __init__(self, regions: Regions) -> None:
        self.regions = regions
        self.primary_inputs = regions.inputs(GROUP, HOME, **PRIMARY)
        self.primary, self.primary_state = regions.handlers.create(GROUP, self.primary_inputs, HOME)
        wish = {"globalReplicationGroupIdSuffix": "shop", "primaryReplicationGroupId": self.primary}
        self.inputs = regions.inputs(DATASTORE, HOME, **wish)
        self.datastore, self.state = regions.handlers.create(DATASTORE, self.inputs, HOME)
        self.secondary_inputs = regions.inputs(GROUP, AWAY, **SECONDARY, globalReplicationGroupId=self.datastore)
        self.secondary, self.secondary_state = regions.handlers.create(GROUP, self.secondary_inputs, AWAY)

    def fail_over(self, region: str, group: str) -> None:
        new = {"PrimaryRegion": region, "PrimaryReplicationGroupId": group}
        self.regions.ask(
            "elasticache", AWAY, "FailoverGlobalReplicationGroup", GlobalReplicationGroupId=self.datastore, **new
        )

    def delete(self, token: str, name: str, state: dict[str, Any], region: str) -> None:
        self.regions.handlers.delete(token, name, state, region)


@pytest.fixture
def pair(regions: Regions) -> Pair:
    return Pair(regions)


def test_a_secondary_is_as_its_primary_is_and_neither_differs_from_its_program(pair: Pair) -> None:
    handlers = pair.regions.handlers
    assert pair.secondary_state["nodeType"] == "cache.r7g.large" and pair.secondary_state["engine"] == "valkey"
    for token, name, inputs, state, region in (
        (GROUP, pair.primary, pair.primary_inputs, pair.primary_state, HOME),
        (DATASTORE, pair.datastore, pair.inputs, pair.state, HOME),
        (GROUP, pair.secondary, pair.secondary_inputs, pair.secondary_state, AWAY),
    ):
        read = handlers.read(token, name, state, inputs, region)
        assert read and handlers.diff(token, read[0], inputs, read[1]) == {}, name


def test_members_change_together_and_one_alone_is_refused(pair: Pair) -> None:
    handlers, new = pair.regions.handlers, {"nodeType": "cache.r7g.xlarge"}
    with pytest.raises(RequestFailed, match="is part of a global cluster"):
        handlers.update(
            GROUP, pair.primary, pair.primary_inputs, {**pair.primary_inputs, **new}, pair.primary_state, HOME
        )
    handlers.update(
        DATASTORE, pair.datastore, pair.inputs, {**pair.inputs, "cacheNodeType": "cache.r7g.xlarge"}, pair.state, HOME
    )
    for region, name in ((HOME, pair.primary), (AWAY, pair.secondary)):
        [group] = pair.regions.ask("elasticache", region, "DescribeReplicationGroups", ReplicationGroupId=name)[
            "ReplicationGroups"
        ]
        assert group["CacheNodeType"] == "cache.r7g.xlarge"


def test_a_failover_exchanges_roles_and_the_program_would_replace_the_datastore(pair: Pair) -> None:
    """Which is why a program ignores that input."""
    pair.fail_over(AWAY, pair.secondary)
    read = pair.regions.handlers.read(DATASTORE, pair.datastore, pair.state, pair.inputs, HOME)
    assert read and read[1]["primaryReplicationGroupId"] == pair.secondary
    difference = pair.regions.handlers.diff(DATASTORE, read[0], pair.inputs, read[1])
    assert difference == {"primaryReplicationGroupId": ("update", True)}


def test_secondaries_leave_first_and_a_primary_only_after_the_roles_are_exchanged_back(pair: Pair) -> None:
    with pytest.raises(RequestFailed, match="still has secondaries"):
        pair.delete(DATASTORE, pair.datastore, pair.state, HOME)
    pair.fail_over(AWAY, pair.secondary)
    with pytest.raises(RequestFailed, match="only a secondary can leave"):
        pair.delete(GROUP, pair.secondary, pair.secondary_state, AWAY)
    pair.fail_over(HOME, pair.primary)
    pair.delete(GROUP, pair.secondary, pair.secondary_state, AWAY)
    pair.delete(DATASTORE, pair.datastore, pair.state, HOME)
    pair.delete(GROUP, pair.primary, pair.primary_state, HOME)


def test_small_nodes_are_refused(regions: Regions) -> None:
    name, _ = regions.make(GROUP, HOME, **{**PRIMARY, "nodeType": "cache.t4g.micro"})
    with pytest.raises(RequestFailed, match="not supported in a global datastore"):
        regions.make(DATASTORE, HOME, globalReplicationGroupIdSuffix="shop", primaryReplicationGroupId=name)
