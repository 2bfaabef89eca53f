"""House rules about any field, by environment and stage."""

import json
import re
from pathlib import Path

import jsonschema
import pytest
from click.testing import CliRunner
from parts import whole

from tenfold.blueprints.grammar.targets import paths, targets
from tenfold.blueprints.pages import rules_schema
from tenfold.blueprints.reading.house import FILE, open_house
from tenfold.blueprints.resolve import load
from tenfold.blueprints.source.document import parse
from tenfold.cli import tenfold

RULES = """\
rules:
  standby-in-production:
    field: database.standby
    when: {env: prod*, stage: ">=2"}
    allowed: true
    reason: a zone may fail while the shop is open
"""
TOP = "stage: 2\n"


def judged(tmp_path: Path, rules: str, blueprint: str, environment: str | None = None) -> list[tuple[str, str, str]]:
    (tmp_path / FILE).write_text(rules)
    (tmp_path / "shop.yaml").write_text(whole(blueprint))
    problems = load(tmp_path / "shop.yaml", environment=environment).problems
    return [(problem.code, problem.path, problem.message) for problem in problems if problem.is_error]


def rule(text: str) -> str:
    return f"rules: {{a-rule: {{reason: it is so, {text}}}}}\n"


def test_a_violation_names_both_places_the_valid_value_and_the_reason(tmp_path: Path) -> None:
    (tmp_path / FILE).write_text(RULES)
    (tmp_path / "shop.yaml").write_text(whole(TOP + "environments: {dev: {}, prod: {database: {standby: false}}}"))
    (problem,) = load(tmp_path / "shop.yaml", environment="prod").problems
    assert (problem.code, problem.line, problem.text) == ("TF-H009", 2, "false")
    allowed = "House rules allow true for `database.standby`, not false."
    assert problem.message == f"{allowed} A zone may fail while the shop is open."
    assert problem.hint == f"See `standby-in-production`, {FILE}:2:3."
    assert load(tmp_path / "shop.yaml", environment="dev").problems == []


@pytest.mark.parametrize(
    ("blueprint", "environment", "is_broken"),
    [
        (TOP, "prod", True),  # the default of the stage
        (TOP, "prod-eu", True),
        (TOP, "staging", False),
        (TOP, None, False),  # the top has no environment
        ("stage: 1", "prod", False),
        ("stage: 3", "prod", False),  # a standby by default
    ],
)
def test_a_rule_is_for_its_environments_and_stages(
    tmp_path: Path, blueprint: str, environment: str | None, is_broken: bool
) -> None:
    text = blueprint + "\napp: {image: shop:1, stateless: true}"
    assert bool(judged(tmp_path, RULES, text, environment)) is is_broken


