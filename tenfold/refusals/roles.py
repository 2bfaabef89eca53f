"""Which region is active, by the databases that are deployed; and an `up` that would change that by itself. Pure."""

from collections.abc import Mapping, Sequence
from typing import Any

from tenfold.blueprints.architecture import Architecture
from tenfold.diff.model import Refusal

State = Sequence[Mapping[str, Any]]
DATABASE = "aws:rds/instance:Instance"


def active(deployed: State, a: Architecture) -> str | None:
    """`primary` while the standby's database follows another, `standby` when it does not; None where there is none."""
    name = f"{a.name}-standby-database-primary"
    for resource in deployed:
        if resource["type"] == DATABASE and resource["urn"].endswith(f"::{name}"):
            return "primary" if (resource.get("inputs") or {}).get("replicateSourceDb") else "standby"
    return None


def changed_role(deployed: State, a: Architecture) -> Refusal | None:
    """An `up` neither promotes a replica nor makes one of a database, nor removes it with its region: the first loses
    what the replica is behind, the others all of it. Nor does a stack begin with what can only follow a failover."""
    there = active(deployed, a)
    if a.standby is None and there == "standby":
        return Refusal(
            "The second region is active, and would go.",
            f"{a.name}-standby-database-primary has taken over, and takes writes: it is no longer a replica",
            "write the stage that is deployed again; `tenfold failback` makes the first region the active one",
            "standby-database",
        )
    if a.standby and there is None and a.active == "standby" and a.database.existing is None:
        return Refusal(
            f"The blueprint says that {a.standby.region} is active, and there is no database yet.",
            f"the database of {a.standby.region} begins as a copy of the one in {a.region}",
            f"write `regions: {{active: primary}}` in environments.{a.environment}; `tenfold failover` changes it",
            "standby-database",
        )
    if a.standby is None or there is None or there == a.active:
        return None
    region = {"primary": a.region, "standby": a.standby.region}
    return Refusal(
        f"{region[there]} is active, and the blueprint says {region[a.active]}.",
        f"the database of {a.standby.region} "
        + ("follows the one of the first region" if there == "primary" else "has taken over, and takes writes"),
        f"write `regions: {{active: {there}}}` in environments.{a.environment}, which is what is deployed"
        + ("; `tenfold failover` changes it" if there == "primary" else ""),
        "standby-database",
    )
