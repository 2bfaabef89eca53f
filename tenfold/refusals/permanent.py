"""Choices that cannot change later: the deployed stack and the wanted architecture, side by side. Pure."""

import dataclasses
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from tenfold import versions
from tenfold.blueprints.architecture import Architecture
from tenfold.blueprints.origin import Origin
from tenfold.diff.model import Refusal
from tenfold.graph import Graph
from tenfold.refusals import roles

State = Sequence[Mapping[str, Any]]


def changed_choices(deployed: State, target: Architecture, accepted: Collection[str] = ()) -> list[Refusal]:
    """What a stack keeps from its first `up` on: region, network, the database's engine and storage. What AWS refuses
    of one resource is in the difference (`providers/aws/effects/`). `accepted` are URNs of what may be lost."""
    asked = [roles.changed_role, _region, _network, _engine, _version, _storage, _cache, _processor, _shards]
    if not any(urn.endswith(f"::{_volume(target)}") for urn in accepted):
        asked.insert(3, _container)
    asked.insert(3, _from_existing)
    return [refusal for ask in asked if (refusal := ask(deployed, target)) is not None]


def changed_defaults(deployed: State, target: Architecture, origins: Mapping[str, Origin]) -> list[Refusal]:
    """Versions, and the keeper of the password, that nobody has set, and that this release of tenfold chooses otherwise
    than the one that deployed: what is deployed stays until somebody asks for another."""
    cache = target.cache
    group = _first(deployed, "aws:elasticache/replicationGroup:ReplicationGroup", f"{target.name}-cache-primary")
    managed = (_primary(deployed, target) or {}).get("inputs") or {}
    container = _on_host(deployed, target)
    choices = [
        (
            "database",
            target.database.engine,
            target.database.version,
            managed.get("engine"),
            managed.get("engineVersion"),
        ),
        (
            "database",
            target.database.engine,
            target.database.version,
            container.get("engine"),
            container.get("version"),
        ),
        *([("cache", cache.engine, cache.version, group.get("engine"), group.get("engineVersion"))] if cache else []),
    ]
    moved = [
        Refusal(
            f"The {what}'s version is not set, and would go from {engine} {there} to {engine} {version} by default.",
            "another release of tenfold has another default; what is deployed stays until somebody asks for another",
            f'write `{what}: {{version: "{there}"}}`, or the one that you want',
            what,
        )
        for what, engine, version, same, there in choices
        if engine == same
        and getattr(origins.get(f"{what}.version"), "kind", "") in ("stage", "sizing")
        and versions.another_major(version, there, 2 if engine == "mysql" else 1)
    ][:1]
    keeper_is_set = getattr(origins.get("database.password.keeper"), "kind", "stage") != "stage"
    keeps = managed.get("manageMasterUserPassword") and target.owns_database and not target.throwaway
    return [*moved, _KEEPER] if keeps and not keeper_is_set and target.database.password_keeper == "stack" else moved


_KEEPER = Refusal(
    "RDS keeps the password of this database, and the stack would from now on.",
    "nobody has asked for that: the password would change; open connections stay, new ones fail until the hosts have "
    "read it, three minutes at most",
    "write `database: {password: {keeper: rds}}`, and all stays as it is (read replicas, of stage 4, need the other); "
    "or write `keeper: stack`, and `tenfold up` when few are connected",
    "database",
)


def as_state(graph: Graph) -> State:
    """A plan as if it were deployed, with nothing known but what the program says."""
    return [{"urn": resource.urn, "type": resource.type, "inputs": resource.inputs} for resource in graph]


def _region(deployed: State, target: Architecture) -> Refusal | None:
    provider = _first(deployed, "pulumi:providers:aws", "aws-primary")
    region = provider.get("region", target.region)
    if region == target.region:
        return None
    return Refusal(
        f"The region changes from {region} to {target.region}.",
        "nothing moves between regions; everything would be recreated, empty",
        f"write `region: {region}` again; another region is another environment, which is filled from a backup",
    )


def _processor(deployed: State, target: Architecture) -> Refusal | None:
    """The server keeps its machine image, so that a newer one replaces nothing; another processor cannot run it."""
    from tenfold.components.host.image import architecture

    server = _first(deployed, "aws:ec2/instance:Instance", f"{target.name}-server-instance")
    before, after = server.get("instanceType"), target.server.instance if target.server else None
    if not before or not after or (kind := architecture(before)) == architecture(after):
        return None
    return Refusal(
        f"The server would go from {before} ({kind}) to {after} ({architecture(after)}).",
        "the new server would start from the machine image of the old one, which its processor cannot run",
        f"write `server: {{instance: {before}}}` again, or another {kind} type; the fleet of stage 3 takes both",
    )


