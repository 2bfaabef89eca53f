"""The report in a real browser: phone and desktop, light and dark, with the keyboard alone, without a network."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from tenfold.commands import report
from tests.browser import Browser, browser

pytestmark = pytest.mark.proof
PHONE, DESKTOP = 390, 1280  # pixels


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("report") / "report.html"
    shop = ["blueprints/shop.yaml", "--env", "prod", "--from-stage", "4", "--to-stage", "5"]
    assert CliRunner().invoke(report.command, [*shop, "--html", str(path)]).exit_code == 0
    return path


@pytest.fixture(scope="module")
def tab() -> Iterator[Browser]:
    with browser() as running:
        yield running


@pytest.mark.parametrize("width", [PHONE, DESKTOP])
def test_nothing_is_wider_than_the_screen(tab: Browser, page: Path, width: int) -> None:
    tab.open(page.as_uri(), width, "light")
    assert tab.ask("document.documentElement.scrollWidth") <= width
    assert tab.ask("[...document.images].every(each => each.naturalWidth > 0)"), "a picture is not shown"


def luminance(tab: Browser, property: str) -> float:
    """Of the body's colour: 0 is black, 1 is white. Source: WCAG 2.2, relative luminance."""
    red, green, blue = tab.ask(f"getComputedStyle(document.body).{property}.match(/[0-9]+/g).map(Number)")[:3]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in (red / 255, green / 255, blue / 255)]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize(("scheme", "is_dark"), [("light", False), ("dark", True)])
def test_text_is_readable_in_both_schemes(tab: Browser, page: Path, scheme: str, is_dark: bool) -> None:
    tab.open(page.as_uri(), DESKTOP, scheme)
    ink, paper = luminance(tab, "color"), luminance(tab, "backgroundColor")
    assert (paper < 0.2) is is_dark
    assert (max(ink, paper) + 0.05) / (min(ink, paper) + 0.05) >= 7, "less contrast than WCAG's AAA"


VISIBLE = "[...document.querySelectorAll('.panel')].filter(e => getComputedStyle(e).display !== 'none').length"


def test_all_stages_are_reached_with_the_keyboard_alone(tab: Browser, page: Path) -> None:
    tab.open(page.as_uri(), DESKTOP, "light")
    for _ in range(30):
        tab.press("Tab")
        if tab.ask("document.activeElement.name") == "stage":
            break
    titles = set()
    for _ in range(7):
        assert tab.ask(VISIBLE) == 1
        titles.add(tab.ask("[...document.querySelectorAll('.panel h3')].find(e => e.offsetParent).textContent"))
        tab.press("ArrowRight")
    assert [title[:8] for title in sorted(titles)] == [f"Stage {number}:" for number in range(1, 8)]


def test_the_parts_of_the_cost_open_with_the_keyboard(tab: Browser, page: Path) -> None:
    tab.open(page.as_uri(), PHONE, "dark")
    for _ in range(10):
        tab.press("Tab")
        if tab.ask("document.activeElement.tagName") == "SUMMARY":
            break
    assert not tab.ask("document.querySelector('details').open")
    tab.press("Enter")
    assert tab.ask("document.querySelector('details').open")
    assert tab.ask("document.documentElement.scrollWidth") <= PHONE


def test_the_page_asks_for_nothing(tab: Browser, page: Path) -> None:
    tab.open(page.as_uri(), DESKTOP, "light")
    assert tab.ask("performance.getEntriesByType('resource').filter(e => !e.name.startsWith('data:')).length") == 0
