"""The page for people: golden ones, and what holds of any."""

import re
from dataclasses import replace

import pytest

from tenfold.diff import compare
from tenfold.graph import Graph
from tenfold.render import diff as render
from tests.diff import regenerate
from tests.stacks.graphs import Case, architecture, graph

PAGES = dict(regenerate.pages())


@pytest.mark.parametrize("file", PAGES, ids=lambda file: file.stem)
def test_the_page_is_the_golden_one(file):
    """Run `python -m tests.diff.regenerate` when this fails, and read what it changes."""
    assert PAGES[file] == file.read_text()


@pytest.mark.parametrize("file", PAGES, ids=lambda file: file.stem)
def test_a_page_is_100_columns_wide_and_plain(file):
    assert max(map(len, PAGES[file].splitlines())) <= render.WIDTH
    assert "\x1b" not in PAGES[file]


def shown(**options):
    before, after = (Case("shop", stage, "prod") for stage in (2, 3))
    return list(render.lines(compare(graph(before), graph(after)), architecture(after), **options))


def test_the_most_dangerous_comes_first():
    labels = [line[2:12].strip() for line in shown()]
    order = ["loses", "replaces", "removes", "restarts", "changes", "moves", "adds", "keeps", "unchanged"]
    said = [label for label in labels if label]
    assert said == [label for label in order if label in said] and "loses" in said


def test_colour_says_nothing_that_words_do_not():
    coloured = shown(color=True)
    assert any("\x1b[31m" in line for line in coloured)
    assert [re.sub(r"\x1b\[\d+m", "", line) for line in coloured] == shown()


def test_verbose_names_everything():
    text = "\n".join(shown(verbose=True))
    found = compare(graph(Case("shop", 2, "prod")), graph(Case("shop", 3, "prod")))
    for change in found.resources:
        assert change.name.removeprefix(f"{change.component}-").removeprefix("shop-") in text


def test_tags_are_counted_unless_all_was_asked_for():
    before = graph(Case("shop", 2, "prod"))
    tagged = {
        urn: found._replace(inputs={**found.inputs, "tags": {"owner": "another"}}) if "tags" in found.inputs else found
        for urn, found in before.resources.items()
    }
    found = compare(before, replace(before, resources=tagged))
    [changes, *rest] = render.lines(found)
    assert changes.split() == ["changes", "tags", "or", "descriptions", "of", str(len(found.resources)), "resources"]
    assert not any("tags" in line for line in rest)
    assert sum("tags" in line for line in render.lines(found, verbose=True)) > 10


def test_nothing_at_all_is_said():
    same = graph(Case("shop", 2, "prod"))
    assert render.verdict(compare(same, same)) == ("no difference", "green")
    assert render.verdict(compare(Graph({}), same))[0].startswith("safe: nothing stops")
    assert render.verdict(compare(same, Graph({})))[0].startswith("danger: ")
