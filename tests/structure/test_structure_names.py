"""Names are of things, and of what is done: docs/style.md."""

import ast
from collections.abc import Iterator
from pathlib import Path

from tests.structure.imports import PACKAGES, ROOT

# They say tense or mood only: what was found, who wanted it?
TENSE = {"found", "given", "held", "made", "said", "told", "wanted"}
# Modules whose name is a participle, and names something: a product, a section of the blueprint.
NAMED_SO = {"components/memcached.py", "blueprints/grammar/sections/moved.py"}
# Participles that do not end in -ed; no verb's present is spelled so, unlike `read`, `put`, `set` and `run`.
IRREGULAR = {"begun", "bound", "broken", "built", "chosen", "done", "drawn", "gone", "grown", "hidden", "kept", "known"}
IRREGULAR |= {"left", "lost", "seen", "sent", "shown", "spent", "taken", "thrown", "undone", "written"}
# Verbs that end in -ed, such as `interruption.proceed`.
VERBS = {"exceed", "feed", "need", "proceed", "seed", "succeed"}
# The first stands beside `optional` in the tables of the grammar, which read as data; the others are a contract with
# those who test their own stacks.
CALLED_SO = {"blueprints/grammar/fields.py required", "tenfold/testing.py deployed", "tenfold/testing.py planned"}


def _bound(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """(line, name) of every variable, argument, attribute, function and class."""
    for node in ast.walk(tree):
        match node:
            case ast.Name(id=name, ctx=ast.Store()) | ast.Attribute(attr=name, ctx=ast.Store()) | ast.arg(arg=name):
                yield node.lineno, name
            case ast.FunctionDef(name=name) | ast.ClassDef(name=name):
                yield node.lineno, name


def _files() -> Iterator[Path]:
    for package in PACKAGES:
        yield from (ROOT / package).rglob("*.py")


def test_no_name_only_says_tense() -> None:
    named = [
        f"{file.relative_to(ROOT)}:{line} {name}"
        for file in _files()
        for line, name in _bound(ast.parse(file.read_bytes()))
        if name.lstrip("_") in TENSE
    ]
    assert named == []


def test_no_module_only_says_what_became_of_something() -> None:
    """`measured`, `planned`, `renamed`: what was? A module has the name of the thing."""
    participles = {str(file.relative_to(ROOT)) for file in _files() if _is_participle(file.stem)}
    assert participles == NAMED_SO


def test_no_function_is_only_a_participle() -> None:
    """`named(x)`: what is? `queue_named`, `list_copies`; a property, read like a value, may be an adjective."""
    participles = {
        f"{file.relative_to(ROOT)} {name}"
        for file in _files()
        for name in _public_functions(ast.parse(file.read_bytes()))
        if _is_participle(name)
    }
    assert participles == CALLED_SO


def _public_functions(tree: ast.AST) -> Iterator[str]:
    """Private ones and properties left out."""
    for node in ast.walk(tree):
        match node:
            case ast.FunctionDef(name=name, decorator_list=decorators) if not name.startswith("_"):
                if not any("property" in ast.unparse(decorator) for decorator in decorators):
                    yield name


def _is_participle(name: str) -> bool:
    return name in TENSE | IRREGULAR or ("_" not in name and name.endswith("ed") and name not in VERBS)


def test_a_participle_is_seen_and_with_its_noun_it_may_stay() -> None:
    assert all(map(_is_participle, ("found", "measured", "planned", "shown")))
    assert not any(map(_is_participle, ("measured_load", "measurements", "deployed_stack", "subjects", "proceed")))


def test_of_functions_properties_may_be_adjectives() -> None:
    text = "class A:\n  @cached_property\n  def locked(self): ...\n  def named(self): ...\n  def _kept(self): ...\n"
    assert list(_public_functions(ast.parse(text))) == ["named"]


def test_such_names_are_seen_wherever_they_are_bound() -> None:
    text = "def said(given, *, held=1):\n  for made in held: self.told = made\nclass Found: wanted: int = 0\n"
    assert {name for _, name in _bound(ast.parse(text))} >= {"said", "given", "held", "made", "told", "wanted"}
