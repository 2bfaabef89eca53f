"""Every field of an architecture decides something: a stack, a rule, a size, a figure or a word reads it."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from tenfold.blueprints import architecture
from tenfold.blueprints.value import Value

ROOT = Path(__file__).parents[2]
OWN = {"architecture", "assemble", "unused", "grammar"}


def read() -> Iterator[str]:
    """Names of attributes, and words of texts, as `load.slowest_acceptable` in sizing."""
    for folder in ("blueprints", "stacks", "tenfold"):
        for file in (ROOT / folder).rglob("*.py"):
            if OWN & {*file.parts, file.stem}:
                continue
            for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Attribute):
                    yield node.attr
                elif isinstance(node, ast.Constant) and isinstance(node.value, str):
                    yield from re.findall(r"\w+", node.value)


def test_every_field_of_the_architecture_is_read() -> None:
    classes = [c for c in Value.__subclasses__() if c.__module__.startswith(architecture.__name__)]
    assert len(classes) > 40, "those of the sections"
    fields = {f"{c.__name__}.{field}": field for c in classes for field in c.__dataclass_fields__}
    known = set(read())
    assert [name for name, field in fields.items() if field not in known] == []


def test_a_choice_is_a_type() -> None:
    """`str  # one | another` is checked by nobody."""
    comment = re.compile(r": str\b[^#]*#.* \| ")
    folders = ("blueprints", "components", "stacks", "tenfold")
    files = [file for folder in folders for file in (ROOT / folder).rglob("*.py")]
    assert [
        f"{file.relative_to(ROOT)}:{number}"
        for file in files
        for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1)
        if comment.search(line)
    ] == []
