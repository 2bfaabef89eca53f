"""What RDS is asked for: versions, windows, parameters, connections."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenfold.components.parts import database_proxy
from tenfold.components.plans import rds


@pytest.mark.parametrize(
    ("engine", "version", "family", "follows"),
    [
        ("postgres", "17", "postgres17", True),
        ("postgres", "17.4", "postgres17", False),
        ("mysql", "8.4", "mysql8.4", True),
        ("mysql", "8.0.40", "mysql8.0", False),
    ],
)
def test_a_major_version_follows_aws_and_a_minor_one_stays(
    engine: str, version: str, family: str, follows: bool
) -> None:
    rds.check(engine, version)
    assert rds.family(engine, version) == family
    assert rds.follows_minor_versions(engine, version) is follows


@pytest.mark.parametrize(("engine", "version"), [("oracle", "19"), ("postgres", "latest"), ("mysql", "8")])
def test_unknown_engines_and_versions_are_refused(engine: str, version: str) -> None:
    with pytest.raises(ValueError, match=r'engine must be "postgres" or "mysql", not|not a version of'):
        rds.check(engine, version)


def minute_of_week(text: str) -> int:
    day, hour, minute = text.split(":")
    return {"sun": 0, "mon": 1}[day] * 1440 + int(hour) * 60 + int(minute)


@given(st.integers(0, 1439), st.integers(30, 1439))
def test_maintenance_never_overlaps_the_backups(begin: int, length: int) -> None:
    def clock(minutes: int) -> str:
        return f"{minutes // 60 % 24:02}:{minutes % 60:02}"

    first, last = map(minute_of_week, rds.maintenance_window(f"{clock(begin)}-{clock(begin + length)}").split("-"))
    assert last - first == 60
    backed_up = {(begin + minute) % 1440 for minute in range(length)}
    free = 1440 - length
    if free >= 120:  # else there is no day with half an hour on each side
        assert not backed_up & {minute % 1440 for minute in range(first, last)}


@pytest.mark.parametrize("window", ["3-4", "03:00-03:15", "25:00-26:00", "03:00"])
def test_a_window_rds_would_refuse_is_refused(window: str) -> None:
    with pytest.raises(ValueError, match="backups_window"):
        rds.maintenance_window(window)


def test_static_parameters_wait_for_the_restart_and_tls_is_always_there() -> None:
    made = {
        p.name: (p.value, p.apply_method)
        for p in rds.parameters("postgres", {"max_connections": "200", "work_mem": "8192"})
    }
    assert made == {
        "max_connections": ("200", "pending-reboot"),
        "rds.force_ssl": ("1", "immediate"),
        "work_mem": ("8192", "immediate"),
    }
    assert rds.parameters("mysql", {})[0] == rds.Parameter("require_secure_transport", "1", "immediate")


@pytest.mark.parametrize(("engine", "name"), [("postgres", "rds.force_ssl"), ("mysql", "require_secure_transport")])
def test_encrypted_connections_cannot_be_switched_off(engine: str, name: str) -> None:
    with pytest.raises(ValueError, match="take it out"):
        rds.parameters(engine, {name: "0"})
    rds.parameters(engine, {name: "1"})


@pytest.mark.parametrize(
    ("instance_class", "gib"),
    [
        ("db.t4g.micro", 1),
        ("db.t3.2xlarge", 32),
        ("db.m7g.large", 8),
        ("db.r7g.xlarge", 32),
        ("db.r6gd.16xlarge", 512),
        ("db.x2iedn.xlarge", 128),
    ],
)
def test_memory_of_a_class(instance_class: str, gib: int) -> None:
    assert rds.memory_gib(instance_class) == gib


def test_connections_follow_the_memory_the_parameter_and_the_cap() -> None:
    assert rds.max_connections("postgres", "db.t4g.medium", {}) == 450
    assert rds.max_connections("mysql", "db.t4g.medium", {}) == 341
    assert rds.max_connections("postgres", "db.r7g.16xlarge", {}) == 5000
    assert rds.max_connections("postgres", "db.t4g.micro", {"max_connections": "60"}) == 60
    with pytest.raises(ValueError, match="not known"):
        rds.max_connections("postgres", "db.quantum.large", {})


@given(st.integers(1, 10_000), st.integers(1, 10_000))
def test_the_proxy_s_share_is_a_whole_per_cent_and_enough(connections: int, takes: int) -> None:
    share = database_proxy.percent(connections, takes)
    assert 1 <= share <= 100
    assert share * takes >= 100 * min(connections, takes)
    assert (share - 1) * takes < 100 * connections


@given(st.integers(20, 65_536), st.integers(20, 65_536))
def test_storage_grows_only_to_a_limit_rds_takes(size: int, up_to: int) -> None:
    if up_to == size:
        assert rds.storage_limit(size, up_to) is None
    elif up_to >= size * 1.1:
        assert rds.storage_limit(size, up_to) == up_to
    else:
        with pytest.raises(ValueError, match=r"10 % above"):
            rds.storage_limit(size, up_to)


def test_insights_where_rds_has_them() -> None:
    assert not rds.has_insights("mysql", "db.t4g.micro")
    assert rds.has_insights("postgres", "db.t4g.micro")
    assert rds.has_insights("mysql", "db.t4g.medium")


@pytest.mark.parametrize("name", ["autovacuum_max_workers", "cron.database_name", "shared_buffers", "wal_buffers"])
def test_what_takes_a_restart_is_applied_at_one(name: str) -> None:
    made = {p.name: p.apply_method for p in rds.parameters("postgres", {name: "1", "work_mem": "8192"})}
    assert (made[name], made["work_mem"]) == ("pending-reboot", "immediate")
