"""A function fits on a screen: docs/style.md."""

import ast
from collections.abc import Iterator

from tests.structure.imports import PACKAGES, ROOT

SCREEN = 50  # lines


def _functions() -> Iterator[tuple[str, int]]:
    """(place and name, lines) of each."""
    for folder in (*PACKAGES, "tests", "scripts"):
        for file in (ROOT / folder).rglob("*.py"):
            for node in ast.walk(ast.parse(file.read_bytes())):
                if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                    lines = (node.end_lineno or node.lineno) - node.lineno + 1
                    yield f"{file.relative_to(ROOT)}:{node.lineno} {node.name}", lines


def test_every_function_fits_on_a_screen() -> None:
    lengths = dict(_functions())
    assert len(lengths) > 4000
    assert {place: lines for place, lines in lengths.items() if lines > SCREEN} == {}
