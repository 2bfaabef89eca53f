"""Advice: the known stories get their known answers, what is not known stays silent, and users never decide."""

import json
import re
from dataclasses import replace
from fnmatch import fnmatchcase
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from tenfold import exits
from tenfold.blueprints.sizes.queueing import busiest, wait, waiting
from tenfold.blueprints.stages import presets
from tenfold.cli import tenfold
from tenfold.foresight import advice, capacity
from tenfold.foresight.signals import data
from tests.stacks.graphs import Case, architecture

SHOP = architecture(Case("shop", 3, "prod"))


def advised(signals: dict[str, Any], a=SHOP) -> advice.Advice:
    return advice.advise(a, signals, capacity.rows(a))


# Story: what is measured, the rule that must answer, a word of what comes first, what must not be among it.
STORIES: dict[str, tuple[dict[str, Any], str, str, tuple[str, ...]]] = {
    "fifty thousand a day, nobody looked": (
        {"users": 50e3, "cpu.database": 0.9, "reads": 0.95, "queries.looked_at": False},
        "slow-query", "queries", ("shards", "servers", "services"),
    ),
    "hit rate of 30 %": ({"cache.hits": 0.3}, "cache-misses", "cached", ("larger database",)),
    "logged out at random": ({"servers": 3, "logouts.random": True}, "local-sessions", "shared", ("servers",)),
    "fast but for one in a hundred": ({"latency.p90": 50, "latency.p99": 3000}, "tail", "slow 1 %", ("servers",)),
    "photos for 30 million": (
        {"users": 30e6, "reads": 0.99, "cpu.database": 0.85, "queries.looked_at": True},
        "database-reads", "cache", ("shards", "services", "rewrite"),
    ),
    "a spike fills the connections": (
        {"cpu.database": 0.3, "connections.used": 1.0}, "pool-exhausted", "transaction", ("larger database",),
    ),
    "sessions on each server": (
        {"servers": 4, "sessions": "local", "logouts.random": True}, "local-sessions", "shared", ("servers",),
    ),
    "the popular entry expires": ({"cache.expiry_peaks": True}, "stampede", "spread", ("larger database",)),
    "evenings, popular files": ({"peak.known": True, "idle.static": 0.8}, "spike", "schedule", ("peak all day",)),
    "a thousand users, shards wanted": (
        {"users": 1000, "considering": ("shards",)}, "over-built", "nothing", ("shards", "queues", "services"),
    ),
    "a monday morning": ({"cpu.database": 1.0, "query.slow": True}, "slow-query", "EXPLAIN", ("restart",)),
    "a hundred times within minutes": ({"peak_over_mean": 100}, "spike", "schedule", ("peak all day",)),
    "data that must stay": ({"residency": True}, "far-dynamic", "region", ("write at first",)),
    "writes, and all before shards is done": (
        {"writes": 4000, "before_shards.done": True}, "writes", "shard by", ("more replicas",),
    ),
    "writes, and nothing was done": ({"writes": 4000}, "before-shards", "queries", ("shards now",)),
}  # fmt: skip


@pytest.mark.parametrize("story", STORIES)
def test_known_stories_get_their_known_answers(story):
    signals, rule, first, forbidden = STORIES[story]
    found = advised(signals)
    assert found.step and found.step.id == rule
    assert first in found.step.first[0]
    said = " ".join((*found.step.first, *found.step.capability, *(word for step in found.then for word in step.first)))
    for word in forbidden:
        assert any(word in never for never in found.forbidden), f"{word} is not warned of"
        assert f"more {word}" not in said and word not in found.step.capability


def test_after_the_queries_come_the_reads():
    found = advised({"cpu.database": 0.9, "reads": 0.95})
    assert found.step and (found.step.id, found.then[0].id) == ("slow-query", "database-reads")
    looked = advised({"cpu.database": 0.9, "reads": 0.95, "queries.looked_at": True})
    assert looked.step and looked.step.id == "database-reads"


