"""Runbooks: every command is complete, is shell, and means what the hosts really run."""

import dataclasses
import json
import os
import re
import subprocess
import tempfile
from functools import cache
from pathlib import Path

import pytest
from promoting import EXAMPLES, PAIRS, architecture, state  # beside this file

from tenfold.blueprints.architecture import Architecture
from tenfold.blueprints.source.document import load_data
from tenfold.blueprints.stages import presets
from tenfold.components import host
from tenfold.components.host.units import units
from tenfold.promotion import facts, runbook

GOLDEN = Path(__file__).parent / "golden"
FLAGS = "blueprints/shop.yaml --env prod"
ENGINES = {"postgres": "", "mysql": "database: {engine: mysql}\n"}
FILES = sorted(runbook.FOLDER.glob("*.yaml"))
TEXTS = {"title", "where", "why", "before", "run", "check", "back"}


@cache
def deployed(example: str, pair: tuple[int, int], engine: str) -> tuple[Architecture, tuple]:
    change = {"stage": pair[1], "promoting_from": pair[0]}
    with tempfile.TemporaryDirectory() as folder:
        wanted = architecture(Path(folder), example, change, ENGINES[engine])
    return wanted, state(wanted)


def books(example: str, pair: tuple[int, int], engine: str = "postgres", data: int = 2) -> list[runbook.Runbook]:
    wanted, found = deployed(example, pair, engine)
    wanted = dataclasses.replace(wanted, load=dataclasses.replace(wanted.load, data=data))
    return runbook.runbooks(wanted, "blueprints/shop.yaml", FLAGS, *found)


def commands(of: list[runbook.Runbook]) -> str:
    return "\n".join(step.run for book in of for step in book.steps)


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: f"{pair[0]}-{pair[1]}")
@pytest.mark.parametrize("example", EXAMPLES)
def test_every_command_is_filled_in_and_is_shell(example: str, pair: tuple[int, int], engine: str):
    sizes = [books(example, pair, engine, data) for data in (2, 100)]
    script = "\n".join(commands(found) for found in sizes)
    assert not facts.names("\n".join(runbook.as_markdown(found, "") for found in sizes))
    assert not re.search(r"<[a-z_-]+[.>]|\bNone\b", script)
    assert not subprocess.run(["bash", "-n"], input=script, text=True, capture_output=True).stderr
    crossed = {name for n in range(pair[0] + 1, pair[1] + 1) for name in presets.presets()[n].adds}
    told = {book.name for book in sizes[0]}
    assert ("database-to-rds" in told) == ("database" in crossed)
    assert ("traffic-to-balancer" in told) == ("balancer" in crossed)
    assert ("traffic-to-cdn" in told) == ("cdn" in crossed)


@pytest.mark.parametrize("engine", ENGINES)
def test_the_size_decides_how_data_moves(engine: str):
    small, large = (commands(books("shop", (1, 2), engine, size)) for size in (10, 11))
    follows = {"postgres": "CREATE SUBSCRIPTION", "mysql": "rds_start_replication"}[engine]
    assert follows in large and follows not in small
    assert "security-group" in large and "security-group" not in small


def test_before_the_first_step_what_is_not_known_is_named(tmp_path: Path):
    wanted = architecture(tmp_path, "shop", {"stage": 2, "promoting_from": 1})
    assert "--target <server>" in commands(runbook.runbooks(wanted, "f", FLAGS, {}, []))


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_every_step_says_why_when_how_to_see_and_how_to_go_back(file: Path):
    told = load_data(file)
    assert told["brings"] in presets.capabilities()
    moves = presets.capabilities()[told["brings"]].moves
    assert told.get("move") in (moves, "traffic", None)
    for step in told["steps"]:
        assert set(step) - {"when"} == TEXTS and all(step[key].strip() for key in TEXTS), step["title"]
        assert step["where"] in ("here", "server")


