"""Runs pages' commands and writes what they print into the transcripts that have become wrong.

    .venv/bin/python tests/docs/renew.py README.md docs/stages/3.md

Only transcripts of one command without `…`; the others are told, to be looked at. Read the diff before you commit it:
a transcript changes because the product did.
"""

import subprocess
import sys
import tempfile
from pathlib import Path

from documents import Block, blocks, shown
from transcript import Mismatch, expect, run, user


def main(pages: list[Path]) -> None:
    for page in pages:
        with tempfile.TemporaryDirectory() as scratch:
            environment = user(Path(scratch))
            try:
                printed = run(blocks(page, "sh", "console"), Path(scratch), environment)
            finally:
                subprocess.run(["tenfold", "local", "stop"], env=environment, check=True)
        for block, text in printed.items():
            if block.tag == "console":
                renew(page, block, text)


def renew(page: Path, block: Block, printed: str) -> None:
    try:
        expect(block, printed)
    except Mismatch as wrong:
        command, *wanted = block.text.splitlines()
        if "…" in wanted or any(line.startswith("$ ") for line in wanted):
            print(f"{shown(page)}, to be changed by hand: {wrong}")
            return
        text = page.read_text(encoding="utf-8")
        page.write_text(text.replace(block.text, f"{command}\n{printed}"), encoding="utf-8")
        print(f"{shown(page)}, line {block.line}: renewed")


if __name__ == "__main__":
    main([Path(argument).resolve() for argument in sys.argv[1:]])
