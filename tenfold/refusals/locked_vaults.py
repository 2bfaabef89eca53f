"""Locks of backup vaults that are for ever: AWS refuses to change one, in the middle of a run.

Source: AWS Backup Developer Guide, "AWS Backup Vault Lock": with `compliance` nobody changes a lock after its LockDate.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from tenfold.blueprints.origin import Origin
from tenfold.diff import Difference
from tenfold.diff.model import Refusal
from tenfold.promotion.checks import Asked, State

_LOCK = "aws:backup/vaultLockConfiguration:VaultLockConfiguration"
_FIELDS = ("regions.vault.keep", "regions.vault.lock")


def find_refusals(
    asked: Asked, deployed: State, difference: Difference, origins: Mapping[str, Origin]
) -> list[Refusal]:
    """For all locks that would change and are for ever. The state says which can become so, not whether one is: that is
    asked of AWS. Where AWS does not tell, nothing is refused."""
    changing = {
        c.moved_from or c.urn for c in difference.resources if c.type == _LOCK and c.op in ("replace", "update")
    }
    locks = [resource for resource in deployed if resource["urn"] in changing]
    final = [lock for lock in locks if (since := _final_since(asked, lock)) and since <= datetime.now(UTC)]
    if not final:
        return []
    names = " and ".join(lock["urn"].rsplit("::", 1)[-1] for lock in final)
    places = [origin for field in _FIELDS if (origin := origins.get(field)) and origin.is_set]
    lines = ", ".join(f"{one.file}:{one.line}:{one.column}" for one in places)
    days = int(final[0]["inputs"]["minRetentionDays"])
    return [
        Refusal(
            f"{names} cannot change any more.",
            "a lock with `compliance` is for ever, for AWS too, from three days after it was put on"
            + (f"; another one is written in {lines}" if lines else ""),
            f"write `regions: {{vault: {{keep: {days}d, lock: compliance}}}}` again",
            "vault",
        )
    ]


def _final_since(asked: Asked, lock: Mapping[str, Any]) -> datetime | None:
    """None for one that can always be changed, and where AWS does not tell."""
    from botocore.exceptions import BotoCoreError, ClientError

    if not lock["inputs"].get("changeableForDays"):
        return None
    backup = asked.client("backup", (lock.get("outputs") or {}).get("region"))
    try:
        return backup.describe_backup_vault(BackupVaultName=lock["id"]).get("LockDate")
    except (BotoCoreError, ClientError):
        return None
