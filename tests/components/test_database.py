"""The database's graph: encrypted, private, protected, and the same under the same names as it grows."""

from typing import Any, cast

import pulumi
import pytest
from examples import documented_arguments, example
from recording import Graph, assert_house_rules, record

from tenfold.components.database import Database, DatabaseArgs

KEY = "arn:aws:kms:us-east-1:123456789012:key/k"


def inputs(**args: Any) -> DatabaseArgs:
    given = {
        "vpc_id": "vpc-1",
        "subnet_ids": ["subnet-1", "subnet-2"],
        "client_security_group_ids": {"server": "sg-server"},
        "engine": "postgres",
        "version": "17",
        "instance_class": "db.t4g.medium",
        "storage_gib": 50,
        "storage_up_to_gib": 200,
        "database_name": "shop",
        "kms_key_arn": KEY,
        "tags": {"app": "shop"},
        **args,
    }
    return cast(DatabaseArgs, given)


def database(**args: Any) -> Graph:
    return record(lambda: Database("shop-database", inputs(**args)))


PROXY = {"mode": "transaction", "connections": 90}


@pytest.mark.parametrize("engine", [("postgres", "17"), ("mysql", "8.4")])
def test_house_rules(engine: tuple[str, str]) -> None:
    assert_house_rules(database(engine=engine[0], version=engine[1], pooling=PROXY), "shop-database")


def test_encrypted_private_backed_up_and_protected() -> None:
    primary = database()["shop-database-primary"]
    kept = {
        "storageEncrypted": True,
        "kmsKeyId": KEY,
        "publiclyAccessible": False,
        "deletionProtection": True,
        "skipFinalSnapshot": False,
        "deleteAutomatedBackups": False,
        "backupRetentionPeriod": 7,
        "copyTagsToSnapshot": True,
        "performanceInsightsKmsKeyId": KEY,
    }
    assert {key: primary.inputs[key] for key in kept} == kept
    assert primary.inputs["finalSnapshotIdentifier"].endswith("-final")
    assert primary.protect


def test_no_password_is_anywhere() -> None:
    primary = database()["shop-database-primary"].inputs
    assert primary["manageMasterUserPassword"] and primary["masterUserSecretKmsKeyId"] == KEY
    assert "password" not in primary and "passwordWo" not in primary


def test_a_rotation_is_another_version_of_the_same_secret() -> None:
    first, second = (database(replicable=True, password_generation=n) for n in (1, 2))
    names = [{resource.name for resource in graph} for graph in (first, second)]
    assert names[0] - names[1] == {"shop-database-login-value"}
    assert names[1] - names[0] == {"shop-database-login-value-2"}
    assert second["shop-database-login"].inputs == first["shop-database-login"].inputs, "hosts look in the same place"
    with pytest.raises(ValueError, match="the first is 1"):
        database(replicable=True, password_generation=0)


def test_throwaway_leaves_nothing_behind() -> None:
    primary = database(throwaway=True)["shop-database-primary"]
    assert not primary.protect and not primary.inputs["deletionProtection"]
    assert primary.inputs["skipFinalSnapshot"] and primary.inputs["deleteAutomatedBackups"]
    assert "finalSnapshotIdentifier" not in primary.inputs


def test_what_aws_changes_by_itself_is_no_difference() -> None:
    following, pinned = database(), database(version="17.4")
    assert following["shop-database-primary"].inputs["engineVersion"] == "17"
    assert following["shop-database-primary"].inputs["autoMinorVersionUpgrade"]
    assert not pinned["shop-database-primary"].inputs["autoMinorVersionUpgrade"]
    assert following["shop-database-primary"].inputs["maxAllocatedStorage"] == 200
    assert "caCertIdentifier" not in following["shop-database-primary"].inputs
    assert "availabilityZone" not in following["shop-database-primary"].inputs


def test_only_the_clients_come_in_and_nothing_goes_out() -> None:
    graph = database(client_security_group_ids={"server": "sg-server", "fleet": "sg-fleet"})
    rules = graph.of("vpc/securityGroupIngressRule:SecurityGroupIngressRule")
    assert {r.name: r.inputs["referencedSecurityGroupId"] for r in rules} == {
        "shop-database-from-server": "sg-server",
        "shop-database-from-fleet": "sg-fleet",
    }
    assert all((r.inputs["fromPort"], r.inputs["toPort"]) == (5432, 5432) for r in rules)
    assert graph.of("vpc/securityGroupEgressRule:SecurityGroupEgressRule") == []


