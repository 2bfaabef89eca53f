"""What AWS offers where, offline: EC2 types, RDS classes and versions, ElastiCache nodes and versions.

Dated tables in `data/` (made by `data/refresh.py`); each is read when first asked for, in under a millisecond.
"""

import json
import re
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path
from typing import Any

from blueprints.source.document import load_data
from blueprints.value import Value

DATA = Path(__file__).parent


@cache
def table(service: str) -> dict[str, Any]:
    """`ec2`, `rds` or `elasticache`."""
    return json.loads((DATA / f"{service}.json").read_text(encoding="utf-8"))


def regions() -> list[str]:
    """Regions where all three services are known to be offered."""
    known = [set(table(service)["regions"]) for service in ("ec2", "rds", "elasticache")]
    return sorted(set.intersection(*known))


def _offered(names: dict[str, str], service: str, region: str) -> list[str]:
    bit = 1 << table(service)["regions"].index(region)
    return [name for name, mask in names.items() if int(mask, 16) & bit]


@cache
def instance_types(region: str) -> frozenset[str]:
    """EC2 instance types of a region."""
    return frozenset(_offered(table("ec2")["types"], "ec2", region))


@cache
def _capacity() -> dict[str, list[float]]:
    return json.loads((DATA / "capacity.json").read_text(encoding="utf-8"))["types"]


def capacity(name: str) -> tuple[float, float] | None:
    """vCPUs and GiB of an EC2 instance type; None where the table does not have it."""
    found = _capacity().get(name)
    return (found[0], found[1]) if found else None


def processor(name: str) -> str:
    """`arm64` or `x86_64`, which an image is made for. A g among the letters after the generation means Graviton; a1
    was the first (EC2 User Guide, "Instance type naming conventions")."""
    family, _, _ = name.partition(".")
    return "arm64" if family == "a1" or "g" in re.sub(r"^[a-z]+[0-9]+", "", family) else "x86_64"


@cache
def zones(region: str) -> int:
    """How many availability zones of a region can be used."""
    known = load_data(DATA / "zones.yaml")
    return known["regions"].get(region, known["usual"])


@cache
def region_facts() -> dict[str, Any]:
    """`absent`: what regions do not offer; `cdn_logs`: opt-in regions, and where the logs of a CDN go instead."""
    return load_data(DATA / "regions.yaml")


@cache
def _unusable(service: str) -> dict[str, str]:
    return load_data(DATA / "unusable.yaml")[service]


def unusable(service: str, name: str) -> str | None:
    """Why this project cannot run on a type that AWS offers (`ec2`, `elasticache`); None when it can."""
    return next((why for pattern, why in _unusable(service).items() if fnmatchcase(name, pattern)), None)


@cache
def cache_nodes(region: str) -> frozenset[str]:
    """ElastiCache node types of a region."""
    return frozenset(_offered(table("elasticache")["types"], "elasticache", region))


# The first versions in which users can log in by IAM, and in which Memcached encrypts on the way (ElastiCache User
# Guide, "Authenticating with IAM", "Supported engines and versions").
_SAFE_FROM = {"valkey": (7,), "redis": (7,), "memcached": (1, 6, 12)}


def cache_versions(engine: str) -> list[str]:
    """Versions that this project uses: with IAM, or of Memcached with TLS."""
    known = all_cache_versions(engine)
    return [version for version in known if tuple(map(int, version.split("."))) >= _SAFE_FROM[engine]]


def all_cache_versions(engine: str) -> list[str]:
    return table("elasticache")["versions"][engine]


@cache
def database_classes(engine: str, version: str, region: str) -> frozenset[str]:
    """RDS classes of a region that take this engine in this version."""
    known = table("rds")["engines"][engine]
    refused = set(known["not_in_series"].get(series(engine, version), ()))
    return frozenset(_offered(known["classes"], "rds", region)) - refused


def series(engine: str, version: str) -> str:
    """What AWS upgrades within: `17` of postgres 17.5, `8.4` of mysql 8.4.7."""
    return ".".join(version.split(".")[: 1 if engine == "postgres" else 2])


def database_series(engine: str) -> list[str]:
    """Series in which a database can be created today, oldest first."""
    return list(dict.fromkeys(series(engine, version) for version in table("rds")["engines"][engine]["versions"]))


def database_versions(engine: str) -> list[str]:
    """Exact versions in which a database can be created today, oldest first."""
    return [version for version in table("rds")["engines"][engine]["versions"] if version != series(engine, version)]


def deprecated_versions(engine: str) -> list[str]:
    """Exact versions that exist and run, but in which AWS creates nothing new."""
    return table("rds")["engines"][engine]["deprecated"]


class Size(Value):
    """A row of `data/sizes.yaml`: memory in GiB, baseline a fraction of the vCPUs."""

    names: tuple[str, ...]
    vcpus: int
    memory: float
    baseline: float


@cache
def sizes(what: str) -> tuple[Size, ...]:
    """The rows sizing chooses from, smallest first; `what` is server, fleet, database or cache."""
    return tuple(Size(**{**row, "names": tuple(row["names"])}) for row in load_data(DATA / "sizes.yaml")[what])
