"""A cache that runs: into cluster mode by AWS's steps and no other way; and what Memcached does not take."""

from collections.abc import Iterator
from typing import Any

import pytest
from moto import mock_aws

from tenfold.local.aws import Handlers, RequestFailed
from tests.local.world import REGION, autoname

GROUP = "aws:elasticache/replicationGroup:ReplicationGroup"
PARAMETERS = "aws:elasticache/parameterGroup:ParameterGroup"
CLUSTER = "aws:elasticache/cluster:Cluster"


class Running:
    """One resource, and the changes made to it."""

    def __init__(self, handlers: Handlers, token: str, **inputs: Any) -> None:
        self.handlers, self.token = handlers, token
        self.inputs, failures = handlers.check(token, inputs, REGION, autoname)
        assert failures == []
        self.id, self.outputs = handlers.create(token, self.inputs, REGION)

    def change(self, **inputs: Any) -> None:
        """In place; None takes an input away. A refresh afterwards finds no difference."""
        wanted = {key: value for key, value in {**self.inputs, **inputs}.items() if value is not None}
        assert not any(replaces for _, replaces in self.handlers.diff(self.token, self.inputs, wanted).values())
        self.outputs = self.handlers.update(self.token, self.id, self.inputs, wanted, self.outputs, REGION)
        self.inputs = wanted
        found = self.handlers.read(self.token, self.id, self.outputs, wanted, REGION)
        assert found is not None and self.handlers.diff(self.token, found[0], wanted) == {}


@pytest.fixture
def handlers() -> Iterator[Handlers]:
    with mock_aws():
        yield Handlers(None)


def parameters(handlers: Handlers, name: str, family: str = "valkey8", **values: str) -> str:
    given = [{"name": key.replace("_", "-"), "value": value} for key, value in values.items()]
    return Running(handlers, PARAMETERS, name=name, family=family, parameters=given).id


@pytest.fixture
def group(handlers: Handlers) -> Running:
    return Running(
        handlers,
        GROUP,
        description="cache",
        engine="valkey",
        engineVersion="8.1",
        nodeType="cache.t4g.micro",
        numCacheClusters=2,
        automaticFailoverEnabled=True,
        clusterMode="disabled",
        parameterGroupName=parameters(handlers, "plain"),
    )


def test_into_cluster_mode_in_three_steps_and_every_node_stays(handlers: Handlers, group: Running) -> None:
    nodes, clustered = group.outputs["memberClusters"], parameters(handlers, "clustered", cluster_enabled="yes")
    before = group.outputs["primaryEndpointAddress"]
    assert "configurationEndpointAddress" not in group.outputs

    group.change(clusterMode="compatible", parameterGroupName=clustered)
    assert group.outputs["primaryEndpointAddress"] == before, "clients without the cluster protocol go on"
    assert group.outputs["configurationEndpointAddress"].startswith("clustercfg.")
    group.change(clusterMode="enabled", numCacheClusters=None, numNodeGroups=1, replicasPerNodeGroup=1)
    assert group.outputs["memberClusters"] == nodes and group.outputs["clusterEnabled"]
    group.change(numNodeGroups=3)
    assert group.outputs["memberClusters"][:2] == nodes and len(group.outputs["memberClusters"]) == 6
    group.change(numNodeGroups=2, replicasPerNodeGroup=2)
    assert len(group.outputs["memberClusters"]) == 6


ENABLED = {"clusterMode": "enabled", "numCacheClusters": None, "numNodeGroups": 1, "replicasPerNodeGroup": 1}


@pytest.mark.parametrize(
    ("steps", "words"),
    [
        ([ENABLED], "disabled cannot become enabled.*one step at a time"),
        ([{"clusterMode": "compatible", "nodeType": "cache.r7g.large"}], "nodeType: cannot change in the same step"),
        ([{"clusterMode": "compatible"}, {"nodeType": "cache.r7g.large"}], "nodeType: cannot change while"),
        ([{"clusterMode": "compatible"}, {"clusterMode": "disabled"}], "never back"),
        ([{"clusterMode": "compatible"}, {**ENABLED, "numNodeGroups": 3}], "numNodeGroups: cannot change in the same"),
        ([{"clusterMode": "compatible"}, ENABLED, {"clusterMode": "compatible"}], "never back"),
    ],
)
def test_every_other_way_is_refused_and_changes_nothing(
    handlers: Handlers, group: Running, steps: list[dict[str, Any]], words: str
) -> None:
    clustered = {"parameterGroupName": parameters(handlers, "clustered", cluster_enabled="yes")}
    *first, last = ({**step, **clustered} for step in steps)
    for step in first:
        group.change(**step)
    there = group.outputs
    with pytest.raises(RequestFailed, match=words):
        group.change(**last)
    found = handlers.read(GROUP, group.id, there, group.inputs, REGION)
    assert found is not None and handlers.diff(GROUP, found[0], group.inputs) == {}


def test_parameters_say_of_cluster_mode_what_the_cache_says(handlers: Handlers, group: Running) -> None:
    with pytest.raises(RequestFailed, match="cluster-enabled of plain does not go with clusterMode compatible"):
        group.change(clusterMode="compatible")


def test_parameters_are_of_the_engine_s_family(handlers: Handlers, group: Running) -> None:
    other = parameters(handlers, "other", family="memcached1.6")
    with pytest.raises(RequestFailed, match=r"of family memcached1\.6, the engine is valkey 8\.1"):
        group.change(parameterGroupName=other)


def test_a_log_is_added_and_taken_away(group: Running) -> None:
    log = {"destination": "slow", "destinationType": "cloudwatch-logs", "logFormat": "json", "logType": "slow-log"}
    group.change(logDeliveryConfigurations=[log])
    group.change(logDeliveryConfigurations=[log, {**log, "logType": "engine-log", "destination": "engine"}])
    group.change(logDeliveryConfigurations=[log])
    [left] = group.outputs["logDeliveryConfigurations"]
    assert left["logType"] == "slow-log"


def test_memcached_comes_and_goes_by_the_highest_number(handlers: Handlers) -> None:
    memcached = {"engine": "memcached", "nodeType": "cache.t4g.micro", "azMode": "cross-az"}
    cluster = Running(handlers, CLUSTER, **memcached, numCacheNodes=3)
    cluster.change(numCacheNodes=2)
    assert [node["id"] for node in cluster.outputs["cacheNodes"]] == ["0001", "0002"]
    assert len({node["availabilityZone"] for node in cluster.outputs["cacheNodes"]}) == 2
    with pytest.raises(RequestFailed, match="single-az is too late"):
        cluster.change(numCacheNodes=1, azMode="single-az")
    larger = {**cluster.inputs, "nodeType": "cache.r7g.large"}
    assert handlers.diff(CLUSTER, cluster.inputs, larger) == {"nodeType": ("update", True)}


def test_the_name_of_a_deleted_user_is_free(handlers: Handlers):
    user = "aws:elasticache/user:User"
    given = {"userId": "one", "userName": "one", "engine": "valkey", "accessString": "on ~* +@all"}
    for _ in range(2):
        made = Running(handlers, user, **given, authenticationMode={"type": "iam"})
        handlers.delete(user, made.id, made.outputs, REGION)
