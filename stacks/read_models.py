"""Read models: each a table or a search domain, that background jobs fill from events and the application reads."""

from collections.abc import Mapping

import pulumi

from tenfold.blueprints.architecture.services import ReadModel
from tenfold.components import search as search_component
from tenfold.components import table as table_component
from tenfold.components.plans import contract
from tenfold.stacks import search
from tenfold.stacks.ground import Ground
from tenfold.stacks.tables import table
from tenfold.stacks.tier import Tier, subject, total


def read_models(ground: Ground) -> Tier:
    specs = ground.place.architecture.read_models
    if not specs:
        return Tier()
    searched = {name: spec for name, spec in specs.items() if spec.engine == "opensearch"}
    keyed = {name: spec for name, spec in specs.items() if name not in searched}
    tables, table_names = _tables(ground, keyed)
    domains, urls = _domains(ground, searched)
    return tables + domains + Tier(outputs={"read_models": {**table_names, **urls}})


def _tables(ground: Ground, specs: Mapping[str, ReadModel]) -> tuple[Tier, dict[str, pulumi.Input[str]]]:
    """With the name of each."""
    if not specs:
        return Tier(), {}
    tables = {name: table(ground, f"read-model-{name}", spec.table, spec.keep) for name, spec in specs.items()}
    names = {name: one.name for name, one in tables.items()}
    arns, key = [one.arn for one in tables.values()], ground.encryption.key_arn
    own = Tier(
        settings=contract.family("MODEL_<NAME>_TABLE", names),
        statements=tuple(table_component.read_statements(arns, key)),
        job_statements=(table_component.write_statement(arns),),
        subjects={f"read-model-{name}": subject("table", {"TableName": one}) for name, one in names.items()},
    )
    return own + total(one.shared for one in tables.values()), names


def _domains(ground: Ground, specs: Mapping[str, ReadModel]) -> tuple[Tier, dict[str, pulumi.Input[str]]]:
    """With the address of each. Whoever runs the jobs reaches what the application reaches."""
    if not specs:
        return Tier(), {}
    at = ground.place
    domains = {name: search.search(ground, at.name(f"read-model-{name}-search"), spec) for name, spec in specs.items()}
    urls: dict[str, pulumi.Input[str]] = {name: domain.url for name, domain in domains.items()}
    arns = [domain.arn for domain in domains.values()]
    own = Tier(
        settings=contract.family("MODEL_<NAME>_URL", urls),
        statements=(search_component.read_statement(arns),),
        job_statements=(search_component.write_statement(arns),),
        subjects={
            f"read-model-{name}": search.alarm_subject(ground, domains[name], spec) for name, spec in specs.items()
        },
    )
    return own + total(search.reach_tier(f"read-model-{name}", domain) for name, domain in domains.items()), urls
