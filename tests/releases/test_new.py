"""`tenfold new`: what it makes is valid and plans, and nothing that is there is touched."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner, Result

from tenfold import cli
from tenfold.blueprints.stages import editions
from tenfold.commands import new
from tenfold.engine import install
from tenfold.failure import Failure
from tenfold.releases import copying, project, template
from tests.examples import NAMES


def tenfold(*words: str | Path) -> Result:
    return CliRunner().invoke(cli.tenfold, [str(word) for word in words])


def test_every_example_becomes_a_project_that_is_valid(tmp_path: Path) -> None:
    with copying.serving({template.version(): template.compose}):
        for example in NAMES:
            answers = {"example": example, "name": f"my-{example}", "region": "eu-west-1", "ci": "gitlab"}
            copying.copy(copying.BUILT_IN, tmp_path / example, answers, "x", revision=None, ask=False)
    for example in NAMES:
        file = tmp_path / example / "blueprints" / f"my-{example}.yaml"
        valid = tenfold("validate", file, tmp_path / example / "tenfold-rules.yaml")
        assert valid.exit_code == 0, valid.output
        document = yaml.safe_load(file.read_text())
        assert (document["name"], document["region"]) == (f"my-{example}", "eu-west-1")
        assert str(document["edition"]) == editions.newest()
        assert (tmp_path / example / ".gitlab-ci.yml").exists() and not (tmp_path / example / ".github").exists()


def test_the_examples_are_those_that_tenfold_brings() -> None:
    assert set(new.EXAMPLES) == set(NAMES)
    choices = yaml.safe_load((template.SOURCE / "project" / "copier.yml").read_text())["example"]["choices"]
    assert set(choices.values()) == set(NAMES)


def test_without_a_terminal_it_asks_nothing_and_says_what_is_next(tmp_path: Path) -> None:
    printed = tenfold("new", tmp_path / "acme")
    assert printed.exit_code == 0, printed.output
    assert "tenfold up blueprints/acme.yaml --env dev --local" in printed.output
    files = {str(path.relative_to(tmp_path / "acme")) for path in (tmp_path / "acme").rglob("*") if path.is_file()}
    assert files >= {
        "blueprints/acme.yaml", "tenfold-rules.yaml", "Pulumi.yaml", "__main__.py", "own/README.md", ".gitignore",
        "own/tests/test_blueprints.py", ".github/workflows/tenfold-review.yml", "schema/blueprint.json",
        "schema/rules.json", ".copier-answers.yml",
    }  # fmt: skip
    goldens = {file.name for file in (tmp_path / "acme" / "own" / "tests" / "golden").iterdir()}
    assert goldens == {"acme-dev.urns", "acme-prod.urns", "acme-staging.urns"}
    assert f"tenfold=={template.version()}" in (tmp_path / "acme" / "requirements.txt").read_text()
    answers = yaml.safe_load((tmp_path / "acme" / copying.ANSWERS).read_text())
    assert answers["_src_path"] == copying.BUILT_IN and answers["_commit"] == template.version()
    assert not re.search(r"\{\{|\{%", (tmp_path / "acme" / "README.md").read_text())


def test_its_own_test_finds_a_urn_that_changes(tmp_path: Path) -> None:
    project = tmp_path / "acme"
    assert tenfold("new", project).exit_code == 0
    blueprint, test = project / "blueprints" / "acme.yaml", project / "own" / "tests" / "test_blueprints.py"
    ask = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-k", "dev", str(test)]
    blueprint.write_text(blueprint.read_text().replace("dev: {stage: 1", "dev: {stage: 2"))
    changed = subprocess.run(ask, cwd=project, capture_output=True, text=True)
    assert changed.returncode == 1 and "+urn:pulumi:acme-dev::" in changed.stdout
    renewed = {**os.environ, "TENFOLD_WRITE_GOLDEN": "1"}
    assert subprocess.run(ask, cwd=project, capture_output=True, env=renewed).returncode == 0


def test_for_programs_it_is_one_document(tmp_path: Path) -> None:
    document = json.loads(tenfold("new", tmp_path / "acme", "--from", "news", "--json").output)
    assert document["kind"] == "thin" and "blueprints/acme.yaml" in document["files"]
    assert document["next"][0] == f"cd {tmp_path / 'acme'}"


def test_what_is_there_is_refused(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("mine")
    for place in (tmp_path, tmp_path / "notes.txt"):
        with pytest.raises(Failure, match=r"is not empty|is a file"):
            refused("new", place)
    assert [path.name for path in tmp_path.iterdir()] == ["notes.txt"]


@pytest.mark.parametrize(("source", "reason"), [("sohp", "no example 'sohp'"), ("./nothing.git", "git cannot read")])
def test_an_unknown_source_leaves_nothing_behind(tmp_path: Path, source: str, reason: str) -> None:
    with pytest.raises(Failure, match=reason):
        refused("new", tmp_path / "acme", "--from", source)
    assert not list(tmp_path.glob("acme/*"))


def test_a_template_that_wants_to_run_commands_is_refused(tmp_path: Path) -> None:
    template = tmp_path / "template"
    template.mkdir()
    (template / "copier.yml").write_text("_tasks: [touch was-here]\n")
    (template / "README.md").write_text("# Acme\n")
    for words in (["init", "--quiet"], ["add", "."], ["commit", "--quiet", "--message", "one"], ["tag", "1.0.0"]):
        subprocess.run(["git", "-c", "user.name=a", "-c", "user.email=a@b.example", *words], cwd=template, check=True)
    with pytest.raises(Failure, match="copier cannot work with") as failure:
        refused("new", tmp_path / "acme", "--from", str(template))
    assert "tasks" in failure.value.why
    assert not list(tmp_path.rglob("was-here")) and not list(tmp_path.glob("acme/*"))


def refused(*words: str | Path) -> None:
    cli.tenfold.main([str(word) for word in words], standalone_mode=False)


def test_pulumi_new_makes_the_same_project_of_its_template(tmp_path: Path) -> None:
    """By the real engine's command line, without a network. 6 s."""
    engine = install.ensure(print)
    project.write_pulumi_templates(tmp_path / "templates")
    folder = tmp_path / "acme"
    folder.mkdir()
    done = subprocess.run(
        [engine.bin / "pulumi", "new", tmp_path / "templates" / "news", "--yes", "--generate-only", "--offline"],
        cwd=folder, env={**os.environ, "PULUMI_HOME": str(tmp_path / "pulumi")}, capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Set name, owner and region in blueprints/news.yaml" in done.stdout
    manifest = yaml.safe_load((folder / "Pulumi.yaml").read_text())
    assert manifest["name"] == "tenfold" and "template" not in manifest
    files = {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}
    assert {"blueprints/news.yaml", copying.ANSWERS, "own/tests/golden/news-prod.urns"} <= files
    assert tenfold("validate", folder / "blueprints" / "news.yaml").exit_code == 0
