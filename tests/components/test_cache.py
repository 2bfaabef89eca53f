"""The session store: encrypted, no password anywhere, grows without being replaced."""

from itertools import pairwise
from typing import Any, cast
from urllib.parse import parse_qs, urlsplit

import pulumi
import pytest
from examples import documented_arguments, example, python_blocks
from recording import Graph, assert_house_rules, assert_no_wildcard, record

from tenfold.components.cache import Cache, CacheArgs, connect_statement
from tenfold.components.plans.cache_engine import family

pytestmark = pytest.mark.usefixtures("computed")
KEY = "arn:aws:kms:us-east-1:123456789012:key/k"
GROUP = "elasticache/replicationGroup:ReplicationGroup"
# Inputs that replace the group when they change. Source: the provider's schema (aws_elasticache_replication_group).
IDENTITY = (
    "atRestEncryptionEnabled",
    "kmsKeyId",
    "port",
    "subnetGroupName",
    "networkType",
    "dataTieringEnabled",
    "snapshotName",
)


def cache(name: str = "shop-cache", **args: Any) -> Graph:
    inputs = {"vpc_id": "vpc-1", "subnet_ids": ["a", "b", "c"], "kms_key_arn": KEY, "tags": {"app": "shop"}, **args}

    def program() -> Any:
        made = Cache(name, cast(CacheArgs, inputs))
        return pulumi.Output.all(**{key: getattr(made, key) for key in Cache.__annotations__})

    return record(program)


def primary(graph: Graph) -> dict[str, Any]:
    [group] = graph.of(GROUP)
    return group.inputs


SHARDS: dict[str, Any] = {"cluster_mode": "enabled", "shards": 3, "nodes": 2}


@pytest.mark.parametrize(
    "args", [{}, {"engine": "redis", "version": "7.1"}, {"auth_token": "t" * 20}, {"nodes": 3}, SHARDS]
)
def test_house_rules(args: dict[str, Any]) -> None:
    assert_house_rules(cache(**args), "shop-cache")


def test_encrypted_at_rest_and_on_the_way_and_closed() -> None:
    graph = cache()
    found = primary(graph)
    assert found["atRestEncryptionEnabled"] and found["kmsKeyId"] == KEY
    assert found["transitEncryptionEnabled"] and found["transitEncryptionMode"] == "required"
    assert {graph[f"shop-cache-{log}"].inputs["kmsKeyId"] for log in ("slow-log", "engine-log")} == {KEY}
    assert not graph.of("vpc/securityGroupIngressRule:SecurityGroupIngressRule"), "who comes in is said elsewhere"
    assert not graph["shop-cache-access"].inputs.get("ingress")


def test_hosts_log_in_by_role_and_no_password_exists() -> None:
    graph = cache()
    assert primary(graph)["userGroupIds"] == ["shop-cache-users-test"] and "authToken" not in primary(graph)
    user = graph["shop-cache-user"].inputs
    assert user["authenticationMode"] == {"type": "iam"}
    assert user["userId"] == user["userName"], "IAM authentication needs both to be equal"
    assert graph.result["user_name"] == user["userName"]
    statement = connect_statement(graph.result["connect_arns"])
    assert_no_wildcard("connect", statement)
    assert statement["Action"] == ["elasticache:Connect"] and len(statement["Resource"]) == 2


def test_a_redis_group_shuts_out_who_gives_no_name() -> None:
    graph = cache(engine="redis", version="7.1")
    nobody = graph["shop-cache-nobody"].inputs
    assert nobody["userName"] == "default" and nobody["accessString"].startswith("off ")
    assert nobody["userId"] in graph["shop-cache-users"].inputs["userIds"]


def test_an_auth_token_replaces_the_users_and_stays_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    import recording

    def marked(value: Any) -> Any:
        """Like recording._plain, but secrets stay visible as such."""
        if isinstance(value, dict):
            return (
                {"secret": True}
                if recording.rpc._special_sig_key in value
                else {k: marked(v) for k, v in value.items()}
            )
        return [marked(item) for item in value] if isinstance(value, list) else value

    monkeypatch.setattr(recording, "_plain", marked)
    graph = cache(auth_token="a-password-of-their-own")
    assert primary(graph)["authToken"] == {"secret": True}
    assert graph["shop-cache"].inputs["auth_token"] == {"secret": True}, "nor as an input of the component"
    assert not graph.of("elasticache/user:User") and not graph.of("elasticache/userGroup:UserGroup")


def test_both_logs_are_delivered_and_kept_as_long() -> None:
    graph = cache(log_retention_days=7)
    delivered = {log["logType"]: log["destination"] for log in primary(graph)["logDeliveryConfigurations"]}
    assert delivered == {kind: f"shop-cache-{kind}.name" for kind in ("slow-log", "engine-log")}
    assert {group.inputs["retentionInDays"] for group in graph.of("cloudwatch/logGroup:LogGroup")} == {7}


def test_shards() -> None:
    graph = cache(**SHARDS)
    found = primary(graph)
    assert (found["clusterMode"], found["numNodeGroups"], found["replicasPerNodeGroup"]) == ("enabled", 3, 1)
    assert "numCacheClusters" not in found, "the provider takes one way of counting"
    assert found["automaticFailoverEnabled"] and found["multiAzEnabled"]
    assert found["parameterGroupName"] == "shop-cache-cluster-parameters.name"
    parameters = graph["shop-cache-cluster-parameters"].inputs["parameters"]
    assert {"name": "cluster-enabled", "value": "yes"} in parameters
    assert graph.result["endpoint"] == "shop-cache-primary.configurationEndpointAddress"
    assert graph.result["reader_endpoint"] is None
    assert graph.result["node_ids"] == ["g-0002-001", "g-001", "g-002"], "as AWS names them, in an order of their own"


