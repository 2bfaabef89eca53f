"""`tenfold plan`: what a user reads, what a program reads, and what happens when the input is wrong."""

import json
import os
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tenfold import cli
from tenfold.blueprints.architecture import Architecture
from tenfold.blueprints.architecture.application import Jobs
from tenfold.recorder import program
from tenfold.recorder.run import Run

ROOT = Path(__file__).parents[2]
SHOP = ROOT / "blueprints" / "shop.yaml"
SMALLEST = "name: tiny\nstage: 1\napp: {image: ghcr.io/acme/tiny:1.0.0}\n"


def plan(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """The whole process, as a user starts it."""
    command = [sys.executable, "-c", "from tenfold.cli import main; main()", "plan", *arguments]
    env = {**os.environ, **environment}
    return subprocess.run(command, capture_output=True, text=True, cwd=ROOT, env=env, check=False)


@pytest.fixture(scope="module")
def stage_three() -> str:
    done = plan(str(SHOP), "--env", "prod", "--stage", "3")
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_one_line_a_component_with_its_count(stage_three):
    header, *rows = stage_three.splitlines()
    assert re.fullmatch(r"shop · prod · stage 3 load-balanced · us-east-1 +\d+ resources", header)
    assert len(header) == 100
    counted = {row.split()[0]: row for row in rows if re.match(r"  [a-z]", row)}
    assert {"network", "database", "balancer", "fleet", "cache", "signals"} <= set(counted)
    total = int(header.split()[-2])
    parts = {name: row for name, row in counted.items() if name not in ("estimate", "outgrown")}
    counts = {name: re.search(r" {2}(\d+)( {2}|$)", row) for name, row in parts.items()}
    numbers = [int(found.group(1)) for found in counts.values() if found]
    assert len(numbers) == len(counts)
    assert sum(numbers) == total


def test_without_an_environment_the_heading_names_none(tmp_path):
    file = tmp_path / "tiny.yaml"
    file.write_text(SMALLEST)
    assert plan(str(file)).stdout.startswith("tiny · stage 1 single-server · us-east-1 ")
    assert plan(str(file), "--env", "base").stdout.startswith("tiny · base · stage 1 ")
    assert json.loads(plan(str(file), "--json").stdout)["blueprint"]["environment"] == "base"


def test_it_says_what_keeps_data_and_which_stage_brought_it(stage_three):
    (database,) = [row for row in stage_three.splitlines() if row.startswith("  database")]
    assert "postgres 17 on db." in database
    assert database.endswith("stage 2  ◆ keeps data")
    (fleet,) = [row for row in stage_three.splitlines() if row.startswith("  fleet")]
    assert "◆" not in fleet


def test_it_ends_with_what_outgrows_the_stage(stage_three):
    assert stage_three.rstrip().endswith("→ stage 4 (cached)")
    assert "outgrown when" in stage_three


def test_it_fits_in_100_columns_and_has_no_colour_without_a_terminal(stage_three):
    assert "\x1b" not in stage_three
    assert max(map(len, stage_three.splitlines())) <= 100


def test_json_is_the_graph_with_components(tmp_path):
    done = plan(str(SHOP), "--env", "prod", "--stage", "3", "--json")
    document = json.loads(done.stdout)
    assert document["version"] == 1
    names = [resource["name"] for resource in document["resources"]]
    assert "shop-database-primary" in names
    assert len({resource["urn"] for resource in document["resources"]}) == len(names)
    words = {component["name"]: component for component in document["components"]}
    assert words["database"]["keeps"] == "data"
    assert all(component["words"] for component in document["components"])


def test_verbose_lists_every_resource():
    done = plan(str(SHOP), "--env", "prod", "--stage", "3", "--verbose")
    assert "shop-database-primary" in done.stdout
    assert re.search(r"shop-database-primary +aws:rds/instance:Instance +◆ +protected", done.stdout)


def test_the_sdk_gives_the_same_plan():
    fast, sdk = (
        plan(str(SHOP), "--env", "prod", "--stage", "3", "--json", "--recorder", kind) for kind in ("fast", "sdk")
    )
    assert _in_any_order(fast.stdout) == _in_any_order(sdk.stdout)


def test_nothing_heavy_is_loaded():
    script = (
        "import sys\nfrom tenfold.cli import tenfold\n"
        f"tenfold.main(['plan', {str(SHOP)!r}, '--env', 'prod'], standalone_mode=False)\n"
        "heavy = {'pulumi', 'pulumi_aws', 'grpc', 'boto3', 'moto', 'rich', 'jsonschema', 'flask'}\n"
        "print(sorted(heavy & set(sys.modules)), file=sys.stderr)\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, cwd=ROOT, check=True)
    assert done.stderr.splitlines()[-1] == "[]"


def test_mistakes_are_told_with_exit_code_2(tmp_path):
    file = tmp_path / "tiny.yaml"
    file.write_text(SMALLEST.replace("stage: 1", "stage: 12"))
    done = plan(str(file))
    assert (done.returncode, done.stdout) == (2, "")
    assert f"{file}:2:8" in done.stderr
    assert "Traceback" not in done.stderr
    problems = json.loads(plan(str(file), "--json").stdout)["problems"]
    assert [(problem["line"], problem["severity"]) for problem in problems] == [(2, "error")]


def test_an_override_for_a_child_that_does_not_exist_is_told_with_its_line(tmp_path):
    file = tmp_path / "tiny.yaml"
    file.write_text(SMALLEST + "overrides:\n  tiny-netwrk-vpc: {enableDnsSupport: true}\n")
    done = plan(str(file))
    assert done.returncode == 2
    assert f"{file}:5:3  error TF-O001" in done.stderr
    assert "tiny-network-vpc" in done.stderr


def test_an_override_is_shown_and_reaches_the_resource(tmp_path):
    file = tmp_path / "tiny.yaml"
    file.write_text(SMALLEST + "overrides:\n  tiny-network-vpc: {enableNetworkAddressUsageMetrics: true}\n")
    done = plan(str(file))
    assert "overrides  tiny-network-vpc: enableNetworkAddressUsageMetrics = true" in done.stdout, done.stderr
    document = json.loads(plan(str(file), "--json").stdout)
    (vpc,) = [resource for resource in document["resources"] if resource["name"] == "tiny-network-vpc"]
    assert vpc["inputs"]["enableNetworkAddressUsageMetrics"] is True


def test_a_program_that_cannot_run_is_told_with_its_place_not_with_a_traceback(monkeypatch, capsys):
    """No blueprint leads here that is known of; a component somebody is working on does."""
    given = program.run_of

    def too_long(architecture: Architecture, **options: Any) -> Run:
        jobs = Jobs("acme/shop:1", ("x" * 17_000,))
        return given(replace(architecture, app=replace(architecture.app, jobs=jobs)), **options)

    monkeypatch.setattr(program, "run_of", too_long)
    monkeypatch.setattr("sys.argv", ["tenfold", "plan", str(SHOP)])
    assert cli.run() == 1
    told = capsys.readouterr().err
    assert re.search(r"components/host/config\.py:\d+: ValueError: user data", told)
    assert "Traceback" not in told


def _in_any_order(text: str) -> dict:
    """The SDK sends requests as their inputs become known; what they say is what counts."""
    document = json.loads(text)
    document["resources"].sort(key=lambda resource: resource["urn"])
    document["components"].sort(key=lambda component: component["name"])
    return document