def test_logs_are_ours_before_rds_would_make_them() -> None:
    graph = database(log_retention_days=14)
    identifier = graph["shop-database-primary"].inputs["identifier"]
    for log in ("postgresql", "upgrade"):
        group = graph[f"shop-database-log-{log}"].inputs
        assert group["name"] == f"/aws/rds/instance/{identifier}/{log}"
        assert group["kmsKeyId"] == KEY and group["retentionInDays"] == 14
        assert f"shop-database-log-{log}" in graph["shop-database-primary"].dependencies
    assert graph["shop-database-primary"].inputs["enabledCloudwatchLogsExports"] == ["postgresql", "upgrade"]


def test_the_parameter_group_keeps_its_logical_name_over_families() -> None:
    old, new = database(version="16"), database(version="17")
    assert old.resources.keys() == new.resources.keys()
    groups = [graph["shop-database-parameters"].inputs for graph in (old, new)]
    assert [group["family"] for group in groups] == ["postgres16", "postgres17"]
    assert "name" not in groups[0], "a fixed name could not exist twice during the upgrade"
    assert not new["shop-database-parameters"].delete_before_replace


def test_proxy_and_standby_only_add() -> None:
    plain, grown = database(), database(pooling=PROXY, standby=True)
    assert set(plain.resources) < set(grown.resources)
    changed = {
        name for name, resource in plain.resources.items() if resource.custom and grown[name].inputs != resource.inputs
    }
    assert changed == {"shop-database-primary"}
    assert grown["shop-database-primary"].inputs["multiAz"]


def test_the_proxy_reads_one_secret_demands_tls_and_takes_its_share() -> None:
    graph = database(pooling=PROXY)
    proxy = graph["shop-database-proxy"]
    assert proxy.inputs["requireTls"] and proxy.inputs["engineFamily"] == "POSTGRESQL"
    assert proxy.ignore_changes == ("vpcSubnetIds",)
    assert graph["shop-database-proxy-pool"].inputs["connectionPoolConfig"]["maxConnectionsPercent"] == 20  # 90 of 450
    granted = {s["Sid"]: s for s in dict(graph.policies())["shop-database-proxy-policy"]}
    assert granted["ReadSecrets"]["Resource"] == [proxy.inputs["auths"][0]["secretArn"]]
    rules = {r.name for r in graph.of("vpc/securityGroupIngressRule:SecurityGroupIngressRule")}
    assert rules == {"shop-database-from-server", "shop-database-from-proxy", "shop-database-proxy-from-server"}


@pytest.mark.parametrize(
    ("engine", "version", "mode", "filters"),
    [
        ("mysql", "8.4", "transaction", ["EXCLUDE_VARIABLE_SETS"]),
        ("mysql", "8.4", "session", []),
        ("postgres", "17", "transaction", []),
    ],
)
def test_pinning_by_engine_and_mode(engine: str, version: str, mode: str, filters: list[str]) -> None:
    graph = database(engine=engine, version=version, pooling={"mode": mode, "connections": 20})
    pool = graph["shop-database-proxy-pool"].inputs["connectionPoolConfig"]
    assert pool.get("sessionPinningFilters", []) == filters


@pytest.mark.parametrize(
    ("args", "said"),
    [
        ({"pooling": {"mode": "statement", "connections": 5}}, "PgBouncer"),
        ({"pooling": {"mode": "fast", "connections": 5}}, 'pooling.mode must be "session" or "transaction", not'),
        ({"storage_gib": 10, "storage_up_to_gib": 10}, "less than 20"),
        ({"storage_type": "io2"}, 'storage_type must be "gp3" or "gp2", not'),
        ({"backups_keep_days": 0}, "between 1 and 35"),
        ({"engine": "oracle"}, 'engine must be "postgres" or "mysql", not'),
        ({"parameters": {"rds.force_ssl": "0"}}, "take it out"),
        ({"client_security_group_ids": {"proxy": "sg-1"}}, "choose another name"),
    ],
)
def test_what_rds_would_refuse_is_refused_first(args: dict[str, Any], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        database(**args)


def test_outputs_are_what_settings_and_signals_need() -> None:
    def program() -> pulumi.Output[Any]:
        built = Database("shop-database", inputs(pooling=PROXY))
        return pulumi.Output.all(built.address, built.port, built.database_name, built.secret_arn, built.proxy_address)

    address, port, name, secret, proxy = record(program).result
    assert (address, port, name) == ("shop-database-primary.rds.amazonaws.com", 5432, "shop")
    assert secret.endswith("secret:rds-shop-database-primary") and proxy == "shop-database-proxy.endpoint"


def test_the_page_s_example_runs_and_its_table_is_complete() -> None:
    assert "shop-database-proxy" in example("database")
    assert documented_arguments("database") >= set(DatabaseArgs.__annotations__)
