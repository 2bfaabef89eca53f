"""The pipelines that `tenfold ci` writes: what their jobs may do, and that every command in them exists."""

import json
import re
import shlex
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml
from click.testing import CliRunner

from tenfold import cli
from tenfold.commands import ci
from tenfold.components import ci_roles
from tenfold.components.ci_roles import CiRolesArgs
from tenfold.failure import Failure

GITHUB = sorted((ci.TEMPLATES / "github/.github/workflows").glob("*.yml"))
ACTION = ci.TEMPLATES / "github/.github/actions/tenfold/action.yml"
GITLAB = ci.TEMPLATES / "gitlab/ci/tenfold.gitlab-ci.yml"
YAML = [*GITHUB, ACTION, GITLAB, ci.TEMPLATES / "gitlab/.gitlab-ci.yml"]


class Loader(yaml.SafeLoader):
    """With GitLab's `!reference`."""


Loader.add_constructor("!reference", lambda _, node: [word.value for word in node.value])


def read(path: Path) -> Any:
    return yaml.load(path.read_text(encoding="utf-8"), Loader)


def scripts(document: Any) -> Iterator[str]:
    """Every line that a shell runs."""
    if isinstance(document, list):
        for each in document:
            yield from scripts(each)
    elif isinstance(document, dict):
        for key, value in document.items():
            if key in ("run", "script", "before_script"):
                yield from (line for text in ([value] if isinstance(value, str) else value) for line in _lines(text))
            else:
                yield from scripts(value)


def _lines(text: Any) -> list[str]:
    return text.splitlines() if isinstance(text, str) else []  # not a reference to other lines


def jobs() -> Iterator[tuple[str, dict[str, Any]]]:
    for path in GITHUB:
        yield from ((f"{path.stem}.{name}", job) for name, job in read(path)["jobs"].items())


def uses(document: Any) -> Iterator[str]:
    if isinstance(document, list):
        for each in document:
            yield from uses(each)
    elif isinstance(document, dict):
        yield from (value for key, value in document.items() if key == "uses")
        for value in document.values():
            yield from uses(value)


SCHEMAS = Path(__file__).parents[1] / "data" / "forges"


class Texts(Loader):
    """As the forges read YAML 1.2: `on` is a text."""


Texts.yaml_implicit_resolvers = {
    first: [(tag, form) for tag, form in forms if tag != "tag:yaml.org,2002:bool" or first not in "oOyYnN"]
    for first, forms in Loader.yaml_implicit_resolvers.items()
}
Texts.add_constructor("!reference", lambda _, node: [word.value for word in node.value])


@pytest.mark.parametrize("path", YAML, ids=lambda path: path.name)
def test_a_file_is_valid_by_the_published_schema_of_its_forge(path: Path):
    of = "github-actions" if path == ACTION else "github-workflows" if path in GITHUB else "gitlab-ci"
    judge = jsonschema.Draft7Validator(json.loads((SCHEMAS / f"{of}.json").read_bytes()))
    document = yaml.load(path.read_text(encoding="utf-8"), Texts)
    assert [f"{error.json_path}: {error.message[:200]}" for error in judge.iter_errors(document)] == []
    broken = {**document, ("runs" if path == ACTION else "jobs" if path in GITHUB else "include"): 1}
    assert not judge.is_valid(broken)


@pytest.mark.parametrize("path", YAML, ids=lambda path: path.name)
def test_every_command_of_a_pipeline_exists_with_its_options(path: Path):
    lines = [line for line in scripts(read(path)) if re.match(r"\s*(tenfold|python3?|sh) ", line)]
    for line in lines:
        program, *words = shlex.split(line)
        if program == "tenfold":
            context = cli.tenfold.make_context("tenfold", words)
            name, command, rest = cli.tenfold.resolve_command(context, [words[0], *words[1:]])
            assert command is not None
            command.make_context(name, list(rest), parent=context).close()
        elif words[0] != "-m":
            assert words[0] in ci.templates("github"), line
    assert lines or path.name == ".gitlab-ci.yml"


def test_the_version_of_tenfold_is_pinned_and_this_one():
    pinned = (ci.TEMPLATES / "both/ci/requirements.txt").read_text().splitlines()[-1]
    assert pinned == f"tenfold=={version('tenfold')}"


def test_actions_are_pinned_by_commit_and_each_is_of_one_version():
    named = {use for path in (*GITHUB, ACTION) for use in uses(read(path))}
    foreign = sorted(use for use in named if not use.startswith("./"))
    assert foreign and all(re.fullmatch(r"[\w./-]+@[0-9a-f]{40}", use) for use in foreign)
    assert len({use.split("@")[0] for use in foreign}) == len(foreign)
    for use in named - set(foreign):
        assert (ci.TEMPLATES / "github" / use / "action.yml").is_file()


@pytest.mark.parametrize("forge", ci.SETTINGS)
def test_the_program_of_the_roles_asks_for_what_its_project_has(forge: str):
    written = ci.templates(forge)
    asked = set(re.findall(r'"(\w+)"', written["ci/account/__main__.py"].read_text().partition("config =")[2]))
    settings = read(written["ci/account/Pulumi.yaml"])["config"]
    assert (
        set(settings)
        == asked & set(CiRolesArgs.__annotations__)
        == set(CiRolesArgs.__annotations__)
        - {
            "session_seconds",
            "tags",
        }
    )
    assert settings["forge"]["default"] == forge


