"""What stands in the way of a change whatever the engine would make of it: deployed and wanted, side by side. Pure, but
for the look at which stacks there are."""

import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from blueprints.architecture import Architecture
from blueprints.problem import Problem, title
from blueprints.value import Value
from tenfold import exits
from tenfold.failure import Failure

State = Sequence[Mapping[str, Any]]


class Refusal(Value):
    what: str
    why: str
    instead: str


def refuse(found: Sequence[Refusal]) -> None:
    """Raises `Failure` (refused) with all of them."""
    if not found:
        return
    if len(found) == 1:
        raise Failure(found[0].what, why=found[0].why, remedies=(found[0].instead,), code=exits.REFUSED)
    raise Failure(
        f"{len(found)} things stand in the way.",
        why="\n".join(f"{one.what} ({one.why})" for one in found),
        remedies=tuple(one.instead for one in found),
        code=exits.REFUSED,
    )


def changed_for_good(held: State, wanted: Architecture) -> list[Refusal]:
    """What a stack keeps from its first `up` on: region, network, and an engine that only moves up."""
    return [
        refusal
        for refusal in (_region(held, wanted), _network(held, wanted), _engine(held, wanted), _cache(held, wanted))
        if refusal is not None
    ]


def not_ready(problems: Iterable[Problem]) -> list[Refusal]:
    """What the blueprint lacks for the stage it is to have: an application that keeps state, a field too many."""
    return [
        Refusal(f"{title(p.code)} ({p.code})", f"{p.message} [{p.path}]" if p.path else p.message, p.hint)
        for p in problems
        if p.is_error
    ]


def renamed(stack: str, blueprint: str, environment: str, stacks: Mapping[str, Mapping[str, Any]]) -> Refusal | None:
    """`stacks` are the known ones that hold resources, with their configuration: another of the same file and
    environment means that the name has changed."""
    for other, config in stacks.items():
        said = (config.get("tenfold:blueprint"), config.get("tenfold:environment"))
        if other != stack and said == (blueprint, environment):
            return Refusal(
                f"The blueprint was renamed: this environment is deployed as {other}, not as {stack}.",
                "every resource carries the name; under another one everything would be made anew, and empty",
                f"write `name: {other.removesuffix(f'-{environment}')}` again",
            )
    return None


def known_stacks(folders: Iterable[Path]) -> dict[str, dict[str, Any]]:
    """Stack -> configuration, from the `Pulumi.<stack>.yaml` files in these folders."""
    from blueprints.source import Unreadable, parse

    found = {}
    for folder in folders:
        for file in sorted(folder.glob("Pulumi.*.yaml")):
            try:
                data = parse(file.read_bytes(), str(file)).data
            except Unreadable:
                continue
            found[file.name.removeprefix("Pulumi.").removesuffix(".yaml")] = data.get("config") or {}
    return found


def _region(held: State, wanted: Architecture) -> Refusal | None:
    provider = _first(held, "pulumi:providers:aws", "aws-primary")
    region = provider.get("region", wanted.region)
    if region == wanted.region:
        return None
    return Refusal(
        f"The region changes from {region} to {wanted.region}.",
        "nothing moves between regions: everything would be made anew, and empty",
        f"write `region: {region}` again; another region is another environment, which is filled from a backup",
    )


def _network(held: State, wanted: Architecture) -> Refusal | None:
    cidr = _first(held, "aws:ec2/vpc:Vpc", f"{wanted.name}-network-vpc").get("cidrBlock", wanted.network.cidr)
    if cidr == wanted.network.cidr:
        return None
    return Refusal(
        f"The network's addresses change from {cidr} to {wanted.network.cidr}.",
        f"{wanted.name}-network-vpc and everything in it would be made anew",
        f"write `network: {{cidr: {cidr}}}` again",
    )


def _engine(held: State, wanted: Architecture) -> Refusal | None:
    database = wanted.database
    managed = next((r for r in held if r["urn"].endswith(f"::{wanted.name}-database-primary")), None)
    if managed:
        name, inputs, outputs = (
            f"{wanted.name}-database-primary",
            managed.get("inputs") or {},
            managed.get("outputs") or {},
        )
        engine, version = inputs.get("engine"), outputs.get("engineVersionActual") or inputs.get("engineVersion")
    else:
        name = f"the database on {wanted.name}-server"
        said = _first(held, "tenfold:index:Server", f"{wanted.name}-server").get("database") or {}
        engine, version = said.get("engine"), said.get("version")
    if engine in (None, database.engine) and not _lower(database.version, str(version or "")):
        return None
    return Refusal(
        f"The database would go from {engine} {version} to {database.engine} {database.version}.",
        f"{name}: an engine does not read another's files, nor those of a later version",
        f'write `database: {{engine: {engine}, version: "{version}"}}` again, or a later version',
    )


# Source: User Guide of ElastiCache, "Modifying cluster mode": by way of compatible, and never back.
_CLUSTER_MODES = ("disabled", "compatible", "enabled")
_AS_SHARDS = {"disabled": "none", "compatible": "compatible", "enabled": "1"}


def _cache(held: State, wanted: Architecture) -> Refusal | None:
    """Cluster mode goes one step at a time; AWS would refuse another way in the middle of the run."""
    group = _first(held, "aws:elasticache/replicationGroup:ReplicationGroup", f"{wanted.name}-cache-primary")
    if not group or not wanted.cache or wanted.cache.engine == "memcached":
        return None
    before, after = str(group.get("clusterMode") or "disabled"), wanted.cache.cluster_mode
    step = _CLUSTER_MODES.index(after) - _CLUSTER_MODES.index(before)
    if step in (0, 1):
        return None
    here = _AS_SHARDS[before if step < 0 else "compatible"]
    return Refusal(
        f"The cache's cluster mode cannot go from {before} to {after}.",
        "clients of both kinds have to work in between" if step > 0 else "ElastiCache knows no way back",
        f"write `cache: {{shards: {here}}}`" + (" first, and `tenfold up`; then this" if step > 0 else " again"),
    )


def _lower(version: str, running: str) -> bool:
    """As far as `version` says it: 17 is not lower than 17.4."""
    asked, there = ([int(part) for part in re.findall(r"\d+", text)] for text in (version, running))
    return bool(there) and asked < there[: len(asked)]


def _first(held: State, kind: str, name: str) -> Mapping[str, Any]:
    """Inputs of the resource with this type and name; empty where there is none."""
    found = (r for r in held if r["type"] == kind and r["urn"].endswith(f"::{name}"))
    return next(found, {}).get("inputs") or {}
