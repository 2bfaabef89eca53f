"""`own/`: what a team adds counts for its blueprints, says where it is wrong, and leaves tenfold's examples alone."""

import shutil
import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner

from tenfold import cli, planning
from tenfold.blueprints.own import find_own
from tenfold.blueprints.resolve import load
from tenfold.blueprints.source.problem import Problem
from tenfold.failure import Failure, WrongBlueprint
from tenfold.graph import Graph
from tenfold.resolving import resolve
from tests.examples import BLUEPRINTS

FILES = {
    "components/papers.py": """
import pulumi
import pulumi_aws as aws

class Papers(pulumi.ComponentResource):
    def __init__(self, name, opts=None):
        super().__init__("acme:index:Papers", name, {}, opts)
        self.bucket = aws.s3.Bucket(f"{name}-bucket", opts=pulumi.ResourceOptions(parent=self)).bucket
        self.register_outputs({})
""",
    "tiers/papers.py": """
from tenfold.stacks.tier import Tier, subject
from ..components.papers import Papers

def store(ground):
    bucket = Papers(ground.place.name("papers"), ground.place.options).bucket
    return Tier(settings={"PAPERS": bucket}, subjects={"papers": subject("papers", {"BucketName": bucket})})
""",
    "rules/owner.py": """
from tenfold.blueprints.checks import error, warning

def check_blueprint(context):
    if not context.is_set("owner"):
        yield error("owner", "Nobody is told.", "Set it.")

def check_plan(graph, context):
    for each in graph:
        if each.type == "aws:s3/bucket:Bucket" and not each.protect:
            yield warning("app", f"{each.name} is not protected.")
""",
    "alarms/papers.yaml": """
title: Papers
namespace: AWS/S3
dimensions: [BucketName]
signals: {errors: {signal: errors, metric: 5xxErrors, statistic: Sum, above: 10, minutes: 5}}
""",
    "alarms/server.yaml": """
title: Server
namespace: AWS/EC2
dimensions: [InstanceId]
signals: {reboots: {signal: errors, metric: StatusCheckFailed, statistic: Sum, above: 5, minutes: 1}}
""",
}
SHOP = "name: shop\nstage: 1\nowner: a@b.example\napp: {image: ghcr.io/acme/shop:1.4.2}\n"


@pytest.fixture
def team(tmp_path: Path) -> Path:
    """A blueprint beside an `own/`; the project's root is above."""
    for name, text in {**{f"own/{name}": text for name, text in FILES.items()}, "pyproject.toml": ""}.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    (tmp_path / "blueprints").mkdir()
    (tmp_path / "blueprints" / "shop.yaml").write_text(SHOP)
    return tmp_path


def graph(team: Path) -> Graph:
    return planning.record(resolve(team / "blueprints" / "shop.yaml", "dev", None), warn=False)


def test_a_tier_has_its_component_its_setting_and_its_alarm(team: Path) -> None:
    names = {resource.name: resource for resource in graph(team)}
    assert names["shop-papers-bucket"].parent.endswith("acme:index:Papers::shop-papers")
    assert names["shop-signals-papers-errors"].inputs["namespace"] == "AWS/S3"
    assert "shop-signals-server-reboots" in names  # a further alarm of tenfold's own server
    assert [name for name in names if "papers" in name and "settings" in name]


def test_a_check_refuses_at_the_field_and_names_its_file(team: Path) -> None:
    shop = team / "blueprints" / "shop.yaml"
    shop.write_text(SHOP.replace("owner: a@b.example\n", ""))
    [problem] = load(shop).problems
    assert (problem.code, problem.path, problem.message) == ("TF-H020", "owner", "Nobody is told.")
    assert problem.hint == "Set it. (own/rules/owner.py:4)"


def test_a_decorated_check_counts_and_its_place_is_its_own(team: Path) -> None:
    """By the name that it has in its file, whatever the decorator calls it."""
    (team / "own" / "rules" / "owner.py").write_text("""
from functools import wraps
from tenfold.blueprints.checks import error

def quiet(check):
    def run(context):
        yield from check(context)
    return run

def loud(check):
    return wraps(check)(quiet(check))

@quiet
def check_blueprint(context):
    yield error("app", "No.")

@loud
def check_plan(graph, context): ...
""")
    problem = only_problem(team)
    assert (problem.message, problem.hint) == ("No.", "(own/rules/owner.py:6)")


def test_a_check_of_the_plan_sees_resources(team: Path) -> None:
    resolution = resolve(team / "blueprints" / "shop.yaml", "dev", None)
    [warning] = [p for p in planning.attempt(resolution)[1] if p.code == "TF-H021"]
    assert (warning.message, warning.line) == ("shop-papers-bucket is not protected.", 4)
    shown = CliRunner().invoke(cli.tenfold, ["validate", str(team / "blueprints" / "shop.yaml"), "--env", "dev"])
    assert "shop-papers-bucket is not protected." in shown.output


