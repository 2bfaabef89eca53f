"""Copies between the regions of a stack: of objects, and of the databases' backups."""

from tenfold.components.backup_copies import BackupCopies, BackupCopiesArgs
from tenfold.components.replication import Replication, ReplicationArgs
from tenfold.stacks.region import Region


def replicate(source: Region, to: Region) -> None:
    """Each bucket of `source` into the one of the same tier of `to`."""
    at = source.ground.place
    for tier, bucket in source.tier.buckets.items():
        args: ReplicationArgs = {**at.common, "source": bucket, "to": to.tier.buckets[tier]}
        Replication(at.name(f"{tier}-copies"), args, at.options)


def copy_backups(active: Region, other: Region) -> None:
    """Of the databases that are written; those of their replicas would say the same."""
    at, databases = active.ground.place, list(active.tier.databases.values())
    if at.architecture.vault is None or active.vault is None or other.vault is None or not databases:
        return
    args: BackupCopiesArgs = {
        **at.common,
        "database_arns": databases,
        "vault_name": active.vault.vault_name,
        "to_vault_arn": other.vault.arn,
        "keep_days": at.architecture.vault.keep,
        "backups_window": at.architecture.database.backups.window,
    }
    BackupCopies(at.name("backup-copies"), args, at.options)
