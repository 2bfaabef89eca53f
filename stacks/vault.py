"""The vault that each region of a stack has for the backups of the other one."""

from tenfold.components.vault import Lock, Vault, VaultArgs
from tenfold.stacks.ground import Ground


def make_vault(ground: Ground) -> Vault | None:
    at, vault = ground.place, ground.place.architecture.vault
    if vault is None:
        return None
    args: VaultArgs = {
        **at.keeping,
        "kms_key_arn": ground.encryption.key_arn,
        "keep_days": vault.keep,
        "lock": Lock(vault.lock),
    }
    return Vault(at.name("vault"), args, at.options)
