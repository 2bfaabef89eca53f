"""`validate`, `explain` and `schema`, as a person and as a program sees them."""

import json
from pathlib import Path

import click
import jsonschema
import pytest
from click.testing import CliRunner, Result
from parts import whole

from tenfold import exits
from tenfold.blueprints.pages import schema
from tenfold.blueprints.reading.draft import open_draft
from tenfold.blueprints.source.codes import catalogue
from tenfold.blueprints.source.document import parse
from tenfold.checking import check
from tenfold.cli import tenfold
from tenfold.commands import explain, validate
from tenfold.commands import schema as schema_command
from tenfold.render.problems import as_text
from tests.examples import BLUEPRINTS, FILES

SHOP = str(BLUEPRINTS / "shop.yaml")


def run(command: click.Command, *arguments: str) -> Result:
    """As a user runs it: the group shows the problems of a wrong blueprint."""
    assert command.callback
    result = CliRunner().invoke(tenfold, [command.callback.__module__.rpartition(".")[2], *arguments])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


@pytest.fixture
def bad(tmp_path: Path) -> str:
    path = tmp_path / "bad.yaml"
    path.write_text(
        whole("stage: 2\ndatabase:\n  # the class is a guess\n  instance: db.t4g.enormous\nowner: \x1b[31m\n")
    )
    path.write_text(whole("stage: 2\ndatabase:\n  # the class is a guess\n  instance: db.t4g.enormous\n"))
    return str(path)


def test_validate_fine() -> None:
    result = run(validate.command, SHOP)
    assert result.exit_code == exits.DONE
    assert "fine" in result.output and "prod at stage 3 (load-balanced)" in result.output


def test_a_stage_of_the_command_line_is_wrong_nowhere_in_the_file():
    problems = json.loads(run(validate.command, SHOP, "--env", "prod", "--stage", "9", "--json").output)["problems"]
    assert ("TF-S001", 0) in [(problem["code"], problem["line"]) for problem in problems]


def test_validate_a_file_without_environments(tmp_path: Path) -> None:
    path = tmp_path / "shop.yaml"
    path.write_text(whole("stage: 1"))
    assert run(validate.command, str(path)).output == f"{path}: fine. Stage 1 (single-server).\n"


def test_validate_shows_the_place(bad: str) -> None:
    result = run(validate.command, bad)
    assert result.exit_code == exits.WRONG_INPUT
    lines = result.output.splitlines()
    assert lines[0] == f"{bad}:4:13  error TF-V012  unknown instance class"
    assert lines[1:4] == [
        "  2 │ database:",
        "  4 │   instance: db.t4g.enormous",
        "    │             ^^^^^^^^^^^^^^^",
    ]
    text = " ".join(lines)
    assert "RDS offers no db.t4g.enormous for postgres 17 in us-east-1." in text
    assert "Leave it out and tenfold sizes it from `load` (db.t4g." in text
    assert "tenfold explain TF-V012" in text
    assert lines[-1] == "1 error in 1 file. Nothing was changed."
    assert "\x1b" not in result.output


def test_validate_several_files_and_json(bad: str) -> None:
    result = run(validate.command, SHOP, bad, "--json")
    assert result.exit_code == exits.WRONG_INPUT
    answer = json.loads(result.output)
    assert answer["version"] == 1
    (problem,) = [found for found in answer["problems"] if found["severity"] == "error"]
    names = {"code", "severity", "file", "line", "column", "path", "text", "message", "hint"}
    assert set(problem) == names
    assert (problem["file"], problem["path"], problem["text"]) == (bad, "database.instance", "db.t4g.enormous")


def test_validate_a_glob_leaves_out_what_is_no_blueprint(tmp_path: Path) -> None:
    for name in ("chat", "shop"):
        (tmp_path / f"{name}.yaml").write_text(Path(SHOP).read_text())
    for name in ("tenfold-rules.yaml", "Pulumi.yaml", "Pulumi.shop-prod.yaml"):
        (tmp_path / name).write_text("defaults: {}\n" if "rules" in name else "name: shop\n")
    by_tenfold = run(validate.command, str(tmp_path / "*.yaml"))
    by_shell = run(validate.command, *map(str, sorted(tmp_path.glob("*.yaml"))))
    assert by_tenfold.exit_code == by_shell.exit_code == exits.DONE
    assert by_tenfold.output == by_shell.output and by_tenfold.output.count(": fine.") == 2


def test_validate_of_many_counts_those_that_are_fine(tmp_path: Path) -> None:
    for number in range(30):
        (tmp_path / f"{number}.yaml").write_text(Path(SHOP).read_text())
    assert run(validate.command, str(tmp_path / "*.yaml")).output.startswith("30 blueprints: fine.\n")


