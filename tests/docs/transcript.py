"""Runs the command blocks of one page in one shell, and compares its transcripts with what was printed.

`sh` is a block of commands. `console` is a transcript: the lines that begin with `$ ` are run, the others are what is
printed. A line `…` stands for any lines, `…` within a line for any text. What differs from run to run (seconds, ids,
ports, hashes) is not compared, nor how wide columns are, nor in which order components get ready (lines with ✓).
"""

import os
import re
import subprocess
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from documents import CHECKOUT, Block

from tenfold import home

VARYING = (
    (r"(?<![\w.])\d+(\.\d+)? s\b", "N s"),
    (r"127\.0\.0\.1:\d+", "127.0.0.1:PORT"),
    (r"\bpid \d+, \d+ MiB", "pid N, N MiB"),
    (r"\b\d+ GB free", "N GB free"),
    (r"\bprocess \d+", "process N"),
    (r"\b(vpc|i|eni|eipalloc|sg|subnet)-[0-9a-f]{8,17}\b", r"\1-ID"),
    (r"\b[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\b", "UUID"),
    (r"-[0-9a-f]{7}\b", "-HASH"),
    (r"(?<=HASH)-\d(?=\.us-east-1\.elb)", ""),
    (r"(?<=[-!])[A-Za-z]{6}(?=[\"\s]|$)", "SUFFIX"),  # Secrets Manager ends its ARNs so
    (r"\.[0-9a-z]{6}(?=\.use1\.cache\.)", ".HASH"),
    (r"\b\d{1,3}(\.\d{1,3}){3}\b(?!/)", "ADDRESS"),
    (r" +", " "),
)


class Mismatch(AssertionError):
    pass


def commands(block: Block) -> str:
    """What of a block is run; a `make test` only has to exist, because this is one of its tests."""
    lines = block.text.splitlines()
    if block.tag == "console":
        lines = [line[2:] for line in lines if line.startswith(("$ ", "> "))]
    return "\n".join("make --dry-run test >/dev/null" if line == "make test" else line for line in lines)


# Not a user's: settings of other tools, and what `make test` hands down (a make inside make prints directories).
FOREIGN = ("PULUMI_", "AWS_", "TENFOLD_", "MAKE", "MFLAGS")


def user(scratch: Path) -> dict[str, str]:
    """A user's shell in the checkout: the command on PATH, home and state directories of its own below `scratch`, the
    engine shared."""
    (scratch / "home").mkdir()
    given = {k: v for k, v in os.environ.items() if not k.startswith(FOREIGN)}
    return {
        **given,
        "PATH": f"{CHECKOUT / '.venv' / 'bin'}{os.pathsep}{os.environ['PATH']}",
        "HOME": str(scratch / "home"),
        "TENFOLD_HOME": str(scratch / "tenfold"),
        "TENFOLD_DATA": str(home.data()),
        "NO_COLOR": "1",
    }


def run(blocks: Sequence[Block], scratch: Path, environment: Mapping[str, str]) -> dict[Block, str]:
    """What each block printed, with the home directory as `~`. Raises Mismatch, with the block's line, for a command
    that fails."""
    script = ["set -e -o pipefail"]
    for block in blocks:
        script += [f"exec >{scratch}/{block.line}.out 2>&1", commands(block)]
    done = subprocess.run(
        ["bash", "-c", "\n".join(script)],
        cwd=CHECKOUT,
        env=dict(environment),
        capture_output=True,
        text=True,
        timeout=300,
        stdin=subprocess.DEVNULL,
    )
    files = {block: scratch / f"{block.line}.out" for block in blocks}
    printed = {block: file.read_text(encoding="utf-8") for block, file in files.items() if file.is_file()}
    if done.returncode:
        last = [*printed][-1]
        raise Mismatch(f"line {last.line}: exit {done.returncode}\n{commands(last)}\n{printed[last]}{done.stderr}")
    return {block: text.replace(environment["HOME"], "~") for block, text in printed.items()}


def expect(block: Block, printed: str) -> None:
    """Raises Mismatch for a transcript that is not what was printed."""
    wanted = [line for line in block.text.splitlines() if not line.startswith(("$ ", "> "))]
    at = mismatch(list(plain(wanted)), list(plain(printed.splitlines())))
    if at is not None:
        raise Mismatch(f"line {block.line}: not printed: {at!r}\n--- what was printed:\n{printed}")


def plain(lines: Iterable[str]) -> Iterator[str]:
    """Without what varies and without empty lines; runs of lines with ✓ sorted."""
    ready: list[str] = []
    for line in lines:
        for pattern, word in VARYING:
            line = re.sub(pattern, word, line)
        line = line.strip()
        if line.startswith("✓"):
            ready.append(line)
            continue
        yield from sorted(ready)
        ready = []
        if line:
            yield line
    yield from sorted(ready)


def mismatch(wanted: Sequence[str], found: Sequence[str]) -> str | None:
    """The first wanted line that is not where it should be (or the first surplus one); None when all is as wanted."""
    at, anywhere = 0, False
    for line in wanted:
        if line == "…":
            anywhere = True
            continue
        places = range(at, len(found)) if anywhere else range(at, min(at + 1, len(found)))
        pattern = ".*".join(map(re.escape, line.split("…")))
        place = next((n for n in places if re.fullmatch(pattern, found[n])), None)
        if place is None:
            return line
        at, anywhere = place + 1, False
    return None if anywhere or at == len(found) else f"and also {found[at]}"
