"""A picture shows every part there is, in few boxes, in every format, with the same bytes each time."""

import re
from functools import cache
from pathlib import Path
from xml.etree import ElementTree

import pytest
from click.testing import CliRunner

from scripts import pictures
from tenfold import planning
from tenfold.blueprints.resolve import Resolution, load
from tenfold.blueprints.stages.presets import presets
from tenfold.commands import diagram
from tenfold.diff import compare
from tenfold.pictures import boxes, change, svg, texts
from tenfold.pictures.model import ADDED, CHANGED, REMOVED, SAME, Picture
from tests.examples import FILES

BLUEPRINTS = Path(__file__).parents[2] / "blueprints"
STAGES = list(presets())
WIDE = """\
name: wide
stage: 7
region: us-east-1
owner: team@example.com
app: {image: nginx:1, stateless: true, jobs: {command: [worker]}}
load: {users: 600k}
sessions: {store: tokens}
queues: {orders: {acceptable_delay: 1m, message_takes: 1s}}
events: {order-placed: {to: [orders]}}
services: {search: {image: "nginx:1", route: /search/*, data: {engine: bucket}}}
database: {shards: {key: user, count: 3, i_have_tried: [queries, machine, replicas, cache, archive, pooling]}}
"""


@cache
def resolved(file: Path, stage: int) -> Resolution:
    return load(file, environment="prod", stage=stage)


def drawn_at(file: Path, stage: int) -> Picture:
    architecture = resolved(file, stage).architecture
    assert architecture is not None
    return boxes.picture(architecture)


@pytest.mark.parametrize("stage", STAGES)
@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_twelve_boxes_are_enough_and_what_they_say_fits(file, stage):
    picture = drawn_at(file, stage)
    parts = [box for box in picture.boxes if box.lane != "users" and box.id != "standby"]
    assert 1 <= len(parts) <= 12, "beside the users and a second region"
    assert len({box.id for box in picture.boxes}) == len(picture.boxes)
    assert all(len(box.title) <= 20 and len(svg.lines(box)) <= 5 for box in picture.boxes)


def test_each_capability_is_drawn_from_its_stage_on(tmp_path):
    """Other than those a blueprint has to ask for, all are in the wide one."""
    file = tmp_path / "wide.yaml"
    file.write_text(WIDE, encoding="utf-8")
    wide = load(file)
    assert wide.architecture is not None, wide.problems
    shown = {name for box in boxes.picture(wide.architecture).boxes for name in box.shows}
    there = {name for preset in presets().values() for name in preset.adds}
    assert {name for name in there if wide.architecture.has(name)} <= shown


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_the_svg_is_well_formed_and_tells_its_words(file):
    picture = drawn_at(file, 5)
    drawn = svg.draw_picture(picture)
    assert drawn == svg.draw_picture(drawn_at(file, 5))
    root = ElementTree.fromstring(drawn)
    space = "{http://www.w3.org/2000/svg}"
    assert root.findtext(f"{space}title") == picture.title
    assert "Load balancer to Servers" in (root.findtext(f"{space}desc") or "")
    assert "script" not in drawn and "http" not in drawn.replace("http://www.w3.org/2000/svg", "")
    width, height = map(float, root.attrib["viewBox"].split()[2:])
    for rect in root.iter(f"{space}rect"):
        right = float(rect.get("x", 0)) + float(rect.attrib["width"])
        assert right <= width and float(rect.get("y", 0)) + float(rect.attrib["height"]) <= height


def test_text_cannot_leave_its_label():
    """A name comes from the blueprint."""
    box = drawn_at(BLUEPRINTS / "shop.yaml", 3).boxes[0]
    picture = Picture('a "b" <c> & d', (box,), ())
    ElementTree.fromstring(svg.draw_picture(picture))
    for written in (texts.mermaid(picture), texts.dot(picture)):
        assert "<c>" not in written and '"b"' not in written


def between(before: int, after: int) -> Picture:
    shop = BLUEPRINTS / "shop.yaml"
    earlier, later = (planning.record(resolved(shop, stage), warn=False) for stage in (before, after))
    return change.between(drawn_at(shop, before), drawn_at(shop, after), compare(earlier, later), "shop")


def test_before_and_after_are_one_picture():
    states = {box.id: box.state for box in between(2, 4).boxes}
    assert states["server"] == REMOVED and states["users"] == SAME
    assert states["fleet"] == states["cdn"] == states["replicas"] == ADDED
    cache_ = {box.id: box for box in between(3, 4).boxes}["cache"]
    assert (cache_.state, cache_.count) == (CHANGED, "1 → 2")
    assert {box.state for box in between(3, 3).boxes} == {SAME}


@pytest.mark.parametrize(
    ("arguments", "begins"),
    [
        ([], "shop · prod · stage 3 load-balanced\n  Users "),
        (["--format", "svg"], "<svg "),
        (["--format", "mermaid"], "---\ntitle: "),
        (["--format", "dot"], "digraph tenfold {"),
        (["--from-stage", "3", "--to-stage", "4"], "shop · prod · stage 3 load-balanced → stage 4 cached"),
        (["--to-stage", "4"], "shop · prod · stage 3 load-balanced → stage 4 cached"),
    ],
)
def test_the_command(arguments, begins):
    done = CliRunner().invoke(diagram.command, [str(BLUEPRINTS / "shop.yaml"), "--env", "prod", *arguments])
    assert done.exit_code == 0 and done.stdout.startswith(begins), done.output


def test_the_ending_says_the_format(tmp_path):
    shop = [str(BLUEPRINTS / "shop.yaml"), "--env", "prod", "--out"]
    for ending, begins in {"svg": "<svg", "mmd": "---", "dot": "digraph", "txt": "shop"}.items():
        file = tmp_path / f"shop.{ending}"
        assert CliRunner().invoke(diagram.command, [*shop, str(file)]).exit_code == 0
        assert file.read_text(encoding="utf-8").startswith(begins)
    wrong = CliRunner().invoke(diagram.command, [*shop, str(tmp_path / "shop.png")])
    assert wrong.exit_code == 2 and "--format" in wrong.output


def test_the_pictures_of_the_pages_are_current():
    assert pictures.texts_by_file() == {path: path.read_text(encoding="utf-8") for path in pictures.texts_by_file()}


def test_the_readme_s_first_price_is_that_of_its_table():
    readme = (BLUEPRINTS.parent / "README.md").read_text(encoding="utf-8")
    table = dict(re.findall(r"^  (\d) [a-z-]+ +[\d.]+ +([\d.]+)", readme, re.MULTILINE))
    first = re.search(r"about (\d+) USD a month at stage 3 and (\d+) at stage 4", " ".join(readme.split()))
    assert first and first.groups() == tuple(f"{float(table[stage]):.0f}" for stage in "34")