def test_a_job_of_github_may_only_what_it_needs():
    assert {name: job["permissions"] for name, job in jobs()} == {
        "tenfold-review.review": {"contents": "read"},
        "tenfold-review.comment": {"contents": "read", "pull-requests": "write"},
        "tenfold-drift.drift": {"contents": "read", "id-token": "write"},
        "tenfold-preview.stacks": {"contents": "read"},
        "tenfold-preview.preview": {"contents": "read", "id-token": "write"},
        "tenfold-deploy.show": {"contents": "read", "id-token": "write"},
        "tenfold-deploy.deploy": {"contents": "read", "id-token": "write"},
    }
    assert all(read(path)["permissions"] == {} for path in GITHUB)
    assert all("timeout-minutes" in job for _, job in jobs())


def test_only_a_job_with_a_role_asks_for_a_token_of_the_cloud():
    for name, job in jobs():
        cloud = any(step.get("with", {}).get("cloud") == "true" for step in job["steps"])
        assert cloud == ("id-token" in job["permissions"]), name
    of_gitlab = {name: job for name, job in read(GITLAB).items() if not name.startswith(".")}
    assert {name for name, job in of_gitlab.items() if job.get("extends") == ".tenfold-cloud"} == {
        "tenfold-drift",
        "tenfold-show",
        "tenfold-deploy",
    }
    assert not any("id_tokens" in job for job in of_gitlab.values())


@pytest.mark.parametrize("path", YAML, ids=lambda path: path.name)
def test_no_key_is_kept_and_no_value_becomes_a_command(path: Path):
    text = path.read_text(encoding="utf-8")
    assert not re.search(r"secrets\.|ACCESS_KEY|PASSPHRASE|pull_request_target", text)
    assert not [line for line in scripts(read(path)) if "${{" in line]


def test_what_changes_the_cloud_waits_for_an_approval_and_runs_alone():
    deploy = dict(jobs())["tenfold-deploy.deploy"]
    assert deploy["environment"] == "${{ inputs.environment }}" and deploy["needs"] == "show"
    assert read(GITHUB[0])["concurrency"]["cancel-in-progress"] is False
    job = read(GITLAB)["tenfold-deploy"]
    assert [rule["when"] for rule in job["rules"]] == ["manual"]
    assert job["environment"] == {"name": "$ENVIRONMENT"} and job["resource_group"] == "tenfold-$ENVIRONMENT"


def test_credentials_of_a_deployment_last_as_long_as_it_may_take_and_the_role_allows_it():
    job = dict(jobs())["tenfold-deploy.deploy"]
    [seconds] = [step["with"]["seconds"] for step in job["steps"] if "seconds" in step.get("with", {})]
    assert int(seconds) == job["timeout-minutes"] * 60 == ci_roles.SESSION_OF_A_DEPLOYMENT


def test_actions_of_the_form_are_those_of_the_script():
    form = read(GITHUB[0])[True]["workflow_dispatch"]["inputs"]["action"]["options"]  # `on` is true in YAML 1.1
    assert form == read(ci.TEMPLATES / "gitlab/.gitlab-ci.yml")["variables"]["ACTION"]["options"]
    script = (ci.TEMPLATES / "both/ci/stack.sh").read_text()
    assert set(form) == set(
        re.findall(r"^([a-z]+)\)", script.split("case $ACTION in")[1].split("esac")[0], re.MULTILINE)
    )


@pytest.mark.parametrize("forge", list(ci.SETTINGS))
def test_variables_that_are_to_be_set_are_those_that_are_read(forge: str):
    text = "".join(path.read_text(encoding="utf-8") for path in ci.templates(forge).values())
    named = re.findall(r"\b[A-Z]+(?:_[A-Z]+)+\b", " ".join(ci.SETTINGS[forge].values()))
    assert named and [name for name in named if not re.search(rf"(vars\.|\$|\b){name}", text)] == []
    read_by_github = set(re.findall(r"vars\.(\w+)", text))
    assert read_by_github <= set(named)


def run(*arguments: str) -> str:
    result = CliRunner().invoke(cli.tenfold, ["ci", *arguments])
    assert result.exit_code == 0, result.output
    return result.output


def test_a_folder_below_the_top_of_a_repository_is_not_taken(tmp_path: Path):
    (tmp_path / ".git").mkdir()
    (tmp_path / "infra").mkdir()
    with pytest.raises(Failure, match="not the top of its repository") as refused:
        CliRunner().invoke(cli.tenfold, ["ci", "github", str(tmp_path / "infra")], catch_exceptions=False)
    assert refused.value.remedies == (f"tenfold ci github {tmp_path}",)
    assert not any((tmp_path / "infra").iterdir())


def test_a_second_time_changes_nothing(tmp_path: Path):
    assert "written       .github/actions/tenfold/action.yml" in run("github", str(tmp_path))
    for name, source in ci.templates("github").items():
        assert (tmp_path / name).read_bytes() == source.read_bytes()
    again = run("github", str(tmp_path))
    assert "as it was" in again and "written" not in again and "kept" not in again


def test_a_file_that_was_changed_is_kept_and_named(tmp_path: Path):
    (tmp_path / ".gitlab-ci.yml").write_text("stages: [mine]\n")
    page = run("gitlab", str(tmp_path))
    assert "kept          .gitlab-ci.yml" in page and "Kept as you changed it: 1 file. --overwrite replaces" in page
    assert (tmp_path / ".gitlab-ci.yml").read_text() == "stages: [mine]\n"
    assert "replaced      .gitlab-ci.yml" in run("gitlab", str(tmp_path), "--overwrite")
    assert "include:" in (tmp_path / ".gitlab-ci.yml").read_text()
