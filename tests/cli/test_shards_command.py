"""`tenfold shards plan`: what people and programs read, and every way to ask wrongly."""

import json
import os
import shlex
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from tenfold import cli, exits
from tenfold.blueprints.shards import table
from tenfold.blueprints.shards.shard_map import ShardMap, parse

SHOP = Path(__file__).parents[1] / "data/shards.yaml"


@pytest.fixture
def shop() -> Path:
    return SHOP


def shards(*words: object) -> Result:
    os.environ["NO_COLOR"] = "1"
    return CliRunner().invoke(cli.tenfold, ["shards", "plan", *map(str, words)], standalone_mode=True)


def refused(capsys, monkeypatch, *words: object) -> tuple[int, str]:
    """Exit code, and what is said on the terminal: failures are shown by `run`."""
    monkeypatch.setattr("sys.argv", ["tenfold", "shards", "plan", *map(str, words)])
    code = cli.run()
    return code, capsys.readouterr().err


def test_one_more(shop):
    done = shards(shop, "--add", 1)
    assert done.exit_code == exits.DONE
    for line in (
        "moves     192 of 960 buckets, about 16.8 of 120 GiB (load.data)",
        "shard 3 → 4: 48 buckets, 4.2 GiB",
        "after     5 shards, buckets 192 192 192 192 192",
        "tenant-42 has 30% of the load, more than 1/5 = 20.0%",
        "modulo            moves  79.4%, between existing shards  59.5%",
        "add by logical replication: the buckets are copied while all runs  ← this move",
        "split by replica: a copy of the shard becomes the new one",
    ):
        assert line in done.stdout
    assert all(len(line) <= 100 for line in done.stdout.splitlines() if "next" not in line)


def test_the_same_for_programs_on_every_run(shop):
    first, second = shards(shop, "--add", 1, "--json"), shards(shop, "--add", 1, "--json")
    assert first.stdout == second.stdout
    found = json.loads(first.stdout)
    assert found["version"] == 1
    assert found["buckets"] == {"all": 960, "moved": 192}
    assert found["gib"] == pytest.approx(16.8)
    assert found["balance"]["before"]["buckets"] == [240] * 4
    assert found["balance"]["after"]["buckets"] == [192] * 5
    assert found["hot"][0]["key"] == "tenant-42" and found["hot"][0]["alone"]
    assert found["runbook"] == "add-by-replication"
    assert parse(found["maps"]["frozen"]).moving.keys() == {4}
    assert table.counts(parse(found["maps"]["cut_over"]).table) == [192] * 5


def test_a_split_and_a_pin_name_their_runbook(shop):
    assert json.loads(shards(shop, "--split", 2, "--json").stdout)["runbook"] == "split-by-replica"
    pinned = json.loads(shards(shop, "--pin", "a=b=3", "--pin", "c=4", "--json").stdout)
    assert {key for move in pinned["moves"] for key in move["keys"]} <= {"a=b", "c"}
    assert parse(pinned["maps"]["cut_over"]).pins == {"a=b": 3, "c": 4}


def test_from_the_published_map(shop, tmp_path):
    published = tmp_path / "map.json"
    published.write_text(ShardMap(table.split(table.even(4), 0), version=7).text())
    found = json.loads(shards(shop, "--add", 1, "--map", published, "--json").stdout)
    assert parse(found["maps"]["now"]).version == 7 and parse(found["maps"]["cut_over"]).version == 9
    assert found["balance"]["after"]["buckets"][5] == 160


def test_without_a_move_it_says_what_is_left(shop):
    done = shards(shop)
    assert "the blueprint's first map" in done.stdout and "moves     720 of 960 buckets" in done.stdout


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--split", "9"], "There is no shard 9: 4 are numbered 0 to 3."),
        (["--pin", "tenant-42=7"], "There is no shard 7: 5 are numbered 0 to 4."),
        (["--drain", "0"], "Shard 0 is the primary"),
        (["--pin", "tenant-42"], "is not a key and the number of a shard, like tenant-42=3"),
        (["--pin", "=3"], "is not a key and the number of a shard"),
        (["--pin", "tenant-42=³"], "is not a key and the number of a shard"),
        (["--add", "0"], "0 is not in the range"),
        (["--add", "1", "--split", "2"], "one move each"),
        (["--add", "1", "--from", "2026-13"], "is not a month like 2026-11"),
        (["--map", "missing.json"], "does not exist"),
        (["--env", "prdo"], ""),
    ],
)
def test_asked_wrongly(shop, capsys, monkeypatch, words, said):
    code, shown = refused(capsys, monkeypatch, shop, *words)
    if words != ["--env", "prdo"]:  # any name is an environment's where the file lists none
        assert code == exits.WRONG_INPUT
    assert said in shown and "Traceback" not in shown


def test_a_blueprint_without_shards_is_told_where_to_begin(tmp_path, capsys, monkeypatch):
    file = tmp_path / "shop.yaml"
    file.write_text('name: shop\nstage: 2\napp: {image: "a/b:1"}\n')
    code, shown = refused(capsys, monkeypatch, file, "--add", 1)
    assert code == exits.WRONG_INPUT and "has no shards" in shown and "docs/shards.md" in shown


def test_a_file_that_is_no_map(shop, tmp_path, capsys, monkeypatch):
    for content in (b"{}", b"\xff", b""):
        (tmp_path / "map.json").write_bytes(content)
        code, shown = refused(capsys, monkeypatch, shop, "--add", 1, "--map", tmp_path / "map.json")
        assert code == exits.WRONG_INPUT and "is not a shard map" in shown and "aws ssm get-parameter" in shown


def test_refused_for_safety(shop, tmp_path, capsys, monkeypatch):
    under_way = ShardMap(table.even(4), version=2, moving={1: (3,)})
    (tmp_path / "map.json").write_text(under_way.text())
    code, shown = refused(capsys, monkeypatch, shop, "--add", 1, "--map", tmp_path / "map.json")
    assert code == exits.REFUSED and "has a move under way" in shown
    full = ShardMap(table.even(4), {f"t{n}": 0 for n in range(100)})
    (tmp_path / "map.json").write_text(full.text())
    code, shown = refused(capsys, monkeypatch, shop, "--pin", "one-more=1", "--map", tmp_path / "map.json")
    assert code == exits.REFUSED and "101 pins" in shown and "DynamoDB" in shown


def test_the_next_command_is_whole_and_prints_the_runbook(shop, tmp_path):
    key = "tenant's 42"
    shown = shards(shop, "--pin", f"{key}=2").stdout
    (line,) = [line for line in shown.splitlines() if line.startswith("  next")]
    words = shlex.split(line.partition(" tenfold shards plan ")[2].partition(" >")[0])
    done = shards(*words)
    assert done.exit_code == exits.DONE, done.output
    assert done.stdout.startswith("# shop · tenant's 42 on shard 2\n") and "### 1. " in done.stdout


def test_nothing_to_do_is_no_runbook(shop, capsys, monkeypatch):
    home = ShardMap(table.even(4)).shard("a")
    code, shown = refused(capsys, monkeypatch, shop, "--pin", f"a={home}", "--runbook")
    assert code == exits.WRONG_INPUT and "Nothing moves" in shown
    assert refused(capsys, monkeypatch, shop, "--add", 1, "--json", "--runbook")[0] == exits.WRONG_INPUT


def test_help_has_examples_and_exit_codes():
    shown = shards("--help").stdout
    assert "tenfold shards plan blueprints/shop.yaml --env prod --add 1" in shown
    assert f"{exits.REFUSED}  refused for safety" in shown
