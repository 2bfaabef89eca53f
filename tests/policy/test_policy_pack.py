"""House rules as the engine asks for them: each resource of any program."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from pulumi.runtime.proto import analyzer_pb2 as messages

from tenfold import home, planning
from tenfold.blueprints.grammar.targets import targets
from tenfold.blueprints.reading.house import FILE, open_house
from tenfold.blueprints.resolve import load
from tenfold.blueprints.source.document import load_data
from tenfold.cli import tenfold
from tenfold.graph import UNKNOWN
from tenfold.local.provider.protocol import struct
from tenfold.policy.judging import PROPERTIES, Resource, Stack, is_judged, refusals, stack
from tenfold.policy.server import HousePolicies, components
from tenfold.providers.aws import input_facts
from tenfold.stacks.place import tags

RDS, QUEUE, TEMPLATE = "aws:rds/instance:Instance", "aws:sqs/queue:Queue", "aws:ec2/launchTemplate:LaunchTemplate"
GROUP = "aws:autoscaling/group:Group"
PROD = Stack(("prod",))


def refused(folder: Path, rules: str, resource: Resource, here: Stack = PROD) -> list[str]:
    (folder / FILE).write_text(rules)
    house = open_house(folder / FILE)
    assert house.problems == ()
    return [text for _, text in refusals(house.rules, here, resource)]


def rule(text: str) -> str:
    return f"rules: {{r: {{reason: it is so, {text}}}}}\n"


@pytest.mark.parametrize(
    ("rules", "kind", "inputs", "words"),
    [
        (rule("field: database.standby, allowed: true"), RDS, {}, "allow true for multiAz, not false. It is so."),
        (rule("field: database.standby, allowed: true"), RDS, {"multiAz": True}, ""),
        (rule("field: database.standby, allowed: true"), RDS, {"replicateSourceDb": "a"}, ""),
        (rule("field: database.backups.keep, least: 14d"), RDS, {"backupRetentionPeriod": 7}, "at least 14d"),
        (rule("field: database.backups.keep, least: 14d"), RDS, {}, ""),
        ("limits: {instances: [t4g.*]}\n", TEMPLATE, {"instanceType": "m7g.large"}, "allow t4g.* for instanceType"),
        (rule("field: workers.instance, allowed: t4g.*"), TEMPLATE, {"instanceType": "m7g.large"}, ""),
        ("limits: {regions: [eu-west-1]}\n", QUEUE, {}, "allow eu-west-1 for region, not us-east-1"),
        ("limits: {regions: [eu-west-1]}\n", QUEUE, {"region": "eu-west-1"}, ""),
        (rule("field: tags.team, set: always"), QUEUE, {}, "require tag team"),
        (rule("field: tags.team, set: always"), QUEUE, {"tagsAll": {"team": "shop"}}, ""),
        (rule("field: tags.team, matches: '[a-z]+'"), QUEUE, {"tags": {"team": "Shop"}}, "tag team, not Shop"),
        (rule("field: tags.team, matches: '[a-z]+'"), GROUP, {"tags": [{"key": "team", "value": "A1"}]}, "not A1"),
        (rule("field: tags.team, set: always"), GROUP, {"tags": UNKNOWN}, ""),
        (rule("field: tags.team, set: always"), "aws:sqs/queuePolicy:QueuePolicy", {}, ""),  # it has no tags
        (rule("field: tags.team, set: always"), "random:index/randomId:RandomId", {}, ""),
        (rule("field: overrides.*.publiclyAccessible, allowed: false"), RDS, {"publiclyAccessible": True}, "not true"),
        (rule("field: overrides.b*.publiclyAccessible, allowed: false"), RDS, {"publiclyAccessible": True}, ""),
        (rule("field: database.engine, allowed: postgres"), RDS, {"engine": UNKNOWN}, ""),
    ],
)  # fmt: skip
def test_what_is_refused_of_a_resource(
    tmp_path: Path, rules: str, kind: str, inputs: Mapping[str, Any], words: str
) -> None:
    found = refused(tmp_path, rules, Resource(kind, "a", inputs, "us-east-1"))
    assert len(found) == bool(words) and all(words in text and f"{FILE}:1:" in text for text in found)


def test_in_a_component_a_property_is_the_field_of_that_component(tmp_path: Path) -> None:
    rules = rule("field: workers.instance, allowed: t4g.*")
    of = {name: Resource(TEMPLATE, "a", {"instanceType": "m7g.large"}, None, (name,)) for name in ("Workers", "Fleet")}
    assert [len(refused(tmp_path, rules, resource)) for resource in of.values()] == [1, 0]


def test_the_environment_is_that_of_the_configuration_or_in_the_stack_s_name(tmp_path: Path) -> None:
    rules = rule("field: database.standby, allowed: true, when: {env: prod*}")
    stacks = {
        "shop-prod": stack("shop-prod", {}), "prod": stack("prod", {}), "shop-prod-eu": stack("shop-prod-eu", {}),
        "shop-dev": stack("shop-dev", {}), "said": stack("x", {"tenfold:environment": "prod"}),
        "said otherwise": stack("shop-prod", {"tenfold:environment": "dev"}),
    }  # fmt: skip
    broken = [name for name, here in stacks.items() if refused(tmp_path, rules, Resource(RDS, "a", {}), here)]
    assert broken == ["shop-prod", "prod", "shop-prod-eu", "said"]


def test_a_rule_about_stages_is_judged_where_the_stage_is_known(tmp_path: Path) -> None:
    rules = rule("field: database.standby, allowed: true, when: {stage: '>=3'}")
    stages = ({}, {"tenfold:stage": "2"}, {"tenfold:stage": "3"})
    assert [len(refused(tmp_path, rules, Resource(RDS, "a", {}), stack("x", each))) for each in stages] == [0, 0, 1]


def test_every_property_is_one_of_its_type_and_says_what_a_field_does() -> None:
    for path, rows in load_data(PROPERTIES).items():
        (target,) = targets(path)
        assert not target.is_section
        for row in rows:
            assert row["property"] in input_facts.of(row["type"]), (path, row)


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TENFOLD_HOME", str(tmp_path / "home"))
    yield tmp_path


def analyzed(kind: str, urn: str, inputs: dict[str, Any]) -> list[Any]:
    pack = HousePolicies()
    pack.Handshake(messages.AnalyzerHandshakeRequest(), None)
    pack.ConfigureStack(messages.AnalyzerStackConfigureRequest(stack="shop-prod", project="other"), None)
    request = messages.AnalyzeRequest(type=kind, name="a", urn=urn, properties=struct(inputs))
    return list(pack.Analyze(request, None).diagnostics)


def test_the_engine_is_told_the_rule_the_reason_and_the_resource(here: Path) -> None:
    (here / FILE).write_text(rule("field: database.standby, allowed: true, when: {env: prod}"))
    urn = f"urn:pulumi:shop-prod::other::tenfold:index:Database${RDS}::a"
    (diagnostic,) = analyzed(RDS, urn, {"multiAz": False})
    assert (diagnostic.policyName, diagnostic.description, diagnostic.urn) == ("r", "it is so", urn)
    assert diagnostic.enforcementLevel == messages.MANDATORY and f"{FILE}:1:9" in diagnostic.message
    assert analyzed(RDS, urn, {"multiAz": True}) == []
    (here / FILE).write_text(rule("level: warning, field: database.standby, allowed: true, when: {env: prod}"))
    (diagnostic,) = analyzed(RDS, urn, {"multiAz": False})
    assert diagnostic.enforcementLevel == messages.ADVISORY


def test_rules_that_cannot_be_read_stop_everything_and_so_do_none(here: Path) -> None:
    root = "pulumi:pulumi:Stack"
    urn = f"urn:pulumi:shop-prod::other::{root}::other-shop-prod"
    (missing,) = analyzed(root, urn, {})
    assert f"no {FILE}" in missing.message
    (here / FILE).write_text(rule("field: database.nothing, allowed: true"))
    (wrong,) = analyzed(root, urn, {})
    assert "TF-H011" in wrong.message and wrong.enforcementLevel == messages.MANDATORY


def test_only_rules_that_can_be_judged_are_listed(tmp_path: Path) -> None:
    text = "limits: {must_say: [owner], regions: [eu-west-1]}\nrules:\n"
    text += (
        "  no: {field: load.users, most: 5k, reason: x}\n  never: {field: overrides.*.engine, set: never, reason: x}\n"
    )
    text += "  tag: {field: tags.a, set: always, reason: x}\n"
    text += "  engine: {field: database.engine, allowed: mysql, reason: x}\n"
    (tmp_path / FILE).write_text(text)
    rules = open_house(tmp_path / FILE).rules
    assert {rule.name for rule in rules if is_judged(rule)} == {"limits.regions", "tag", "engine"}


def test_the_folder_of_the_pack_is_printed_and_names_this_python(here: Path) -> None:
    printed = CliRunner().invoke(tenfold, ["policy"], catch_exceptions=False).output.strip()
    assert Path(printed) == home.state() / "policy"
    assert (Path(printed) / "__main__.py").read_text().startswith("from tenfold.policy.server import serve")
    assert "name: python" in (Path(printed) / "PulumiPolicy.yaml").read_text()


@pytest.mark.parametrize(("name", "stage"), [("shop", 5), ("market", 7)])
def test_a_whole_stack_that_keeps_the_rules_is_not_refused(name: str, stage: int, tmp_path: Path) -> None:
    """Whatever form its resources have: tags of an Auto Scaling group are a list."""
    resolution = load(Path(__file__).parents[2] / "blueprints" / f"{name}.yaml", environment="prod", stage=stage)
    assert resolution.architecture
    tag = next(iter(tags(resolution.architecture)))
    (tmp_path / FILE).write_text(
        f"limits: {{instances: ['*'], regions: [{resolution.architecture.region}]}}\nrules:\n"
        f"  tag: {{field: 'tags.{tag}', set: always, reason: x}}\n"
        "  standby: {field: database.standby, allowed: true, reason: x}\n"
        "  encrypted: {field: overrides.*.storageEncrypted, allowed: true, reason: x}\n"
        "  public: {field: overrides.*.publiclyAccessible, allowed: false, reason: x}\n"
    )
    rules = open_house(tmp_path / FILE).rules
    graph = planning.record(resolution, warn=False)
    refused_ones = {
        urn: text
        for urn, each in graph.resources.items()
        for _, text in refusals(rules, PROD, Resource(each.type, each.name, each.inputs, None, components(urn)))
    }
    assert refused_ones == {} and len(graph.resources) > 150
