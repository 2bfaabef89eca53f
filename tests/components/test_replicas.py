"""Read replicas: they come and go, under one name that leaves out who is too far behind."""

from typing import Any, cast

import pulumi
import pytest
from examples import documented_arguments, example
from recording import Graph, assert_house_rules, record

from tenfold.components.replicas import Replicas, ReplicasArgs

KEY = "arn:aws:kms:us-east-1:123456789012:key/k"
INSTANCE = "rds/instance:Instance"


def replicas(name: str = "shop-replicas", **args: Any) -> Graph:
    inputs = {
        "primary_identifier": "shop-database-primary",
        "engine": "postgres",
        "instance_class": "db.r7g.large",
        "count": 2,
        "max_lag_seconds": 10,
        "zone_names": ["a", "b", "c"],
        "vpc_id": "vpc-1",
        "security_group_id": "sg-1",
        "reader_zone": "shop.internal",
        "monitoring_role_arn": "arn:aws:iam::123456789012:role/m",
        "kms_key_arn": KEY,
        "tags": {"app": "shop"},
        **args,
    }

    def program() -> Any:
        made = Replicas(name, cast(ReplicasArgs, inputs))
        return pulumi.Output.all(**{key: getattr(made, key) for key in Replicas.__annotations__})

    return record(program)


@pytest.mark.parametrize("args", [{}, {"engine": "mysql"}, {"count": 15}, {"throwaway": True}])
def test_house_rules(args: dict[str, Any]) -> None:
    assert_house_rules(replicas(**args), "shop-replicas")


def test_more_replicas_touch_none_that_exist() -> None:
    fewer, more = replicas(count=2), replicas(count=3)
    for resource in fewer:
        if resource.custom:
            assert more[resource.name].inputs == resource.inputs


def test_they_stand_in_different_zones_and_hold_nothing_of_their_own() -> None:
    made = sorted(replicas(count=3).of(INSTANCE), key=lambda r: r.name)
    assert [r.inputs["availabilityZone"] for r in made] == ["a", "b", "c"]
    assert not any(r.protect for r in made)
    assert all(r.inputs["skipFinalSnapshot"] and not r.inputs["deletionProtection"] for r in made)


def test_what_rds_copies_from_the_primary_is_not_said() -> None:
    first = replicas()["shop-replicas-1"]
    copied = {"engine", "engineVersion", "username", "password", "allocatedStorage", "kmsKeyId"}
    copied |= {"dbSubnetGroupName", "parameterGroupName", "dbName", "backupRetentionPeriod", "manageMasterUserPassword"}
    assert not copied & set(first.inputs)
    assert first.inputs["storageEncrypted"], "left out, the provider would replace what RDS has encrypted"
    assert first.inputs["replicateSourceDb"] == "shop-database-primary"


def test_one_name_leads_to_all_that_are_not_too_far_behind() -> None:
    graph = replicas(max_lag_seconds=7)
    records = sorted(graph.of("route53/record:Record"), key=lambda r: r.name)
    assert {r.inputs["name"] for r in records} == {"reader.database.shop.internal"} == {graph.result["reader_name"]}
    assert len({r.inputs["setIdentifier"] for r in records}) == len(records) == 2
    for ordinal, found in enumerate(records, 1):
        assert found.inputs["weightedRoutingPolicies"] == [{"weight": 1}]
        assert found.inputs["healthCheckId"] == f"shop-replicas-{ordinal}-health.id"
        alarm = graph[f"shop-replicas-{ordinal}-late"].inputs
        assert (alarm["metricName"], alarm["threshold"], alarm["treatMissingData"]) == ("ReplicaLag", 7.0, "breaching")


@pytest.mark.parametrize(
    ("args", "words"), [({"count": 16}, "15"), ({"count": 0}, "15"), ({"max_lag_seconds": 0}, "max_lag_seconds")]
)
def test_what_does_not_work_is_refused(args: dict[str, Any], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        replicas(**args)


def test_documentation() -> None:
    assert len(example("replicas").of(INSTANCE)) == 2
    assert documented_arguments("replicas") >= set(ReplicasArgs.__annotations__)
