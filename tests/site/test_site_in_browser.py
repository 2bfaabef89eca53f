"""The site that `make site` builds, in a real browser without a network: `make proof` builds it first."""

import re
import threading
import time
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from tests.browser import Browser, browser

pytestmark = pytest.mark.proof
SITE = Path(__file__).parents[2] / "build" / "site"
OUTSIDE = re.compile(r"""<(?:script|link|img|iframe)[^>]+(?:src|href)=["']?(?:https?:)?//""")


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(SITE)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()


@pytest.fixture(scope="module")
def tab() -> Iterator[Browser]:
    with browser() as running:
        yield running


def test_no_page_needs_another_host() -> None:
    assert SITE.is_dir(), "make site"
    assert [str(page) for page in SITE.rglob("*.html") if OUTSIDE.search(page.read_text(encoding="utf-8"))] == []


TYPED = """(input => {
    input.focus(); input.value = 'replica lag'; input.dispatchEvent(new Event('keyup', {bubbles: true}));
})(document.querySelector('.md-search__input'))"""


def test_the_search_finds_a_page(tab: Browser, address: str) -> None:
    tab.open(f"{address}/index.html", 1280, "light")
    for _ in range(40):
        tab.ask(TYPED)
        time.sleep(0.25)
        if tab.ask("document.querySelectorAll('.md-search-result__item').length"):
            break
    links = tab.ask("[...document.querySelectorAll('.md-search-result__link')].map(each => each.pathname)")
    assert any("replicas" in link for link in links)


@pytest.mark.parametrize("page", ["index", "docs/blueprint", "docs/codes/TF-R001", "docs/components/queue"])
def test_a_page_fits_a_phone_and_shows_its_pictures(tab: Browser, address: str, page: str) -> None:
    tab.open(f"{address}/{page}.html", 390, "dark")
    assert tab.ask("document.documentElement.scrollWidth") <= 390
    assert tab.ask("[...document.images].every(each => each.naturalWidth > 0)")
