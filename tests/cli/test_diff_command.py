"""`tenfold diff`: what is compared, how it ends, and what it says of wrong input."""

import io
import json
import subprocess
import sys
from contextlib import redirect_stderr, redirect_stdout
from typing import NamedTuple
from unittest import mock

import pytest
from click.testing import CliRunner

from tenfold import cli, exits
from tenfold.blueprints.reading import house
from tenfold.cli import tenfold
from tenfold.failure import Failure

SHOP = "blueprints/shop.yaml"
SMALL = """name: shop
stage: {stage}
app: {{image: "ghcr.io/acme/shop:1", stateless: true}}
environments: {{dev: {{throwaway: true}}, prod: {{}}}}
"""


@pytest.fixture
def small(tmp_path):
    return write(tmp_path / "shop.yaml")


def write(file, replaced=(), stage=1):
    text = SMALL.format(stage=stage)
    for old, new in replaced:
        text = text.replace(old, new)
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)
    return file


class Ended(NamedTuple):
    stdout: str
    stderr: str

    @property
    def output(self) -> str:
        return self.stdout + self.stderr


def run(*args, code=0) -> Ended:
    out, err = io.StringIO(), io.StringIO()
    with (
        mock.patch.object(sys, "argv", ["tenfold", "diff", *map(str, args)]),
        redirect_stdout(out),
        redirect_stderr(err),
    ):
        ended = cli.run()
    assert ended == code, (out.getvalue(), err.getvalue())
    return Ended(out.getvalue(), err.getvalue())


def refused(*args):
    with pytest.raises(Failure) as failure:
        CliRunner().invoke(tenfold, ["diff", *map(str, args)], catch_exceptions=False)
    assert failure.value.code == exits.WRONG_INPUT
    return failure.value


def of_json(*args, code=0):
    return json.loads(run(*args, "--json", code=code).stdout)


def git(folder, *args):
    who = ["-c", "user.name=t", "-c", "user.email=t@example.com"]
    subprocess.run(["git", *who, *args], cwd=folder, check=True, capture_output=True)


def test_alone_it_shows_the_next_stage(small):
    assert run(small).stdout.startswith("shop · 1 single-server → 2 separate-database ")
    assert "2 separate-database → 3 load-balanced" in run(small, "--from-stage", "2").stdout
    assert "1 single-server → 3 load-balanced" in run(small, "--to-stage", "3").stdout


def test_after_the_last_stage_there_is_none(small):
    said = run(small, "--from-stage", "7", code=exits.WRONG_INPUT).output
    assert "Stage 7 is the last there is" in said


def test_json_has_what_the_page_says(small):
    found = of_json(small, "--to-stage", "2")
    assert found["version"] == 1
    ops = [c["op"] for c in found["changes"] if not c["type"].startswith("tenfold:index:")]
    assert {op: ops.count(op) for op in set(ops)} == {op: n for op, n in found["summary"].items() if op != "same"}
    [instance] = [c for c in found["changes"] if c["type"] == "aws:ec2/instance:Instance"]
    assert (instance["op"], instance["effect"], instance["stateful"]) == ("replace", "replace", False)
    assert {"path", "old", "new", "forces_replacement"} <= set(instance["properties"][0])


def test_between_two_stages_it_shows_the_steps_of_the_promotion(small):
    said = run(small, "--from-stage", "2", "--to-stage", "3", "--env", "prod").stdout
    order = ["1 expand", "2 move", "3 finish", "left over  shop-server-data", "keeps", "unchanged", "--env prod --to 3"]
    assert [said.index(word) for word in order] == sorted(said.index(word) for word in order)
    assert "danger" not in said and "loses" not in said
    found = of_json(small, "--from-stage", "2", "--to-stage", "3", "--env", "prod")
    assert [step["kind"] for step in found["steps"]] == ["expand", "move", "finish"]
    assert found["leftovers"] == ["shop-server-data", "shop-server-address"]
    assert not [change for change in found["changes"] if change["effect"] == "data-loss"]
    assert sum(len(step["changes"]) for step in found["steps"]) >= len(found["changes"])


