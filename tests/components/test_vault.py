"""A vault whose backups stay until their time, and what each lock means."""

from typing import Any

import pytest
from examples import documented_arguments, example
from recording import Graph, assert_house_rules, record

from tenfold.components.vault import Lock, Vault, VaultArgs

KEY = "arn:aws:kms:us-west-2:123456789012:key/k"


def vault(**args: object) -> Graph:
    inputs: Any = {"kms_key_arn": KEY, "tags": {"app": "shop"}, **args}
    return record(lambda: Vault("shop-vault", inputs).arn)


def test_a_backup_stays_for_its_time_and_whoever_may_can_take_the_lock_off() -> None:
    graph = vault()
    assert_house_rules(graph, "shop-vault")
    assert graph["shop-vault-backups"].inputs["kmsKeyArn"] == KEY and graph["shop-vault-backups"].protect
    lock = graph["shop-vault-lock"].inputs
    assert lock["minRetentionDays"] == 14 and "changeableForDays" not in lock


def test_compliance_is_for_ever_and_stays_in_the_account() -> None:
    graph = vault(lock=Lock.COMPLIANCE, keep_days=30)
    lock = graph["shop-vault-lock"]
    assert lock.inputs["minRetentionDays"] == 30 and lock.inputs["changeableForDays"] == 3
    assert lock.retain_on_delete and graph["shop-vault-backups"].retain_on_delete


@pytest.mark.parametrize("lock", Lock)
def test_one_that_may_be_thrown_away_has_no_lock(lock: Lock) -> None:
    graph = vault(throwaway=True, lock=lock)
    assert graph["shop-vault-backups"].inputs["forceDestroy"] and not graph["shop-vault-backups"].protect
    assert [r.name for r in graph if r.type.endswith("VaultLockConfiguration")] == []


def test_a_vault_has_one_lock_so_the_old_one_goes_first() -> None:
    assert vault()["shop-vault-lock"].delete_before_replace


@pytest.mark.parametrize("days", [0, 36_501])
def test_days_that_aws_does_not_take_are_refused(days: int) -> None:
    with pytest.raises(ValueError, match="from 1 to 36,500"):
        vault(keep_days=days)


def test_the_page_s_example_runs_and_its_table_is_complete() -> None:
    assert "shop-vault-lock" in example("vault")
    assert documented_arguments("vault") >= set(VaultArgs.__annotations__)
