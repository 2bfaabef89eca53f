"""BackupCopies: a backup of each database every day, and a copy of it in the vault of another region."""

from typing import Any, NotRequired, TypedDict

import pulumi
import pulumi_aws as aws

from tenfold.components.parts.component import Component
from tenfold.components.parts.names import fitting
from tenfold.components.parts.service_role import service_role
from tenfold.components.plans.rds import maintenance_window
from tenfold.components.vault import KEEP

NAME_LIMIT = 50  # characters: CreateBackupPlan and CreateBackupSelection, API reference
# RDS takes no other backup in its windows, nor in the hour before one (AWS Backup Developer Guide, "Backup plan options
# and configuration"); maintenance ends an hour and a half after the daily backup's window.
AFTER = 3  # hours
POLICY = "AWSBackupServiceRolePolicyForBackup"  # AWS's own
START_WITHIN, END_WITHIN = 60, 480  # minutes; 60 is the least that AWS takes (BackupRuleInput, API reference)


class BackupCopiesArgs(TypedDict):
    database_arns: list[pulumi.Input[str]]
    """ARNs of RDS instances in the component's own region, at least one. Change: replaces the selection."""
    vault_name: pulumi.Input[str]
    """Vault of this region that takes the backups. Change: in place, from the next backup on."""
    to_vault_arn: pulumi.Input[str]
    """Vault of another region that takes the copies. Change: in place, from the next backup on."""
    keep_days: NotRequired[int]
    """Days that backups and copies are kept, at least as many as the vaults' locks ask for. Default: 14. Change: in
    place, for backups from then on."""
    backups_window: NotRequired[str]
    """UTC; the daily backups of the databases themselves. These begin three hours after it. Default: `03:00-04:00`.
    Change: in place."""
    tags: NotRequired[dict[str, pulumi.Input[str]]]
    """Tags of every child, and of the backups. Default: none. Change: in place."""


class BackupCopies(Component[BackupCopiesArgs]):
    """A plan of AWS Backup. Its backups are whole databases as they were at one moment, and depend on nothing else: not
    on the instance, not on its automated backups, and the copies not on this region.

    AWS Backup encrypts each copy with the key of the vault that takes it.
    """

    plan_id: pulumi.Output[str]
    """Backup plan that makes the copies."""

    def __init__(self, name: str, args: BackupCopiesArgs, opts: pulumi.ResourceOptions | None = None):
        super().__init__(name, args, opts)
        if not args["database_arns"]:
            raise ValueError("database_arns: must name at least one database")
        role = f"{name}-role"
        child = fitting(f"{name}-plan", NAME_LIMIT)
        plan = aws.backup.Plan(child, rules=[daily(args)], tags=self._tags(child), opts=self._child())
        aws.backup.Selection(
            fitting(f"{name}-databases", NAME_LIMIT),
            plan_id=plan.id,
            iam_role_arn=service_role(role, "backup.amazonaws.com", POLICY, self._tags(role), self),
            resources=args["database_arns"],
            opts=self._child(),
        )
        self.plan_id = plan.id
        self._register()


def daily(args: BackupCopiesArgs) -> Any:
    """The plan's rule: one backup a day, and its copy."""
    kept = {"delete_after": args.get("keep_days", KEEP)}
    return {
        "rule_name": "daily",
        "target_vault_name": args["vault_name"],
        "schedule": schedule(args.get("backups_window", "03:00-04:00")),
        "start_window": START_WITHIN,
        "completion_window": END_WITHIN,
        "lifecycle": kept,
        "recovery_point_tags": args.get("tags", {}),
        "copy_actions": [{"destination_vault_arn": args["to_vault_arn"], "lifecycle": kept}],
    }


def schedule(backups_window: str) -> str:
    """When the backups begin, in the form of EventBridge.

    >>> schedule("22:30-23:15")
    'cron(15 2 * * ? *)'

    Raises ValueError for a window that RDS does not take.
    """
    maintenance_window(backups_window)
    end = backups_window.partition("-")[2]
    return f"cron({int(end[3:])} {(int(end[:2]) + AFTER) % 24} * * ? *)"
