"""Renews suffixes.txt from publicsuffix.org's list: `python -m tenfold.blueprints.suffixes.table FILE`."""

import re
import sys
from pathlib import Path

TABLE = Path(__file__).with_name("suffixes.txt")


def rules(text: str) -> list[str]:
    """Those of two labels and more, in the letters of DNS."""
    lines = [line.split()[0] for line in text.splitlines() if line.strip() and not line.startswith("//")]
    names = [line if line.isascii() else line.encode("idna").decode() for line in lines if line[0] not in "*!"]
    names += [line for line in lines if line[0] in "*!" and line.isascii()]
    return sorted({name for name in names if "." in name})


def main(source: str) -> None:
    text = Path(source).read_text(encoding="utf-8")
    version = re.search(r"^// VERSION: (\S+)", text, re.MULTILINE)
    head = TABLE.read_text(encoding="utf-8").split("\n")[:3]
    head[1] = re.sub(r"version: [^)]*", f"version: {version[1] if version else 'unknown'}", head[1])
    TABLE.write_text("\n".join([*head, *rules(text)]) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1])