def test_a_promotion_that_begins_is_one_of_an_environment(small):
    assert run(small, "--from-stage", "2", "--to-stage", "3").stdout.endswith(" --to 3 --env NAME\n")


def test_the_bare_difference_is_there_for_who_asks_for_it(small):
    said = run(small, "--from-stage", "2", "--to-stage", "3", "--direct").stdout
    assert "danger: data or identity is lost" in said and "expand" not in said
    assert "steps" not in of_json(small, "--from-stage", "2", "--to-stage", "3", "--direct")
    assert "steps" not in of_json(small, "--from-stage", "3", "--to-stage", "2"), "down there is no promotion"


@pytest.mark.parametrize(("stage", "code"), [("1", exits.DONE), ("2", exits.DIFFERENT)])
def test_exit_code_tells_whether_there_is_a_difference(small, stage, code):
    run(small, "--to-stage", stage, "--exit-code", code=code)
    run(small, "--to-stage", stage)


def test_two_environments_are_compared_under_one_name(small):
    done = run(small, "--from-env", "dev", "--to-env", "prod")
    assert "shop · dev → prod" in done.stdout and "neither becomes the other" in done.stdout
    assert "loses" not in done.stdout
    found = of_json(small, "--from-env", "dev", "--to-env", "prod")
    assert "create" not in found["summary"] and "delete" not in found["summary"]
    assert all("shop-prod" in change["urn"] for change in found["changes"])


def test_two_files(small, tmp_path):
    other = write(tmp_path / "mine.yaml", [("name: shop", "name: my-shop"), ("shop:1", "shop:2")])
    found = of_json(small, other)
    assert set(found["summary"]) <= {"update", "same", "replace"}
    assert all("::my-shop-" in change["urn"] for change in found["changes"])
    assert of_json(small, small)["changes"] == []


def test_a_revision_with_the_house_rules_it_had(tmp_path):
    file = write(tmp_path / "blueprints" / "shop.yaml")
    git(tmp_path, "init", "-q")
    rules = tmp_path / house.FILE
    rules.write_text("defaults: {server: {disk: 30GiB}}\n")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "-qm", "first")
    assert of_json(file, "--env", "prod", "--against", "HEAD")["changes"] == []
    write(file, stage=2)
    run(file, "--env", "prod", "--against", "HEAD", "--exit-code", code=exits.DIFFERENT)
    write(file)
    rules.write_text("defaults: {server: {disk: 40GiB}}\n")
    changed = of_json(file, "--env", "prod", "--against", "HEAD")["changes"]
    assert [c["type"] for c in changed if c["type"].startswith("aws:")] == ["aws:ebs/volume:Volume"]


def committed(tmp_path, text):
    """A file in git that says `text`."""
    file = tmp_path / "shop.yaml"
    file.write_text(text)
    git(tmp_path, "init", "-q")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "-qm", "first")
    return file


def test_without_an_environment_a_revision_is_compared_in_every_one(tmp_path):
    file = committed(tmp_path, SMALL.format(stage=1))
    text = file.read_text().replace("{dev: {throwaway: true}, prod: {}}", "{prod: {server: {disk: 40GiB}}, test: {}}")
    file.write_text(text)
    found = of_json(file, "--against", "HEAD", "--exit-code", code=exits.DIFFERENT)["environments"]
    assert {name: each["change"] for name, each in found.items()} == {
        "prod": "changed",
        "test": "new",
        "dev": "removed",
    }
    assert [c["name"] for c in found["prod"]["changes"] if c["type"].startswith("aws:")] == ["shop-server-data"]
    assert set(found["test"]["summary"]) == {"create", "same"} and "changes" not in found["dev"]
    said = run(file, "--against", "HEAD").stdout
    for word in ("size 20 → 40", "shop · test", "a new environment", "shop · dev", "no longer in the file"):
        assert word in said


