"""The documentation's pages and what is in them: fenced blocks, headings, links."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[2]
BLOCK = re.compile(r"^```(\w*)\n(.*?)^```$", re.DOTALL | re.MULTILINE)


@dataclass(frozen=True)
class Block:
    """A fenced block; `line` is that of its opening fence."""

    tag: str
    text: str
    line: int


def pages() -> list[Path]:
    """README.md and everything below docs/, but the pages of the codes: their examples are wrong on purpose, and the
    tests of the codes run them."""
    return [CHECKOUT / "README.md", *sorted(p for p in (CHECKOUT / "docs").rglob("*.md") if p.parent.name != "codes")]


def shown(page: Path) -> str:
    return str(page.relative_to(CHECKOUT))


def blocks(page: Path, *tags: str) -> list[Block]:
    text = page.read_text(encoding="utf-8")
    found = (Block(m[1], m[2], text.count("\n", 0, m.start()) + 1) for m in BLOCK.finditer(text))
    return [block for block in found if block.tag in tags]


def prose(page: Path) -> str:
    """Without the fenced blocks."""
    return BLOCK.sub("", page.read_text(encoding="utf-8"))


def links(page: Path) -> Iterator[tuple[str, str]]:
    """(path, anchor) of every link into this repository."""
    for target in re.findall(r"\]\(([^)\s]+)\)", prose(page)):
        if "://" not in target:
            path, _, anchor = target.partition("#")
            yield path, anchor


def anchors(page: Path) -> set[str]:
    """As GitHub makes them: lower case, spaces as hyphens, no punctuation."""
    headings = re.findall(r"^#+ (.+)$", prose(page), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}
