"""What RDS asks for, worked out from what was asked of us: pure functions on plain data."""

import re
from collections.abc import Mapping
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any, Literal, NamedTuple

import yaml

from tenfold.components.plans.choices import check_choice


class DatabaseEngine(StrEnum):
    POSTGRES = "postgres"
    MYSQL = "mysql"


class StorageType(StrEnum):
    GP3 = "gp3"
    GP2 = "gp2"


PORTS = {"postgres": 5432, "mysql": 3306}
LOGS = {"postgres": ("postgresql", "upgrade"), "mysql": ("error", "slowquery")}
_VERSION = {"postgres": re.compile(r"(\d+)(\.\d+)?"), "mysql": re.compile(r"(\d+\.\d+)(\.\d+)?")}

# GiB of memory per vCPU by family or its first letter; burstable ones by size. Source: RDS User Guide, "Hardware
# specifications for DB instance classes".
_PER_VCPU = {"m": 4, "r": 8, "c": 2, "x": 16, "x2iedn": 32, "z": 8}
_BURSTABLE = {"micro": 1, "small": 2, "medium": 4, "large": 8, "xlarge": 16, "2xlarge": 32}
# Bytes of memory per connection in RDS's default for max_connections, and its cap. Source: RDS User Guide, "Quotas and
# constraints", maximum number of database connections.
_PER_CONNECTION = {"postgres": (9_531_392, 5_000), "mysql": (12_582_880, 100_000)}


@cache
def _parameters() -> dict[str, dict[str, Any]]:
    return yaml.load(Path(__file__).with_name("rds_parameters.yaml").read_text(encoding="utf-8"), yaml.CSafeLoader)


def check(engine: str, version: str) -> None:
    """Raises ValueError for an engine other than postgres and mysql, and for an invalid version."""
    check_choice("engine", engine, DatabaseEngine)
    if not _VERSION[engine].fullmatch(version):
        raise ValueError(f"version: {version!r} is not a version of {engine}; write it like {_EXAMPLES[engine]}")


_EXAMPLES = {"postgres": "17 (or 17.4 to stay on that minor version)", "mysql": "8.4 (or 8.4.3 to stay on it)"}


def family(engine: str, version: str) -> str:
    """The parameter group family: `postgres17`, `mysql8.4`."""
    parts = _VERSION[engine].fullmatch(version)
    assert parts
    return f"{engine}{parts[1]}"


def follows_minor_versions(engine: str, version: str) -> bool:
    """Whether AWS may move the minor version. A major version alone says yes; a minor one pins it, so that what AWS
    does and what the program says never differ."""
    parts = _VERSION[engine].fullmatch(version)
    return bool(parts) and parts[2] is None


def has_insights(engine: str, instance_class: str) -> bool:
    """Whether Database Insights works on the class: not on MySQL's micro and small burstable ones (RDS User Guide,
    "Database Insights", instance class support)."""
    return not (engine == "mysql" and re.fullmatch(r"db\.t(2|3|4g)\.(micro|small)", instance_class))


class Parameter(NamedTuple):
    name: str
    value: str
    apply_method: Literal["immediate", "pending-reboot"]


def parameters(engine: str, settings: Mapping[str, str]) -> list[Parameter]:
    """The parameter group's entries, sorted by name, each with when it takes effect.

    Raises ValueError for a parameter that would let connections go unencrypted.
    """
    required, static = _parameters()[engine]["required"], _parameters()[engine]["static"]
    for name in sorted(set(required) & set(settings)):
        if settings[name] != required[name]:
            raise ValueError(f"parameters: {name} must stay {required[name]} (connections are encrypted); take it out")
    return [
        Parameter(name, value, "pending-reboot" if name in static else "immediate")
        for name, value in sorted({**settings, **required}.items())
    ]


def maintenance_window(backup_window: str) -> str:
    """An hour on Sunday, half an hour after the backups (which it must not overlap); UTC.

    >>> maintenance_window("03:00-04:00")
    'sun:04:30-sun:05:30'

    Raises ValueError when `backup_window` is not `hh:mm-hh:mm` with at least 30 minutes, as RDS requires.
    """
    parts = re.fullmatch(r"([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-3]):([0-5]\d)", backup_window)
    if not parts:
        raise ValueError(f"backups_window: {backup_window!r} is not like 03:00-04:00 (UTC)")
    begin, end = int(parts[1]) * 60 + int(parts[2]), int(parts[3]) * 60 + int(parts[4])
    if (end - begin) % 1440 < 30:
        raise ValueError(f"backups_window: {backup_window} is shorter than 30 minutes, the least RDS takes")
    start = (end + 30) % 1440
    return f"{_at(start)}-{_at(start + 60)}"


def _at(minutes: int) -> str:
    day = "sun" if minutes < 1440 else "mon"
    return f"{day}:{minutes % 1440 // 60:02}:{minutes % 60:02}"


def memory_gib(instance_class: str) -> int:
    """Memory of a class in GiB. Raises ValueError for one whose family is not known here."""
    parts = re.fullmatch(r"db\.([a-z])([a-z0-9-]*)\.(micro|small|medium|large|xlarge|(\d+)xlarge)", instance_class)
    if parts and parts[1] == "t" and parts[3] in _BURSTABLE:
        return _BURSTABLE[parts[3]]
    if not parts or parts[1] not in _PER_VCPU or parts[3] in ("micro", "small"):
        raise ValueError(
            f"instance_class: the memory of {instance_class!r} is not known; use a db.t, db.m or db.r class"
        )
    vcpus = int(parts[4]) * 4 if parts[4] else {"medium": 1, "large": 2, "xlarge": 4}[parts[3]]
    return vcpus * _PER_VCPU.get(parts[1] + parts[2], _PER_VCPU[parts[1]])


def max_connections(engine: str, instance_class: str, settings: Mapping[str, str]) -> int:
    """How many connections the database takes: the parameter if it is set, else RDS's default for the class.

    The default counts the memory left for the database, which is some per cent less than the class has: an upper bound.
    """
    if settings.get("max_connections", "").isdigit():
        return int(settings["max_connections"])
    per_connection, cap = _PER_CONNECTION[engine]
    return min(cap, memory_gib(instance_class) * 2**30 // per_connection)


def storage_limit(size_gib: int, up_to_gib: int) -> int | None:
    """`max_allocated_storage`: None when storage does not grow by itself. Raises ValueError for a limit RDS refuses: it
    must be 10 % above the size (RDS User Guide, "storage autoscaling")."""
    if up_to_gib == size_gib:
        return None
    if up_to_gib * 10 < size_gib * 11:
        raise ValueError(
            f"storage_up_to_gib: {up_to_gib} is less than 10 % above {size_gib}; say {-(-size_gib * 11 // 10)} or "
            f"more, or {size_gib} for storage that does not grow"
        )
    return up_to_gib
