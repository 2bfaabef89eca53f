"""House rules: an organisation's defaults and limits, found beside a blueprint or above it."""

from pathlib import Path

import pytest
from parts import whole

from tenfold.blueprints.reading.house import FILE, find_rules_file
from tenfold.blueprints.resolve import load


def test_defaults_stand_between_sizing_and_the_blueprint(tmp_path: Path) -> None:
    rules = tmp_path / "tenfold-rules.yaml"
    (tmp_path / ".git").mkdir()
    rules.write_text(
        "defaults:\n  region: eu-west-1\n  tags: {company: acme, team: none}\n  server: {instance: t4g.large}\n"
    )
    deep = tmp_path / "teams" / "shop"
    deep.mkdir(parents=True)
    (deep / "shop.yaml").write_text(
        whole("tags: {team: shop}\nenvironments: {dev: {region: us-west-2}, prod: {tags: null}}")
    )
    resolution = load(deep / "shop.yaml")
    architecture = resolution.architecture
    assert architecture and architecture.server
    assert (architecture.region, architecture.server.instance) == ("eu-west-1", "t4g.large")
    assert architecture.tags == {"company": "acme", "team": "shop"}
    origin = resolution.origins["region"]
    assert (origin.kind, origin.line, origin.column, origin.text) == ("house rules", 2, 11, "eu-west-1")
    assert origin.file.endswith("tenfold-rules.yaml")
    dev, prod = load(deep / "shop.yaml", environment="dev"), load(deep / "shop.yaml", environment="prod")
    assert dev.architecture and dev.architecture.region == "us-west-2"
    assert prod.architecture and prod.architecture.tags == {"company": "acme", "team": "none"}


def test_a_named_rule_file_is_used_instead(tmp_path: Path) -> None:
    (tmp_path / "shop.yaml").write_text(whole(""))
    (tmp_path / "other.yaml").write_text("defaults: {region: eu-north-1}\n")
    resolution = load(tmp_path / "shop.yaml", rules_file=tmp_path / "other.yaml")
    assert resolution.architecture and resolution.architecture.region == "eu-north-1"


def test_sizing_keeps_to_what_is_allowed(tmp_path: Path) -> None:
    (tmp_path / "tenfold-rules.yaml").write_text("limits: {instances: [m6g.*, 'db.r6g.*']}\n")
    (tmp_path / "shop.yaml").write_text(whole("stage: 2"))
    architecture = load(tmp_path / "shop.yaml").architecture
    assert architecture and architecture.server
    assert (architecture.server.instance, architecture.database.instance) == ("m6g.large", "db.r6g.large")


def test_mistakes_in_the_rules_name_the_rule_file(tmp_path: Path) -> None:
    rules = tmp_path / "tenfold-rules.yaml"
    (tmp_path / "shop.yaml").write_text(whole(""))
    for text, code, line, column in (
        ("defaults: {regio: eu-west-1}\n", "TF-V001", 1, 12),
        ("limit: {servers: 3}\n", "TF-V001", 1, 1),
        ("limits: {servers: many}\n", "TF-V003", 1, 19),
        ("defaults: {name: shop}\n", "TF-E004", 1, 12),
        ("defaults:\n\tx: 1\n", "TF-Y007", 2, 1),
        ("defaults: {network: {cidr: 10.0.0.0/30}}\n", "TF-V027", 1, 28),
        ("defaults: {throwaway: true}\n", "TF-H006", 1, 12),
        ("defaults: {throwaway: false}\n", "TF-H006", 1, 12),
        ("defaults: {promoting_from: 1}\n", "TF-H006", 1, 12),
        ("defaults: {moved: {data: true}}\n", "TF-H006", 1, 20),
        ("defaults: {leftovers: [shop-server-data]}\n", "TF-H006", 1, 12),
    ):
        rules.write_text(text)
        (problem,) = load(tmp_path / "shop.yaml").problems
        assert (problem.code, problem.line, problem.column) == (code, line, column), text
        assert problem.file.endswith("tenfold-rules.yaml")


@pytest.mark.parametrize("mark", ["teams/.git/", "teams/Pulumi.yaml", "teams/pyproject.toml", "teams/shop/.git"])
def test_rules_above_the_project_are_somebody_else_s(tmp_path: Path, mark: str) -> None:
    """A shared temporary folder, a home: whoever can write there does not decide what is deployed below."""
    shop = tmp_path / "teams" / "shop" / "shop.yaml"
    shop.parent.mkdir(parents=True)
    root = tmp_path / mark
    root.mkdir() if mark.endswith("/") else root.write_text("")  # a worktree's .git is a file
    (tmp_path / FILE).write_text("defaults: {region: eu-west-1}\n")
    assert find_rules_file(shop) is None
    (root.parent / FILE).write_text("defaults: {region: eu-west-1}\n")
    assert find_rules_file(shop) == root.parent / FILE
    (shop.parent / FILE).write_text("")
    assert find_rules_file(shop) == shop.parent / FILE


