"""Whatever silences a check says why, in the same line: the next reader cannot know whether it is still needed."""

import re
from collections.abc import Iterator
from pathlib import Path

from tests.structure.imports import PACKAGES, ROOT

SILENT = re.compile(r"#\s*(?:noqa|(?:type|pyright):\s*ignore)\b")
# As in "noqa: F401  moto's settings" and "ignore[reportArgumentType]: it takes None".
REASONED = re.compile(r"# (?:noqa: [A-Z]+\d+(?:, [A-Z]+\d+)*[ ,:–-]+|(?:type|pyright): ignore\[[\w, -]+\]: )[a-z'`]{2}")


def _silenced(text: str) -> Iterator[tuple[int, str]]:
    """(line, comment) of each suppression that has no reason."""
    for number, line in enumerate(text.splitlines(), 1):
        for start in SILENT.finditer(line):
            if not REASONED.match(line, start.start()):
                yield number, line[start.start() :]


def test_whatever_silences_a_check_says_why() -> None:
    files = [file for folder in (*PACKAGES, "tests", "scripts", "bench") for file in (ROOT / folder).rglob("*.py")]
    silenced = [
        f"{file.relative_to(ROOT)}:{number} {comment}"
        for file in files
        if file != Path(__file__)
        for number, comment in _silenced(file.read_text())
    ]
    assert silenced == []


def test_a_reason_is_words_after_the_rule() -> None:
    silent = ["x  # noqa", "x  # noqa: F401", "x  # noqa: E501, F401", "x  # type: ignore", "x  # pyright: ignore[a-b]"]
    assert [number for number, _ in _silenced("\n".join(silent))] == [1, 2, 3, 4, 5]
    assert not [*_silenced("x  # noqa: F401, E501  as moto's\nx  # type: ignore[misc]: moto's own")]
