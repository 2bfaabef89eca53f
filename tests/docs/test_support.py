"""The support matrix has the versions that are really used; the hooks for pre-commit call commands that exist."""

import re
import shlex
import tomllib
from pathlib import Path

import yaml

from tenfold import cli
from tenfold.engine import install

ROOT = Path(__file__).parents[2]
SUPPORT = (ROOT / "docs" / "support.md").read_text(encoding="utf-8")
HOOKS = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))


def test_versions_are_those_of_the_project() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    pins = dict(re.findall(r"^([\w-]+)[>=]+([\d.]+)", "\n".join(project["dependencies"]), re.MULTILINE))
    row = {line.split("|")[1].strip(): line.split("|")[2].strip() for line in SUPPORT.splitlines() if "|" in line}
    assert row["Pulumi's engine"].startswith(install.VERSION)
    assert row["Pulumi's Python SDK"].startswith(pins["pulumi"])
    assert row["AWS provider"].startswith(pins["pulumi-aws"])
    assert row["Kubernetes provider"].startswith(pins["pulumi-kubernetes"])
    assert row["Python"].startswith(project["requires-python"].removeprefix(">="))


def test_hooks_match_their_files_and_call_commands_that_exist() -> None:
    files = {hook["id"]: re.compile(hook["files"]) for hook in HOOKS}
    for hook in HOOKS:
        program, *words = shlex.split(hook["entry"])
        context = cli.tenfold.make_context(program, [*words, *hook.get("args", ["a.yaml"])])
        name, command, rest = cli.tenfold.resolve_command(context, [*words, *hook.get("args", ["a.yaml"])])
        assert command is not None
        command.make_context(name, list(rest), parent=context).close()
    assert files["tenfold-validate"].search("own/blueprints/shop.yaml")
    assert not files["tenfold-validate"].search("blueprints/stages/1-single-server.yaml")
    assert files["tenfold-rules"].search("own/tenfold-rules.yaml")
    assert files["tenfold-validate-all"].search("own/rules/owner.py")
    assert not files["tenfold-validate-all"].search("grown/rules.py")


def test_forms_for_issues_are_whole() -> None:
    for form in (ROOT / ".github" / "ISSUE_TEMPLATE").glob("*.yml"):
        document = yaml.safe_load(form.read_text(encoding="utf-8"))
        assert {"name", "description", "body"} <= set(document)
        assert all(field["attributes"]["label"] and field["id"] for field in document["body"])
