"""The session store: encrypted, no password anywhere, grows without being replaced."""

from typing import Any, cast
from urllib.parse import parse_qs, urlsplit

import pulumi
import pytest
from examples import documented_arguments, example, python_blocks
from recording import Graph, assert_house_rules, assert_no_wildcard, record

from components.cache import Cache, CacheArgs, connect_statement
from components.cache_engine import EVICTIONS, family

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


@pytest.mark.parametrize("args", [{}, {"engine": "redis", "version": "7.1"}, {"auth_token": "t" * 20}, {"nodes": 3}])
def test_house_rules(args: dict[str, Any]) -> None:
    assert_house_rules(cache(**args), "shop-cache")


def test_encrypted_at_rest_and_on_the_way_and_closed() -> None:
    graph = cache()
    found = primary(graph)
    assert found["atRestEncryptionEnabled"] and found["kmsKeyId"] == KEY
    assert found["transitEncryptionEnabled"] and found["transitEncryptionMode"] == "required"
    assert graph["shop-cache-slow-log"].inputs["kmsKeyId"] == KEY
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


def test_it_grows_in_place() -> None:
    small = cache()
    large = cache(nodes=2, node_type="cache.r7g.large", eviction="allkeys-lru", keep_snapshots=7, version="8.2")
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
        ({"engine": "memcached"}, "valkey, redis"),
        ({"engine": "redis", "version": "6.2"}, "7.0 and later"),
        ({"version": "8"}, "major.minor"),
        ({"nodes": 0}, "no failover"),
        ({"nodes": 7}, "1 "),
        ({"eviction": "random"}, EVICTIONS[0]),
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
    exec(python_blocks("cache")[-1], names)
    password = names["cache_password"]("shop-cache-primary-1a2b3c4", "shop-cache-user-prod", "us-east-1")
    parts = urlsplit(f"https://{password}")
    query = {key: value[0] for key, value in parse_qs(parts.query).items()}
    assert parts.netloc == "shop-cache-primary-1a2b3c4", "the cache's name, not its address"
    assert (query["Action"], query["User"], query["X-Amz-Expires"]) == ("connect", "shop-cache-user-prod", "900")
    assert "/us-east-1/elasticache/" in query["X-Amz-Credential"]