def _network(deployed: State, target: Architecture) -> Refusal | None:
    return _another_vpc(deployed, target) or _another_block(deployed, target)


def _another_vpc(deployed: State, target: Architecture) -> Refusal | None:
    """Between a network of the stack's own and one that is there, or between two that are there."""
    own = _first(deployed, "aws:ec2/vpc:Vpc", f"{target.name}-network-vpc")
    used = next(
        (r["inputs"].get("vpcId") for r in deployed if r["type"] == "aws:ec2/securityGroup:SecurityGroup"), None
    )
    asked = target.network.existing.vpc if target.network.existing else None
    before = None if own else used
    if not (own or used) or before == asked:
        return None
    same = f"write `network: {{existing: {{vpc: {before}, …}}}}` again"
    return Refusal(
        f"The network changes from {before or 'the stack’s own'} to {asked or 'one of the stack’s own'}.",
        "nothing moves between networks; everything in it would be recreated",
        f"{same if before else 'take `network.existing` out again'}; another network is another environment",
        "network",
    )


def _another_block(deployed: State, target: Architecture) -> Refusal | None:
    cidr = _first(deployed, "aws:ec2/vpc:Vpc", f"{target.name}-network-vpc").get("cidrBlock", target.network.cidr)
    if cidr == target.network.cidr:
        return None
    return Refusal(
        f"The network's addresses change from {cidr} to {target.network.cidr}.",
        f"{target.name}-network-vpc and everything in it would be recreated",
        f"write `network: {{cidr: {cidr}}}` again",
        "network",
    )


def _from_existing(deployed: State, target: Architecture) -> Refusal | None:
    """From a database of somebody else's to one of the stack's own, which would be empty."""
    names = {resource["urn"].rsplit("::", 1)[-1] for resource in deployed}
    own = {f"{target.name}-database-primary", f"{target.name}-settings-host-secret-database"}
    if not target.owns_database or own & names or f"{target.name}-settings-setting-database-host" not in names:
        return None
    return Refusal(
        "The application would go from the existing database to a new one.",
        "it would be empty, and nothing copies the data",
        "write `database: {existing: …}` again; `tenfold import` makes a database of yours the stack's own",
        "database",
    )


def _engine(deployed: State, target: Architecture) -> Refusal | None:
    """Another engine of the managed database."""
    inputs = (_primary(deployed, target) or {}).get("inputs") or {}
    engine = inputs.get("engine")
    if engine in (None, target.database.engine):
        return None
    return _another_database(f"{target.name}-database-primary", target, engine, inputs.get("engineVersion"))


def _container(deployed: State, target: Architecture) -> Refusal | None:
    """The container on the server: nobody converts its files, neither of another engine nor of another version. Also
    during a promotion, when a managed database stands beside it."""
    there, database = _on_host(deployed, target), target.database
    engine, version = there.get("engine"), str(there.get("version"))
    if not engine or (engine == database.engine and _opens(engine, database.version, version)):
        return None
    volume = next((r["urn"] for r in deployed if r["urn"].endswith(f"::{_volume(target)}")), _volume(target))
    refusal = _another_database(f"the database on {target.name}-server", target, engine, version)
    way = f"docs/stages/1.md#another-version-of-the-database: dump it, then --accept-loss '{volume}', restore"
    return dataclasses.replace(refusal, instead=f"{refusal.instead}, by {way}")


def _on_host(deployed: State, target: Architecture) -> Mapping[str, Any]:
    """Engine and version of the container on the server; empty where there is none."""
    return _first(deployed, "tenfold:index:Server", f"{target.name}-server").get("database") or {}


def _volume(target: Architecture) -> str:
    return f"{target.name}-server-data"


def _opens(engine: str, version: str, there: str) -> bool:
    """Whether the official image of `version` starts with the files of `there`: MySQL converts those of an earlier
    version by itself, PostgreSQL only reads those of its own major version ("Upgrading a PostgreSQL Cluster")."""
    if engine == "postgres" and versions.another_major(version, there, 1):
        return False
    return not versions.lower(version, there)


def _version(deployed: State, target: Architecture) -> Refusal | None:
    """An earlier version than the one AWS has moved the database to, which only a deployed state knows."""
    managed = _primary(deployed, target)
    if not managed or managed["inputs"].get("engine") != target.database.engine:
        return None
    requested, there = managed["inputs"].get("engineVersion"), managed["outputs"].get("engineVersionActual")
    asked = target.database.version
    below_requested = versions.lower(asked, requested)  # that is in the difference
    if not there or not versions.lower(asked, there) or below_requested:
        return None
    return _another_database(f"{target.name}-database-primary", target, target.database.engine, there)