def test_validate_one_environment(tmp_path: Path) -> None:
    path = tmp_path / "x.yaml"
    path.write_text(whole("environments:\n  dev: {stage: 7}\n  prod: {}\n"))
    assert run(validate.command, str(path)).exit_code == exits.WRONG_INPUT
    assert run(validate.command, str(path), "--env", "prod").exit_code == exits.DONE
    assert run(validate.command, str(path), "--env", "none").exit_code == exits.WRONG_INPUT


def test_warnings_are_shown_and_are_no_failure(tmp_path: Path) -> None:
    path = tmp_path / "x.yaml"
    path.write_text(whole("zone: managed"))
    result = run(validate.command, str(path))
    assert result.exit_code == exits.DONE
    assert "warning TF-R012" in result.output
    assert "1 warning in 1 file." in result.output


def test_lines_keep_to_the_width_and_files_cannot_steer_the_terminal(tmp_path: Path) -> None:
    path = tmp_path / "x.yaml"
    long = "x" * 300
    path.write_text(whole(f'owner: [1]\ntags: {{a: "{long}", "日本語\\e[31m": 5}}\nload: {{users: "{long}"}}\n'))
    for color in (False, True):
        text = as_text(check(open_draft(path))[1], color=color)
        plain = text.replace("\x1b[31m", "").replace("\x1b[1m", "").replace("\x1b[2m", "").replace("\x1b[0m", "")
        assert "\x1b" not in plain
        assert all(len(line) <= 100 for line in plain.splitlines() if not line.startswith(str(tmp_path)))
        assert (text != plain) == color


def test_explain_a_sized_value() -> None:
    result = run(explain.command, SHOP, "database.instance", "--env", "prod")
    assert result.exit_code == exits.DONE
    assert "database.instance = db.t4g." in result.output
    assert "from      sizing" in result.output
    assert "requests/s × 5 ms" in " ".join(result.output.split())
    assert "changing  restart" in result.output


def test_explain_names_file_and_line() -> None:
    result = run(explain.command, SHOP, "load.users", "--env", "staging")
    line = next(n for n, text in enumerate(Path(SHOP).read_text().splitlines(), 1) if "staging" in text)
    assert "load.users = 500" in result.output
    assert f"environment  {SHOP}:{line}:" in result.output


def test_explain_everything_and_json() -> None:
    table = run(explain.command, SHOP, "--env", "prod").output.splitlines()
    answer = json.loads(run(explain.command, SHOP, "--env", "prod", "--json").output)
    assert answer["version"] == 1
    assert len(answer["values"]) > 70
    assert not any("…" in line for line in table)
    effects = {row["change"] for row in answer["values"]}
    assert effects == {"none", "in-place", "restart", "replace"}
    assert all(row["meaning"] and row["value"] and (row["why"] or row["place"]) for row in answer["values"])
    unused = {row["path"]: row["why_unused"] for row in answer["values"] if not row["used"]}
    assert unused["server.disk"] == unused["server.instance"] == "`fleet` has replaced it"
    assert unused["fleet.scaling.out_at"] == "from stage 5 (autoscaled)"
    assert "fleet.servers" not in unused


def test_explain_lists_what_is_used_and_says_what_falls_away(tmp_path: Path) -> None:
    path = tmp_path / "shop.yaml"
    path.write_text(
        whole(
            "stage: 5\napp: {image: a/b:1, stateless: true}\nwithout: [uploads]\nbalancer: {routes: {/x/*: app}}\n"
            "fleet: {servers: 2-20, scaling: {track: 60%}}\nenvironments: {dev: {stage: 4}}\n"
        )
    )
    listed, _, said = run(explain.command, str(path), "--env", "dev").output.partition("\nUnused here:\n")
    assert "fleet.scaling.track " in listed and "(unused)" in listed, "somebody wrote it"
    assert "fleet.scaling.out_at" not in listed
    assert "fleet.scaling, fleet.spot" in said

    listed, _, said = run(explain.command, str(path)).output.partition("\nUnused here:\n")
    assert "(unused)" not in listed
    assert "fleet.scaling.in_at, fleet.scaling.out_at: `fleet.scaling.track` replaces it" in " ".join(said.split())
    assert "uploads: left out by `without`" in said
    assert said.index("there is no `domain`") < said.index("`fleet.spot.share` is 0%")

    section = run(explain.command, str(path), "fleet.scaling").output
    assert "(unused)" in section and "Unused here:" in section
    assert "unused    `fleet.scaling.track` replaces" in run(explain.command, str(path), "fleet.scaling.in_at").output


