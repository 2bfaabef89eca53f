"""The resources that a stack takes over, uses or leaves alone, and the changes that the takeover would make."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import product
from pathlib import Path
from typing import Any

from tenfold import exits, files, planning
from tenfold.adopting import network
from tenfold.adopting.blueprint_text import Choices, text
from tenfold.adopting.import_file import Take, urn
from tenfold.adopting.inventory import BUCKETS, DATABASE, INSTANCE, LOG_GROUP, SUBNET_GROUP, Inventory, Thing
from tenfold.adopting.resemblance import Resemblance, resemblance
from tenfold.blueprints.source.problem import Problem
from tenfold.blueprints.value import Value
from tenfold.components.plans import rds
from tenfold.diff import Change
from tenfold.failure import Failure, WrongBlueprint
from tenfold.graph import Graph

ENGINES = ("postgres", "mysql")


class Asked(Value):
    """Options of the command line."""

    name: str
    image: str
    environment: str
    vpc: str | None = None
    database: str | None = None
    uploads: str | None = None
    secret: str | None = None


class Proposal(Value):
    like: Resemblance
    blueprint: str
    graph: Graph
    takes: tuple[Take, ...]
    changes: tuple[Change, ...]
    """Changes that the next `up` would make to the resources taken over, as far as the inventory shows."""
    others: tuple[str, ...]
    """URNs, in the program that has them now, of the resources taken over; dependants come first."""
    uses: tuple[str, ...]
    leaves: tuple[tuple[str, str], ...]
    """(resource that is not taken over, reason)"""


def propose(inventory: Inventory, asked: Asked, file: Path) -> Proposal:
    """Writes the blueprint to `file` and reads it back. Raises `Failure` where the user has to choose, and
    `WrongBlueprint` where no blueprint fits."""
    like = resemblance(inventory)
    database = _database(inventory, asked)
    reason = _keeps_out(database) if database else ""
    first = _proposal(inventory, asked, file, like, database, reason)
    lost = next((one for one in first.changes if one.op in ("replace", "delete") and one.keeps), None)
    if lost and lost.type == DATABASE:
        why = ", ".join(f"{one.path} {one.old} → {one.new}" for one in lost.forced_by) or lost.because
        return _proposal(inventory, asked, file, like, database, f"it would be replaced: {why}")
    return first


def _database(inventory: Inventory, asked: Asked) -> Thing | None:
    """The database that was asked for, or the only one that is no replica."""
    own = [one for one in inventory.of(DATABASE) if not one.facts.get("replicateSourceDb")]
    if asked.database:
        known = {name: one for one in own for name in (one.name, one.id, _identifier(one))}
        if asked.database in known:
            return known[asked.database]
        why = f"there are: {', '.join(map(_identifier, own)) or 'none'}"
        raise Failure(f"There is no database {asked.database} in {inventory.origin}.", why=why, code=exits.WRONG_INPUT)
    if len(own) > 1:
        remedies = tuple(f"--database {_identifier(one)}   {one.facts.get('instanceClass')}" for one in own)
        raise Failure("There are several databases; one has to be chosen.", remedies=remedies, code=exits.WRONG_INPUT)
    return own[0] if own else None


def _identifier(database: Thing) -> str:
    return str(database.facts.get("identifier") or database.id)


def _keeps_out(database: Thing) -> str:
    """Why the stack cannot take the database over; empty if it can. RDS encrypts a database only at its creation."""
    facts = database.facts
    if facts.get("engine") not in ENGINES:
        return f"tenfold has no {facts.get('engine')}"
    if not facts.get("storageEncrypted"):
        return "it is not encrypted, and RDS encrypts only a copy: restore an encrypted snapshot, and import that"
    if facts.get("dbSubnetGroupName") == "default":  # the provider refuses the name
        return (
            "its subnet group is `default`, which no program can own: restore a snapshot into another, and import that"
        )
    missing = [name for name in ("dbName", "username", "dbSubnetGroupName", "kmsKeyId") if not facts.get(name)]
    return f"{', '.join(missing)} of it is not known" if missing else ""


def _proposal(
    inventory: Inventory, asked: Asked, file: Path, like: Resemblance, database: Thing | None, reason: str
) -> Proposal:
    vpc = network.vpc(inventory, asked.vpc, database)
    group = str(database.facts.get("dbSubnetGroupName")) if database else None
    secret = asked.secret or (database.facts.get("secret") if database else None)
    taken = database if database and not reason else None
    outside = database if database and reason and secret and database.facts.get("address") else None
    tiers = ("public", "private", "database") if like.stage >= 3 else ("public", *(("database",) if taken else ()))
    subnets = network.subnets(inventory, vpc, group, tiers) if vpc else {}
    choices = Choices(
        origin=inventory.origin,
        name=asked.name,
        image=asked.image,
        stage=like.stage,
        region=inventory.region,
        environment=asked.environment,
        without=like.without,
        with_=("uploads",) if asked.uploads and like.stage in (3, 4) else (),
        vpc=vpc.id if vpc else None,
        cidr=str(vpc.facts.get("cidrBlock")) if vpc else "",
        subnets=subnets,
        database={**taken.facts, "identifier": _identifier(taken)} if taken else None,
        existing=outside.facts if outside else None,
        secret=str(secret) if secret else None,
        names=_for_life(inventory, asked, taken, like.stage, [zone.get("database", "") for zone in subnets.values()]),
    )
    written, graph, resolution = _planned(choices, file)
    takes = _takes(inventory, asked, taken, graph)
    changes = _changes(inventory, takes, graph, resolution)
    uses = (f"{vpc.id} {choices.cidr}, in {', '.join(choices.subnets)}",) if vpc else ()
    uses += (f"the database {outside.facts['address']}",) if outside else ()
    leaves = _leaves(inventory, takes, uses, database, reason, bool(outside))
    others = tuple(one.urn for take in reversed(takes) if (one := _taken(inventory, take)) and one.urn)
    return Proposal(like, written, graph, takes, changes, others, uses, leaves)


def _for_life(
    inventory: Inventory, asked: Asked, database: Thing | None, stage: int, subnets: Sequence[str]
) -> dict[str, dict[str, str | int]]:
    """Present values that have to stay: names, which cannot change; subnets of a subnet group beyond `subnets`, which
    the database may be in; and days that logs are kept (0 means for ever), since a shorter time deletes older logs."""
    kept: dict[str, dict[str, str | int]] = {}
    if database:
        name = str(database.facts["dbSubnetGroupName"])
        kept[f"{asked.name}-database-subnets"] = {"name": name}
        if set(ids := network.of_group(inventory, name)) != set(subnets):
            kept[f"{asked.name}-database-subnets"]["subnetIds"] = f"[{', '.join(ids)}]"
        for log, one in _logs(inventory, _identifier(database)):
            kept[f"{asked.name}-database-log-{log}"] = {"retentionInDays": int(one.facts.get("retentionInDays") or 0)}
    if asked.uploads and stage >= 3:
        kept[f"{asked.name}-uploads-bucket"] = {"bucket": asked.uploads}
    return kept


def _logs(inventory: Inventory, identifier: str) -> Iterator[tuple[str, Thing]]:
    """The log groups that RDS has created for the database, by the name of the log."""
    for log in (log for logs in rds.LOGS.values() for log in logs):
        if one := inventory.thing_named(LOG_GROUP, f"/aws/rds/instance/{identifier}/{log}"):
            yield log, one


def _planned(choices: Choices, file: Path) -> tuple[str, Graph, Any]:
    """The engine and its version: exact if this release knows it, else its series. `load.data`: the stage's, if the
    database has room for as much."""
    from tenfold.blueprints.resolve import load

    problems: Sequence[Problem] = ()
    for data_by_users, whole_version in product((True, False), repeat=2):
        attempt = replace(choices, data_by_users=data_by_users, whole_version=whole_version)
        written = text(attempt)
        files.deliver(file, written)
        resolution = load(file, environment=choices.environment)
        if resolution.architecture:
            return written, planning.record(resolution, warn=False), resolution
        problems = resolution.problems
    file.unlink()
    raise WrongBlueprint(problems)


def _takes(inventory: Inventory, asked: Asked, database: Thing | None, graph: Graph) -> tuple[Take, ...]:
    takes = []
    if database:
        identifier, component = _identifier(database), f"{asked.name}-database"
        takes.append(Take(SUBNET_GROUP, f"{component}-subnets", str(database.facts["dbSubnetGroupName"])))
        takes += [Take(LOG_GROUP, f"{component}-log-{log}", one.id) for log, one in _logs(inventory, identifier)]
        takes.append(Take(DATABASE, f"{component}-primary", identifier))
    if asked.uploads:
        known = [one.id for one in inventory.of(*BUCKETS)]
        if asked.uploads not in known:
            why = f"there are: {', '.join(known) or 'none'}"
            raise Failure(f"There is no bucket {asked.uploads} in {inventory.origin}.", why=why, code=exits.WRONG_INPUT)
        takes.append(Take(BUCKETS[0], f"{asked.name}-uploads-bucket", asked.uploads))
    there = {(one.type, one.name) for one in graph}
    return tuple(take for take in takes if (take.type, take.name) in there)


def _taken(inventory: Inventory, take: Take) -> Thing | None:
    same = (one for one in inventory.things if take.id in (one.id, one.facts.get("identifier"), one.facts.get("name")))
    return next((one for one in same if one.type == take.type or one.type in BUCKETS), None)


def _changes(inventory: Inventory, takes: tuple[Take, ...], graph: Graph, resolution: Any) -> tuple[Change, ...]:
    """Properties that the inventory lacks count as equal to the stack's: `up` reads them all."""
    by_urn, state = {one.urn: one for one in graph}, []
    for take in takes:
        key = urn(take, graph)
        thing = _taken(inventory, take)
        facts: Mapping[str, Any] = thing.facts if thing else {}
        asked = by_urn[key].inputs
        inputs = {name: facts.get(name, value) for name, value in asked.items()}
        same = {"urn": key, "type": take.type, "id": take.id, "custom": True, "protect": by_urn[key].protect}
        state.append({**same, "inputs": inputs, "outputs": {**facts}})
    difference = planning.compare_with_deployed(state, resolution)
    own = {one["urn"] for one in state}
    return tuple(change for change in difference.changes if change.urn in own)


