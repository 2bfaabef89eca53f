"""Backups of databases every day, and copies of them in another region."""

import json
from typing import Any

import pytest
from examples import documented_arguments, example
from recording import Graph, assert_house_rules, record

from tenfold.components.backup_copies import BackupCopies, BackupCopiesArgs, schedule
from tenfold.components.plans.rds import maintenance_window

DATABASE = "arn:aws:rds:us-east-1:123456789012:db:shop-database-primary"
VAULT = "arn:aws:backup:us-west-2:123456789012:backup-vault:shop-standby-vault-backups"
NAME = "shop-backup-copies"


def copies(**args: object) -> Graph:
    inputs: Any = {"database_arns": [DATABASE], "vault_name": "here", "to_vault_arn": VAULT, "tags": {"app": "shop"}}
    inputs |= args
    return record(lambda: BackupCopies(NAME, inputs).plan_id)


def rule(**args: object) -> Any:
    [only] = copies(**args)[f"{NAME}-plan"].inputs["rules"]
    return only


def test_backups_and_copies_are_kept_as_long_as_each_other() -> None:
    daily = rule(keep_days=30)
    assert daily["lifecycle"] == {"deleteAfter": 30}
    assert daily["copyActions"] == [{"destinationVaultArn": VAULT, "lifecycle": {"deleteAfter": 30}}]


def test_the_databases_are_selected_by_their_arn_and_the_role_is_the_service_s_alone() -> None:
    graph = copies()
    assert_house_rules(graph, NAME)
    assert graph[f"{NAME}-databases"].inputs["resources"] == [DATABASE]
    [statement] = json.loads(graph[f"{NAME}-role"].inputs["assumeRolePolicy"])["Statement"]
    assert statement["Principal"] == {"Service": "backup.amazonaws.com"}


@pytest.mark.parametrize("window", ["03:00-04:00", "22:30-23:15", "00:00-00:30", "20:00-23:59"])
def test_they_begin_after_rds_s_own_windows(window: str) -> None:
    """Not in the hour before a window, and not in one: AWS Backup would fail."""
    minute, hour = (int(part) for part in schedule(window).removeprefix("cron(").split()[:2])
    begin, end = (int(part[:2]) * 60 + int(part[3:]) for part in window.split("-"))
    maintained_until = int(maintenance_window(window)[-5:-3]) * 60 + int(maintenance_window(window)[-2:])
    since = (hour * 60 + minute - end) % 1440
    assert (maintained_until - end) % 1440 < since < (begin - end - 60) % 1440


def test_without_a_database_there_is_nothing_to_copy() -> None:
    with pytest.raises(ValueError, match="at least one database"):
        copies(database_arns=[])


def test_the_page_s_example_runs_and_its_table_is_complete() -> None:
    assert f"{NAME}-databases" in example("backup_copies")
    assert documented_arguments("backup_copies") >= set(BackupCopiesArgs.__annotations__)