def _another_database(name: str, target: Architecture, engine: str, version: str | None) -> Refusal:
    database = target.database
    return Refusal(
        f"The database would go from {engine} {version} to {database.engine} {database.version}.",
        f"{name}: an engine does not read another's files, nor those of a later version"
        + ("" if name.endswith("-primary") else "; nor does PostgreSQL those of an earlier one"),
        f'write `database: {{engine: {engine}, version: "{version}"}}` again'
        + (", or a later version" if name.endswith("-primary") else "; another one is filled from a dump"),
        "database" if name.endswith("-primary") else "server",
    )


def _storage(deployed: State, target: Architecture) -> Refusal | None:
    """A limit below what RDS has grown the storage to, which only a deployed state knows."""
    managed = _primary(deployed, target)
    grown = int(managed["outputs"].get("allocatedStorage") or 0) if managed else 0
    limit = target.database.storage.up_to
    if grown <= max(limit, target.database.storage.size) or limit == target.database.storage.size:
        return None
    return Refusal(
        f"The database's storage is to end at {limit} GiB and has grown to {grown} GiB.",
        "RDS refuses a limit below what there is, and storage never shrinks",
        f"write `database: {{storage: {{up_to: {-(-grown * 11 // 10)}GiB}}}}`, 10 % above it, or more",
        "database",
    )


def _primary(deployed: State, target: Architecture) -> Mapping[str, Any] | None:
    """The managed database as {inputs, outputs}; None where there is none."""
    primary = next((r for r in deployed if r["urn"].endswith(f"::{target.name}-database-primary")), None)
    return {key: primary.get(key) or {} for key in ("inputs", "outputs")} if primary else None


# Source: User Guide of ElastiCache, "Modifying cluster mode": by way of compatible, and never back.
_CLUSTER_MODES = ("disabled", "compatible", "enabled")
_AS_SHARDS = {"disabled": "none", "compatible": "compatible", "enabled": "1"}


def _cache(deployed: State, target: Architecture) -> Refusal | None:
    """Cluster mode goes one step at a time; AWS would refuse another way in the middle of the run."""
    group = _first(deployed, "aws:elasticache/replicationGroup:ReplicationGroup", f"{target.name}-cache-primary")
    if not group or not target.cache or target.cache.engine == "memcached":
        return None
    before, after = str(group.get("clusterMode") or "disabled"), target.cache.cluster_mode
    step = _CLUSTER_MODES.index(after) - _CLUSTER_MODES.index(before)
    if step in (0, 1):
        return None
    here = _AS_SHARDS[before if step < 0 else "compatible"]
    return Refusal(
        f"The cache's cluster mode cannot go from {before} to {after}.",
        "clients of both kinds have to work in between" if step > 0 else "ElastiCache has no way back",
        f"write `cache: {{shards: {here}}}`" + (" first, and `tenfold up`; then this" if step > 0 else " again"),
        "cache",
    )


def _shards(deployed: State, target: Architecture) -> Refusal | None:
    """Key and buckets of shards: every row is where they put it."""
    from tenfold.blueprints.shards import intent
    from tenfold.blueprints.shards.buckets import BUCKETS

    published, spec = _first(deployed, "tenfold:index:ShardMap", f"{target.name}-shards"), target.database.shards
    if not published:
        return None
    if spec is None:
        return Refusal(
            "The shards of the database would go.",
            "rows are on all of them, and nothing brings them together again",
            "write `database: {shards: …}` again; `tenfold shards plan --drain` empties one after the other",
            "shards",
        )
    words = {"key": "key", "buckets": "number of buckets", "by": "way from key to bucket"}
    asked = {"key": spec.key, "buckets": BUCKETS, "by": intent.target(spec).by}
    for name, value in asked.items():
        if (before := published.get(name, value)) != value:
            same = f"{name}: {before}"
            if name == "by":
                same = "strategy: range" if before == "month" else "strategy: hash"
            return Refusal(
                f"The {words[name]} of the shards would change from {before} to {value}.",
                "they are for life: every row is on the shard that they put it on, and would be looked for elsewhere",
                f"write `database: {{shards: {{{same}}}}}` again; other shards are another stack, filled by a copy",
                "shards",
            )
    return None


def _first(deployed: State, kind: str, name: str) -> Mapping[str, Any]:
    """Inputs of the resource with this type and name; empty where there is none."""
    matching = (r for r in deployed if r["type"] == kind and r["urn"].endswith(f"::{name}"))
    return next(matching, {}).get("inputs") or {}
