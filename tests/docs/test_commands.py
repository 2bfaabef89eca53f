"""Every command block of README and docs is run, and every transcript is what is printed."""

import os
import re
import subprocess
from pathlib import Path

import pytest
from documents import CHECKOUT, Block, blocks, pages, shown
from transcript import Mismatch, expect, mismatch, plain, run

from tenfold import home

WITH_COMMANDS = [page for page in pages() if blocks(page, "sh", "console")]


@pytest.fixture
def environment(tmp_path: Path):
    """A user's shell in the checkout: the command on PATH, a state directory of its own, the engine shared."""
    given = {k: v for k, v in os.environ.items() if not k.startswith(("PULUMI_", "AWS_", "TENFOLD_"))}
    made = {
        **given,
        "PATH": f"{CHECKOUT / '.venv' / 'bin'}{os.pathsep}{os.environ['PATH']}",
        "HOME": str(tmp_path / "home"),
        "TENFOLD_HOME": str(tmp_path / "tenfold"),
        "TENFOLD_DATA": str(home.data()),
        "NO_COLOR": "1",
        "COLUMNS": "100",
    }
    (tmp_path / "home").mkdir()
    yield made
    subprocess.run(["tenfold", "local", "stop"], env=made, stdout=subprocess.DEVNULL, check=True)


@pytest.mark.parametrize("page", WITH_COMMANDS, ids=shown)
def test_commands_run_and_print_what_the_page_says(page: Path, environment: dict[str, str], tmp_path: Path):
    scratch = tmp_path / "printed"
    scratch.mkdir()
    before = set((CHECKOUT / "stacks").glob("Pulumi.*.yaml"))
    try:
        run(blocks(page, "sh", "console"), scratch, environment)
    except Mismatch as wrong:
        pytest.fail(f"{shown(page)}, {wrong}", pytrace=False)
    finally:
        for left in set((CHECKOUT / "stacks").glob("Pulumi.docs*.yaml")) - before:
            left.unlink()


def test_make_test_is_what_checks_a_commit():
    assert re.search(r"^test:", (CHECKOUT / "Makefile").read_text(), re.MULTILINE)
    assert "make test" in (CHECKOUT / ".ci" / "run").read_text()


def test_what_varies_is_not_compared():
    first = ["  ✓ network   37   1.2 s", "  ✓ cache  7  0.9 s", "http://x-lb-0a1b2c3 at 127.0.0.1:4580"]
    second = ["  ✓ cache   7   12.0 s", "  ✓ network  37  3 s", "http://x-lb-9f8e7d6 at 127.0.0.1:39999"]
    assert list(plain(first)) == list(plain(second))
    assert list(plain(["3 servers"])) != list(plain(["4 servers"]))


@pytest.mark.parametrize(
    ("wanted", "found", "first_wrong"),
    [
        ("a b", "a b", None),
        ("a … d", "a b c d", None),
        ("a …", "a b c", None),
        ("a b", "a c", "b"),
        ("a", "a b", "and also b"),
        ("… d", "a b c", "d"),
        ("a b", "a", "b"),
    ],
)
def test_a_transcript_that_lies_is_found(wanted: str, found: str, first_wrong: str | None):
    assert mismatch(wanted.split(), found.split()) == first_wrong


def test_the_home_directory_is_written_as_a_tilde():
    block = Block("console", "$ tenfold validate ~/shop.yaml\n~/shop.yaml: fine\n", 1)
    expect(block, "/home/ada/shop.yaml: fine\n", {"HOME": "/home/ada"})
    with pytest.raises(Mismatch):
        expect(block, "/home/eve/shop.yaml: fine\n", {"HOME": "/home/ada"})


def test_a_failing_command_is_named_with_its_line(tmp_path: Path):
    with pytest.raises(Mismatch, match="line 7: exit 3"):
        run([Block("sh", "true\n", 2), Block("sh", "echo so far\nexit 3\n", 7)], tmp_path, dict(os.environ))
