"""`tenfold cost`, and its line in plan and diff: what is printed adds up, and says what it does not know."""

import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from tenfold.cli import tenfold
from tenfold.commands import cost
from tenfold.foresight import prices
from tests.examples import BLUEPRINTS

SHOP = "blueprints/shop.yaml"
SMALL = """name: shop
stage: {stage}
app: {{image: "ghcr.io/acme/shop:1", stateless: true}}
"""


@pytest.fixture(autouse=True)
def _no_refreshed_prices(monkeypatch, tmp_path):
    monkeypatch.setenv("TENFOLD_DATA", str(tmp_path / "data"))


def run(*args, code=0):
    done = CliRunner().invoke(tenfold, [*map(str, args)])
    assert done.exit_code == code, (done.output, done.exception)
    return done


def of_json(*args):
    return json.loads(run(*args, "--json").stdout)


def written(tmp_path: Path, stage=1, more="", rules="") -> Path:
    file = tmp_path / "shop.yaml"
    file.write_text(SMALL.format(stage=stage) + more)
    if rules:
        (tmp_path / "tenfold-rules.yaml").write_text(rules)
    return file


def test_the_page_fits_and_adds_up():
    page = run("cost", SHOP, "--env", "prod", "--stage", "5").stdout
    lines = page.splitlines()
    assert max(map(len, lines)) <= 100
    tiers = [line for line in lines if re.match(r"  [a-z]+ {20}", line) and not line.startswith("  total")]
    total = next(line for line in lines if line.startswith("  total"))
    for column in (-3, -2, -1):
        added = sum(float(line.split()[column].replace(",", "")) for line in tiers)
        assert added == pytest.approx(float(total.split()[column]), abs=0.05)


def test_large_sums_keep_their_columns_apart():
    page = run("cost", "blueprints/iot.yaml", "--env", "prod").stdout
    total = next(line for line in page.splitlines() if line.startswith("  total"))
    assert len(total.split()) == 4 and len(total) == 100


def test_every_price_on_the_page_has_a_source_and_a_date():
    page = run("cost", SHOP, "--env", "prod", "--stage", "4").stdout
    used = set(re.findall(r"\[([a-z])\]", page))
    explained = re.findall(r"^(?:  prices  | {10})  ([a-z])  (20\d\d(?:-\d\d-\d\d)?)  \S", page, re.MULTILINE)
    assert used
    assert {letter for letter, _ in explained} == used
    weak = set(re.findall(r"at ~", page))
    assert not weak or re.search(r"^ +~  .*(judged|derived|single)", page, re.MULTILINE)


def test_the_document_adds_up_and_names_each_source():
    found = of_json("cost", SHOP, "--env", "prod")
    lines = [line for tier in found["tiers"] for line in tier["lines"]]
    assert sum(line["usd"]["typical"] for line in lines) == pytest.approx(found["total"]["typical"], abs=0.01)
    assert found["fixed"]["typical"] + found["by_use"]["typical"] == pytest.approx(found["total"]["typical"], abs=0.01)
    assert found["per_1000_users"] == pytest.approx(found["total"]["typical"] / 5, abs=0.01)
    assert all(line["price"]["source"] and line["price"]["as_of"] and line["how"] for line in lines)
    assert found["coverage"] == 1 and found["unknown"] == []


def test_all_stages_side_by_side():
    page = run("cost", SHOP, "--env", "prod", "--all").stdout
    assert [line.split()[0] for line in page.splitlines()[2:9]] == ["1", "2", "3", "4", "5", "6", "7"]
    stages = of_json("cost", SHOP, "--env", "prod", "--all")["stages"]
    assert [stage["blueprint"]["stage"] for stage in stages] == [1, 2, 3, 4, 5, 6, 7]
    for number, stage in enumerate(stages, 1):
        alone = of_json("cost", SHOP, "--env", "prod", "--stage", number)
        assert stage["total"] == alone["total"]


def test_a_stage_the_blueprint_does_not_fit_says_why(tmp_path):
    file = tmp_path / "shop.yaml"
    file.write_text("name: shop\nstage: 1\napp: {image: 'ghcr.io/acme/shop:1'}\n")
    page = run("cost", file, "--all").stdout
    assert re.search(r"3 load-balanced +not possible: TF-R\d+", page)
    assert re.search(r"1 single-server +\d", page)


