"""The pipeline's scripts, run as a pipeline does: in a git repository, against a stand-in for the forge's API."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from forge import ME, Forge, serve

from tenfold.commands import ci
from tenfold.render.review import MARK

BLUEPRINT = """name: shop
stage: 2
app: {image: "ghcr.io/acme/shop:1", stateless: true}
environments: {dev: {throwaway: true}, prod: {}}
"""
TOKEN = "not-a-token-of-anybody"
# Stands in for `tenfold`: the arguments must be the command's, and are kept. A promotion writes into the blueprint.
STAND_IN = f"""#!{sys.executable}
import json, os, sys
from tenfold import cli
name, command, rest = cli.tenfold.resolve_command(cli.tenfold.make_context("tenfold", sys.argv[1:]), sys.argv[1:])
context = command.make_context(name, list(rest))
with open(os.environ["CALLS"], "a") as calls:
    print(json.dumps([name, {{k: str(v) for k, v in context.params.items() if v and k != "as_json"}}]), file=calls)
if name == "status":
    print(os.environ.get("STATUS", ""))
page = name == "promote" and not context.params["yes"]
if context.params.get("yes"):
    with open("blueprints/shop.yaml", "a") as file:
        file.write("# written\\n")
    open("blueprints/Pulumi.shop-prod.yaml", "w").write("config: {{}}\\n")
