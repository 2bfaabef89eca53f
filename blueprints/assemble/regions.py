"""The region that takes over, and how soon."""

from tenfold.blueprints.architecture.regions import Drill, Recovery, Standby, Vault
from tenfold.blueprints.assemble.values import Values


def assemble_standby(values: Values) -> Standby:
    return Standby(**{part: values.at(f"regions.standby.{part}") for part in Standby.__dataclass_fields__})


def assemble_recovery(values: Values) -> Recovery:
    objectives = {part: values.at(f"regions.recovery.{part}") for part in ("time", "point", "decision")}
    measured = {part: values.maybe(f"regions.recovery.drill.{part}") for part in Drill.__dataclass_fields__}
    return Recovery(**objectives, drill=Drill(**measured) if measured["date"] else None)


def assemble_vault(values: Values) -> Vault:
    return Vault(values.at("regions.vault.keep"), values.at("regions.vault.lock"))