def test_a_wrong_blueprint_is_refused_also_for_all_stages(tmp_path):
    file = written(tmp_path, more="load: {users: many}\n")
    assert "TF-V008" in run("cost", file, "--all", code=2).stderr


def test_all_and_one_stage_exclude_each_other():
    assert "--all" in run("cost", SHOP, "--all", "--stage", "2", code=2).stderr


def test_what_has_no_price_is_named_and_the_total_says_it_is_without(tmp_path):
    page = run("cost", written(tmp_path, more="region: ap-southeast-2\n")).stdout
    assert re.search(r"coverage +\d\d?%: \d+ of \d+ parts have a price. The total is without", page)
    assert "ec2.t4g.small" in page
    assert re.search(r"server t4g.small .*unknown", page)
    found = of_json("cost", tmp_path / "shop.yaml")
    assert found["coverage"] < 0.6
    assert all(line["usd"] is None for tier in found["tiers"] for line in tier["lines"] if line["price"] is None)


def test_house_rules_say_what_is_paid(tmp_path):
    rules = "prices: {discount: {ec2: 28%, all: 10%}, own: {kms.key: 0.50 USD}}\n"
    file = written(tmp_path, rules=rules)
    lines = {line["key"]: line for tier in of_json("cost", file)["tiers"] for line in tier["lines"]}
    assert lines["ec2.t4g.small"]["usd"]["typical"] == pytest.approx(0.0168 * 730 * 0.72, abs=0.001)
    assert lines["dashboard"]["usd"]["typical"] == pytest.approx(2.70)
    assert lines["kms.key"]["usd"]["typical"] == 0.50
    assert lines["kms.key"]["price"]["confidence"] == prices.OWN
    assert "less 28%" in run("cost", file).stdout


def test_another_region_is_lent_only_where_the_house_says_so(tmp_path):
    file = written(tmp_path, more="region: ap-southeast-2\n", rules="prices: {estimate: {ap-southeast-2: us-east-1}}\n")
    found = of_json("cost", file)
    assert found["coverage"] == 1
    page = run("cost", file).stdout
    assert "estimated from us-east-1, as house rules allow" in page


def test_stated_usage_replaces_the_formula(tmp_path):
    file = written(tmp_path, more="load: {usage: {transfer_out: 1TiB}}\n")
    line = next(x for t in of_json("cost", file)["tiers"] for x in t["lines"] if x["key"] == "transfer.out")
    assert (line["how"], line["usd"]["typical"]) == ("load.usage.transfer_out", pytest.approx(1024 * 0.09))


def test_the_budget_is_compared(tmp_path):
    said = "owner: a@example.com\nbudget: {} USD/month\n"
    page = run("cost", written(tmp_path, more=said.format(20))).stdout
    assert re.search(r"budget +20 USD a month: \d+\.\d\d is above it", page)
    page = run("cost", written(tmp_path, more=said.format(100))).stdout
    assert re.search(r"budget +100 USD a month: \d\d% of it", page)


def test_plan_has_the_sum():
    cost = of_json("cost", SHOP, "--env", "prod")
    plan = of_json("plan", SHOP, "--env", "prod")
    assert plan["estimate"]["total"] == cost["total"]
    page = run("plan", SHOP, "--env", "prod").stdout
    assert f"estimate  {cost['total']['typical']:.2f} USD a month" in page
    above = run("plan", SHOP, "--env", "prod", "--stage", "5").stdout
    assert "above the budget of 300" in " ".join(above.split())


@pytest.mark.parametrize("options", [[], ["--direct"]])
def test_diff_has_what_a_stage_adds_by_tier(options):
    asked = ["diff", SHOP, "--env", "prod", "--from-stage", "3", "--to-stage", "4", *options]
    before, after = (of_json("cost", SHOP, "--env", "prod", "--stage", stage) for stage in (3, 4))
    found = of_json(*asked)["cost"]
    assert (found["before"], found["after"]) == (before["total"], after["total"])
    assert found["tiers"]["cdn"]["before"] == 0
    changes = sum(tier["after"] - tier["before"] for tier in found["tiers"].values())
    assert changes == pytest.approx(after["total"]["typical"] - before["total"]["typical"], abs=0.01)
    page = " ".join(run(*asked).stdout.split())
    assert f"cost {before['total']['typical']:.2f} → {after['total']['typical']:.2f} USD a month" in page


