"""Runs the Python examples of a documentation page: what a reader would copy must work."""

import re
from pathlib import Path
from typing import Any

from recording import Graph, record

DOCS = Path(__file__).parents[2] / "docs" / "components"


def python_blocks(page: str) -> list[str]:
    """The `python` blocks of docs/components/<page>.md."""
    return re.findall(r"^```python\n(.*?)^```", (DOCS / f"{page}.md").read_text(), re.DOTALL | re.MULTILINE)


def example(page: str) -> Graph:
    """What the page's blocks register, one after the other in one program."""
    blocks = python_blocks(page)
    assert blocks, f"{page}.md has no example"
    names: dict[str, Any] = {}

    def program() -> None:
        for block in blocks:
            exec(compile(block, f"docs/components/{page}.md", "exec"), names)

    return record(program)


def documented_arguments(page: str) -> set[str]:
    """The arguments that the page's tables explain: first column, in backticks."""
    return set(re.findall(r"^\| `([a-z0-9_]+)`", (DOCS / f"{page}.md").read_text(), re.MULTILINE))
