"""Vaults with backups in them, as AWS Backup keeps and refuses them."""

import pytest
from moto.backup.models import backup_backends

from tenfold.local.aws import RequestFailed
from tenfold.local.moto.backup import recovery_points
from tests.local.two_regions import HOME, Regions

VAULT = "aws:backup/vault:Vault"
LOCK = "aws:backup/vaultLockConfiguration:VaultLockConfiguration"
PLAN, SELECTION = "aws:backup/plan:Plan", "aws:backup/selection:Selection"


def full(regions: Regions, **inputs: object) -> tuple[str, dict[str, object]]:
    """A vault with a backup in it, which only AWS Backup itself could make."""
    name, outputs = regions.make(VAULT, HOME, **inputs)
    point = {"RecoveryPointArn": f"arn:aws:rds:{HOME}:123456789012:snapshot:awsbackup:job-1"}
    recovery_points(backup_backends["123456789012"][HOME], name).append(point)
    return name, outputs


def test_a_vault_with_backups_is_not_deleted(regions: Regions) -> None:
    name, outputs = full(regions)
    with pytest.raises(RequestFailed, match="contains recovery points"):
        regions.handlers.delete(VAULT, name, outputs, HOME)


def test_one_that_may_be_thrown_away_goes_with_them(regions: Regions) -> None:
    name, outputs = full(regions, forceDestroy=True)
    regions.handlers.delete(VAULT, name, outputs, HOME)
    assert regions.ask("backup", HOME, "ListBackupVaults")["BackupVaultList"] == []


def test_a_lock_keeps_the_backups_from_that(regions: Regions) -> None:
    name, outputs = full(regions, forceDestroy=True)
    regions.make(LOCK, HOME, backupVaultName=name, minRetentionDays=14)
    with pytest.raises(RequestFailed, match="locked"):
        regions.handlers.delete(VAULT, name, outputs, HOME)


def test_a_plan_with_a_selection_is_not_deleted(regions: Regions) -> None:
    vault, _ = regions.make(VAULT, HOME)
    plan, outputs = regions.make(PLAN, HOME, rules=[{"ruleName": "daily", "targetVaultName": vault}])
    role = "arn:aws:iam::123456789012:role/backup"
    regions.make(SELECTION, HOME, planId=plan, iamRoleArn=role, resources=["arn:aws:rds:us-east-1:123456789012:db:x"])
    with pytest.raises(RequestFailed, match="selections must be deleted"):
        regions.handlers.delete(PLAN, plan, outputs, HOME)
