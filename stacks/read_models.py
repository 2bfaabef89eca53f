"""Read models: a table each, that background jobs fill from events and the application reads."""

from tenfold.components import table as table_component
from tenfold.components.plans import contract
from tenfold.stacks.ground import Ground
from tenfold.stacks.tables import table
from tenfold.stacks.tier import Tier, subject, total


def read_models(ground: Ground) -> Tier:
    specs = ground.place.architecture.read_models
    if not specs:
        return Tier()
    tables = {name: table(ground, f"read-model-{name}", spec.table, spec.keep) for name, spec in specs.items()}
    names = {name: one.name for name, one in tables.items()}
    arns, key = [one.arn for one in tables.values()], ground.encryption.key_arn
    own = Tier(
        settings=contract.family("MODEL_<NAME>_TABLE", names),
        statements=tuple(table_component.read_statements(arns, key)),
        job_statements=(table_component.write_statement(arns),),
        outputs={"read_models": names},
        subjects={f"read-model-{name}": subject("table", {"TableName": one}) for name, one in names.items()},
    )
    return own + total(one.shared for one in tables.values())
