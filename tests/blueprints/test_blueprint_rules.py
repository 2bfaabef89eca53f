"""A rule is found by the section it is about, and none is forgotten."""

import inspect
from importlib import import_module
from pathlib import Path
from types import ModuleType

from tenfold.blueprints.grammar.lookup import sections
from tenfold.blueprints.rules import registry
from tenfold.blueprints.rules.rule import RULES, Context

FOLDER = Path(registry.__file__).parent
NO_SECTIONS = {
    "rule": "what a rule is",
    "registry": "runs all rules",
    "availability": "what AWS offers, for types and versions of all sections",
    "domain": "domain and zone, two fields of the top",
    "families": "settings of queues, services and shards, which `app` leaves free",
    "house": "what house rules ask of fields",
    "names": "name and tags, two fields of the top",
    "parameters": "a mapping of the database's with a table of its own",
    "placement": "fields without effect, of all sections",
    "residency": "regions by group of tenants, a mapping of lists",
    "promotion": "moved and leftovers, two fields of the top",
}


def modules() -> dict[str, ModuleType]:
    names = [file.stem for file in sorted(FOLDER.glob("*.py")) if file.stem != "__init__"]
    return {name: import_module(f"tenfold.blueprints.rules.{name}") for name in names}


def test_each_file_is_named_for_a_section_of_the_blueprint() -> None:
    named = {name for fields in sections().values() for name, field in fields.items() if field.section[0]}
    assert set(modules()) - named == set(NO_SECTIONS)


def test_each_rule_is_registered_once() -> None:
    functions = [
        function
        for module in modules().values()
        for name, function in inspect.getmembers(module, inspect.isfunction)
        if function.__module__ == module.__name__ and not name.startswith("_")
        if [parameter.annotation for parameter in inspect.signature(function).parameters.values()] == [Context]
        and function is not registry.problems
    ]
    assert sorted(map(repr, functions)) == sorted(map(repr, RULES))
    assert len(functions) > 60


def test_each_section_with_rules_has_them_in_one_file() -> None:
    empty = [name for name, module in modules().items() if module.__name__ not in {rule.__module__ for rule in RULES}]
    assert set(empty) == {"rule", "registry"}
