"""What was there before the stack; nothing where a needed field is missing, which has been reported."""

from tenfold.blueprints.architecture.existing import ExistingDatabase, ExistingNetwork, ImportedDatabase, ZoneSubnets
from tenfold.blueprints.assemble.values import Values

NETWORK, DATABASE = ("network", "existing"), ("database", "existing")


def assemble_existing_network(values: Values) -> ExistingNetwork | None:
    vpc = values.under(*NETWORK).get("vpc")
    zones = values.names(*NETWORK, "subnets")
    if not vpc or not zones:
        return None
    return ExistingNetwork(vpc, {zone: ZoneSubnets(**values.under(*NETWORK, "subnets", zone)) for zone in zones})


def assemble_existing_database(values: Values) -> ExistingDatabase | None:
    fields = values.under(*DATABASE)
    is_complete = "database" in values.capabilities and {"address", "secret"} <= fields.keys()
    return ExistingDatabase(**fields) if is_complete else None


def assemble_imported_database(values: Values) -> ImportedDatabase | None:
    fields = values.under("database", "imported")
    if "database" not in values.capabilities or not {"identifier", "name", "user"} <= fields.keys():
        return None
    return ImportedDatabase(**{**fields, "security_groups": tuple(fields.get("security_groups", ()))})
