"""Copies between the regions of a stack: of objects, and of the databases' backups."""

from tenfold.components.backup_copies import BackupCopies, BackupCopiesArgs
from tenfold.components.replication import RULE, BucketArgs, Replication, ReplicationArgs
from tenfold.components.signals import SubjectArgs
from tenfold.stacks.region import Region, observed_at
from tenfold.stacks.tier import subject


def replicate(source: Region, to: Region) -> dict[str, SubjectArgs]:
    """Copies each bucket of `source` into the one of the same tier of `to`. Returns what is observed of it: how late
    copies come, where they come, and which never leave."""
    observed: dict[str, SubjectArgs] = {}
    for tier, bucket in source.tier.buckets.items():
        observed |= _copied(tier, source, bucket, to, to.tier.buckets[tier])
    return observed


def copy_static_files(primary: Region, second: Region) -> dict[str, SubjectArgs]:
    """One way: nobody puts a file into the bucket that the edge asks second."""
    cdn = primary.cdn
    if not cdn or not cdn.copy_name or not cdn.copy_arn:
        return {}
    bucket: BucketArgs = {"name": cdn.bucket_name, "arn": cdn.bucket_arn, "region": primary.ground.place.region}
    other: BucketArgs = {"name": cdn.copy_name, "arn": cdn.copy_arn, "region": second.ground.place.region}
    return _copied("static", primary, bucket, second, other)


def _copied(tier: str, source: Region, bucket: BucketArgs, to: Region, other: BucketArgs) -> dict[str, SubjectArgs]:
    at = source.ground.place
    args: ReplicationArgs = {**at.common, "source": bucket, "to": other}
    Replication(at.name(f"{tier}-copies"), args, at.options)
    identifiers = {"SourceBucket": bucket["name"], "DestinationBucket": other["name"], "RuleId": RULE}
    late = {f"copies-{tier}": subject("copies", identifiers)}
    failed = {f"uncopied-{tier}": subject("uncopied", identifiers)}
    return {**observed_at(to.ground.place, late), **observed_at(at, failed)}


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
