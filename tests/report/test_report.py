"""One page tells all, alone: what the other commands say is in it, and nothing outside of it is needed."""

import json
import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest
from click.testing import CliRunner

from tenfold.blueprints.stages.presets import presets
from tenfold.commands import advise, cost, diff, report
from tenfold.report import content, page
from tenfold.resolving import resolve

BLUEPRINTS = Path(__file__).parents[2] / "blueprints"
SHOP = (str(BLUEPRINTS / "shop.yaml"), "--env", "prod")
VOID = {"meta", "img", "input", "br"}


class Page(HTMLParser):
    """Its elements and text. Raises AssertionError where an element is not closed in order."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self._open: list[str] = []
        self.feed(text)
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.words).split())

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.elements if name == tag]


def made(tmp_path: Path, *arguments: str) -> str:
    file = tmp_path / "report.html"
    done = CliRunner().invoke(report.command, [*arguments, "--html", str(file)])
    assert done.exit_code == 0, done.output
    return file.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "stages", [(), ("--from-stage", "1", "--to-stage", "3"), ("--from-stage", "4", "--to-stage", "5")]
)
def test_it_needs_nothing_else(tmp_path, stages):
    text = made(tmp_path, *SHOP, *stages)
    found = Page(text)
    assert text == made(tmp_path, *SHOP, *stages)
    assert not found.all("script") and not found.all("link") and not found.all("iframe")
    assert not re.findall(r'(?:src|href|action)="(?!data:image/svg)|url\(|@import', text)
    assert all(image["alt"] and len(image["alt"]) > 40 for image in found.all("img"))


def test_every_stage_can_be_picked_by_keyboard_alone(tmp_path):
    found = Page(made(tmp_path, *SHOP))
    picks = [one for one in found.all("input") if one["type"] == "radio"]
    assert [one["id"] for one in picks] == [f"stage-{number}" for number in presets()]
    assert [one["id"] for one in picks if "checked" in one] == ["stage-3"]
    assert {one["name"] for one in picks} == {"stage"}  # one group: the arrow keys go from one to the next
    assert [one["for"] for one in found.all("label")] == [one["id"] for one in picks]
    panels = [one["class"] for one in found.all("section")]
    assert panels == [f"panel panel-{number}" for number in presets()]


def test_what_changes_is_what_diff_says(tmp_path):
    text = Page(made(tmp_path, *SHOP, "--from-stage", "4", "--to-stage", "5")).text
    told = json.loads(
        CliRunner().invoke(diff.command, [*SHOP, "--from-stage", "4", "--to-stage", "5", "--json"]).stdout
    )
    assert "no data is touched, something restarts" in text
    for step in told["steps"]:
        assert step["title"] in text and step["command"] in text
    for tier, pair in told["cost"]["tiers"].items():
        assert f"{tier} {pair['before']:.2f} {pair['after']:.2f}" in text
    for point in presets()[5].trade_offs:
        assert point in text


def test_the_cost_is_what_cost_says(tmp_path):
    text = Page(made(tmp_path, *SHOP)).text
    told = json.loads(CliRunner().invoke(cost.command, [*SHOP, "--json"]).stdout)
    assert f"{told['total']['typical']:,.2f} USD a month" in text
    for tier in told["tiers"]:
        for line in tier["lines"]:
            assert line["how"] in text and line["price"]["source"] in text


def bare(text: str) -> str:
    """Without the marks of code, which are tags on the page."""
    return text.replace("`", "").replace(" ", "")


def test_the_limits_are_what_advise_says(tmp_path):
    text = Page(made(tmp_path, *SHOP)).text
    told = json.loads(CliRunner().invoke(advise.command, [*SHOP, "--json"]).stdout)
    assert (told["bottleneck"] or "No tier is beyond its limits") in text
    for row in told["tiers"]:
        assert f"{row['tier']} {row['limit']}" in text and bare(row["how"]) in bare(text)


def test_a_stage_that_the_blueprint_does_not_fit_says_why(tmp_path):
    blueprint = tmp_path / "one.yaml"
    blueprint.write_text("name: one\nstage: 1\nregion: us-east-1\napp: {image: nginx:1}\nload: {users: 100}\n")
    text = Page(made(tmp_path, str(blueprint))).text
    assert "not possible: TF-" in text


def test_text_stays_text():
    after = content.side(resolve(Path(SHOP[0]), "prod", None), warn=False)
    told = replace(content.gather(Path(SHOP[0]), "prod", None, after), title="<script>alert(1)</script>")
    assert "&lt;script&gt;" in page.html(told) and "<script" not in page.html(told)


def test_a_folder_that_is_not_there(tmp_path):
    done = CliRunner().invoke(report.command, [*SHOP, "--html", str(tmp_path / "none" / "r.html")])
    assert done.exit_code != 0 and "cannot be written" in str(done.exception)
