"""`tenfold simulate`: its page, its document, its picture, and what it refuses."""

import json
import xml.etree.ElementTree as xml
from pathlib import Path

import pytest
from click.testing import CliRunner

from tenfold import exits
from tenfold.cli import tenfold
from tenfold.failure import Failure

CAMPAIGN = ["blueprints/shop.yaml", "--env", "prod", "--stage", "5", "--curve", "campaign", "--times", "60"]


def run(*args):
    done = CliRunner().invoke(tenfold, ["simulate", *map(str, args)])
    assert done.exit_code == exits.DONE, (done.output, done.exception)
    return done.stdout


def refused(*args) -> Failure:
    with pytest.raises(Failure) as failure:
        CliRunner().invoke(tenfold, ["simulate", *map(str, args)], catch_exceptions=False)
    assert failure.value.code == exits.WRONG_INPUT
    return failure.value


def test_the_page_fits_and_says_that_thresholds_are_too_slow(tmp_path):
    file = tmp_path / "shop.yaml"
    text = Path("blueprints/shop.yaml").read_text(encoding="utf-8")
    file.write_text(
        f"{text}with: [autoscaling]\nfleet: {{servers: 2-20, scaling: {{out_at: 70%}}}}\n", encoding="utf-8"
    )
    page = run(file, *CAMPAIGN[1:3], *CAMPAIGN[5:])
    assert max(map(len, page.splitlines())) <= 100
    assert "too slow" in page and "fleet.scaling.steps" in page


def test_a_calm_day_has_no_finding():
    assert "no request is lost" in run("blueprints/chat.yaml", "--env", "prod")


def test_the_document_has_every_minute():
    found = json.loads(run(*CAMPAIGN, "--json"))
    assert len(found["load"]) == len(found["servers"]) == len(found["busy"]) == found["minutes"] == 425
    assert found["most_servers"] == max(found["servers"])
    assert found["server_hours"] * 0.0168 == pytest.approx(found["usd"], abs=0.001)
    assert found["findings"][0]["remedies"][0]["lost"] < found["lost"]


def test_the_picture_is_one_and_the_same(tmp_path):
    for name in ("a.svg", "b.svg"):
        run(*CAMPAIGN, "--svg", tmp_path / name)
    first = (tmp_path / "a.svg").read_bytes()
    assert first == (tmp_path / "b.svg").read_bytes()
    root = xml.fromstring(first)
    names = [child.tag.rsplit("}", 1)[1] for child in root]
    assert names[:2] == ["title", "desc"]
    assert names.count("path") == 3
    assert b"prefers-color-scheme" in first


def test_a_file_brings_its_own_load(tmp_path):
    file = tmp_path / "load.csv"
    file.write_text("minute,requests\n" + "".join(f"{minute},{minute % 7 + 10}\n" for minute in range(100)))
    found = json.loads(run("blueprints/chat.yaml", "--env", "prod", "--curve", file, "--times", "2", "--json"))
    assert found["load"] == [2 * (minute % 7 + 10) for minute in range(100)]


@pytest.mark.parametrize(
    ("text", "why"),
    [("", "no line with a number"), ("1\nmany\n", ":2: 'many'"), ("1\n-3\n", ":2: '-3'"), ("1\nnan\n", ":2: 'nan'")],
)
def test_a_file_without_a_load_is_refused_at_its_line(tmp_path, text, why):
    file = tmp_path / "load.csv"
    file.write_text(text)
    assert why in refused("blueprints/chat.yaml", "--curve", file).why


def test_a_curve_that_is_none_names_those_there_are():
    assert "campaign" in refused("blueprints/chat.yaml", "--curve", "hourly").remedies[0]


def test_without_a_fleet_there_is_nothing_to_simulate():
    assert "no fleet at stage 2" in refused("blueprints/shop.yaml", "--stage", "2").what


def test_a_picture_that_cannot_be_written_is_said(tmp_path):
    assert "cannot be written" in refused(*CAMPAIGN, "--svg", tmp_path / "none" / "a.svg").what


def test_a_declared_campaign_is_simulated_by_plan_with_what_makes_it_fit(tmp_path):
    file = tmp_path / "shop.yaml"
    text = Path("blueprints/shop.yaml").read_text(encoding="utf-8")
    calm = text.replace("reads: 95%", "reads: 95%, peak: 400 requests/s")
    for declared, said in (("", False), (", campaign: 10", True)):
        file.write_text(calm.replace("400 requests/s", f"400 requests/s{declared}"), encoding="utf-8")
        done = CliRunner().invoke(tenfold, ["plan", str(file), "--env", "prod", "--stage", "5"])
        page = " ".join(done.stdout.split())
        assert ("in the declared campaign to 4000 requests/s" in page and "; better fleet.s" in page) is said
    found = json.loads(run(file, "--env", "prod", "--stage", "5", "--curve", "campaign", "--json"))
    assert max(found["load"]) > 3900, "ten times without --times"
