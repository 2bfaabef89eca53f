"""`tenfold export operator`: objects that the operator's own definition of `Stack` accepts whole."""

import subprocess
import time
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml
from click.testing import CliRunner, Result

from tenfold import cli, files, home
from tenfold.failure import Failure
from tenfold.local.kubernetes import api, clusters

BLUEPRINT = """name: {name}
stage: 2
app: {{image: "ghcr.io/acme/shop:1", stateless: true}}
environments: {{dev: {{throwaway: true}}, prod: {{}}}}
"""
DEFINITION = yaml.safe_load(
    (Path(__file__).parents[1] / "data" / "operator" / "stacks.pulumi.com.yaml").read_text(encoding="utf-8")
)
STATE, KEY = "s3://acme-state?region=us-west-2", "awskms://alias/acme-state?region=us-west-2"


@pytest.fixture
def team(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository with two blueprints in a folder of it."""
    (tmp_path / "blueprints").mkdir()
    for name in ("news", "shop"):
        (tmp_path / f"blueprints/{name}.yaml").write_text(BLUEPRINT.format(name=name))
    (tmp_path / "blueprints/Pulumi.yaml").write_text("name: tenfold\nruntime: python\n")
    for command in (["init", "-q"], ["remote", "add", "origin", "https://git.example.com/acme/shop"]):
        subprocess.run(["git", *command], cwd=tmp_path, check=True)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PULUMI_BACKEND_URL", STATE)
    monkeypatch.setenv("TENFOLD_SECRETS_PROVIDER", KEY)
    return tmp_path


def export(*arguments: str) -> Result:
    return CliRunner().invoke(cli.tenfold, ["export", "operator", "blueprints/*.yaml", *arguments])


def stacks(*arguments: str) -> dict[str, dict[str, Any]]:
    result = export(*arguments)
    assert result.exit_code == 0, result.output
    return {one["metadata"]["name"]: one for one in yaml.safe_load_all(result.stdout)}


def closed(schema: Any) -> Any:
    """What the API server would drop in silence is an error here."""
    if not isinstance(schema, dict):
        return schema
    inner = {key: closed(value) for key, value in schema.items()}
    whole = schema.get("type") == "object" and "properties" in schema
    return inner | ({"additionalProperties": False} if whole else {})


def test_each_environment_of_each_blueprint_is_a_stack_that_the_definition_accepts(team: Path) -> None:
    made = stacks()
    assert list(made) == ["news-dev", "news-prod", "shop-dev", "shop-prod"]
    schema = DEFINITION["spec"]["versions"][0]["schema"]["openAPIV3Schema"]["properties"]["spec"]
    for stack in made.values():
        jsonschema.validate(stack["spec"], closed(schema))


def test_it_says_where_the_blueprint_its_state_and_its_key_are(team: Path) -> None:
    spec = stacks("--env", "prod", "--branch", "trunk", "--service-account", "deployer")["shop-prod"]["spec"]
    assert spec["stack"] == "organization/tenfold/shop-prod"
    assert (spec["projectRepo"], spec["branch"]) == ("https://git.example.com/acme/shop", "refs/heads/trunk")
    assert (spec["repoDir"], spec["config"]["tenfold:blueprint"]) == ("blueprints", "shop.yaml")
    assert (spec["backend"], spec["secretsProvider"]) == (STATE, KEY)
    assert spec["serviceAccountName"] == "deployer" and spec["destroyOnFinalize"] is False


def test_the_key_is_the_one_that_the_stack_has(team: Path) -> None:
    (team / "blueprints/Pulumi.shop-prod.yaml").write_text("secretsprovider: awskms://alias/first?region=eu-west-1\n")
    made = stacks("--env", "prod")
    assert made["shop-prod"]["spec"]["secretsProvider"] == "awskms://alias/first?region=eu-west-1"
    assert made["news-prod"]["spec"]["secretsProvider"] == KEY


def test_a_project_that_is_not_in_the_repository_yet_is_named(team: Path) -> None:
    (team / "blueprints/Pulumi.yaml").unlink()
    result = export()
    assert result.exit_code == 0 and "blueprints/Pulumi.yaml is not there yet" in result.stderr


@pytest.mark.parametrize("state", ["", "file:///tmp/state"])
def test_a_state_on_this_machine_is_refused(team: Path, monkeypatch: pytest.MonkeyPatch, state: str) -> None:
    monkeypatch.setenv("PULUMI_BACKEND_URL", state)
    assert "names no bucket" in str(export().exception)


def test_without_a_remote_it_asks_for_the_repository(team: Path) -> None:
    subprocess.run(["git", "remote", "remove", "origin"], check=True)
    assert "--repo" in str(getattr(export().exception, "remedies", ""))
    assert (
        stacks("--repo", "https://git.example.com/x")["shop-dev"]["spec"]["projectRepo"] == "https://git.example.com/x"
    )


def test_a_login_in_the_remote_is_printed_nowhere(team: Path) -> None:
    url = "https://x-access-token:ghs_1234@git.example.com/acme/shop"
    subprocess.run(["git", "remote", "set-url", "origin", url], check=True)
    result = export()
    assert "ghs_1234" not in result.output and "projectRepo: https://git.example.com/acme/shop" in result.stdout


def test_each_blueprint_is_looked_for_in_its_own_repository(team: Path) -> None:
    other = team / "other"
    other.mkdir()
    (other / "blog.yaml").write_text(BLUEPRINT.format(name="blog"))
    for command in (["init", "-q"], ["remote", "add", "origin", "git@git.example.com:acme/blog.git"]):
        subprocess.run(["git", *command], cwd=other, check=True)
    made = stacks("other/blog.yaml", "--env", "prod")
    assert {name: one["spec"]["projectRepo"] for name, one in made.items()} == {
        "news-prod": "https://git.example.com/acme/shop",
        "shop-prod": "https://git.example.com/acme/shop",
        "blog-prod": "git@git.example.com:acme/blog.git",
    }


def test_an_environment_that_no_file_has_is_an_error(team: Path) -> None:
    result = export("--env", "prdo")
    assert result.exit_code == 2 and "There is no environment `prdo`" in result.stderr


def test_every_wrong_file_is_named_at_once(team: Path) -> None:
    for name in ("news", "shop"):
        (team / f"blueprints/{name}.yaml").write_text(BLUEPRINT.format(name=name).replace("stage: 2", "stage: 9"))
    result = export()
    assert result.exit_code == 2 and {"blueprints/news.yaml:2:8", "blueprints/shop.yaml:2:8"} <= set(
        result.stderr.split()
    )


def test_without_a_key_it_says_that_the_operator_needs_the_passphrase(
    team: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("TENFOLD_SECRETS_PROVIDER")
    assert export().stderr.count("PULUMI_CONFIG_PASSPHRASE") == 1
    monkeypatch.setenv("PULUMI_BACKEND_URL", "https://api.pulumi.com")
    assert "PULUMI_CONFIG_PASSPHRASE" not in export().stderr


def patiently(ask: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """For ten seconds: a kind that is new is not served at once."""
    for _ in range(100):
        with suppress(Failure):
            return ask()
        time.sleep(0.1)
    return ask()


@pytest.mark.proof
def test_a_real_api_server_takes_them_and_drops_nothing(team: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TENFOLD_DATA", str(home.data()))
    monkeypatch.setenv("TENFOLD_HOME", str(team / "home"))
    files.folder(clusters.directory())
    cluster = clusters.start(clusters.folder_of("us-east-1", "operator"))
    try:
        definitions = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions"
        api.apply(cluster, f"{definitions}/stacks.pulumi.com", DEFINITION)
        for name, stack in stacks().items():
            path = f"/apis/pulumi.com/v1/namespaces/default/stacks/{name}"
            assert patiently(partial(api.apply, cluster, path, stack))["spec"] == stack["spec"]
    finally:
        clusters.forget(cluster.folder)