def test_of_open_connections_the_model_says_nothing_and_says_so():
    found = advised({"users": 450e6, "connections.server": 2e6})
    assert not found.covered and not found.rows and not found.then
    page = page_of({"users": "450M", "connections": {"server": "2M"}})
    assert "not covered" in page and not re.search(r"\d+ (×|servers)", page)


def test_when_to_shard_is_not_said_in_users():
    found = advised({"considering": ("shards",)}, architecture(Case("chat", 5, "prod")))
    [(word, when)] = found.considered
    assert word == "shards" and "70 %" in when and "bucket of time" in when and "not the user" in when
    assert "users" not in when and not any("users" in line for line in (found.step.first if found.step else ()))


@given(st.integers(1, 10**9))
def test_users_never_decide(users):
    few = advised({"users": 100, "cpu.database": 0.9})
    many = advised({"users": users, "cpu.database": 0.9})
    assert (few.step, few.then, few.rows) == (many.step, many.then, many.rows)


@pytest.mark.parametrize("rule", [rule["id"] for rule in data()["rules"]])
def test_without_a_signal_a_rule_is_silent(rule):
    """Each rule of a condition that is not known; what an architecture says by itself is left in."""
    [found] = [one for one in data()["rules"] if one["id"] == rule]
    known = advice.facts(SHOP, capacity.rows(SHOP), False)
    assert not all(advice.holds(line, known) for line in found["when"])


def test_the_rules_are_whole():
    known = {*data()["signals"], *advice.facts(architecture(Case("iot", 6, "prod")), [], False), "tenant.fair"}
    for rule in data()["rules"]:
        lines = [*rule["when"], *rule.get("unless", ())]
        for name in (word for line in lines for word in re.findall(r"[a-z_]+\.[a-z_0-9.]+", line)):
            assert name in known, f"{rule['id']}: {name}"
        assert rule["first"] and rule["because"] and rule["lesson"]
        assert set(rule.get("capability", ())) <= set(presets.capabilities()) | {"pooling"}, rule["id"]
        stage = rule.get("stage")
        assert stage in (None, "lower") or all(
            presets.capabilities()[name].stage <= stage for name in rule.get("capability", ()) if name != "pooling"
        ), rule["id"]


@pytest.mark.parametrize("example", ["shop", "news", "chat", "iot", "market"])
@pytest.mark.parametrize("stage", [1, 2, 3, 4, 5, 6])
def test_every_limit_of_every_example_has_its_words_and_its_arithmetic(example, stage):
    a = architecture(Case(example, stage, "prod"))
    rows = capacity.rows(a, lambda path: False)
    assert len({row.name for row in rows}) == len(rows)
    for row in rows:
        assert row.limit > 0 and 0 < row.at_most <= 1 and row.used >= 0 and row.how
        assert any(fnmatchcase(row.name, entry["row"]) for entry in data()["limits"])
    busier = {row.name: row for row in capacity.rows(replace(a, load=replace(a.load, peak=a.load.peak * 2)))}
    assert all(busier[row.name].used >= row.used for row in rows)
    for row in rows:  # more growth, sooner; and then it is full
        months = row.months(0.1)
        assert row.months(0.2) <= months
        if 0 < months < 1000:
            grown = row.fixed + (row.used - row.fixed) * 1.1**months
            assert grown / row.limit == pytest.approx(row.at_most)


def test_what_sizing_chooses_carries_the_load():
    """One model: no CPU of a stage that sizes itself is too full."""
    for stage in (1, 2, 3, 4, 5):
        a = architecture(Case("shop", stage, "prod"))
        assert all(row.full < 1 for row in capacity.rows(a) if row.what == "CPU"), stage


def test_erlang_c():
    assert waiting(1, 0.5) == pytest.approx(0.5)
    assert waiting(2, 1.0) == pytest.approx(1 / 3)
    assert waiting(3, 2.0) == pytest.approx(4 / 9)
    assert waiting(10, 8.0) == pytest.approx(0.4092, abs=1e-4)
    assert wait(2, 0.7 * 2, 0.02, 0.99) == pytest.approx(0.135, abs=0.001)
    for vcpus in (2, 4, 8, 16):
        assert busiest(vcpus) == pytest.approx(1 - 0.712 / vcpus**0.448, abs=0.015)
    assert busiest(2, 0.02, 0.05) < busiest(2, 0.02, 0.5) == busiest(2), "a lower goal is met by an emptier machine"
    assert busiest(2, 0.02, 0.01) == busiest(2), "no size makes a request faster than its own CPU time"


