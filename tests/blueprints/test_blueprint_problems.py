"""What a whole file's problems are: all of it at once, in its order, nothing twice, no secrets; and what is none."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tenfold.blueprints.resolve import Resolution, load
from tenfold.blueprints.rules.pooling import _PER_CONNECTION
from tenfold.blueprints.sizes.offerings import capacity
from tenfold.components.plans import rds
from tenfold.render.problems import as_json, as_text


def test_all_mistakes_of_a_file_in_one_run_and_in_its_order(blueprint: Callable[..., Resolution]) -> None:
    resolution = blueprint(
        "name: My Shop\nstage: 2\nowner: 7\napp: {imag: x}\nload: {users: many, data: 20GB}\n"
        "database: {engine: postgress, replicas: {count: 2}, backups: {keep: 0d}}\nfleet: {servers: 0}\n"
        "environments: {dev: {stage: 9}}"
    )
    assert resolution.architecture is None
    places = [(p.line, p.column) for p in resolution.problems]
    assert places == sorted(places)
    assert [p.code for p in resolution.problems] == [
        "TF-V016", "TF-V003", "TF-V002", "TF-V001", "TF-V008", "TF-V005",
        "TF-V014", "TF-S003", "TF-R004", "TF-R019", "TF-V015", "TF-S001",
    ]  # fmt: skip


def test_nothing_else_is_said_about_a_value_that_was_refused(blueprint: Callable[..., Resolution]) -> None:
    problems = blueprint("stage: 3\napp: {image: a/b:1, stateless: maybe}").problems
    assert [p.code for p in problems] == ["TF-V003"]


@pytest.mark.parametrize(
    "text",
    [
        "stage: 3\napp: {image: a/b:1, stateles: true}",
        "stage: 3\napp: {image: a/b:1}\nenvironments: {dev: {app: {statless: true}}}",
    ],
)
def test_nothing_else_is_said_about_a_field_that_was_misspelt(blueprint: Callable[..., Resolution], text: str) -> None:
    problems = blueprint(text, environment="dev" if "dev" in text else None).problems
    assert [p.code for p in problems] == ["TF-V001"]


def test_a_stage_that_cannot_be_read_is_measured_by_nobody_s_load(blueprint: Callable[..., Resolution]) -> None:
    (problem,) = blueprint("stage: seven\nload: {users: 900k}").problems
    assert problem.code == "TF-S001"


def test_a_stage_that_does_not_exist_on_the_command_line(blueprint: Callable[..., Resolution]) -> None:
    (problem,) = blueprint("stage: 1", stage="load-balancd").problems
    assert problem.code == "TF-S001"
    assert "load-balanced" in problem.hint


@pytest.mark.parametrize("stage", [3, "3", "load-balanced"])
def test_the_stage_of_the_command_line_wins(blueprint: Callable[..., Resolution], stage: int | str) -> None:
    resolution = blueprint("stage: 1\napp: {image: a/b:1, stateless: true}", stage=stage)
    assert resolution.architecture is not None
    assert resolution.architecture.stage == 3
    assert resolution.origins["stage"].kind == "command line"


def test_fields_of_the_files_own_stage_are_fine_when_the_command_line_asks_for_less() -> None:
    shop = Path(__file__).parents[2] / "blueprints" / "shop.yaml"
    for stage in (1, 2, 3):
        resolution = load(shop, environment="prod", stage=stage)
        assert resolution.architecture is not None, resolution.problems
        assert resolution.architecture.stage == stage


def test_a_secret_in_the_file_is_in_no_output(tmp_path: Path) -> None:
    file = tmp_path / "shop.yaml"
    values = ["sk_live_0123456789abcdef", "hunter2", "AKIAIOSFODNN7EXAMPLE"]
    part = f"secrets: [{values[0]}, 'KEY={values[1]}', lower], env: {{PORT: x, OTHER: {values[2]}}}"
    file.write_text(f"name: shop\nstage: 1\napp: {{image: 'a/b:1', {part}}}\n")
    problems = load(file).problems
    assert {"TF-V070", "TF-V020"} <= {problem.code for problem in problems}
    shown = as_text(problems) + json.dumps(as_json(problems))
    assert "lower" in shown
    assert not [value for value in values[:2] if value in shown]
    file.write_text(f"name: shop\nstage: 1\napp: {{image: 'a/b:1', env: {{PORT: x, OTHER: {values[2]}}}}}\n")
    problems = load(file).problems
    assert {problem.code for problem in problems} == {"TF-O005", "TF-R027"}
    assert values[2] not in as_text(problems) + json.dumps(as_json(problems))


def test_what_only_the_top_of_a_file_with_environments_has_is_no_warning(tmp_path: Path) -> None:
    file = tmp_path / "shop.yaml"
    text = "name: shop\nstage: 1\napp: {image: 'a/b:1', stateless: true}\nload: {users: 50k}\n"
    file.write_text(text)
    assert [problem.code for problem in load(file).problems] == ["TF-R020"]
    file.write_text(text + "environments: {live1: {stage: 4}}\n")
    assert [load(file, environment=name).problems for name in (None, "live1")] == [[], []]


def test_environments_may_share_no_domain_but_one_may_have_none(tmp_path: Path) -> None:
    file = tmp_path / "shop.yaml"
    top = "name: shop\nstage: 1\napp: {image: 'a/b:1'}\ndomain: a.example.com\n"

    def codes(environments: str) -> list[str]:
        file.write_text(f"{top}environments: {environments}\n")
        return [problem.code for name in ("dev", "prod") for problem in load(file, environment=name).problems]

    assert codes("{dev: {}, prod: {}}") == ["TF-E005", "TF-E005"]
    assert codes("{dev: {domain: a.example.com}, prod: {domain: b.example.com}}") == []
    assert codes("{dev: {domain: }, prod: {}}") == []
    assert codes("{dev: {domain: dev.a.example.com}, prod: {}}") == []


def test_production_without_tls_is_said_and_what_a_cdn_does_about_it(tmp_path: Path) -> None:
    file = tmp_path / "shop.yaml"

    def said(stage: int, environment: str, **more: str) -> str:
        lines = {"name": "shop", "stage": stage, "app": "{image: 'a/b:1', stateless: true}", **more}
        text = "".join(f"{key}: {value}\n" for key, value in lines.items())
        file.write_text(f"{text}environments: {{{environment}: {{}}}}\n")
        found = load(file, environment=environment).problems
        return " ".join(problem.message for problem in found if problem.code == "TF-R116")

    assert "plain HTTP" in said(3, "prod")
    assert "TLS to the CDN's own name" in said(4, "production")
    assert said(3, "prod", domain="shop.example.com") == said(3, "staging") == said(1, "prod") == ""


def test_the_memory_of_classes_is_the_same_for_rules_and_components() -> None:
    for engine in ("postgres", "mysql"):
        for size in ("db.t4g.micro", "db.m7g.large", "db.r7g.2xlarge"):
            known = capacity(size.removeprefix("db."))
            assert known is not None and known[1] == rds.memory_gib(size)
        assert _PER_CONNECTION[engine] == rds._PER_CONNECTION[engine]


def test_what_a_parameter_group_takes_is_no_mistake(blueprint: Callable[..., Resolution]) -> None:
    fine = {
        "postgres": "work_mem: '65536', shared_buffers: '{DBInstanceClassMemory/32768}', jit: '0', TimeZone: UTC, "
        "cron.database_name: shop, autovacuum_max_workers: '5', log_statement: none, random_page_cost: '1.1', "
        "huge_pages: 'on'",
        "mysql": "max_connections: '200', long_query_time: '0.5', transaction_isolation: READ-COMMITTED, sql_mode: ''",
    }
    for engine, parameters in fine.items():
        found = blueprint(f"stage: 2\ndatabase: {{engine: {engine}, parameters: {{{parameters}}}}}").problems
        assert found == [], [f"{p.code} {p.message}" for p in found]