def test_whatever_moves_has_a_runbook():
    told = [load_data(file) for file in FILES]
    moving = {c.moves for c in presets.capabilities().values() if c.moves}
    assert moving == {file["move"] for file in told if "move" in file}


def test_units_containers_and_paths_are_the_hosts():
    plan = host.HostPlan(
        region="us-east-1", path="/shop/prod", log_group="logs", volume_id="vol-1",
        application=host.Application(8080, 30, health=host.Health("/", 15, 5, 3, 60)),
        jobs=host.Jobs(("worker",)), proxy=host.Proxy(None), database=host.Database("postgres", "17", "shop"),
    )  # fmt: skip
    made = units(plan)
    text = FILES[0].read_text()
    assert {f"tenfold-{unit}.service" for unit in ("app", "jobs", "health", "database")} <= set(made)
    assert "tenfold-container database " in made["tenfold-database.service"] and "docker exec -i database" in text
    assert "/data/database:/files --env PGDATA=/files/main" in made["tenfold-database.service"]
    assert "cd /data/database/main" in text
    assert (
        "--network tenfold" in text
        and "--network tenfold" in (Path(host.__file__).parent / "files" / "tenfold-container").read_text()
    )


@pytest.mark.parametrize("engine", ENGINES)
def test_the_words_for_both_databases_pass_on_what_they_are_given(tmp_path: Path, engine: str):
    """The first commands of the runbook with a `docker` and an `aws` that only write down what they were asked."""
    steps = books("shop", (1, 2), engine)[0].steps
    words = next(step.run for step in steps if "/root/promotion.sh" in step.run).replace("/root/", f"{tmp_path}/")
    log = tmp_path / "log"
    shims = {
        "docker": f'#!/usr/bin/env python3\nimport json, os, sys\nopen("{log}", "a").write(json.dumps([sys.argv[1:], '
        'os.environ.get("PGPASSWORD") or os.environ.get("MYSQL_PWD")]) + "\\n")\n',
        "aws": '#!/usr/bin/env python3\nimport json, sys\nmanaged = "the-database-secret" in sys.argv\n'
        'print(json.dumps({"username": "app", "password": "p w$" if managed else "old"}))\n',
    }
    for name, text in shims.items():
        (tmp_path / name).write_text(text)
        (tmp_path / name).chmod(0o755)
    ask = {"postgres": "-c", "mysql": "-e"}[engine]
    script = f"{words}\nold {ask} \"SELECT 'it''s'\"\nnew {ask} 'SELECT 1'\ncounts old\nback"
    environment = {**os.environ, "PATH": f"{tmp_path}:{os.environ['PATH']}"}
    subprocess.run(["bash", "-c", script], env=environment, check=True, stdin=subprocess.DEVNULL)
    asked = [json.loads(line) for line in log.read_text().splitlines()]
    old, new = asked[0], asked[1]
    assert "SELECT 'it''s'" in old[0] and old[1] in (None, "old"), "each its own password"
    assert "SELECT 1" in new[0] and new[1] == "p w$", "fetched when it is needed"
    assert any("the-database" in word for word in new[0]) and not any("p w$" in word for word in new[0])
    assert len(asked) >= 4


@pytest.mark.parametrize(("example", "pair"), [("shop", (1, 2)), ("news", (2, 3)), ("shop", (3, 4))])
def test_golden(example: str, pair: tuple[int, int]):
    """Read the difference; where it is right: TENFOLD_GOLDEN=write."""
    file = GOLDEN / f"{example}-{pair[0]}-{pair[1]}.md"
    text = runbook.as_markdown(books(example, pair), f"{example} {pair[0]} to {pair[1]}")
    if os.environ.get("TENFOLD_GOLDEN") == "write":
        file.parent.mkdir(exist_ok=True)
        file.write_text(text, encoding="utf-8")
    assert file.read_text(encoding="utf-8") == text