# ---- the command


def page_of(signals: dict[str, Any], *more: str) -> str:
    with TemporaryDirectory() as folder:
        said = Path(folder, "signals.json")
        said.write_text(json.dumps(signals), encoding="utf-8")
        arguments = ["advise", f"{ROOT}/blueprints/shop.yaml", "--env", "prod", "--signals", str(said), *more]
        done = CliRunner().invoke(tenfold, arguments)
    assert done.exit_code == exits.DONE, (done.output, done.exception)
    return done.stdout


ROOT = __file__.rsplit("/tests/", 1)[0]


def test_the_page_fits_and_says_first_not_and_where_from():
    page = page_of({"cpu.database": "90%", "reads": "95%"})
    assert max(map(len, page.splitlines())) <= 100
    for word in ("bottleneck  database (slow-query); measured", "first", "not", "S1", "users       decide nothing"):
        assert word in page


def test_a_spike_is_simulated():
    page = " ".join(page_of({"peak_over_mean": 100}, "--stage", "5").split())
    assert re.search(r"simulated, viral to 375 requests/s with 2-20 servers: \d+ min above 100 %", page)
    assert "servers carry it at 70%" in page


def test_the_document_has_every_limit():
    found = json.loads(page_of({"cpu.server": 0.1, "cpu.database": 0.1}, "--json"))
    assert found["signals"] == {"cpu.server": 0.1, "cpu.database": 0.1}
    measured = [tier["limit"] for tier in found["tiers"] if tier["measured"]]
    assert measured == ["CPU", "CPU"]
    assert all(tier["how"] and 0 < tier["at_most"] <= 1 for tier in found["tiers"])


def test_over_built_has_the_money_in_it(tmp_path):
    text = Path(f"{ROOT}/blueprints/shop.yaml").read_text(encoding="utf-8")
    file = tmp_path / "shop.yaml"
    file.write_text(f"{text}database: {{instance: db.r7g.xlarge}}\n", encoding="utf-8")
    done = CliRunner().invoke(tenfold, ["advise", str(file), "--env", "prod", "--json"])
    [size] = json.loads(done.stdout)["sizes"]
    assert (size["path"], size["is"]) == ("database.instance", "db.r7g.xlarge")
    assert size["usd"] < -500, "a standby doubles it"


def test_every_wrong_signal_is_named_at_its_place(tmp_path):
    file = tmp_path / "signals.json"
    file.write_text(
        '{"cpu.databse": 0.9,\n "cache.hits": 30,\n "sessions": "here", "stages": 3,\n "considering": ["magic"]}',
        encoding="utf-8",
    )
    done = CliRunner().invoke(
        tenfold, ["advise", f"{ROOT}/blueprints/shop.yaml", "--env", "prod", "--signals", str(file)]
    )
    assert done.exit_code == exits.WRONG_INPUT
    for place in (
        ":1:2  error TF-A001",
        ":2:16  error TF-A002",
        ":3:14  error TF-A002",
        ":3:22  error TF-A001",
        ":4:17  error TF-A002",
    ):
        assert place in done.stderr
    assert "Nearest: cpu.database" in done.stderr and "local, shared, sticky" in done.stderr


def test_workers_are_judged_only_where_the_messages_are_known() -> None:
    iot = architecture(Case("iot", 6, "prod"))
    [row] = [row for row in capacity.rows(iot) if row.tier == "workers"]
    assert row.how.startswith("1404/s × 0.02 s + 36/s × 0.05 s = 29.9 messages in work") and not row.full >= 1
    silent = replace(iot, queues={**iot.queues, "commands": replace(iot.queues["commands"], per_request=None)})
    assert not [row for row in capacity.rows(silent) if row.tier == "workers"]
    assert list(capacity.unknown(silent)) == [
        "whether there are enough workers for commands: state `queues.commands.per_request`"
    ]
