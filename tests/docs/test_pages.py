"""Pages say what the data says, link to what exists, and show blueprints that are valid."""

import re
from pathlib import Path

import pytest
import yaml
from documents import CHECKOUT, anchors, blocks, links, pages, prose, shown

from scripts import tables
from tenfold.blueprints.grammar.lookup import sections
from tenfold.blueprints.reading.draft import open_draft
from tenfold.blueprints.resolve import load
from tenfold.blueprints.stages.presets import presets

REACHABLE_FROM = CHECKOUT / "README.md"


@pytest.mark.parametrize("page", tables.pages(), ids=shown)
def test_tables_are_current(page: Path):
    text = page.read_text(encoding="utf-8")
    assert tables.renew_tables(text) == text, "run `make docs`"


@pytest.mark.parametrize("page", pages(), ids=shown)
def test_links_lead_somewhere(page: Path):
    broken = []
    for path, anchor in links(page):
        target = (page.parent / path).resolve() if path else page
        if not target.exists() or (anchor and anchor not in anchors(target)):
            broken.append(f"{path}#{anchor}" if anchor else path)
    assert not broken


@pytest.mark.parametrize("page", pages(), ids=shown)
def test_files_that_are_named_exist(page: Path):
    folders = "blueprints|components|stacks|tenfold|engine|scripts|tests|docs"
    named = re.findall(rf"`(?!stacks/Pulumi)((?:{folders})/[\w./*{{}},-]*)`", prose(page))  # those `up` writes
    patterns = [pattern for path in named for pattern in _alternatives(path)]
    assert not [pattern for pattern in patterns if not any(CHECKOUT.glob(pattern))]


def _alternatives(path: str) -> list[str]:
    """`a/{b,c}.json` → `a/b.json`, `a/c.json`"""
    braces = re.search(r"\{(.*?)\}", path)
    return [path.replace(braces[0], choice) for choice in braces[1].split(",")] if braces else [path]


def test_every_page_can_be_reached_from_the_readme():
    seen, waiting = set(), [REACHABLE_FROM]
    while waiting:
        page = waiting.pop()
        if page in seen or page.suffix != ".md" or not page.is_file():
            continue
        seen.add(page)
        waiting += [(page.parent / path).resolve() for path, _ in links(page) if path]
    assert not {shown(page) for page in pages()} - {shown(page) for page in seen}


@pytest.mark.parametrize("page", pages(), ids=shown)
def test_whole_blueprints_are_valid(page: Path, tmp_path: Path):
    for block in blocks(page, "yaml"):
        if not (re.search(r"^name:", block.text, re.MULTILINE) and re.search(r"^stage:", block.text, re.MULTILINE)):
            continue
        file = tmp_path / "blueprint.yaml"
        file.write_text(block.text, encoding="utf-8")
        for environment in [None, *open_draft(file).environments]:
            found = load(file, environment=environment)
            assert not found.problems, f"line {block.line}: {found.problems}"


def test_every_stage_has_its_page():
    for preset in presets().values():
        page = CHECKOUT / "docs" / "stages" / f"{preset.number}.md"
        assert page.read_text().startswith(f"# Stage {preset.number}: {preset.name}\n")


def test_every_section_of_the_grammar_has_its_table():
    """All but `moved`, which `promote` writes."""
    page = (CHECKOUT / "docs" / "blueprint.md").read_text(encoding="utf-8")
    named = set(" ".join(re.findall(r"<!-- table: fields ([^>]+?) -->", page)).split())
    held = {name for name, field in sections()["Blueprint"].items() if field.section[0]}
    assert held - named == {"environments", "moved"}


def test_every_page_is_in_the_menu_of_the_site():
    menu = yaml.safe_load((CHECKOUT / "scripts/site/menu.yml").read_text(encoding="utf-8"))
    parts = [CHECKOUT / part for listed in menu.values() for part in listed]
    there = {page for part in parts for page in (part.glob("*.md") if part.is_dir() else [part])}
    assert {shown(page) for page in pages()} - {shown(page) for page in there} == set()
    assert [shown(part) for part in parts if not part.exists()] == []
