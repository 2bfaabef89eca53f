"""Files of tests are named in pages, comments and docstrings: such a name leads somewhere."""

import re
from pathlib import Path

from tests.structure.imports import PACKAGES, ROOT

# With a folder: `tests/test_blueprints.py` is in the projects that `tenfold new` makes.
TEST = re.compile(r"\btests/\w+/test_\w+\.py\b")


def _texts() -> list[Path]:
    folders = [ROOT / name for name in (*PACKAGES, "docs", "tests", "scripts", "bench")]
    return [file for folder in folders for ending in ("py", "md", "yaml") for file in folder.rglob(f"*.{ending}")]


def test_a_test_that_is_named_exists() -> None:
    names = {
        (name, str(file.relative_to(ROOT)))
        for file in _texts()
        for name in TEST.findall(file.read_text(encoding="utf-8"))
    }
    assert len(names) > 30
    assert [f"{place}: {name}" for name, place in sorted(names) if not (ROOT / name).is_file()] == []