@pytest.mark.parametrize(
    ("asked", "broken", "kept"),
    [
        (
            "field: database.backups.keep, least: 14d",
            "database: {backups: {keep: 7d}}",
            "database: {backups: {keep: 14d}}",
        ),
        ("field: database.storage.up_to, most: 1TiB", "database: {storage: {up_to: 2TiB}}", "owner: shop"),
        ("field: fleet.servers, least: 3", "fleet: {servers: 2-9}", "fleet: {servers: 3-9}"),
        ("field: fleet.servers, most: 8", "fleet: {servers: 3-9}", "fleet: {servers: 3-8}"),
        ("field: stage, most: 4", "stage: 5", "stage: 4"),
        ("field: database.engine, allowed: postgres", "database: {engine: mysql}", "database: {engine: postgres}"),
        (
            "field: '*.instance', allowed: [t4g.*, db.t4g.*]",
            "fleet: {instance: c7g.large}",
            "fleet: {instance: t4g.small}",
        ),
        ("field: app.image, forbidden: '*:latest'", "app: {image: 'shop:latest', stateless: true}", "owner: shop"),
        (
            "field: tags.cost-center, matches: 'CC-[0-9]{4}'",
            "tags: {cost-center: CC-4711x}",
            "tags: {cost-center: CC-4711}",
        ),
        ("field: tags.cost.center, set: always", "tags: {cost.centre: x}", "tags: {cost.center: x}"),
        ("field: without, forbidden: sessions", "without: [sessions]", "owner: shop"),
        ("field: network, set: never", "network: {cidr: 10.1.0.0/16}", "owner: shop"),
        ("field: overrides.*.*ncrypt*, set: never", "overrides: {shop-x: {storageEncrypted: false}}", "owner: shop"),
        ("field: app.env.DEBUG, set: never", "app: {image: shop:1, stateless: true, env: {DEBUG: '1'}}", "owner: shop"),
        (
            "field: signals.notify, allowed: 'email:*@acme.com'",
            "signals: {notify: ['email:me@home.org']}",
            "owner: shop",
        ),
        (
            "field: queues.*.attempts, most: 5",
            "with: [queues]\nqueues: {a-1: {message_takes: 2s, acceptable_delay: 9s, attempts: 6}}",
            "with: [queues]\nqueues: {a-1: {message_takes: 2s, acceptable_delay: 9s, attempts: 5}}",
        ),
    ],
)
def test_what_a_rule_can_ask_of_a_field(tmp_path: Path, asked: str, broken: str, kept: str) -> None:
    def full(text: str) -> str:
        text += "" if "stage:" in text else "\nstage: 3"
        return text + ("" if "app:" in text else "\napp: {image: shop:1, stateless: true}")

    problems = [entry for entry in judged(tmp_path, rule(asked), full(broken)) if entry[0].startswith("TF-H")]
    assert [code for code, *_ in problems] in (["TF-H009"], ["TF-H005"], ["TF-H010"])
    assert all(message.endswith(" It is so.") for *_, message in problems)
    assert judged(tmp_path, rule(asked), full(kept)) == []


def test_what_the_stack_does_not_use_is_not_judged(tmp_path: Path) -> None:
    asked = rule("field: cdn.waf, allowed: false") + "limits: {must_say: [cdn.price_class]}"
    assert judged(tmp_path, asked, "stage: 3\napp: {image: shop:1, stateless: true}") == []
    codes = [code for code, *_ in judged(tmp_path, asked, "stage: 4\napp: {image: shop:1, stateless: true}")]
    assert sorted(codes) == ["TF-H005", "TF-H009"]


def test_a_default_by_environment_stands_between_the_house_s_and_the_blueprint(tmp_path: Path) -> None:
    backups = "rules: {b: {field: database.backups.keep, when: {env: prod}, default: 21d, reason: the auditors}}\n"
    (tmp_path / FILE).write_text("defaults: {database: {backups: {keep: 10d}}}\n" + backups)
    blueprint = "environments: {dev: {}, prod: {}, prod-eu: {database: {backups: {keep: 30d}}}}"
    (tmp_path / "shop.yaml").write_text(whole(TOP + blueprint))
    kept = {name: load(tmp_path / "shop.yaml", environment=name) for name in ("dev", "prod", "prod-eu")}
    assert {name: each.values["database.backups.keep"] for name, each in kept.items()} == {
        "dev": 10, "prod": 21, "prod-eu": 30
    }  # fmt: skip
    origin = kept["prod"].origins["database.backups.keep"]
    assert (origin.kind, origin.line, origin.text, origin.why) == ("house rules", 2, "21d", "the auditors")


def test_sizing_keeps_to_what_a_rule_allows_of_one_field(tmp_path: Path) -> None:
    (tmp_path / FILE).write_text(rule("field: database.instance, when: {env: prod}, allowed: 'db.r6g.*'"))
    (tmp_path / "shop.yaml").write_text(whole(TOP))
    dev, prod = (load(tmp_path / "shop.yaml", environment=name).architecture for name in ("dev", "prod"))
    assert dev and dev.server and prod and prod.server
    assert (dev.database.instance, prod.database.instance) == ("db.t4g.small", "db.r6g.large")
    assert dev.server.instance == prod.server.instance