def test_without_a_project_only_the_blueprint_s_own_folder_counts(tmp_path: Path) -> None:
    shop = tmp_path / "shop" / "shop.yaml"
    shop.parent.mkdir()
    (tmp_path / FILE).write_text("")
    assert find_rules_file(shop) is None
    (shop.parent / FILE).write_text("")
    assert find_rules_file(shop) == shop.parent / FILE


def test_house_rules_take_no_protection_off(tmp_path: Path) -> None:
    (tmp_path / FILE).write_text("defaults: {throwaway: true}\n")
    (tmp_path / "shop.yaml").write_text(whole(""))
    resolution = load(tmp_path / "shop.yaml")
    assert resolution.architecture is None and [p.code for p in resolution.problems] == ["TF-H006"]
    assert "environments: {dev: {throwaway: true}}" in resolution.problems[0].hint


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("discount: {servers: 20%}", "TF-H007"),
        ("own: {servers.large: 1 USD}", "TF-H007"),
        ("discount: {ec2: 20}", "TF-V006"),
        ("own: {ec2.t4g.small: 0.02}", "TF-V010"),
        ("own: {ec2.t4g.small: 12 USD/month}", "TF-V010"),
        ("estimate: {Frankfurt: us-east-1}", "TF-V025"),
    ],
)
def test_wrong_prices_are_refused_at_their_place(said: str, code: str, tmp_path: Path) -> None:
    (tmp_path / FILE).write_text(f"prices: {{{said}}}\n")
    (tmp_path / "shop.yaml").write_text(whole(""))
    (found,) = load(tmp_path / "shop.yaml").problems
    assert (found.code, found.severity, Path(found.file).name, found.line) == (code, "error", FILE, 1)


def test_prices_of_a_house_are_kept(tmp_path: Path) -> None:
    said = "prices: {discount: {ec2: 20%}, own: {nat: 0.03 USD}, estimate: {eu-west-1: us-east-1}}\n"
    (tmp_path / FILE).write_text(said)
    (tmp_path / "shop.yaml").write_text(whole(""))
    draft = load(tmp_path / "shop.yaml").draft
    assert draft is not None
    assert draft.house.prices["discount"] == {"ec2": 0.2}
    assert draft.house.prices["own"] == {"nat": 0.03}
    assert draft.house.prices["estimate"] == {"eu-west-1": "us-east-1"}


def test_a_region_of_the_house_counts_for_every_environment(tmp_path: Path) -> None:
    (tmp_path / "tenfold-rules.yaml").write_text("defaults: {region: eu-west-1}\n")
    cidr = "network: {cidr: 10.50.0.0/16}"
    path = tmp_path / "shop.yaml"
    path.write_text(whole(f"environments: {{a: {{{cidr}}}, b: {{{cidr}}}, c: {{region: us-east-1, {cidr}}}}}"))
    codes = {name: [problem.code for problem in load(path, environment=name).problems] for name in "abc"}
    assert codes == {"a": ["TF-E003"], "b": ["TF-E003"], "c": []}


def test_a_required_section_is_set_by_any_key_in_it(tmp_path: Path) -> None:
    (tmp_path / "tenfold-rules.yaml").write_text("limits: {must_say: [tags, tags.cost.center, load]}\n")
    path = tmp_path / "shop.yaml"
    path.write_text(whole("tags: {cost.center: '4711'}\nload: {users: 80}"))
    assert load(path).problems == []
    path.write_text(whole("tags: {cost.centre: '4711'}"))
    assert [problem.path for problem in load(path).problems] == ["tags.cost.center", "load"]


def test_an_unknown_field_is_said_to_be_where_it_is(tmp_path: Path) -> None:
    (tmp_path / "tenfold-rules.yaml").write_text("prices: {us-east-1: {}}\n")
    (tmp_path / "shop.yaml").write_text("name: shop\nstage: 1\napp: {image: nginx}\n")
    [problem] = [p for p in load(tmp_path / "shop.yaml").problems if p.code == "TF-V001"]
    assert problem.message == "There is no field `us-east-1` under `prices`."
