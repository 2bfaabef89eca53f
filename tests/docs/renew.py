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
        text = page.read_text(encoding="utf-8")
        for block, said in printed.items():
            if block.tag == "console":
                text = text.replace(block.text, renewed(block, said, shown(page)))
        page.write_text(text, encoding="utf-8")


def renewed(block: Block, printed: str, name: str) -> str:
    """The block's text with what was printed where that is another; unchanged, with a word to the user, where it has
    to be done by hand."""
    try:
        expect(block, printed)
    except Mismatch as wrong:
        command, *wanted = block.text.splitlines()
        by_hand = "…" in wanted or any(line.startswith("$ ") for line in wanted)
        print(f"{name}, line {block.line}: {f'to be changed by hand: {wrong}' if by_hand else 'renewed'}")
        return block.text if by_hand else f"{command}\n{printed}"
    return block.text


if __name__ == "__main__":
    main([Path(argument).resolve() for argument in sys.argv[1:]])
