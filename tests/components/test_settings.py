"""Settings: the same keys in every stage, references instead of secrets, kind refusals."""

import json
from fnmatch import fnmatchcase
from typing import Any, cast

import pulumi
import pytest
from examples import DOCS, documented_arguments, example
from recording import Graph, assert_house_rules, record

from tenfold.components.parts.policies import document
from tenfold.components.plans import contract
from tenfold.components.settings import Settings, SettingsArgs, secrets_statement

KEY = "arn:aws:kms:us-east-1:123456789012:key/k"


def settings(**args: Any) -> Graph:
    inputs = {
        "application": "shop",
        "environment": "prod",
        "values": contract.application("shop", "prod", "us-east-1", 8080) | {"LOG_LEVEL": "info"},
        "secrets": ["STRIPE_KEY"],
        "kms_key_arn": KEY,
        **args,
    }
    return record(lambda: Settings("shop-settings", cast(SettingsArgs, inputs)))


def parameters(graph: Graph) -> dict[str, str]:
    return {r.inputs["name"]: r.inputs["value"] for r in graph.of("ssm/parameter:Parameter")}


def test_values_and_references_are_below_one_path() -> None:
    graph = settings()
    assert_house_rules(graph, "shop-settings")
    found = parameters(graph)
    assert found["/shop/prod/settings/LOG_LEVEL"] == "info"
    assert found["/shop/prod/settings/PORT"] == "8080"
    assert found["/shop/prod/secrets/STRIPE_KEY"].startswith("arn:aws:secretsmanager:")


def test_a_secret_is_empty_encrypted_protected_and_can_be_had_back() -> None:
    graph = settings()
    secret = graph["shop-settings-secret-stripe-key"]
    assert secret.protect
    assert secret.inputs["kmsKeyId"] == KEY and secret.inputs["recoveryWindowInDays"] == 30
    assert graph.of("secretsmanager/secretVersion:SecretVersion") == []
    loose = settings(throwaway=True)["shop-settings-secret-stripe-key"]
    assert not loose.protect and loose.inputs["recoveryWindowInDays"] == 0


def test_a_value_that_is_configured_becomes_the_secret_s_and_is_one() -> None:
    graph = settings(secrets=["STRIPE_KEY", "OTHER"], secret_values={"STRIPE_KEY": "sk_live_1"})
    [version] = graph.of("secretsmanager/secretVersion:SecretVersion")
    assert version.name == "shop-settings-secret-stripe-key-value" and version.parent == "shop-settings"
    assert version.inputs["secretString"] == "sk_live_1"
    assert version.dependencies == ("shop-settings-secret-stripe-key",)


def test_a_secret_that_hosts_fill_is_named_by_a_setting() -> None:
    graph = settings(host_secrets=["DATABASE_SECRET_ARN"], secrets=["DATABASE"])
    assert graph["shop-settings-host-secret-database"].protect and graph["shop-settings-secret-database"].protect
    found = parameters(graph)
    assert found["/shop/prod/settings/DATABASE_SECRET_ARN"].endswith("shop-settings-host-secret-database")


def test_outputs_are_what_hosts_need() -> None:
    def program() -> pulumi.Output[Any]:
        built = Settings(
            "shop-settings",
            {"application": "shop", "environment": "prod", "values": {"A": "1"}, "secrets": ["B"], "kms_key_arn": KEY},
        )
        return pulumi.Output.all(built.path, built.parameters_arns, built.secret_arns["B"])

    path, arns, secret = record(program).result
    below = "arn:aws:ssm:us-east-1:123456789012:parameter/shop/prod"
    assert path == "/shop/prod" and arns == [below, f"{below}/*"]
    assert secret.startswith("arn:aws:secretsmanager:")


def test_any_number_of_secrets_is_read_by_one_statement_and_only_this_environment_s() -> None:
    def program() -> pulumi.Output[str]:
        keys = [f"SERVICE_{number:03}_API_KEY" for number in range(110)]
        built = Settings(
            "shop-settings",
            {"application": "shop", "environment": "prod", "values": {}, "secrets": keys, "kms_key_arn": KEY},
        )
        return document(secrets_statement(built.secrets_arn, built.path))

    graph = record(program)
    (statement,) = json.loads(graph.result)["Statement"]
    pattern, asked = statement["Resource"], statement["Condition"]["StringEquals"]
    assert pattern == "arn:aws:secretsmanager:us-east-1:123456789012:secret:shop-settings-secret-*"
    assert asked == {"aws:ResourceTag/tenfold:settings": "/shop/prod"}
    secrets = graph.of("secretsmanager/secret:Secret")
    assert len(secrets) == 110
    for secret in secrets:
        assert fnmatchcase(f"{secret.name}-1234567", pattern.rpartition(":")[2])
        assert secret.inputs["tags"]["tenfold:settings"] == "/shop/prod"


def test_a_stage_changes_values_never_keys() -> None:
    on_host = contract.database_on_host("postgres", "shop") | {"DATABASE_SECRET_ARN": "of the host's own secret"}
    managed = contract.database("postgres", "db.internal", 5432, "shop", "arn:b", direct_host="primary.internal")
    assert set(on_host) == set(managed)
    assert (on_host["DATABASE_TLS"], managed["DATABASE_TLS"]) == ("off", "require")
    given = {**managed, **contract.application("a", "b", "c", 1), **contract.sessions("cache")}
    given |= contract.cache("redis", "host", 6379) | contract.cache_login("cache", "app")
    given |= contract.uploads("bucket") | contract.replicas("host", 10) | contract.cache_reader("host")
    given |= contract.shard_map("/shop/prod/shards/map") | contract.event_bus("shop-prod")
    given |= contract.service("search") | contract.bucket("bucket") | contract.table("table")
    given |= contract.search("https://vpc-find.es")
    record(lambda: given.update(contract.tokens("arn:key", ["arn:key"])))
    assert set(given) == set(contract.SETTINGS)


@pytest.mark.parametrize(
    ("args", "said"),
    [
        ({"values": {"log-level": "x"}}, "write it like LOG_LEVEL"),
        ({"values": {"DATABASE_URL": "x"}}, "computed on the hosts"),
        ({"values": {"STRIPE_KEY": "x"}}, "keep one"),
        ({"values": {"EMPTY": ""}}, "leave the key out"),
        ({"values": {"LONG": "x" * 4097}}, "4097 bytes"),
        ({"values": {"NESTED": "a {{b}}"}}, "reference"),
        ({"values": {"PEM": "a\nb"}}, "base64"),
        ({"secrets": ["A", "A"]}, "A twice"),
        ({"host_secrets": ["DATABASE"]}, "call it DATABASE_SECRET_ARN"),
        ({"application": "awstats"}, "rename"),
    ],
)
def test_what_cannot_work_is_refused_with_the_remedy(args: dict[str, Any], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        settings(**args)


def test_the_page_s_example_runs_and_its_table_is_complete() -> None:
    assert "shop-settings-secret-stripe-key" in example("settings")
    assert documented_arguments("settings") >= set(SettingsArgs.__annotations__)
    page = (DOCS / "settings.md").read_text()
    undocumented = [
        key for key in {**contract.SETTINGS, **contract.COMPUTED, **contract.FAMILIES} if f"`{key}`" not in page
    ]
    assert not undocumented
