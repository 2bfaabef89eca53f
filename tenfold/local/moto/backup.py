"""What moto lacks of AWS Backup: selections, changed plans, what a lock keeps, what a vault or plan in use refuses.

Sources: API model and API reference of AWS Backup (UpdateBackupPlan, CreateBackupSelection, DeleteBackupPlan,
DeleteBackupVault, DeleteRecoveryPoint); Developer Guide, "AWS Backup Vault Lock". No backup is ever taken here: a
recovery point is what a test puts into a vault (`recovery_points`).
"""

import json
from typing import Any
from urllib.parse import unquote

from moto.backup.models import BackupBackend, Plan
from moto.backup.responses import BackupResponse
from moto.backup.urls import url_paths
from moto.core.utils import unix_time
from moto.moto_api._internal import mock_random

from tenfold.local.moto.patching import Response, add, refuse_taken, replace
from tenfold.local.moto.refusal import Refused

Selection = dict[str, Any]


@replace(BackupBackend, "get_backup_plan")
def get_backup_plan(original: Any, self: BackupBackend, **key: Any) -> Plan:
    """One that was deleted is not there any more."""
    plan = original(self, **key)
    if plan.deletion_date is not None:
        raise Refused("ResourceNotFoundException", "Failed reading Backup plan with provided version")
    return plan


@replace(BackupBackend, "delete_backup_plan")
def delete_backup_plan(original: Any, self: BackupBackend, backup_plan_id: str) -> Any:
    if _selections(self, backup_plan_id):
        words = "Related backup plan selections must be deleted prior to backup plan deletion"
        raise Refused("InvalidRequestException", words)
    answer = original(self, backup_plan_id)
    del self.plans[backup_plan_id]  # moto keeps its name for ever
    return answer


@add(BackupResponse)
def update_backup_plan(self: Response) -> str:
    """The plan stays the same one, with what is selected for it; its version is another one."""
    plan = _plan(self.backup_backend, self.path.rstrip("/").rpartition("/")[2])
    changed: Any = Plan(json.loads(self.body)["BackupPlan"], plan.creator_request_id, self.backup_backend)
    plan.backup_plan, plan.version_id = changed.backup_plan, changed.version_id
    plan.advanced_backup_settings = changed.advanced_backup_settings
    return json.dumps(plan.to_dict())


def _plan(backend: BackupBackend, plan_id: str) -> Any:
    return backend.get_backup_plan(backup_plan_id=plan_id, version_id=None)


def _selections(backend: BackupBackend, plan_id: str) -> dict[str, Selection]:
    return vars(_plan(backend, plan_id)).setdefault("selections", {})


@add(BackupResponse)
def create_backup_selection(self: Response) -> str:
    plan_id = self.path.rstrip("/").split("/")[-2]
    selections, wish = _selections(self.backup_backend, plan_id), json.loads(self.body)["BackupSelection"]
    if any(one["BackupSelection"]["SelectionName"] == wish["SelectionName"] for one in selections.values()):
        raise Refused("AlreadyExistsException", "Backup selection with the same name already exists")
    key = str(mock_random.uuid4())
    head = {"SelectionId": key, "BackupPlanId": plan_id, "CreationDate": unix_time()}
    selections[key] = {**head, "BackupSelection": wish}
    return json.dumps(head)


def _own(self: Response) -> tuple[dict[str, Selection], str]:
    *_, plan_id, _, key = self.path.rstrip("/").split("/")
    selections = _selections(self.backup_backend, plan_id)
    if key not in selections:
        raise Refused("ResourceNotFoundException", f"Cannot find Backup selection with ID {key}")
    return selections, key


@add(BackupResponse)
def get_backup_selection(self: Response) -> str:
    selections, key = _own(self)
    return json.dumps(selections[key])


@add(BackupResponse)
def delete_backup_selection(self: Response) -> str:
    selections, key = _own(self)
    del selections[key]
    return "{}"


def recovery_points(backend: BackupBackend, vault: str) -> list[dict[str, Any]]:
    """What is in a vault; whoever puts something there says its RecoveryPointArn."""
    return vars(backend.describe_backup_vault(vault)).setdefault("points", [])


@replace(BackupBackend, "describe_backup_vault")
def describe_backup_vault(original: Any, self: BackupBackend, backup_vault_name: str) -> Any:
    vault = original(self, backup_vault_name)
    vault.number_of_recovery_points = len(vars(vault).setdefault("points", []))
    return vault


@refuse_taken(
    BackupResponse,
    "delete_backup_vault",
    "InvalidRequestException",
    "Backup vault cannot be deleted because it contains recovery points",
)
def vault_is_full(self: Response) -> bool:
    name = self.path.rpartition("/")[2]
    return name in self.backup_backend.vaults and bool(recovery_points(self.backup_backend, name))


@add(BackupResponse)
def list_recovery_points_by_backup_vault(self: Response) -> str:
    name = self.path.rstrip("/").split("/")[-2]
    return json.dumps({"RecoveryPoints": recovery_points(self.backup_backend, name)})


@add(BackupResponse)
def delete_recovery_point(self: Response) -> str:
    """A lock keeps it until its time, from everybody."""
    name, _, arn = unquote(self.path).partition("/backup-vaults/")[2].partition("/recovery-points/")
    points = recovery_points(self.backup_backend, name)
    if self.backup_backend.vaults[name].locked:
        raise Refused(
            "InvalidRequestException", "Backup vault is locked: a recovery point stays until its retention ends"
        )
    points[:] = [point for point in points if point["RecoveryPointArn"] != arn]
    return "{}"


for _path in ("recovery-points/$", "recovery-points/(?P<point>.+)$"):
    url_paths[f"{{0}}/backup-vaults/(?P<name>[^/]+)/{_path}"] = BackupResponse.dispatch
