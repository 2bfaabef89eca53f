"""The direction of dependence: no two modules need each other, and every arrow points down.

An import inside a function counts too: it makes start-up faster, and never hides a circle.
"""

import re
from collections import Counter
from pathlib import Path

import pytest

from tenfold.cli import COMMANDS
from tests.structure.imports import PACKAGES, ROOT, circles, graph
from tests.structure.imports import package as package_of

TESTS = Path(__file__).parents[1]

# Each package may import itself and these.
BELOW = {
    "blueprints": set(),
    "components": set(),
    "stacks": {"blueprints", "components"},
    "tenfold": {"blueprints", "components", "stacks"},
}
# The rooms of tenfold/, from the ground up: each may import those before it. A new room gets its place in that table.
TABLE = re.compile(r"\| rooms \| what they hold \|\n\|---\|---\|\n((?:\|.*\n)+)")
ROWS = TABLE.findall((ROOT / "docs" / "architecture.md").read_text(encoding="utf-8"))[0].splitlines()
ROOMS = tuple(room for row in ROWS for room in re.findall(r"`([a-z_]+)/?`", row.split("|")[1]))


def test_no_modules_import_each_other() -> None:
    assert circles(graph()) == []


@pytest.mark.parametrize("package", PACKAGES)
def test_a_package_imports_only_those_below_it(package: str) -> None:
    allowed = BELOW[package] | {package}
    wrong = [
        f"{name} imports {other}"
        for name, others in graph().items()
        if package_of(name) == package
        for other in sorted(others)
        if package_of(other) not in allowed
    ]
    assert wrong == []


def _room(name: str) -> str:
    return name.split(".")[1] if "." in name else ""


def test_every_room_of_tenfold_has_its_place() -> None:
    rooms = {_room(name) for name in graph() if name != "tenfold" and package_of(name) == "tenfold"}
    assert sorted(rooms) == sorted(ROOMS)


def test_a_room_of_tenfold_imports_only_those_before_it() -> None:
    wrong = [
        f"{name} imports {other}"
        for name, others in graph().items()
        if name != "tenfold" and package_of(name) == "tenfold"
        for other in sorted(others)
        if package_of(other) == "tenfold" and ROOMS.index(_room(other)) > ROOMS.index(_room(name))
    ]
    assert wrong == []


def test_a_file_of_commands_is_a_command() -> None:
    files = {file.stem for file in (ROOT / "tenfold" / "commands").glob("[a-z]*.py")}
    assert files == set(COMMANDS), "what several commands share is in tenfold/commands/parts/"


def test_a_circle_is_found() -> None:
    arrows = {"a": frozenset({"b"}), "b": frozenset({"c"}), "c": frozenset({"a", "d"}), "d": frozenset({"e"})}
    assert circles({name: frozenset(others) for name, others in arrows.items()}) == [["a", "b", "c"]]


def test_no_two_files_of_tests_have_one_name() -> None:
    """pytest imports them by their names alone, outside of packages: the second one ends the whole run."""
    files = [path for path in TESTS.rglob("test_*.py") if not (path.parent / "__init__.py").exists()]
    assert [name for name, count in Counter(path.name for path in files).items() if count > 1] == []
