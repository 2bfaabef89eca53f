"""The changes in each region that follow from a change of `regions.active`, read from the next `up`'s difference. Pure.

A failover makes these changes by API calls; the next `up` then has nothing left to do for them.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from tenfold.blueprints.value import Value
from tenfold.diff import Change, Difference
from tenfold.diff.model import UPDATE

DATABASE, FLEET = "aws:rds/instance:Instance", "aws:autoscaling/group:Group"
PROXY_TARGET, ALARM = "aws:rds/proxyTarget:ProxyTarget", "aws:cloudwatch/metricAlarm:MetricAlarm"
_SIZES = {"minSize", "maxSize", "desiredCapacity"}

State = Sequence[Mapping[str, Any]]


class Database(Value):
    """A replica to be promoted. `keep`: days that its backups are kept."""

    urn: str
    name: str
    identifier: str
    region: str
    keep: int


class Fleet(Value):
    """An Auto Scaling group and its intended size."""

    urn: str
    name: str
    group: str
    region: str
    least: int
    most: int


class Alarm(Value):
    """An alarm whose notifications are switched on or off. `alarm` is its name in AWS."""

    urn: str
    alarm: str
    region: str
    rings: bool


class Member(Value):
    """A database whose name another database takes over. `id` is the engine's, `inputs` are the state's; `changes` are
    the program's new inputs: input -> value, None where an input goes."""

    urn: str
    name: str
    identifier: str
    id: str
    region: str
    inputs: Mapping[str, Any]
    changes: Mapping[str, Any]

    @property
    def promoted(self) -> Database:
        """The same database, as a replica to be promoted."""
        keep = int(self.inputs.get("backupRetentionPeriod") or 1)
        return Database(self.urn, self.name, self.identifier, self.region, keep)

    def planned_inputs(self, inputs: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """The program's new inputs; `inputs` replaces those of the state, where they are spelled another way."""
        after = {**(self.inputs if inputs is None else inputs), **self.changes}
        return {name: value for name, value in after.items() if name not in self.changes or value is not None}


class Pair(Value):
    """The database of the region that takes over (`here`) and the one that is active until then (`away`); also what
    refers to `here` by its name: its read replicas, and proxies, each with its target group."""

    here: Member
    away: Member
    replicas: tuple[Member, ...]
    proxies: tuple[tuple[str, str], ...] = ()


class Copied(Value):
    """Buckets and tables that are copied between the regions. Buckets: (region, name, name of the copy)."""

    buckets: tuple[tuple[str, str, str], ...] = ()
    tables: tuple[str, ...] = ()


class Moves(Value):
    """`later`: the changes that wait for the next `up`, wholly or in part."""

    databases: tuple[Database, ...]
    raised: tuple[Fleet, ...]
    fenced: tuple[Fleet, ...]
    later: tuple[Change, ...]
    alarms: tuple[Alarm, ...] = ()


def of(difference: Difference, deployed: State, region: str) -> Moves:
    """`region` is the one that takes over: there replicas are promoted and fleets grow; fleets elsewhere shrink."""
    resources = {resource["urn"]: resource for resource in deployed}
    databases, fleets, later, alarms = list[Database](), list[Fleet](), list[Change](), list[Alarm]()
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
        elif resource and change.type == ALARM and change.op == UPDATE and "actionsEnabled" in _paths(change):
            alarms.append(_alarm(resource, difference.after.resources[change.urn].inputs))
            done = {"actionsEnabled"} if place == region else set()
        if not done or _paths(change) - done:
            later.append(change)
    raised = tuple(fleet for fleet in fleets if fleet.region == region)
    fenced = tuple(fleet for fleet in fleets if fleet.region != region)
    return Moves(tuple(databases), raised, fenced, tuple(later), tuple(alarms))


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


def _alarm(resource: Mapping[str, Any], after: Mapping[str, Any]) -> Alarm:
    outputs = resource["outputs"]
    return Alarm(resource["urn"], outputs["name"], outputs["region"], after.get("actionsEnabled", True))


def pairs(difference: Difference, deployed: State, application: str, region: str) -> tuple[Pair, ...]:
    """For a failback to `region`: each database that becomes a replica again, with its future source."""
    resources = {_name(one): one for one in deployed if one["type"] == DATABASE}
    followers = [
        change
        for change in difference.resources
        if change.type == DATABASE
        and change.op == UPDATE
        and any(one.path == "replicateSourceDb" and one.new is not None for one in change.properties)
    ]
    pairs = list[Pair]()
    for change in followers:
        away = _member(resources[change.name], change, difference.after.resources[change.urn].inputs)
        here = _member(resources[change.name.replace(f"{application}-standby-", f"{application}-", 1)])
        near = [one for one in resources.values() if one["inputs"].get("replicateSourceDb") == here.identifier]
        replicas = tuple(_member(one) for one in near if one["outputs"]["region"] == region)
        pairs.append(Pair(here, away, replicas, tuple(_proxies(deployed, here))))
    return tuple(pairs)


def _proxies(deployed: State, of: Member) -> Iterator[tuple[str, str]]:
    for one in deployed:
        if one["type"] == PROXY_TARGET and one["inputs"].get("dbInstanceIdentifier") == of.identifier:
            yield one["inputs"]["dbProxyName"], one["inputs"]["targetGroupName"]


def _member(
    resource: Mapping[str, Any], change: Change | None = None, after: Mapping[str, Any] | None = None
) -> Member:
    """`after`: the program's inputs. Inputs that it lacks go, also those in no change (a final snapshot's name)."""
    inputs, outputs = resource["inputs"], resource["outputs"]
    changes = {name: None for name in inputs if after is not None and name not in after and not _is_providers(name)}
    changes |= {one.path: one.new for one in (change.properties if change else ())}
    urn, name = resource["urn"], _name(resource)
    return Member(urn, name, outputs["identifier"], resource["id"], outputs["region"], inputs, changes)


def _is_providers(name: str) -> bool:
    """Whether the provider adds this input itself."""
    return name == "region" or name.startswith("__")


def fleets(difference: Difference, deployed: State, region: str) -> tuple[Fleet, ...]:
    """Every Auto Scaling group of the region, with its intended size."""
    planned = difference.after.resources
    return tuple(
        _fleet(one, planned[one["urn"]].inputs)
        for one in deployed
        if one["type"] == FLEET and one["outputs"].get("region") == region and one["urn"] in planned
    )


def as_deployed(fleets: Sequence[Fleet], deployed: State) -> tuple[Fleet, ...]:
    """The same groups with their sizes in the state."""
    inputs = {one["urn"]: one["inputs"] for one in deployed if one["type"] == FLEET}
    return tuple(
        _fleet({"urn": one.urn, "outputs": {"name": one.group, "region": one.region}}, inputs[one.urn])
        for one in fleets
    )


def replicas(deployed: State) -> Iterator[tuple[str, str]]:
    """(URN, ARN of the source) of each replica whose source is in another region."""
    for resource in deployed:
        outputs = resource.get("outputs") or {}
        source = str(outputs.get("replicateSourceDb") or "")
        if resource["type"] == DATABASE and source.startswith("arn:"):
            yield resource["urn"], source


def _name(resource: Mapping[str, Any]) -> str:
    return resource["urn"].rsplit("::", 1)[-1]