@pytest.mark.parametrize(
    ("file", "text", "line", "reason"),
    [
        ("rules/owner.py", "\ndef check_blueprint(context):\n    return context.no", 3, "AttributeError"),
        ("rules/owner.py", "x = 1\ndef check_blueprint(:", 2, "SyntaxError"),
        ("rules/owner.py", "def check_blueprint(context):\n    return ['no']", 1, "`check_blueprint` yields 'no'"),
        ("rules/owner.py", "def check(context): ...", 1, "no `check_blueprint` and no `check_plan`"),
        ("rules/owner.py", "import no_such_thing", 1, "no_such_thing"),
        ("rules/owner.py", "check_blueprint = 'no'", 1, "`check_blueprint` must be a function"),
        ("alarms/server.yaml", "title: Server", 1, "has no 'signals'"),
        ("alarms/server.yaml", FILES["alarms/server.yaml"].replace("errors,", "fullness,"), 1, "latency, traffic"),
        ("alarms/server.yaml", FILES["alarms/server.yaml"].replace("reboots", "cpu"), 1, "already"),
        ("alarms/server.yaml", FILES["alarms/server.yaml"].replace("above: 5", "above: disks"), 1, "disks"),
        ("alarms/server.yaml", "title: [", 1, "not valid YAML"),
    ],
)
def test_what_is_wrong_with_a_file_is_said_at_its_line(
    team: Path, file: str, text: str, line: int, reason: str
) -> None:
    (team / "own" / file).write_text(text)
    problem = only_problem(team)
    assert (problem.code, problem.file, problem.line) == ("TF-H022", str(team / "own" / file), line)
    assert reason in problem.message


@pytest.mark.parametrize("file", ["owner.py", "rule/owner.py", "alarm/server.yaml"])
def test_what_lies_where_nothing_reads_it_is_said(team: Path, file: str) -> None:
    """A check that is never asked would be taken for one that passes."""
    (team / "own" / file).parent.mkdir(exist_ok=True)
    (team / "own" / file).write_text("def check_blueprint(context): ...")
    (team / "own" / "tests").mkdir(exist_ok=True)
    (team / "own" / "tests" / "test_owner.py").write_text("")
    problem = only_problem(team)
    assert (problem.code, problem.file) == ("TF-H022", str(team / "own" / file))
    assert "nothing reads it" in problem.message and "own/rules/" in problem.message


def test_a_check_that_fails_keeps_no_other_from_being_asked(team: Path) -> None:
    (team / "own" / "rules" / "a_first.py").write_text("def check_blueprint(context):\n    return context.no")
    (team / "own" / "rules" / "owner.py").write_text(
        "from tenfold.blueprints.checks import error\ndef check_blueprint(context):\n    yield error('app', 'No.')"
    )
    with pytest.raises(WrongBlueprint) as wrong:
        resolve(team / "blueprints" / "shop.yaml", "dev", None)
    assert sorted(problem.code for problem in wrong.value.problems) == ["TF-H020", "TF-H022"]


def only_problem(team: Path) -> Problem:
    with pytest.raises(WrongBlueprint) as wrong:
        resolve(team / "blueprints" / "shop.yaml", "dev", None)
    [problem] = wrong.value.problems
    return problem


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("def store(ground):\n    return None", "`store` must return a `Tier`"),
        ("def store(ground):\n    raise RuntimeError('no papers')", "papers.py:2: RuntimeError: no papers"),
        ("x = 1", "it defines no `store` and no `runner`"),
        ("from functools import partial\nstore = partial(print)", "`store` must be a function"),
    ],
)
def test_a_tier_that_fails_is_said_with_its_file(team: Path, text: str, reason: str) -> None:
    (team / "own" / "tiers" / "papers.py").write_text(text)
    with pytest.raises(Failure) as failed:
        graph(team)
    assert reason in failed.value.why


def test_the_nearest_folder_counts_and_none_beyond_the_project(team: Path) -> None:
    inner = team / "own" / "blueprints"  # where a fork has its blueprints
    inner.mkdir()
    beside, within = find_own(team / "blueprints" / "shop.yaml"), find_own(inner / "shop.yaml")
    assert beside == within and beside and beside.folder == str(team / "own")
    project = team / "elsewhere"
    project.mkdir()
    (project / "Pulumi.yaml").write_text("name: tenfold\n")
    assert find_own(project / "shop.yaml") is None


def test_a_folder_of_that_name_with_other_things_is_not_read(tmp_path: Path) -> None:
    (tmp_path / "own" / "photos").mkdir(parents=True)
    assert find_own(tmp_path / "shop.yaml") is None


def test_examples_of_a_fork_see_nothing_of_it(team: Path) -> None:
    """Its golden files stay as they are, and so does `diff --against`."""
    shutil.copytree(BLUEPRINTS / "stages", team / "blueprints" / "stages")
    assert find_own(team / "blueprints" / "shop.yaml") is None


def test_a_review_has_the_code_of_then_and_of_now(team: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def git(*words: str) -> None:
        subprocess.run(["git", "-c", "user.name=a", "-c", "user.email=a@b.example", *words], cwd=team, check=True)

    monkeypatch.chdir(team)
    git("init", "--quiet")
    git("add", ".")
    git("commit", "--quiet", "--message", "first")
    ask = ["diff", "blueprints/shop.yaml", "--against", "HEAD", "--exit-code"]
    same = CliRunner().invoke(cli.tenfold, ask)
    assert same.exit_code == 0, same.output
    tier = team / "own" / "tiers" / "papers.py"
    tier.write_text(tier.read_text().replace("PAPERS", "ARCHIVE"))
    changed = CliRunner().invoke(cli.tenfold, ask)
    assert changed.exit_code != 0 and "settings" in changed.output
