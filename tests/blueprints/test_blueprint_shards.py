"""What a blueprint says of shards: read, refused with a place and a remedy, and never by accident."""

from pathlib import Path

import pytest

from tenfold.blueprints.architecture.stores import Shards
from tenfold.blueprints.reading.draft import open_draft
from tenfold.blueprints.resolve import Resolution, resolve
from tenfold.blueprints.shards import intent, table

TRIED = "    i_have_tried: [queries, machine, replicas, cache, archive, pooling]"
ABOVE = """name: shop
stage: 2
with: [shards]
app: {image: "ghcr.io/acme/shop:1.4.2"}
database:
  pooling: {via: proxy}
  shards:
"""


def resolved(tmp_path: Path, *lines: str, above: str = ABOVE) -> Resolution:
    file = tmp_path / "shop.yaml"
    file.write_text(above + "".join(f"{line}\n" for line in lines), encoding="utf-8")
    return resolve(open_draft(file))


def shards(tmp_path: Path, *lines: str) -> Shards:
    found = resolved(tmp_path, "    key: tenant_id", "    count: 4", TRIED, *lines)
    assert found.architecture is not None, found.problems
    assert found.architecture.database.shards is not None
    return found.architecture.database.shards


def test_the_first_map_of_a_database_with_data_is_all_primary(tmp_path):
    said = shards(tmp_path, "    pins: {tenant-42: 3}")
    assert intent.first(said).table == table.even(1) and intent.first(said).pins == {}
    assert intent.target(said).table == table.even(4) and intent.target(said).pins == {"tenant-42": 3}


def test_without_data_it_is_spread_from_the_start(tmp_path):
    said = shards(tmp_path, "    start: even")
    assert intent.first(said) == intent.target(said)


@pytest.mark.parametrize(
    ("lines", "by", "elsewhere"),
    [
        (("    strategy: tenant", "    pins: {tenant-42: 3}"), "hash", {}),
        (("    strategy: geographic", "    regions: {eu: 1, us: 2}"), "hash", {}),
        (("    strategy: range", '    months: {"2026-01": 1, "2027-01": 2}'), "month", {1: 12, 2: 960 - 27 * 12}),
    ],
)
def test_strategies_fill_table_and_pins(tmp_path, lines, by, elsewhere):
    wanted = intent.target(shards(tmp_path, *lines))
    assert wanted.by == by
    counts = table.counts(wanted.table)
    assert {shard: number for shard, number in enumerate(counts) if shard and number} == elsewhere
    assert bool(wanted.pins) == (by == "hash")


def test_a_key_of_a_region_is_on_its_shard(tmp_path):
    wanted = intent.target(shards(tmp_path, "    strategy: geographic", "    regions: {eu: 1, us: 2}"))
    assert [wanted.shard(key) for key in ("eu", "us", "br")] == [1, 2, 0]


def test_stage_2_with_shards_and_nothing_said_is_no_accident(tmp_path):
    found = resolved(tmp_path, above=ABOVE.replace("  shards:\n", ""))
    (problem,) = [p for p in found.problems if p.is_error]
    assert (problem.code, problem.line) == ("TF-R130", 5)
    assert "`key`, `count`, `i_have_tried`" in problem.message
    assert "i_have_tried: [queries, machine, replicas, cache, archive, pooling]" in problem.hint


def test_without_the_capability_shards_are_of_a_later_stage(tmp_path):
    above = ABOVE.replace("with: [shards]\n", "")
    found = resolved(tmp_path, "    key: tenant_id", "    count: 4", TRIED, above=above)
    assert [
        (p.code, p.line, "with: [shards, database]" in p.hint or "with: [shards]" in p.hint) for p in found.problems
    ] == [("TF-S003", 6, True)]


