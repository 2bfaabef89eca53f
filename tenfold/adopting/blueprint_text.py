"""Writes the blueprint that fits an inventory: sizes as they are, resources that stay outside as `existing`, resources
that are taken over as `imported`."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from tenfold.blueprints.value import Value

_WINDOW = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]-([01][0-9]|2[0-3]):[0-5][0-9]")


class Choices(Value):
    """The values that the blueprint is written from."""

    origin: str
    name: str
    image: str
    stage: int
    region: str
    environment: str
    without: tuple[str, ...]
    with_: tuple[str, ...]
    vpc: str | None
    cidr: str
    subnets: Mapping[str, Mapping[str, str]]
    database: Mapping[str, Any] | None
    """Facts of the database that is taken over."""
    existing: Mapping[str, Any] | None
    """Facts of the database that stays outside."""
    secret: str | None
    names: Mapping[str, Mapping[str, str | int]]
    """Resource -> property -> its present value, where the stack's own value would recreate it or delete data."""
    whole_version: bool = True
    data_by_users: bool = True
    """Whether `load.data` may be left to the stage's users; else it is what the database has room for."""


def text(c: Choices) -> str:
    return "\n".join([*_head(c), *_network(c), *_database(c), *_names(c), "environments:", f"  {c.environment}:", ""])


def _head(c: Choices) -> Iterator[str]:
    yield f"# Written by `tenfold import` from {c.origin}: look it through, it is yours from here on."
    yield f"name: {c.name}"
    yield f"stage: {c.stage}"
    yield f"region: {c.region}"
    if c.with_:
        yield f"with: [{', '.join(c.with_)}]"
    if c.without:
        yield f"without: [{', '.join(c.without)}]  # none were found"
    if c.stage >= 3:
        yield f"app: {{image: {c.image}, stateless: true}}  # stateless: is it? Nobody can see that from outside"
    else:
        yield f"app: {{image: {c.image}}}"
    if c.database and not c.data_by_users:
        room = int(c.database["allocatedStorage"])
        yield f"load: {{data: {room}GiB}}  # what the database has room for: nobody can see from outside what is in it"


def _network(c: Choices) -> Iterator[str]:
    if not c.vpc:
        return
    yield f"network:\n  cidr: {c.cidr}\n  existing:\n    vpc: {c.vpc}\n    subnets:"
    for zone, tiers in c.subnets.items():
        yield f"      {zone}: {{{', '.join(f'{tier}: {subnet}' for tier, subnet in tiers.items())}}}"


def _database(c: Choices) -> Iterator[str]:
    if c.existing:
        yield f"database:\n  engine: {c.existing['engine']}\n  existing:\n    address: {c.existing['address']}"
        yield f"    secret: {c.secret}"
    if not (facts := c.database):
        return
    size = int(facts["allocatedStorage"])
    up_to = max(int(facts.get("maxAllocatedStorage") or 0), -(-size * 11 // 10))
    version = str(facts["engineVersion"])
    if not c.whole_version:
        version = version.split(".")[0] if facts["engine"] == "postgres" else ".".join(version.split(".")[:2])
    yield f'database:\n  engine: {facts["engine"]}\n  version: "{version}"\n  instance: {facts["instanceClass"]}'
    yield f"  storage: {{size: {size}GiB, up_to: {up_to}GiB}}"
    yield f"  standby: {str(bool(facts.get('multiAz'))).lower()}"
    keep, window = int(facts.get("backupRetentionPeriod") or 0), str(facts.get("backupWindow") or "")
    backups = [*([f"keep: {keep}d"] if keep else []), *([f'window: "{window}"'] if _WINDOW.fullmatch(window) else [])]
    if backups:
        yield f"  backups: {{{', '.join(backups)}}}"
    if facts.get("secret"):
        yield "  password: {keeper: rds}"
    yield f"  imported:\n    identifier: {facts['identifier']}"
    yield f"    name: {facts['dbName']}\n    user: {facts['username']}"
    yield f"    key: {facts['kmsKeyId']}"
    if groups := facts.get("vpcSecurityGroupIds"):
        yield f"    security_groups: [{', '.join(groups)}]"


def _names(c: Choices) -> Iterator[str]:
    if c.names:
        yield "overrides:  # what is for life"
    for resource, names in c.names.items():
        yield f"  {resource}: {{{', '.join(f'{key}: {value}' for key, value in names.items())}}}"
