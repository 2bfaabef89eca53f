"""Every command block of README and docs is run, and every transcript is what is printed."""

import re
import subprocess
from pathlib import Path

import pytest
from documents import CHECKOUT, Block, blocks, pages, shown
from renew import renewed
from transcript import Mismatch, expect, mismatch, plain, run, user

from tests.engine.running import UNDISTURBED

WITH_COMMANDS = [page for page in pages() if blocks(page, "sh", "console")]


@pytest.mark.parametrize("page", WITH_COMMANDS, ids=shown)
def test_commands_run_and_print_what_the_page_says(page: Path, tmp_path: Path):
    environment = user(tmp_path) | ({} if "--local-fault" in page.read_text(encoding="utf-8") else UNDISTURBED)
    wrong: list[Mismatch] = []
    try:
        for block, printed in run(blocks(page, "sh", "console"), tmp_path, environment).items():
            if block.tag == "console":
                expect(block, printed)
    except Mismatch as found:
        wrong = [found]
    finally:
        (CHECKOUT / "stacks" / "Pulumi.docs.yaml").unlink(missing_ok=True)  # of a raw stack, where its page failed
        subprocess.run(["tenfold", "local", "stop"], env=environment, stdout=subprocess.DEVNULL, check=True)
    renew = f"When that is right: .venv/bin/python tests/docs/renew.py {shown(page)}"
    assert not wrong, f"{shown(page)}, {wrong[0]}\n{renew}"


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


def test_an_ellipsis_within_a_line_is_any_text():
    assert mismatch(["pulumi 3.274.1 (…): …/bin"], ["pulumi 3.274.1 (built): /home/ada/bin"]) is None
    assert mismatch(["pulumi 3.274.1 (…)"], ["pulumi 3.275.0 (built)"])


def test_what_is_printed_is_compared_with_the_home_directory_as_a_tilde(tmp_path: Path):
    block = Block("console", "$ echo $HOME/shop.yaml: fine\n~/shop.yaml: fine\n", 1)
    expect(block, run([block], tmp_path, user(tmp_path))[block])
    with pytest.raises(Mismatch, match="line 1: not printed"):
        expect(block, "~/shop.yaml: wrong\n")


def test_a_failing_command_is_named_with_its_line(tmp_path: Path):
    with pytest.raises(Mismatch, match="line 7: exit 3"):
        run([Block("sh", "true\n", 2), Block("sh", "echo so far\nexit 3\n", 7)], tmp_path, user(tmp_path))


def test_only_what_became_wrong_is_renewed(capsys: pytest.CaptureFixture[str]):
    right = Block("console", "$ make up\nDone in 9 s: 3 created.\n", 1)
    assert renewed(right, "Done in 12 s: 3 created.\n", "page") == right.text
    assert renewed(right, "Done in 12 s: 4 created.\n", "page") == "$ make up\nDone in 12 s: 4 created.\n"
    shortened = Block("console", "$ make up\n…\nDone in 9 s: 3 created.\n", 5)
    assert renewed(shortened, "a\nDone in 12 s: 4 created.\n", "page") == shortened.text
    assert "page, line 5: to be changed by hand" in capsys.readouterr().out
