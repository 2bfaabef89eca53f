"""The first region is lost, the second takes over, and the next `up` agrees, on the real engine."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from running import Tenfold, kill

HOME, AWAY = "us-east-1", "us-west-2"
BLUEPRINT = """\
name: shop
stage: 7
without: [cdn, tokens]
app: {image: "ghcr.io/acme/shop:1.4.2", stateless: true}
environments:
  prod: {}  # the one that earns money
"""

Cloud = Callable[[str], Callable[[str], Any]]


def databases(cloud: Cloud, region: str) -> dict[str, tuple[str, str | None]]:
    """Name -> what makes it this one, and which it follows."""
    found = cloud(region)("rds").describe_db_instances()["DBInstances"]
    return {
        one["DBInstanceIdentifier"]: (str(one["InstanceCreateTime"]), one.get("ReadReplicaSourceDBInstanceIdentifier"))
        for one in found
    }


def deployed(tenfold: Tenfold, folder: Path) -> tuple[Path, tuple[str, ...]]:
    """The blueprint's file, and what a command takes to be about it."""
    file = folder / "shop.yaml"
    file.write_text(BLUEPRINT)
    where = (str(file), "--env", "prod", "--local")
    tenfold("up", *where)
    return file, where


def servers(cloud: Cloud, region: str) -> int:
    groups = cloud(region)("autoscaling").describe_auto_scaling_groups()["AutoScalingGroups"]
    return sum(len(group["Instances"]) for group in groups)


def undrilled(cloud: Cloud) -> list[dict[str, Any]]:
    alarms = cloud(AWAY)("cloudwatch").describe_alarms(AlarmNamePrefix="shop-signals-standby-recovery-undrilled")
    return alarms["MetricAlarms"]


@pytest.mark.proof
def test_the_second_region_takes_over_and_the_next_up_changes_nothing(
    fresh: Tenfold, cloud: Cloud, tmp_path: Path
) -> None:
    file, where = deployed(fresh, tmp_path)
    before = {region: databases(cloud, region) for region in (HOME, AWAY)}
    assert servers(cloud, AWAY) == 0
    assert [alarm["ActionsEnabled"] for alarm in undrilled(cloud)] == [True], "it tells that nobody has tried yet"

    drill = fresh.json("failover", *where, "--drill")
    assert (drill["from"], drill["to"], drill["failed"], drill["code"]) == (HOME, AWAY, "", 0)
    assert drill["marks"] and all(mark["kept"] for mark in drill["marks"])
    assert all(step["done"] for step in drill["steps"])
    assert file.read_text() == BLUEPRINT.replace("prod: {}", "prod: {regions: {active: standby}}")
    after = databases(cloud, AWAY)
    assert {name: made for name, (made, _) in after.items()} == {name: made for name, (made, _) in before[AWAY].items()}
    assert {source for _, source in after.values()} == {None}
    assert servers(cloud, AWAY) >= 2

    file.write_text(BLUEPRINT)  # an older copy
    refused = fresh("up", *where, code=3)
    assert "write `regions: {active: standby}` in environments.prod" in refused.stderr
    assert "is active already" not in refused.stderr

    file.write_text(BLUEPRINT.replace("prod: {}", "prod: {regions: {active: standby}}"))
    fresh("up", *where)  # both regions answer again: the first one's servers stop
    assert servers(cloud, HOME) == 0
    assert set(fresh.json("up", *where)["summary"]) == {"same"}
    assert databases(cloud, HOME) == before[HOME]
    assert databases(cloud, AWAY) == after
    assert "is active already" in fresh("failover", *where, code=3).stderr
    goes_home(fresh, cloud, file, where, before[HOME])