@pytest.mark.parametrize(
    ("text", "code", "place", "words"),
    [
        ("field: database.backup.keep, least: 14d", "TF-H011", (1, 43), "database.backups.keep"),
        ("field: environments.prod.stage, least: 3", "TF-H011", (1, 43), "{env: prod}"),
        ("field: database.backups.keep", "TF-H012", (1, 9), "least"),
        ("field: database.backups, least: 14d", "TF-H012", (1, 61), "set: always"),
        ("field: database.engine, least: postgres", "TF-H012", (1, 60), "allowed"),
        ("field: database.backups.keep, least: 14", "TF-V004", (1, 73), "14d"),
        ("field: database.standby, allowed: 'yes'", "TF-V003", (1, 70), ""),
        ("field: database.engine, allowed: []", "TF-H012", (1, 69), "Name"),
        ("field: database.engine, allowed: [oracle]", "TF-V014", (1, 70), "postgres"),
        ("field: owner, matches: '['", "TF-H012", (1, 59), "CC-"),
        ("field: stage, most: 4, when: {stage: 8}", "TF-H012", (1, 73), ">=3"),
        ("field: throwaway, default: true", "TF-H006", (1, 54), "throwaway: true"),
        ("field: queues.a*.attempts, default: 4", "TF-H012", (1, 63), "*"),
        ("least: 14d", "TF-V002", (1, 9), "field:"),
    ],
)
def test_a_wrong_rule_is_named_at_its_own_place(
    tmp_path: Path, text: str, code: str, place: tuple[int, int], words: str
) -> None:
    (tmp_path / FILE).write_text(rule(text))
    (problem,) = open_house(tmp_path / FILE).problems
    assert (problem.code, (problem.line, problem.column)) == (code, place)
    assert words in problem.hint and problem.file == str(tmp_path / FILE)


def test_the_rules_beside_a_wrong_one_count(tmp_path: Path) -> None:
    wrong = RULES + "  wrong: {field: nothing.here, least: 3, reason: x}\n"
    assert [code for code, *_ in judged(tmp_path, wrong, TOP, "prod")] == ["TF-H009", "TF-H011"]


def test_values_that_may_be_secret_are_not_repeated(tmp_path: Path) -> None:
    asked = rule("field: app.env.TOKEN, allowed: none")
    ((_, _, message),) = judged(tmp_path, asked, "app: {image: shop:1, env: {TOKEN: abracadabra}}")
    assert "abracadabra" not in message


def test_explain_shows_the_rules_about_a_field(tmp_path: Path) -> None:
    (tmp_path / FILE).write_text(RULES + "limits: {must_say: [owner]}\n")
    file = tmp_path / "shop.yaml"
    file.write_text(whole(TOP + "owner: shop"))
    shown = CliRunner().invoke(tenfold, ["explain", str(file), "database.standby"], catch_exceptions=False).output
    assert "  rule      true, in prod*, from stage 2: a zone may fail while the shop is open" in shown
    listed = CliRunner().invoke(tenfold, ["explain", str(file), "owner", "--json"], catch_exceptions=False).output
    (row,) = json.loads(listed)["values"]
    assert row["rules"] == [
        {
            "name": "limits.must_say",
            "level": "error",
            "asks": "a blueprint must set it",
            "where": "",
            "reason": "",
            "place": f"{tmp_path / FILE}:7:21",
        }
    ]


def test_editors_judge_a_rule_file_as_the_reader_does() -> None:
    judge = jsonschema.Draft202012Validator(rules_schema())
    assert list(judge.iter_errors(parse(RULES.encode(), FILE).data)) == []
    for wrong in ("field: stage", "least: 3, reason: x", "field: stage, reason: x, when: {stage: 8}"):
        assert list(judge.iter_errors(parse(f"rules: {{a: {{{wrong}}}}}".encode(), FILE).data)), wrong


def test_each_recipe_of_the_page_is_a_rule(tmp_path: Path) -> None:
    page = (Path(__file__).parents[2] / "docs" / "house-rules.md").read_text(encoding="utf-8")
    recipes = re.findall(r"\| `\{(field: .*)\}` \|", page)
    assert len(recipes) >= 8
    (tmp_path / FILE).write_text(
        "".join(["rules:\n", *(f"  r{n}: {{{each}, reason: x}}\n" for n, each in enumerate(recipes))])
    )
    house = open_house(tmp_path / FILE)
    assert house.problems == () and len(house.names) == len(recipes)