def test_explain_says_what_scaling_becomes(tmp_path: Path) -> None:
    path = tmp_path / "shop.yaml"
    schedule = 'schedules: {day: {cron: "0 8 * * *", until: "0 20 * * *", zone: Europe/Berlin, servers: 6-20}}'
    path.write_text(
        whole(
            "stage: 3\nwith: [autoscaling]\napp: {image: a/b:1, stateless: true}\n"
            f"fleet: {{servers: 2-20, scaling: {{out_at: 70%, {schedule}, warm_pool: 2}}}}\n"
        )
    )
    said = " ".join(run(explain.command, str(path), "fleet.scaling").output.split())
    assert "2 to 20 servers take 18 × (120 s of a launch + 180 s) = 90 min" in said
    assert "70% × 2 ÷ 3 = 46.7% on 3, above in_at 30%" in said
    assert "6 to 20 servers at cron `0 8 * * *` in Europe/Berlin" in said
    assert "2 + 2 = 4 prepared at most" in said
    answer = json.loads(run(explain.command, str(path), "fleet.scaling", "--json").output)
    assert len(answer["becomes"]) == 6
    assert "becomes" not in run(explain.command, str(path), "fleet.instance").output


def test_explain_a_section_a_code_and_what_there_is_none_of(bad: str) -> None:
    assert len(run(explain.command, SHOP, "database.storage", "--env", "prod").output.splitlines()) == 3
    page = run(explain.command, "tf-v012")
    assert page.exit_code == exits.DONE
    assert page.output.startswith("# TF-V012: unknown instance class")
    near = run(explain.command, SHOP, "database.instanse", "--env", "prod")
    assert near.exit_code == exits.WRONG_INPUT
    assert "database.instance" in near.output
    assert run(explain.command, "TF-V999").exit_code == exits.WRONG_INPUT
    assert "TF-V012" in run(explain.command, bad).output


def test_help_has_an_example() -> None:
    for command in (validate.command, explain.command, schema_command.command):
        assert "Example" in run(command, "--help").output


def test_schema_takes_what_the_grammar_takes() -> None:
    printed = json.loads(run(schema_command.command).output)
    assert printed == schema()
    judge = jsonschema.Draft202012Validator(printed)
    judge.check_schema(printed)
    for path in FILES:
        judge.validate(parse(path.read_bytes(), str(path)).data)
    for code, entry in catalogue().items():
        if code[3] in "VSRE" and "tenfold " not in entry["right"] and code != "TF-V002":
            judge.validate(parse(whole(entry["right"]).encode(), code).data)


def test_schema_refuses_what_an_editor_can_see_to_be_wrong() -> None:
    judge = jsonschema.Draft202012Validator(schema())
    for code in (
        "TF-V001",
        "TF-V003",
        "TF-V004",
        "TF-V005",
        "TF-V006",
        "TF-V010",
        "TF-V014",
        "TF-V016",
        "TF-S001",
        "TF-E004",
    ):
        data = parse(whole(catalogue()[code]["wrong"]).encode(), code).data
        assert not judge.is_valid(data), code
    assert not judge.is_valid({"name": "shop", "stage": 1})


def test_every_field_is_described_for_hovering() -> None:
    made = schema()
    standby = made["$defs"]["Database"]["properties"]["standby"]["description"]
    assert "Default: false; from stage 3 true. Changing it: changed in place, no interruption." in standby
    assert "Default: by a sizing rule" in made["$defs"]["Server"]["properties"]["instance"]["description"]
    for section in [made, *made["$defs"].values()]:
        for name, field in section["properties"].items():
            assert field.get("description"), name
            assert field.get("x-change") in ("none", "in-place", "restart", "replace"), name


def test_house_rules_beside_blueprints_are_not_one(tmp_path: Path) -> None:
    (tmp_path / "shop.yaml").write_text(Path(SHOP).read_text())
    (tmp_path / "tenfold-rules.yaml").write_text("defaults: {region: eu-west-1}\nlimits: {servers: 4}\n")
    both = run(validate.command, *(str(tmp_path / name) for name in ("shop.yaml", "tenfold-rules.yaml")))
    assert both.exit_code == 0 and "tenfold-rules" not in both.output
    alone = run(validate.command, str(tmp_path / "tenfold-rules.yaml"))
    assert alone.exit_code == 0 and alone.output.endswith("fine. House rules: 1 default, 1 limit, 0 rules.\n")
    (tmp_path / "tenfold-rules.yaml").write_text("limits: {servers: many}\n")
    wrong = run(validate.command, str(tmp_path / "tenfold-rules.yaml"))
    assert wrong.exit_code == 2 and "tenfold-rules.yaml:1:19  error TF-V" in wrong.output