sys.exit(int(os.environ.get("CODE") or 0) or (3 if page and not context.params["as_json"] else 0))
"""


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A team's, with both pipelines and a blueprint, committed."""
    top = tmp_path / "acme"
    for forge in ci.SETTINGS:
        for name, source in ci.templates(forge).items():
            ci.put(source, top / name, overwrite=False)
    (top / "blueprints").mkdir()
    (top / "blueprints/shop.yaml").write_text(BLUEPRINT)
    monkeypatch.chdir(top)
    monkeypatch.setenv("PATH", f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")
    git("init", "-q", "-b", "main")
    commit()
    return top


def git(*arguments: str) -> str:
    identity = ["-c", "user.name=t", "-c", "user.email=t@example.com"]
    return subprocess.run(["git", *identity, *arguments], check=True, capture_output=True, text=True).stdout


def commit() -> None:
    git("add", "--all")
    git("commit", "-qm", "one")


def change(old: str, new: str) -> None:
    file = Path("blueprints/shop.yaml")
    file.write_text(file.read_text().replace(old, new))
    commit()


def run(*command: str, code: int = 0, **environment: str) -> str:
    """What it prints, of both kinds."""
    result = subprocess.run(
        command, env={**os.environ, **environment}, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    assert result.returncode == code, result.stdout
    return result.stdout


def review(code: int = 0) -> str:
    run(sys.executable, "ci/review.py", "origin/main", "HEAD^1", code=code)
    return Path("comment.md").read_text()


def test_a_review_says_what_the_change_does_and_plans_what_it_touches(repository: Path):
    change("prod: {}", "prod: {database: {storage: {size: 40GiB}}}")
    text = review()
    assert text.startswith(f"{MARK}\n") and "allocatedStorage 20 → 40" in text
    assert "--against origin/main" in text, "a command that works on the reviewer's machine too"
    assert text.count("<summary>plan of") == 1 and "plan of <b>blueprints/shop.yaml · prod</b>" in text
    assert "shop · prod · stage 2 separate-database" in text


def test_a_wrong_blueprint_fails_the_review_and_is_in_the_comment(repository: Path):
    change("stage: 2", "stage: two")
    assert "blueprints/shop.yaml:2:8  error TF-S001" in review(code=2)


def test_where_nothing_can_be_compared_the_comment_says_so(repository: Path, monkeypatch: pytest.MonkeyPatch):
    (repository / "README.md").write_text("# acme\n")
    commit()
    monkeypatch.setenv("TENFOLD_BLUEPRINTS", "nowhere/*.yaml")
    assert review(code=2).startswith(f"{MARK}\n### tenfold: the blueprints could not be compared")


def test_a_change_of_other_files_begins_no_comment(repository: Path):
    (repository / "README.md").write_text("# acme\n")
    commit()
    text = review()
    assert "<!-- tenfold: nothing changed -->" in text
    with github() as forge:
        assert "no comment to update" in comment("github", forge)
        assert forge.calls == []
        forge.add(f"{MARK}\nThe database is replaced.")
        assert "updated" in comment("github", forge)
        assert forge.comments[0]["body"] == text, "what is no longer so does not stay"


def github():
    return serve("Authorization", f"Bearer {TOKEN}")


@pytest.fixture(params=["github", "gitlab"])
def forge(request: pytest.FixtureRequest, tmp_path: Path, repository: Path) -> Iterator[tuple[str, Forge]]:
    Path("comment.md").write_text(f"{MARK}\n### tenfold: 1 changed\n")
    with github() if request.param == "github" else serve("PRIVATE-TOKEN", TOKEN) as served:
        yield request.param, served


def comment(name: str, forge: Forge, code: int = 0, token: str = TOKEN) -> str:
    settings = {
        "github": {
            "GITHUB_API_URL": forge.url,
            "GITHUB_REPOSITORY": "acme/shop",
            "PULL_REQUEST": "7",
            "GITHUB_TOKEN": token,
        },
        "gitlab": {
            "CI_API_V4_URL": forge.url,
            "CI_PROJECT_ID": "3",
            "CI_MERGE_REQUEST_IID": "7",
            "TENFOLD_COMMENT_TOKEN": token,
        },
    }
    printed = run(sys.executable, "-I", "ci/comment.py", name, code=code, **settings[name])
    assert not token or token not in printed
    return printed


def test_there_is_one_comment_and_it_is_updated(forge: tuple[str, Forge]):
    name, served = forge
    for number in range(120):
        served.add(f"looks good {number}", {"id": 2, "type": "User"})
    assert "Commented." in comment(name, served)
    assert "says it already" in comment(name, served)
    Path("comment.md").write_text(f"{MARK}\n### tenfold: 2 changed\n")
    assert "updated" in comment(name, served)
    assert [method for method, _ in served.calls] == ["POST", "PATCH" if name == "github" else "PUT"]
    assert [each["body"] for each in served.comments[120:]] == [f"{MARK}\n### tenfold: 2 changed\n"]


def test_a_comment_of_somebody_else_stays(forge: tuple[str, Forge]):
    name, served = forge
    served.add(f"{MARK}\nall is well", {"id": 2, "type": "User"})
    comment(name, served)
    assert [each["body"].split("\n")[1] for each in served.comments] == ["all is well", "### tenfold: 1 changed"]
    assert served.comments[1]["user"] is ME


@pytest.mark.parametrize(("status", "code"), [(401, 0), (403, 0), (404, 1), (500, 1)])
def test_a_forge_that_refuses_is_named_and_no_token_is_printed(forge: tuple[str, Forge], status: int, code: int):
    name, served = forge
    served.status = status
    assert f": {status} " in comment(name, served, code)


def test_a_token_is_not_taken_along_to_another_host(forge: tuple[str, Forge]):
    name, served = forge
    with serve("X", "") as elsewhere:
        served.status, served.location = 302, f"{elsewhere.url}/repos/acme/shop/issues/7/comments"
        assert ": 302 " in comment(name, served, code=1)
        assert elsewhere.calls == []


def test_without_a_token_or_a_forge_it_says_so(forge: tuple[str, Forge]):
    name, served = forge
    assert "no comment" in comment(name, served, token="")
    served.url = "http://127.0.0.1:9"
    assert "does not answer" in comment(name, served, code=1)


@pytest.fixture
def stand_in(repository: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where its calls are kept."""
    folder = tmp_path / "bin"
    folder.mkdir()
    (folder / "tenfold").write_text(STAND_IN)
    (folder / "tenfold").chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setenv("CALLS", str(tmp_path / "calls"))
    return tmp_path / "calls"


def deploy(mode: str, action: str, value: str = "", code: int = 0, **more: str) -> str:
    asked = {"BLUEPRINT": "blueprints/shop.yaml", "ENVIRONMENT": "prod", "ACTION": action, "VALUE": value}
    asked = {"PULUMI_BACKEND_URL": "s3://acme-state", **asked, **more}
    return run("sh", "ci/stack.sh", mode, code=code, **asked)


ACTIONS = [
    ("up", "", {}),
    ("promote", "3", {"to": "3"}),
    ("move", "traffic=25%", {"move": "traffic=25%"}),
    ("release", "shop-host-secret", {"release": "('shop-host-secret',)"}),
    ("finish", "", {"finish": "True"}),
    ("abort", "", {"abort": "True"}),
]


@pytest.mark.parametrize(("action", "value", "parameters"), ACTIONS, ids=[action for action, *_ in ACTIONS])
def test_what_is_shown_is_what_is_done(stand_in: Path, action: str, value: str, parameters: dict):
    at = {"file": "blueprints/shop.yaml", "environment": "prod"}
    deploy("show", action, value)
    assert git("status", "--porcelain", "--untracked-files=no") == ""
    deploy("do", action, value)
    calls = [json.loads(line) for line in stand_in.read_text().splitlines()]
    *shown, (name, done) = calls
    assert shown and all(each == {**at, **parameters} for _, each in shown)
    assert name == ("up" if action == "up" else "promote")
    assert done.pop("yes") == "True" and done.pop("runbook", "") == ("" if name == "up" else "tenfold-out/runbook.md")
    assert done == {**at, **parameters}


@pytest.mark.parametrize(("resources", "command"), [(0, "plan"), (10, "preview")])
def test_a_stack_that_is_not_there_is_not_begun_by_who_only_reads(stand_in: Path, resources: int, command: str):
    deploy("show", "up", STATUS=json.dumps({"resources": resources, "protected": 0}, indent=2))
    assert [json.loads(line)[0] for line in stand_in.read_text().splitlines()] == ["status", command]


@pytest.mark.parametrize("code", [0, 1])
def test_what_a_run_writes_comes_back_as_a_patch_also_when_it_fails(stand_in: Path, code: int):
    Path(".cache").mkdir()
    Path(".cache/wheel").write_text("big")
    assert "git apply --index changes.patch" in deploy("do", "promote", "3", code, CODE=str(code))
    patch = Path("tenfold-out/changes.patch").read_bytes()
    git("reset", "-q", "--hard")
    Path("blueprints/Pulumi.shop-prod.yaml").unlink(missing_ok=True)
    subprocess.run(["git", "apply", "--index"], input=patch, check=True)
    assert Path("blueprints/shop.yaml").read_text() == BLUEPRINT + "# written\n"
    assert Path("blueprints/Pulumi.shop-prod.yaml").read_text() == "config: {}\n"
    assert b"wheel" not in patch


def test_what_is_refused_is_not_shown_as_if_it_could_be_done(stand_in: Path):
    deploy("show", "promote", "3", code=3, CODE="3")


@pytest.mark.parametrize(
    ("mode", "action", "words"),
    [("show", "destroy", "ACTION is up, promote"), ("do", "promote", "needs a value"), ("then", "up", "show|do")],
)
def test_a_wrong_question_is_answered_and_nothing_is_run(stand_in: Path, mode: str, action: str, words: str):
    assert words in deploy(mode, action, code=2)
    assert not stand_in.exists()


@pytest.mark.parametrize("mode", ["drift", "show", "do"])
def test_without_a_backend_nothing_is_asked(stand_in: Path, mode: str):
    """The state would be a runner's own: drift would find nothing, and say that all is well."""
    assert "PULUMI_BACKEND_URL" in deploy(mode, "up", code=2, PULUMI_BACKEND_URL="", TENFOLD_BLUEPRINTS="*.yaml")
    assert not stand_in.exists()


@pytest.mark.parametrize("code", [0, 1, 5])
def test_drift_ends_as_tenfold_does(stand_in: Path, code: int):
    deploy("drift", "", code=code, TENFOLD_BLUEPRINTS="blueprints/*.yaml", CODE=str(code))
    assert json.loads(stand_in.read_text()) == ["drift", {"files": "(PosixPath('blueprints/*.yaml'),)"}]


def test_a_value_is_no_option_and_no_command(stand_in: Path):
    deploy("do", "up", BLUEPRINT="--accept-loss=urn", code=0)
    deploy("do", "move", "$(touch hacked)")
    calls = [json.loads(line)[1] for line in stand_in.read_text().splitlines()]
    assert calls[0]["file"] == "--accept-loss=urn" and "accept_loss" not in calls[0]
    assert calls[1]["move"] == "$(touch hacked)" and not Path("hacked").exists()
