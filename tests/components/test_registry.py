"""One registry of components, derived from the files, and everything that must know all of them held against it."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from pulumi.provider.experimental.analyzer import Analyzer

from scripts.arguments import arguments, types
from tenfold.blueprints.grammar.lookup import field_at
from tenfold.blueprints.pages import schema
from tenfold.components.parts.component import Component
from tenfold.components.parts.registry import components
from tenfold.local.aws import schema as schema_of_the_sdk
from tenfold.render.tier_words import WORDS

ROOT = Path(__file__).parents[2]
COMPONENTS = components()
OWN_TYPE = {name: made for name, made in COMPONENTS.items() if not made.goes_on_with}
IN_NO_STACK = {"CiRoles"}  # a pipeline must not be able to change its own role
EACH = pytest.mark.parametrize("component", COMPONENTS.values(), ids=COMPONENTS)
TYPES = types()


def page(component: type[Component[Any]]) -> str:
    """The name of a component's page: its module's, or that of the one whose resources it goes on with."""
    owner = COMPONENTS[component.goes_on_with or component.__name__]
    return owner.__module__.rpartition(".")[2]


def test_a_file_in_components_is_a_component() -> None:
    files = {file.stem for file in (ROOT / "components").glob("*.py")} - {"__init__"}
    assert files == {made.__module__.rpartition(".")[2] for made in COMPONENTS.values()}


def test_all_can_be_served_to_other_languages_at_once() -> None:
    """No two argument types or enums have the same name."""
    found = Analyzer("tenfold").analyze(list(OWN_TYPE.values()))["component_definitions"]
    for name, component in OWN_TYPE.items():
        assert set(found[name].outputs_mapping.values()) == set(component.__annotations__)
        assert all(argument.description for argument in found[name].inputs.values()), name


@pytest.mark.parametrize("name", TYPES)
def test_a_docstring_of_an_argument_says_what_default_and_change(name: str) -> None:
    for argument in arguments(TYPES[name]):
        assert argument.what and argument.change, f"{name}.{argument.name}: 'What, unit, why. Default: …. Change: ….'"
        assert bool(argument.default) != argument.required, f"{name}.{argument.name}: a default, or required"


def test_an_argument_of_one_name_has_one_kind_of_value() -> None:
    """Seconds here and a switch there, or a number here and a list there, would have the same name for two things."""
    kinds: dict[str, dict[str, str]] = {}
    for name, type_ in TYPES.items():
        for argument in arguments(type_):
            kind = "text" if argument.type.startswith("`") and argument.annotation is not bool else argument.type
            kinds.setdefault(argument.name, {})[name] = re.sub(r"^map of .*", "map", kind)
    assert {argument: found for argument, found in kinds.items() if len(set(found.values())) > 1} == {}


TWO_FORMS = {
    "nodes": "RDS and ElastiCache have limits of their own, OpenSearch has 80; of Kubernetes a kind",
    "via": "what pools connections; what passes events on",
    "keep": "messages of a queue are kept for minutes or more, files and backups for days",
    "certificate": "a balancer takes certificates of IAM too, CloudFront only those of ACM",
    "engine": "each section has its own choices",
    "listens_to": "a service may listen to nothing; a read model is made of at least one event",
    "shards": "Redis's own are a number, a database's a section with the column that decides",
    "backups": "a section of the database; an amount of data in `usage`",
    "cache": "a section; whether answers of a path are cached by the CDN",
    "nat": "gateways of the network; an amount of data in `usage`",
    "zone": "a zone of the DNS; a time zone",
    "existing": "of a network and of a database, each with facts of its own",
    "database": "a section; a subnet of a network that exists",
    "port": "of an application any; RDS takes those from 1150 on",
    "data": "an amount of data; whether it has been moved",
    "scaling": "a fleet has several ways to scale, a service keeps a level",
    "regions": "a section; the regions that house rules allow",
    "standby": "a copy of the database in another zone; a section about another region",
    "mode": "of a connection pool; of a standby region",
    "servers": "a range that scales; a fixed number in a standby region",
    "key": "the column that decides where data is; a key of KMS",
    "count": "RDS has at most 15 replicas; of shards there are 16 at most",
}


def test_a_field_of_one_name_has_one_form_in_all_sections() -> None:
    notes = {"description", "default", "examples"}
    forms: dict[str, set[str]] = {}
    for section in schema()["$defs"].values():
        for field, form in section.get("properties", {}).items():
            bare = {key: value for key, value in form.items() if key not in notes and not key.startswith("x-")}
            forms.setdefault(field, set()).add(json.dumps(bare, sort_keys=True))
    assert {field for field, several in forms.items() if len(several) > 1} == set(TWO_FORMS)


@EACH
def test_each_has_a_page_with_its_arguments(component: type[Component[Any]]) -> None:
    text = (ROOT / "docs" / "components" / f"{page(component)}.md").read_text(encoding="utf-8")
    assert f"<!-- table: arguments {component.__name__}Args -->" in text


def test_each_type_of_arguments_is_on_a_page() -> None:
    pages = "".join(file.read_text(encoding="utf-8") for file in (ROOT / "docs" / "components").glob("*.md"))
    assert set(re.findall(r"<!-- table: arguments (\w+) -->", pages)) == set(TYPES)


def test_no_page_is_of_nothing() -> None:
    pages = {file.stem for file in (ROOT / "docs" / "components").glob("*.md")}
    assert pages == {page(component) for component in COMPONENTS.values()}


@EACH
def test_each_has_tests(component: type[Component[Any]]) -> None:
    files = (ROOT / "tests" / "components").glob("test_*.py")
    own = [file for file in files if file.stem not in ("test_registry", "test_changes")]
    assert any(f"from {component.__module__} import" in file.read_text(encoding="utf-8") for file in own)


def test_each_is_in_an_example_s_stack() -> None:
    """Whatever holds of all examples holds of it: rules of AWS, cost, words, order. A tier that no list of
    stacks/region.py names is found here too."""
    # ShardMap: tests/stacks/test_stack_shards.py; the others, of Kubernetes:
    # tests/recorder/test_equal.py, tests/engine/test_cluster_runs.py. Memcached is added below: test_stack_caches.py
    tests_of_their_own = {"ShardMap", "KubernetesService", "NodePool", "Cluster"}
    assert {name for name, inputs in children().items() if not inputs} == tests_of_their_own | IN_NO_STACK


def test_errors_of_the_provider_find_the_blueprint_s_line_for_all() -> None:
    known = yaml.safe_load((ROOT / "tenfold" / "render" / "blueprint_paths.yaml").read_text(encoding="utf-8"))
    inputs = children()
    assert set(known) <= set(OWN_TYPE)
    of_stacks = OWN_TYPE.keys() - IN_NO_STACK
    assert [name for name in of_stacks if name not in known and field_at((name.lower(),)) is None] == []
    pairs = [(name, key, path) for name, properties in known.items() for key, path in properties.items()]
    assert [path for _, _, path in pairs if field_at(tuple(path.split("."))) is None] == []
    assert [f"{name}.{key}" for name, key, _ in pairs if key != "section" and key not in inputs[name]] == []


def test_plan_has_words_for_all_that_stand_under_a_stack() -> None:
    """`Records` is told by the number of its resources."""
    assert {name for name, inputs in children().items() if inputs} <= {*WORDS, "Records"}
    assert set(WORDS) <= set(OWN_TYPE)


def test_an_error_about_any_component_of_a_stack_finds_a_line() -> None:
    """All but the key's, which no field decides."""
    known = yaml.safe_load((ROOT / "tenfold" / "render" / "blueprint_paths.yaml").read_text(encoding="utf-8"))
    assert {name for name in known if not known[name]} == {"Encryption"}


def children() -> dict[str, set[str]]:
    """The inputs, nested too, of the types that a component's children have over all examples and stages."""
    sdk = json.loads(schema_of_the_sdk.PATH.read_bytes())["types"]
    found = {name: set[str]() for name in OWN_TYPE}
    for file in (ROOT / "tests" / "stacks" / "golden").glob("*.json"):
        resources = [r for r in json.loads(file.read_text(encoding="utf-8")) if "name" in r]
        types_ = {r["name"]: r["type"] for r in resources}
        for resource in resources:
            kind = types_.get(resource.get("parent", ""), "").rpartition(":")[2]
            if kind in found and resource["type"] in sdk:
                found[kind] |= names(sdk[resource["type"]]["in"])
    return found | {"Memcached": names(sdk["aws:elasticache/cluster:Cluster"]["in"])}


def names(form: Any) -> set[str]:
    if isinstance(form, dict):
        return set(form).union(*(names(inner) for inner in form.values()))
    return names(form[1]) if isinstance(form, list) else set()