def goes_home(
    fresh: Tenfold, cloud: Cloud, file: Path, where: tuple[str, ...], before: dict[str, tuple[str, str | None]]
) -> None:
    """`before`: the databases of the first region as they were before the disaster."""
    failback = fresh.json("failback", *where, "--yes")
    assert (failback["from"], failback["to"], failback["failed"], failback["code"]) == (AWAY, HOME, "", 0)
    assert all(step["done"] for step in failback["steps"])
    left = "leftovers: [shop-database-former, shop-standby-database-former]"
    assert file.read_text() == BLUEPRINT.replace("prod: {}", f"prod: {{{left}, regions: {{active: primary}}}}")
    home, away = databases(cloud, HOME), databases(cloud, AWAY)
    [primary] = [name for name in before if "-replica-" not in name]
    assert home.keys() == {*before, f"{primary}-former"}
    assert home[f"{primary}-former"][0] == before[primary][0], "the very database, with what never left it"
    assert {name: source for name, (_, source) in home.items() if source} == {
        name: primary for name in before if name != primary
    }
    assert sorted(str(source).rpartition(":")[2] for _, source in away.values()) == ["None", primary]
    assert (servers(cloud, HOME) >= 2, servers(cloud, AWAY)) == (True, 0)

    fresh("up", *where)
    assert set(fresh.json("up", *where)["summary"]) == {"same"}
    assert (databases(cloud, HOME), databases(cloud, AWAY)) == (home, away)
    fresh("promote", *where, "--release", "shop-database-former", "--yes")
    assert databases(cloud, HOME).keys() == before.keys()
    snapshots = cloud(HOME)("rds").describe_db_snapshots()["DBSnapshots"]
    assert any(one["DBSnapshotIdentifier"].startswith(f"{primary}-former-") for one in snapshots)


@pytest.mark.proof
def test_a_takeover_that_is_killed_again_and_again_is_ended_by_whoever_is_there(
    fresh: Tenfold, cloud: Cloud, tmp_path: Path
) -> None:
    """By SIGKILL, with the engine, after each step; each time somebody else goes on, on another machine."""
    _, where = deployed(fresh, tmp_path)
    machines = (fresh, colleague(fresh, tmp_path / "colleague"))
    for way, region in (("failover", AWAY), ("failback", HOME)):
        before = databases(cloud, region)
        kills = killed(machines, way, where)
        assert kills >= 3, "a kill comes late: several steps may end before it"
        status = machines[kills % 2].json("failover", "status", *where)
        assert (status["active"], status["last"]["way"]) == ("standby" if way == "failover" else "primary", way)
        assert status["capacity"]["quota"] == 5, "of a new account, asked of the cloud"
        assert status["last"]["ended"] and all(step["done"] for step in status["last"]["steps"])
        after = databases(cloud, region)
        assert after.keys() >= before.keys() and len([one for one in after if one.endswith("-former")]) <= 1
        assert servers(cloud, region) >= 2
        fresh("up", *where)
        assert set(fresh.json("up", *where)["summary"]) == {"same"}
    fresh("destroy", *where)
    parameters = cloud(AWAY)("ssm").get_parameters_by_path(Path="/tenfold/takeovers/shop-prod")["Parameters"]
    assert parameters == []


def colleague(tenfold: Tenfold, home: Path) -> Tenfold:
    """The same cloud and the same state, without what the first machine keeps of the stack."""
    shared, own = Path(tenfold.environment["TENFOLD_HOME"]) / "state" / "local", home / "state" / "local"
    (own / "stacks" / "shop-prod").mkdir(parents=True)
    for entry in shared.iterdir():
        if entry.name != "stacks":
            (own / entry.name).symlink_to(entry)
    for kept in (shared / "stacks" / "shop-prod").iterdir():
        if kept.is_file() and "failover" not in kept.name:
            (own / "stacks" / "shop-prod" / kept.name).write_bytes(kept.read_bytes())
    return Tenfold({**tenfold.environment, "TENFOLD_HOME": str(home)})


def killed(machines: tuple[Tenfold, Tenfold], way: str, where: tuple[str, ...]) -> int:
    """How often, until a run has come to its end."""
    for number in range(30):
        run = machines[number % 2].begin(way, *where)
        assert run.stdout
        lines = list[str]()
        for line in run.stdout:
            lines.append(line)
            if line.startswith("  ✓"):
                time.sleep(0.7 * (number % 2))  # so that the engine is killed too, in the middle of its refresh
                break
        if run.poll() == 0 or any("is active, after" in line for line in lines):
            run.wait()
            return number
        kill(run)
    raise AssertionError(f"{way} never ends")


@pytest.mark.proof
@pytest.mark.usefixtures("cloud")
def test_an_active_region_that_is_not_active_is_no_way_to_fail_over(fresh: Tenfold, tmp_path: Path) -> None:
    file, where = deployed(fresh, tmp_path)
    file.write_text(BLUEPRINT.replace("prod: {}", "prod: {regions: {active: standby}}"))
    refused = fresh("up", *where, code=3)
    assert "`tenfold failover` changes it" in refused.stderr
