"""Rules of a managed database: how many connections it takes, and how long AWS supports its version."""

from collections.abc import Callable, Iterator
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from blueprints.rules.scene import Finding, Scene
from blueprints.sizes import offerings
from blueprints.source.document import load_data

HOURS_A_MONTH = 730
# Bytes of memory per connection in RDS's default for max_connections, and its cap. Source: RDS User Guide, "Quotas and
# constraints", maximum number of database connections. The memory that counts is some per cent less than the class has.
_PER_CONNECTION = {"postgres": (9_531_392, 5_000), "mysql": (12_582_880, 100_000)}
_CLOSE = 0.8  # of what the database takes; the rest is for the engine's own, for people, and for a rollout


@cache
def _support() -> dict[str, Any]:
    return load_data(Path(__file__).with_name("support.yaml"))


def end_of_support(engine: str, version: str) -> date | None:
    """The last day of standard support; None for a series that the table does not have."""
    found = _support()["ends"][engine].get(offerings.series(engine, version))
    return date.fromisoformat(found) if found else None


def version_is_supported(s: Scene, today: date | None = None) -> Iterator[Finding]:
    a, database = s.architecture, s.architecture.database
    end = end_of_support(database.engine, database.version) if a.has("database") else None
    if end is None or end >= (today or date.today()):
        return
    known = offerings.capacity(database.instance.removeprefix("db."))
    instances = (2 if database.standby else 1) + (database.replicas.count if database.replicas else 0)
    vcpus = (known[0] if known else 2) * instances
    month = vcpus * _support()["price"] * HOURS_A_MONTH
    message = (
        f"AWS's standard support of {database.engine} {database.version} ended on {end}. Extended Support is charged "
        f"for each vCPU: {vcpus:g} × {_support()['price']:.2f} USD an hour = about {month:,.0f} USD a month, and twice "
        f"that from the third year on."
    )
    later = [known for known in offerings.database_series(database.engine) if _lasts(database.engine, known, today)]
    yield Finding("TF-R115", "database.version", message, f"Supported: {', '.join(later)}.")


def _lasts(engine: str, series: str, today: date | None) -> bool:
    end = end_of_support(engine, series)
    return end is not None and end >= (today or date.today())


def class_takes_the_pool(s: Scene) -> Iterator[Finding]:
    """What the pools open, against RDS's default for the memory of the class."""
    a, database = s.architecture, s.architecture.database
    known = offerings.capacity(database.instance.removeprefix("db."))
    stated = database.parameters.get("max_connections", "").isdigit()
    if not a.has("database") or stated or known is None or database.pooling.via == "none":
        return
    per_connection, cap = _PER_CONNECTION[database.engine]
    takes = min(cap, int(known[1] * 2**30 // per_connection))
    pools = a.fleet.servers_max if a.fleet and database.pooling.via == "pgbouncer" else 1
    each = database.pooling.connections
    opened = pools * each
    if opened <= takes * _CLOSE:
        return
    counted = (
        f"{pools} servers × {each} connections = {opened}" if pools > 1 else f"The pool opens {opened} connections"
    )
    size = f"{known[1]:g} GiB ÷ {per_connection / 2**20:.1f} MiB" if takes < cap else "its cap"
    message = f"{counted}; {database.instance} takes at most {takes} ({size})."
    hint = f"A larger class, or `database.pooling.connections` of {max(1, int(takes * _CLOSE) // pools)} or less."
    place = next((p for p in ("database.instance", "fleet.servers") if s.stated(p)), "database.pooling.connections")
    place = "database.pooling.connections" if s.stated("database.pooling.connections") else place
    yield Finding("TF-R118" if opened > takes else "TF-R117", place, message, hint)


DATABASE_RULES: tuple[Callable[[Scene], Iterator[Finding]], ...] = (version_is_supported, class_takes_the_pool)
