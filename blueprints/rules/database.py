"""The managed database: its storage, its backups, its support by AWS, its encryption."""

from collections.abc import Iterator
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from tenfold.blueprints.architecture import Architecture
from tenfold.blueprints.rules.names import reserved_names
from tenfold.blueprints.rules.rule import Context, Finding, Findings, rule
from tenfold.blueprints.sizes import offerings
from tenfold.blueprints.source.document import load_data

HOURS_A_MONTH = 730


@rule
def storage_can_grow(c: Context) -> Findings:
    storage = c.architecture.database.storage
    least = -(-storage.size * 11 // 10)
    if c.architecture.owns_database and storage.up_to < least:
        message = f"RDS needs at least 10 % more: 1.1 × {storage.size} GiB = {least} GiB, not {storage.up_to} GiB."
        yield Finding("TF-R003", "database.storage.up_to", message, f"Write {least}GiB or more, or leave it out.")


@rule
def data_fits_the_storage(c: Context) -> Findings:
    a = c.architecture
    size = a.database.storage.size
    if a.owns_database and a.load.data > size:
        message = f"{a.load.data} GiB of data do not fit into {size} GiB."
        yield Finding("TF-R023", "database.storage.size", message, "Leave `size` out; `load.data` then sets it.")


@rule
def backups_are_on(c: Context) -> Findings:
    if c.architecture.database.backups.keep == 0:
        message = "Without backups a mistake cannot be undone, and turning them on later restarts the database."
        yield Finding("TF-R019", "database.backups.keep", message, "Keep 7d; 1d is the minimum.")


@rule
def backup_window_is_long_enough(c: Context) -> Findings:
    start, end = (int(time[:2]) * 60 + int(time[3:]) for time in c.architecture.database.backups.window.split("-"))
    minutes = (end - start) % 1440
    if minutes < 30:
        message = f"The window is {minutes} minutes long; RDS needs at least 30."
        yield Finding("TF-R024", "database.backups.window", message, 'For example "03:00-04:00".')


@rule
def connections_stay_encrypted(c: Context) -> Findings:
    a = c.architecture
    required = reserved_names()["parameters"][a.database.engine] if a.owns_database else {}
    for name, value in required.items():
        if a.database.parameters.get(name, value) != value:
            message = f"With this value connections to the database could be unencrypted; it stays {value}."
            yield Finding("TF-R031", ("database", "parameters", name), message, "Leave it out.")


@cache
def _support() -> dict[str, Any]:
    return load_data(Path(__file__).with_name("support.yaml"))


def end_of_support(engine: str, version: str) -> date | None:
    """The last day of standard support; None for a series that the table does not have."""
    last_day = _support()["ends"][engine].get(offerings.series(engine, version))
    return date.fromisoformat(last_day) if last_day else None


class _Managed(NamedTuple):
    """A database of RDS that the blueprint asks for, and the field of its version."""

    path: str
    engine: str
    version: str
    instance: str
    instances: int


def _managed(a: Architecture) -> Iterator[_Managed]:
    """The application's, with its standby and replicas, and those of the services."""
    database = a.database
    if a.owns_database:
        count = (2 if database.standby else 1) + (database.replicas.count if database.replicas else 0)
        yield _Managed("database.version", database.engine, database.version, database.instance, count)
    for name, service in a.services.items():
        if (data := service.data) and data.engine in _support()["ends"]:
            count = 2 if data.standby else 1
            yield _Managed(f"services.{name}.data.version", data.engine, data.version, data.instance, count)


@rule
def version_is_supported(c: Context) -> Findings:
    """Extended Support is charged for each vCPU of each instance, the standby and replicas included."""
    today = date.today()
    for path, engine, version, instance, instances in _managed(c.architecture):
        end = end_of_support(engine, version)
        if end is None or end >= today:
            continue
        capacity = offerings.capacity(instance.removeprefix("db."))
        vcpus = (capacity[0] if capacity else 2) * instances
        month = vcpus * _support()["price"] * HOURS_A_MONTH
        message = (
            f"AWS's standard support of {engine} {version} ended on {end}. Extended Support is charged for each vCPU: "
            f"{vcpus:g} × {_support()['price']:.2f} USD an hour = about {month:,.0f} USD a month, and twice that from "
            "the third year on."
        )
        ends = {series: end_of_support(engine, series) for series in offerings.database_series(engine)}
        supported = [series for series, last_day in ends.items() if last_day and last_day >= today]
        yield Finding("TF-R115", path, message, f"Supported: {', '.join(supported)}.")