COMPLETE = ("    key: tenant_id", "    count: 4", TRIED)  # lines 8 to 10
BAD = [
    (("    key: Tenant", "    count: 4", TRIED), "TF-V081", 8, "not the name of a column"),
    (("    key: tenant id", "    count: 4", TRIED), "TF-V081", 8, "not the name of a column"),
    (("    key: 7", "    count: 4", TRIED), "TF-V003", 8, "text"),
    (("    key: tenant_id", "    count: 0", TRIED), "TF-V015", 9, "at least 1"),
    (("    key: tenant_id", "    count: 17", TRIED), "TF-V015", 9, "at most 16"),
    (("    key: tenant_id", "    count: four", TRIED), "TF-V003", 9, "whole number"),
    (("    key: tenant_id", "    count: 4"), "TF-R130", 7, "`i_have_tried`"),
    (("    key: tenant_id", "    count: 4", "    i_have_tried: []"), "TF-V015", 10, "At least 1"),
    (("    key: tenant_id", "    count: 4", "    i_have_tried: [prayer]"), "TF-V014", 10, "not one of the choices"),
    (("    key: tenant_id", "    count: 4", "    i_have_tried: [queries, cache]"), "TF-R131", 10, "machine (the next"),
    ((*COMPLETE, "    buckets: 1024"), "TF-V015", 11, "960: the number is for life"),
    ((*COMPLETE, "    strategy: modulo"), "TF-V014", 11, "not one of the choices"),
    ((*COMPLETE, "    strategy: geographic"), "TF-R132", 11, "needs `regions`"),
    ((*COMPLETE, "    strategy: range"), "TF-R132", 11, "needs `months`"),
    ((*COMPLETE, "    regions: {eu: 1}"), "TF-R132", 11, "belongs to the strategy geographic"),
    ((*COMPLETE, '    months: {"2026-01": 1}'), "TF-R132", 11, "belongs to the strategy range"),
    ((*COMPLETE, "    strategy: range", '    months: {"2026-13": 1}'), "TF-V082", 12, "not a month"),
    ((*COMPLETE, "    strategy: range", '    months: {"1999-12": 1}'), "TF-V082", 12, "not a month"),
    ((*COMPLETE, "    pins: {tenant-42: 4}"), "TF-R133", 11, "no shard 4: 4 are numbered 0 to 3"),
    ((*COMPLETE, "    pins: {tenant-42: -1}"), "TF-V015", 11, "at least 0"),
    ((*COMPLETE, "    pins: {tenant-42: three}"), "TF-V003", 11, "whole number"),
    ((*COMPLETE, "    pins: {" + ", ".join(f"t{n}: 1" for n in range(101)) + "}"), "TF-R134", 11, "a map takes 100"),
    ((*COMPLETE, "    pins: {" + ", ".join(f"{n:040}x: 1" for n in range(99)) + "}"), "TF-R134", 11, "takes 4,096"),
    ((*COMPLETE, "    shares: {tenant-42: 30}"), "TF-V006", 11, "unit is missing"),
    ((*COMPLETE, "    shares: {a: 60%, b: 50%}"), "TF-R136", 11, "add up to 110%"),
    ((*COMPLETE, "    shares: {tenant-42: 30%}"), "TF-R135", 11, "more than 1/4 = 25.0%"),
    ((*COMPLETE, "    shares: {tenant-42: 20%}"), "TF-R135", 11, "more than 1/(2×4) = 12.5%"),
    ((*COMPLETE, "    shard: 3"), "TF-V001", 11, "no field `shard`"),
]


@pytest.mark.parametrize(("lines", "code", "line", "words"), BAD)
def test_bad_input_has_a_code_a_place_and_a_reason(tmp_path, lines, code, line, words):
    found = [problem for problem in resolved(tmp_path, *lines).problems if problem.code == code]
    assert found, [p.code for p in resolved(tmp_path, *lines).problems]
    assert found[0].line == line
    assert words in found[0].message
    assert found[0].hint or code in ("TF-V003", "TF-V015")  # those say it all in the message


def test_more_than_a_map_holds_is_sent_to_dynamodb(tmp_path):
    pins = ", ".join(f"{n:040}x: 1" for n in range(99))
    (problem,) = resolved(tmp_path, *COMPLETE, f"    pins: {{{pins}}}").problems
    assert "DynamoDB" in problem.hint


def test_a_pinned_hot_key_is_no_warning_unless_no_map_balances_it(tmp_path):
    for share, codes in (("20%", []), ("30%", ["TF-R135"])):
        lines = (*COMPLETE, f"    shares: {{tenant-42: {share}}}", "    pins: {tenant-42: 3}")
        assert [p.code for p in resolved(tmp_path, *lines).problems] == codes


def test_an_environment_changes_the_number_alone(tmp_path):
    file = tmp_path / "shop.yaml"
    lines = "\n".join((*COMPLETE, "environments: {prod: {database: {shards: {count: 8}}}}"))
    file.write_text(ABOVE + lines, encoding="utf-8")
    found = resolve(open_draft(file), environment="prod")
    assert found.architecture is not None and found.architecture.database.shards is not None
    assert found.architecture.database.shards.count == 8


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("env: {SHARD_0_HOST: x}", "TF-R144"),
        ("env: {SHARD_3_DIRECT_HOST: x}", "TF-R144"),
        ("secrets: [SHARD_1_SECRET_ARN]", "TF-R144"),
        ("env: {SHARD_4_HOST: x}", "TF-R148"),  # one more shard, and it is taken
        ("env: {SHARD_1_READ_HOST: x}", "TF-R148"),  # there are no replicas
        ("env: {SHARD_EU_HOST: x}", ""),  # shards have numbers
    ],
)
def test_settings_of_shards_are_the_stacks(tmp_path, said, code):
    above = ABOVE.replace('1.4.2"}', f'1.4.2", {said}}}')
    found = resolved(tmp_path, "    key: tenant_id", "    count: 4", TRIED, above=above)
    assert [(p.code, p.line) for p in found.problems if "SHARD_" in p.message] == ([(code, 4)] if code else [])
    assert (found.architecture is None) == (code == "TF-R144")