def test_into_cluster_mode_the_group_stays_and_its_parameters_change() -> None:
    plain, between, sharded = (
        cache(nodes=2),
        cache(nodes=2, cluster_mode="compatible"),
        cache(**{**SHARDS, "shards": 1}),
    )
    assert plain["shop-cache-primary"].urn == between["shop-cache-primary"].urn == sharded["shop-cache-primary"].urn
    steps = [primary(graph) for graph in (plain, between, sharded)]
    assert [step["clusterMode"] for step in steps] == ["disabled", "compatible", "enabled"]
    changed = [{key for key in {*a, *b} if a.get(key) != b.get(key)} for a, b in pairwise(steps)]
    assert changed[0] == {"clusterMode", "parameterGroupName"}, "AWS takes nothing else in this step"
    assert changed[1] == {"clusterMode", "numCacheClusters", "numNodeGroups", "replicasPerNodeGroup"}
    assert between["shop-cache-user"].inputs == plain["shop-cache-user"].inputs
    assert (plain.result["endpoint"], between.result["endpoint"]) == (
        "shop-cache-primary.primaryEndpointAddress",
        "shop-cache-primary.configurationEndpointAddress",
    )


def test_it_grows_in_place() -> None:
    small = cache()
    large = cache(nodes=2, node_type="cache.r7g.large", eviction="allkeys-lru", snapshots_keep_days=7, version="8.2")
    assert {r.urn for r in small} == {r.urn for r in large}
    before, after = primary(small), primary(large)
    assert all(before.get(key) == after.get(key) for key in IDENTITY)
    assert (before["multiAzEnabled"], after["multiAzEnabled"]) == (False, True)
    assert after["automaticFailoverEnabled"] and after["numCacheClusters"] == 2
    assert small.result["node_ids"] == large.result["node_ids"][:1] == ["shop-cache-primary.id-001"]


def test_aws_changes_no_version_by_itself() -> None:
    found = primary(cache())
    assert found["autoMinorVersionUpgrade"] is False and found["engineVersion"] == "8.1"


def test_protection() -> None:
    kept = cache()
    assert kept["shop-cache-primary"].protect
    assert primary(kept)["finalSnapshotIdentifier"] == "shop-cache-primary-final-test"
    assert primary(kept)["snapshotRetentionLimit"] >= 1
    throwaway = cache(throwaway=True)
    assert not throwaway["shop-cache-primary"].protect and "finalSnapshotIdentifier" not in primary(throwaway)


def test_sessions_that_end_soonest_go_first() -> None:
    [parameter] = cache()["shop-cache-parameters"].inputs["parameters"]
    assert parameter == {"name": "maxmemory-policy", "value": "volatile-ttl"}


@pytest.mark.parametrize(
    ("engine", "version", "expected"),
    [
        ("valkey", "7.2", "valkey7"),
        ("valkey", "8.1", "valkey8"),
        ("valkey", "9.0", "valkey9"),
        ("redis", "7.1", "redis7"),
    ],
)
def test_family(engine: str, version: str, expected: str) -> None:
    assert family(engine, version) == expected


@pytest.mark.parametrize(
    ("args", "text"),
    [
        ({"engine": "memcached"}, 'engine must be "valkey" or "redis"'),
        ({"cluster_mode": "on"}, 'must be "disabled", "compatible" or "enabled"'),
        ({"cluster_mode": "compatible"}, "2 in each shard"),
        ({"cluster_mode": "enabled", "shards": 3}, "2 in each shard"),
        ({"cluster_mode": "compatible", "shards": 2, "nodes": 2}, "only with cluster_mode enabled"),
        ({**SHARDS, "shards": 0}, "1 shard or more"),
        ({**SHARDS, "shards": 251}, "500 nodes in all"),
        ({"engine": "redis", "version": "6.2"}, "7.0 and later"),
        ({"version": "8"}, "major.minor"),
        ({"nodes": 0}, "no failover"),
        ({"nodes": 7}, "1 "),
        ({"eviction": "random"}, 'eviction must be "volatile-ttl", .* or "noeviction", not \'random\''),
    ],
)
def test_what_does_not_exist_is_refused(args: dict[str, Any], text: str) -> None:
    with pytest.raises(ValueError, match=text):
        cache(**args)


def test_names_fit_the_longest_blueprint_name() -> None:
    graph = cache("a-name-of-twenty-four-xx-cache")
    assert all(len(name) + 8 <= 40 for name in graph.names(GROUP))
    assert len(graph["a-name-of-twenty-four-xx-cache-user"].inputs["userId"]) <= 40
    assert len(graph["a-name-of-twenty-four-xx-cache-users"].inputs["userGroupId"]) <= 40


def test_documentation() -> None:
    graph = example("cache")
    assert_house_rules(graph, "shop-cache")
    assert documented_arguments("cache") >= set(CacheArgs.__annotations__)


def test_the_documented_password_is_a_signed_request(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "not-a-key")
    names: dict[str, Any] = {}
    exec(next(block for block in python_blocks("cache") if "def cache_password" in block), names)
    password = names["cache_password"]("shop-cache-primary-1a2b3c4", "shop-cache-user-prod", "us-east-1")
    parts = urlsplit(f"https://{password}")
    query = {key: value[0] for key, value in parse_qs(parts.query).items()}
    assert parts.netloc == "shop-cache-primary-1a2b3c4", "the cache's name, not its address"
    assert (query["Action"], query["User"], query["X-Amz-Expires"]) == ("connect", "shop-cache-user-prod", "900")
    assert "/us-east-1/elasticache/" in query["X-Amz-Credential"]
