"""The state after a failback: each name has another database behind it, and the one that had it is a leftover. Pure.

before   …Database$aws:rds/instance:Instance::shop-database-primary   db-OLD   (shop-database-primary-2af3ddd)
after    …Database$aws:rds/instance:Instance::shop-database-former    db-OLD   (shop-database-primary-2af3ddd-former)
         …Database$aws:rds/instance:Instance::shop-database-primary   db-NEW   (shop-database-primary-2af3ddd)
"""

import copy
from collections.abc import Mapping
from typing import Any

from tenfold.blueprints.standby import FORMER
from tenfold.blueprints.value import Value
from tenfold.failover.copies import former
from tenfold.failover.moves import Member

PRIMARY = "-primary"
Resource = dict[str, Any]


class Successor(Value):
    """The database that has the member's name now. `id` is the engine's."""

    member: Member
    id: str
    follows: str | None  # an ARN, or an identifier of the same region
    left: bool  # whether the one before stays, under another name


def leftover(name: str) -> str:
    """Name or URN: shop-database-primary -> shop-database-former."""
    return f"{name.removesuffix(PRIMARY)}{FORMER}"


def known_as(identifier: str, description: Mapping[str, Any], before: str) -> str:
    """The id of a database in the form that its predecessor's has: RDS's own (db-…), or the identifier."""
    return description["DbiResourceId"] if before.startswith("db-") else identifier


def replace_by_successors(resources: list[Resource], successors: Mapping[str, Successor]) -> list[Resource]:
    """The state with the successors, which are by URN. A second call changes nothing: a database that has its new id is
    not exchanged again."""
    known = {resource["urn"] for resource in resources}
    after: list[Resource] = []
    for resource in resources:
        successor = successors.get(resource["urn"])
        if successor and successor.left and leftover(resource["urn"]) not in known:
            after.append(_left(resource))
        after.append(_succeeded(resource, successor) if successor else resource)
    return after


def ringing(resources: list[Resource], rings: Mapping[str, bool]) -> list[Resource]:
    """The state with the alarms' `actionsEnabled` as in the program, by URN: a refresh adds no input."""
    return [
        {**one, "inputs": {**one["inputs"], "actionsEnabled": rings[one["urn"]]}} if one["urn"] in rings else one
        for one in resources
    ]


def _left(resource: Resource) -> Resource:
    before = copy.deepcopy(resource)
    identifier = former(before["outputs"]["identifier"])
    # The next failback leaves the same name while this snapshot is still there: the database's id tells them apart.
    own = str(before["outputs"].get("resourceId") or before["id"]).removeprefix("db-")[-8:].lower()
    before["urn"] = leftover(before["urn"])
    if not before["id"].startswith("db-"):
        before["id"] = identifier
    for side in ("inputs", "outputs"):
        before[side] |= {
            "identifier": identifier,
            "finalSnapshotIdentifier": f"{identifier}-{own}-final",
            "skipFinalSnapshot": False,
        }
    return before


def _succeeded(resource: Resource, successor: Successor) -> Resource:
    """The resource with its successor's id and inputs. Its outputs are read by the refresh that follows."""
    after = copy.deepcopy(resource)
    after["id"] = successor.id
    for side in ("inputs", "outputs"):
        after[side] = successor.member.planned_inputs(after[side])
        after[side].pop("replicateSourceDb", None)
        if successor.follows:
            after[side]["replicateSourceDb"] = successor.follows
    if "id" in after["outputs"]:
        after["outputs"]["id"] = successor.id
    return after