@pytest.mark.parametrize(("name", "change"), [("prod", "same"), ("test", "new"), ("dev", "removed")])
def test_one_environment_that_came_or_went_is_a_result(tmp_path, name, change):
    file = committed(tmp_path, SMALL.format(stage=1))
    file.write_text(file.read_text().replace("dev: {throwaway: true}", "test: {}"))
    assert of_json(file, "--against", "HEAD", "--env", name)["change"] == change
    run(file, "--against", "HEAD", "--env", name, "--exit-code", code=0 if change == "same" else exits.DIFFERENT)
    assert "There is no environment" in run(file, "--against", "HEAD", "--env", "none", code=exits.WRONG_INPUT).output


@pytest.mark.parametrize(
    ("old", "new", "what", "instead"),
    [
        ("name: shop", "name: store", "The blueprint was renamed", "name: shop"),
        ("stage: 2", "stage: 3", "has to move", "tenfold promote"),
        ("stage: 2", "stage: 2\nregion: eu-west-1", "The region changes", "region: us-east-1"),
        ("stage: 2", "stage: 2\nnetwork: {cidr: 10.99.0.0/16}", "addresses change", "10.40.0.0/16"),
        ("prod: {}", "prod: {throwaway: true}", "lose its protection", "throwaway"),
    ],
)
def test_what_up_would_refuse_of_the_change_is_said(tmp_path, old, new, what, instead):
    file = committed(tmp_path, SMALL.format(stage=2))
    file.write_text(file.read_text().replace(old, new))
    refused = of_json(file, "--against", "HEAD", "--env", "prod")["refused"]
    assert any(what in each["what"] and instead in each["instead"] for each in refused), refused
    assert (
        run(file, "--against", "HEAD", "--env", "prod")
        .stdout.splitlines()[0]
        .endswith("refused: `up` stops before it changes anything")
    )


def test_a_revision_that_cannot_be_had(tmp_path):
    file = write(tmp_path / "shop.yaml")
    assert "in no git repository" in refused(file, "--against", "HEAD").what
    git(tmp_path, "init", "-q")
    assert "has no revision HEAD" in refused(file, "--against", "HEAD").what
    git(tmp_path, "commit", "-q", "--allow-empty", "-m", "none")
    assert "was not there in HEAD" in refused(file, "--against", "HEAD", "--from-env", "dev", "--to-env", "prod").what
    assert "No blueprint matches" in refused(tmp_path / "*.json", "--against", "HEAD").what


def test_a_file_that_is_new_is_a_result(tmp_path):
    git(tmp_path, "init", "-q")
    git(tmp_path, "commit", "-q", "--allow-empty", "-m", "none")
    file = write(tmp_path / "shop.yaml")
    found = of_json(file, "--against", "HEAD")["environments"]
    assert {name: each["change"] for name, each in found.items()} == {"dev": "new", "prod": "new"}


@pytest.mark.parametrize(
    ("args", "said"),
    [
        ((SHOP, "--against", "HEAD", "--from-env", "dev", "--to-env", "prod"), "Only --against REV alone takes many"),
        ((SHOP, SHOP), "Only --against REV alone takes many"),
        (("--format", "markdown"), "--format markdown goes with --against"),
        (("--env", "prod", "--from-env", "dev", "--to-env", "prod"), "--env is for both sides"),
        (("--from-env", "dev"), "Give both"),
    ],
)
def test_what_contradicts_itself(small, args, said):
    assert said in run(small, *args, code=exits.WRONG_INPUT).output


@pytest.mark.parametrize("wrong", [0, 1])
def test_problems_of_either_side_are_told_with_their_place(small, tmp_path, wrong):
    broken = write(tmp_path / "broken.yaml", [("app:", "apq:")])
    files = [small, small]
    files[wrong] = broken
    said = run(*files, code=exits.WRONG_INPUT).output
    assert "broken.yaml:3:1  error TF-" in said
    found = of_json(*files, code=exits.WRONG_INPUT)["problems"]
    assert 3 in [problem["line"] for problem in found if problem["file"].endswith("broken.yaml")]
