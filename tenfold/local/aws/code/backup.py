"""Vaults, and what is selected for a plan."""

from tenfold.local.aws.call import Call


def empty(call: Call) -> None:
    """With `forceDestroy` a vault is deleted with its backups, where no lock keeps them (backup/vault.go)."""
    if not call.inputs.get("forceDestroy"):
        return
    for point in call.send("ListRecoveryPointsByBackupVault", BackupVaultName=call.id)["RecoveryPoints"]:
        call.send("DeleteRecoveryPoint", BackupVaultName=call.id, RecoveryPointArn=point["RecoveryPointArn"])


def selection(call: Call) -> str:
    """An import names the plan as well."""
    return str(call.id).rpartition("|")[2]
