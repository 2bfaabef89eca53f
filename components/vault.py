"""Vault: where backups are that nobody can delete before their time."""

from enum import StrEnum
from typing import NotRequired, TypedDict

import pulumi
import pulumi_aws as aws

from tenfold.components.parts.component import Component
from tenfold.components.parts.names import fitting

NAME_LIMIT = 50  # characters: CreateBackupVault, API reference
COOLING_OFF = 3  # days, the least that AWS takes: PutBackupVaultLockConfiguration, API reference, ChangeableForDays
KEEP = 14  # days; a mistake that is noticed within two weeks can be undone
KEEPS_AT_MOST = 36_500  # days: the same page, MaxRetentionDays


class Lock(StrEnum):
    """Who can take the lock off. AWS Backup Developer Guide, "AWS Backup Vault Lock"."""

    GOVERNANCE = "governance"
    """Whoever has the permission to."""
    COMPLIANCE = "compliance"
    """Nobody, AWS neither, once three days have passed."""


class VaultArgs(TypedDict):
    kms_key_arn: pulumi.Input[str]
    """Key of the backups, of the vault's region. Change: recreates the vault, which AWS refuses unless it is empty."""
    keep_days: NotRequired[int]
    """The lock refuses to delete a backup before this many days, and to take one that is to be kept for less. Default:
    14. Change: replaces the lock, for backups from then on; never with `compliance`."""
    lock: NotRequired[Lock]
    """Who can take the lock off: with `governance` whoever has the right to, with `compliance` nobody from three days
    on. Default: `governance`. Change: replaces the lock; `compliance` is for ever."""
    throwaway: NotRequired[bool]
    """No lock and no protection, and destroying deletes the backups. Default: false. Change: in place, which takes the
    lock off."""
    tags: NotRequired[dict[str, pulumi.Input[str]]]
    """Tags of every child. Default: none. Change: in place."""


class Vault(Component[VaultArgs]):
    """A vault of AWS Backup with a lock: what is in it can be restored, and cannot be deleted before its time.

    With `compliance` a `pulumi destroy` leaves the vault and its lock in the account, for AWS refuses to delete them.
    """

    vault_name: pulumi.Output[str]
    """Name of the vault."""
    arn: pulumi.Output[str]
    """ARN of it."""

    def __init__(self, name: str, args: VaultArgs, opts: pulumi.ResourceOptions | None = None):
        super().__init__(name, args, opts)
        check(args)
        throwaway, lock = args.get("throwaway", False), args.get("lock", Lock.GOVERNANCE)
        stays = lock is Lock.COMPLIANCE  # also of one that has become a throwaway: its lock is there all the same
        child = fitting(f"{name}-backups", NAME_LIMIT)
        vault = aws.backup.Vault(
            child,
            kms_key_arn=args["kms_key_arn"],
            force_destroy=throwaway,
            tags=self._tags(child),
            opts=self._child(protect=self._keeps, retain_on_delete=stays),
        )
        if not throwaway:
            aws.backup.VaultLockConfiguration(
                f"{name}-lock",
                backup_vault_name=vault.name,
                min_retention_days=args.get("keep_days", KEEP),
                changeable_for_days=COOLING_OFF if stays else None,
                # A vault has one lock: made first, the new one would go with the old one.
                opts=self._child(delete_before_replace=True, retain_on_delete=stays),
            )
        self.vault_name, self.arn = vault.name, vault.arn
        self._register()


def check(args: VaultArgs) -> None:
    """Raises ValueError for days that AWS does not take."""
    days = args.get("keep_days", KEEP)
    if not 1 <= days <= KEEPS_AT_MOST:
        raise ValueError(f"keep_days: {days} must be from 1 to {KEEPS_AT_MOST:,}")