_SKIPPED = ("aws:ec2/", "aws:vpc/", "aws:iam/", "aws:cloudwatch/", "aws:rds/subnetGroup:", "aws:autoscaling/policy:")


def _leaves(
    inventory: Inventory,
    takes: tuple[Take, ...],
    uses: tuple[str, ...],
    database: Thing | None,
    reason: str,
    used: bool,
) -> tuple[tuple[str, str], ...]:
    """Each resource that is left alone, with the reason; helper resources (routes, roles) are not listed."""
    taken, rows = {take.id for take in takes}, []
    for thing in inventory.things:
        if thing.id in taken or _identifier(thing) in taken:
            continue
        if database and thing.type == DATABASE and thing.id == database.id:
            unused = "" if used else "; it can be used as an existing one with --secret ARN, where its login is"
            rows.append((_identifier(thing), f"{reason}{unused}"))
        elif thing.type == DATABASE:
            rows.append((_identifier(thing), "a stack has one primary; its replicas are recreated from it"))
        elif thing.type in BUCKETS:
            rows.append((thing.id, "--uploads takes it over as the bucket of uploads, from stage 3 on"))
        elif thing.type == INSTANCE:
            rows.append((thing.id, "the stack makes its own server; what is on this one's disks stays there"))
        elif not thing.type.startswith(_SKIPPED):
            rows.append((thing.id, "it stays as it is; what the stack has of its kind is new"))
    return tuple(dict.fromkeys(rows))