def test_diff_of_two_files_by_another_name_compares_tiers(tmp_path):
    other = tmp_path / "other.yaml"
    other.write_text(SMALL.format(stage=1).replace("name: shop", "name: store"))
    found = of_json("diff", written(tmp_path), other)["cost"]
    assert found["before"] == found["after"]
    assert "as before" in run("diff", tmp_path / "shop.yaml", other).stdout


def test_diff_names_what_only_looks_cheaper_for_want_of_a_price(tmp_path):
    text = "name: shop\nstage: 2\napp: {image: ghcr.io/acme/shop:1.0.0}\ndatabase: {instance: db.t4g.small}\n"
    before, after = tmp_path / "shop.yaml", tmp_path / "later.yaml"
    before.write_text(text)
    after.write_text(text.replace("db.t4g.small", "db.r7i.48xlarge"))
    page = " ".join(run("diff", before, after).stdout.split())
    assert "db.r7i.48xlarge, of which no price is known" in page
    assert "no price is known" not in run("diff", after, before).stdout


def test_plan_says_what_a_day_of_the_fleet_would_show(tmp_path):
    more = "load: {users: 20k, peak: 900 requests/s}\nfleet: {servers: 2-4, instance: t4g.small}\n"
    page = " ".join(run("plan", written(tmp_path, stage=5, more=more)).stdout.split())
    assert "finding too small on a day with 900 requests/s at most:" in page
    assert "; better fleet.servers: 2-" in page and "`tenfold simulate` shows it" in page
    assert "finding" not in run("plan", SHOP, "--env", "prod", "--stage", "5").stdout


def test_many_blueprints_have_a_line_each_and_a_sum(tmp_path):
    file, other = written(tmp_path), tmp_path / "other.yaml"
    other.write_text(
        file.read_text().replace("name: shop", "name: other") + "environments: {dev: {}, prod: {stage: 2}}\n"
    )
    (tmp_path / "tenfold-rules.yaml").write_text("defaults: {region: eu-west-1}\n")
    lines = run("cost", tmp_path / "*.yaml").stdout.splitlines()
    rows = {line[:18].strip(): line.split()[-7:] for line in lines[2:-2]}
    assert list(rows) == ["other · dev", "other · prod", "shop"], "house rules are no blueprint"
    total = next(line for line in lines if line.startswith("  total")).split()
    assert float(total[2]) == pytest.approx(sum(float(cells[1]) for cells in rows.values()), abs=0.02)
    assert [each["blueprint"]["name"] for each in of_json("cost", tmp_path / "*.yaml")["environments"]] == [
        "other", "other", "shop",
    ]  # fmt: skip


def test_of_many_one_with_errors_is_named_and_the_others_are_shown(tmp_path):
    file, wrong = written(tmp_path), tmp_path / "wrong.yaml"
    wrong.write_text("name: wrong\nstage: nine\n")
    page = run("cost", file, wrong, code=2).stdout
    assert "wrong.yaml" in page and "TF-" in page and "\n  shop " in page


def test_an_own_price_that_nothing_is_billed_by_is_said(tmp_path):
    (tmp_path / "shop.yaml").write_text((BLUEPRINTS / "shop.yaml").read_text(encoding="utf-8"), encoding="utf-8")
    rules = "prices: {own: {nat.hour: 0.05 USD, nat: 0.04 USD, ec2.x9.large: 1 USD}}\n"
    (tmp_path / "tenfold-rules.yaml").write_text(rules, encoding="utf-8")
    told = CliRunner().invoke(cost.command, [str(tmp_path / "shop.yaml"), "--env", "prod"]).stderr
    assert [line for line in told.split("\n") if "nothing is billed" in line] == [
        "note: house rules have a price `nat.hour`, and nothing is billed by that key; there are nat, nat.data"
    ]
