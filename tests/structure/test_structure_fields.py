"""Every field of an architecture decides something: a stack, a rule, a size, a figure or a word reads it."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from tenfold.blueprints import architecture
from tenfold.blueprints.value import Value

ROOT = Path(__file__).parents[2]
OWN = ("architecture.py", "assemble.py", "unused.py")


def read() -> Iterator[str]:
    """Names of attributes, and words of texts, as `load.slowest_acceptable` in sizing."""
    for folder in ("blueprints", "stacks", "tenfold"):
        for file in (ROOT / folder).rglob("*.py"):
            if file.name in OWN or "grammar" in file.parts:
                continue
            for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Attribute):
                    yield node.attr
                elif isinstance(node, ast.Constant) and isinstance(node.value, str):
                    yield from re.findall(r"\w+", node.value)


def test_every_field_of_the_architecture_is_read() -> None:
    classes = [
        c for c in vars(architecture).values() if isinstance(c, type) and issubclass(c, Value) and c is not Value
    ]
    fields = {f"{c.__name__}.{field}": field for c in classes for field in c.__dataclass_fields__}
    known = set(read())
    assert [name for name, field in fields.items() if field not in known] == []
