"""Runbooks of moves between shards: every command is complete, is shell, and says the rows that the plan means."""

import subprocess
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

from tenfold.blueprints.architecture import Architecture
from tenfold.blueprints.architecture.regions import Standby
from tenfold.blueprints.resolve import load
from tenfold.blueprints.shards import intent, planning
from tenfold.blueprints.shards.shard_map import parse
from tenfold.blueprints.source.document import load_data
from tenfold.promotion import facts, runbook, shard_runbook

FILE = Path(__file__).parents[1] / "data/shards.yaml"
TEXTS = {"title", "where", "why", "before", "run", "check", "back"}
ENGINES = ("postgres", "mysql")


@cache
def architecture(engine: str) -> Architecture:
    content = FILE.read_bytes().replace(b"database:\n", f"database:\n  engine: {engine}\n".encode())
    found = load(FILE, content=content).architecture
    assert found is not None
    return found


def book(engine: str, way: str) -> tuple[planning.Plan, runbook.Runbook]:
    wanted = architecture(engine)
    shards = wanted.database.shards
    assert shards
    now = replace(intent.target(shards), pins={"tenant-7": 0}, version=4)
    after, name = {
        "add": lambda: (planning.add(now, shards, 1, "2026-12"), planning.REPLICATION),
        "pin": lambda: (planning.pin(now, shards, {"tenant's": 4}), planning.REPLICATION),
        "split": lambda: (planning.split(now, shards, 2, None), planning.REPLICA),
    }[way]()
    plan = planning.plan("a move", now, after, shards, 120, name)
    return plan, shard_runbook.shard_runbook(plan, wanted, "shop.yaml --env prod")


@pytest.mark.parametrize("way", ["add", "pin", "split"])
@pytest.mark.parametrize("engine", ENGINES)
def test_every_command_is_filled_in_and_is_shell(engine, way):
    _, found = book(engine, way)
    script = "\n".join(step.run for step in found.steps)
    whole = runbook.as_markdown([found], "a move")
    assert not facts.names(whole) and "None" not in script
    assert not subprocess.run(["bash", "-n"], input=script, text=True, capture_output=True).stderr
    assert [step.title for step in found.steps][-2:] == ["Cut over", "Complete"]


def test_a_map_is_published_in_every_region():
    """After a failover the map of the standby region counts."""
    plan, here = book("postgres", "add")
    a = replace(architecture("postgres"), standby=Standby(region="us-west-2", mode="pilot-light", servers=2))
    both = shard_runbook.shard_runbook(plan, a, "shop.yaml --env prod")
    published = [
        [line.split()[4] for line in runbook.as_markdown([found], "a move").splitlines() if "put-parameter" in line]
        for found in (here, both)
    ]
    assert published == [["us-east-1"] * 4, ["us-east-1", "us-west-2"] * 4]


@pytest.mark.parametrize("file", sorted(shard_runbook.FOLDER.glob("*.yaml")), ids=lambda file: file.stem)
def test_every_step_says_why_when_how_to_see_and_how_to_go_back(file):
    for step in load_data(file)["steps"]:
        assert set(step) - {"when"} == TEXTS and all(step[key].strip() for key in TEXTS), step["title"]
        assert step["where"] in ("here", "server")
        assert set(step.get("when", {})) <= {"engine"}


def test_both_runbooks_of_a_plan_are_there():
    names = {file.stem for file in shard_runbook.FOLDER.glob("*.yaml")}
    assert names == {planning.REPLICA, planning.REPLICATION}


def documents(text: str) -> dict[str, str]:
    """Files that the commands write, by name."""
    lines, found = iter(text.splitlines()), {}
    for line in lines:
        if line.startswith("cat > ") and line.endswith("<<'END'"):
            found[line.split()[2]] = "\n".join(iter(lambda: next(lines), "END"))
    return found


def test_the_maps_follow_one_another_and_lead_back():
    plan, found = book("postgres", "add")
    written = documents("\n".join(step.run + "\n" + step.back for step in found.steps))
    order = ("frozen.json", "cut-over.json", "back-frozen.json", "back.json")
    maps = [parse(written[name]) for name in order]
    assert [one.version for one in maps] == [5, 6, 7, 8]
    assert [bool(one.moving) for one in maps] == [True, False, True, False]
    assert maps[1].table == plan.after.table and maps[3].table == plan.before.table
    assert maps[2].table == plan.after.table  # while it goes back, what moved is read where it is


def test_the_rows_of_a_move():
    plan, found = book("postgres", "add")
    written = documents("\n".join(step.run for step in found.steps))
    assert [name for name in written if "-" in name and "." not in name] == ["0-4", "1-4", "2-4", "3-4"]
    pinned = "tenant_id NOT IN ('tenant-7')"  # it stays where it is pinned, wherever its bucket goes
    assert all(written[f"{source}-4"].endswith(pinned + ")") for source in range(4))
    low, high = plan.moves[0].buckets[0], plan.moves[0].buckets[-1]
    assert str(low) in written["0-4"] and str(high) in written["0-4"]
    (move,) = book("postgres", "pin")[0].moves
    assert shard_runbook.condition(move, plan, "tenant_id") == "tenant_id IN ('tenant''s')"


def test_what_each_engine_can_do():
    postgres, mysql = ("\n".join(step.run for step in book(engine, "add")[1].steps) for engine in ENGINES)
    assert "CREATE PUBLICATION" in postgres and "mysqldump" not in postgres
    assert "mysqldump" in mysql and "PUBLICATION" not in mysql


def test_a_split_promotes_a_replica():
    _, found = book("postgres", "split")
    first = found.steps[0].run
    assert "shop-database-shard-4-primary: {replicateSourceDb: ${of%%.*}" in first
    assert "SHARD_2_DIRECT_HOST" in first