def test_explain_shows_the_rules_about_a_field_that_nobody_sets(tmp_path: Path) -> None:
    (tmp_path / FILE).write_text(rule("field: tags.cost-center, matches: 'CC-.*'"))
    file = tmp_path / "shop.yaml"
    file.write_text(whole(TOP))
    shown = CliRunner().invoke(tenfold, ["explain", str(file), "tags.cost-center"], catch_exceptions=False).output
    assert "tags.cost-center = not set" in shown and "matches CC-.*: it is so" in shown
    assert CliRunner().invoke(tenfold, ["explain", str(file), "nothing.here"]).exit_code == 2


def test_what_is_wrong_with_the_rules_is_said_once_for_all_blueprints(tmp_path: Path) -> None:
    (tmp_path / FILE).write_text(rule("field: nothing.here, least: 3"))
    for name in ("one", "two"):
        (tmp_path / f"{name}.yaml").write_text(whole(f"name: {name}"))
    shown = CliRunner().invoke(tenfold, ["validate", f"{tmp_path}/*.yaml"])
    assert shown.output.count("TF-H011  ") == 1 and shown.exit_code == 2


def test_a_default_by_environment_counts_where_environments_are_compared(tmp_path: Path) -> None:
    (tmp_path / FILE).write_text(rule("field: region, when: {env: far}, default: eu-west-1"))
    cidr = "network: {cidr: 10.50.0.0/16}"
    file = tmp_path / "shop.yaml"
    file.write_text(whole(f"environments: {{a: {{{cidr}}}, far: {{{cidr}}}}}"))
    assert [load(file, environment=name).problems for name in ("a", "far")] == [[], []]


@pytest.mark.parametrize("asked", ["field: database.backups.keep, least: 14d", "field: owner, set: always"])
def test_a_rule_that_is_brought_in_stops_nothing(tmp_path: Path, asked: str) -> None:
    (tmp_path / FILE).write_text(rule(f"level: warning, {asked}"))
    (tmp_path / "shop.yaml").write_text(whole(TOP))
    resolution = load(tmp_path / "shop.yaml")
    assert [(problem.code, problem.severity) for problem in resolution.problems] == [("TF-H013", "warning")]
    assert resolution.architecture


@pytest.mark.parametrize(
    "example", sorted((Path(__file__).parents[2] / "blueprints").glob("*.yaml")), ids=lambda p: p.stem
)
def test_a_rule_may_be_about_every_field_and_section_of_the_grammar(example: Path, tmp_path: Path) -> None:
    """Of whatever a blueprint has and has not, at each stage. As warnings: all are judged."""
    lines = ["rules:"]
    for number, path in enumerate(paths()):
        value = "" if targets(path)[0].is_section else "matches: '.*', "
        lines.append(f"  r{number}: {{field: '{path}', {value}set: never, level: warning, reason: x}}")
    (tmp_path / FILE).write_text("\n".join(lines))
    assert open_house(tmp_path / FILE).problems == () and len(lines) > 250
    for stage in range(1, 8):
        resolution = load(example, environment="prod", stage=stage, rules_file=tmp_path / FILE)
        assert {problem.path for problem in resolution.problems if problem.code == "TF-H013"} >= {"name", "app.image"}


def test_a_rule_of_a_folder_above_is_named_with_its_folder(tmp_path: Path) -> None:
    (tmp_path / "app").mkdir()
    (tmp_path / "pyproject.toml").touch()
    (tmp_path / FILE).write_text(RULES)
    blueprint = tmp_path / "app" / "shop.yaml"
    blueprint.write_text(whole(TOP + "environments: {prod: {database: {standby: false}}}"))
    hints = [problem.hint for problem in load(blueprint, environment="prod").problems]
    assert hints == [f"See `standby-in-production`, {tmp_path / FILE}:2:3."]
