"""What a change of `regions.active` asks of each region, read from the difference that the next `up` would see. Pure.

So a failover does by API calls what the program says, and the next `up` finds it done.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from tenfold.blueprints.value import Value
from tenfold.diff import Change, Difference

DATABASE, FLEET = "aws:rds/instance:Instance", "aws:autoscaling/group:Group"
_SIZES = {"minSize", "maxSize", "desiredCapacity"}

State = Sequence[Mapping[str, Any]]


class Database(Value):
    """A replica that becomes a database of its own. `keep` is how many days its backups are kept."""

    urn: str
    name: str
    identifier: str
    region: str
    keep: int


class Fleet(Value):
    """A group of servers and the size it is to have."""

    urn: str
    name: str
    group: str
    region: str
    least: int
    most: int


class Moves(Value):
    """`later`: the changes that wait for the next `up`, wholly or in part."""

    databases: tuple[Database, ...]
    raised: tuple[Fleet, ...]
    fenced: tuple[Fleet, ...]
    later: tuple[Change, ...]


def of(difference: Difference, deployed: State, region: str) -> Moves:
    """`region` is the one that takes over: there replicas are promoted and fleets grow; fleets elsewhere shrink."""
    resources = {resource["urn"]: resource for resource in deployed}
    databases, fleets, later = list[Database](), list[Fleet](), list[Change]()
    for change in difference.resources:
        resource = resources.get(change.urn)
        place = ((resource or {}).get("outputs") or {}).get("region")
        done = set[str]()
        if resource and change.type == DATABASE and place == region and _is_promoted(change):
            databases.append(_database(resource))
            done = {"replicateSourceDb"}
        elif resource and change.type == FLEET and _SIZES & _paths(change):
            fleets.append(_fleet(resource, difference.after.resources[change.urn].inputs))
            done = _SIZES if place == region else set()  # the region that is left may answer nothing
        if not done or _paths(change) - done:
            later.append(change)
    raised = tuple(fleet for fleet in fleets if fleet.region == region)
    return Moves(tuple(databases), raised, tuple(fleet for fleet in fleets if fleet.region != region), tuple(later))


def _is_promoted(change: Change) -> bool:
    return any(one.path == "replicateSourceDb" and one.new is None for one in change.properties)


def _paths(change: Change) -> set[str]:
    return {one.path for one in change.properties}


def _database(resource: Mapping[str, Any]) -> Database:
    outputs = resource["outputs"]
    keep = int(outputs.get("backupRetentionPeriod") or 1)
    return Database(resource["urn"], _name(resource), outputs["identifier"], outputs["region"], keep)


def _fleet(resource: Mapping[str, Any], after: Mapping[str, Any]) -> Fleet:
    outputs = resource["outputs"]
    least, most = int(after.get("minSize") or 0), int(after.get("maxSize") or 0)
    return Fleet(resource["urn"], _name(resource), outputs["name"], outputs["region"], least, most)


def replicas(deployed: State) -> Iterator[tuple[str, str]]:
    """(URN, source's ARN) of each database that follows one of another region."""
    for resource in deployed:
        outputs = resource.get("outputs") or {}
        source = str(outputs.get("replicateSourceDb") or "")
        if resource["type"] == DATABASE and source.startswith("arn:"):
            yield resource["urn"], source


def _name(resource: Mapping[str, Any]) -> str:
    return resource["urn"].rsplit("::", 1)[-1]
