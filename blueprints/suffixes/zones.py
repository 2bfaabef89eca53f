"""Names below which anybody can register one: `co.uk` is nobody's zone, `example.co.uk` is somebody's."""

from functools import cache
from pathlib import Path


@cache
def _table() -> str:
    return Path(__file__).with_name("suffixes.txt").read_text(encoding="utf-8")


def _listed(rule: str) -> bool:
    """By a search in the text: to make a set of 9,000 rules takes ten times as long."""
    return f"\n{rule}\n" in _table()


def is_public(name: str) -> bool:
    """Whether a name is a public suffix, by the rules of publicsuffix.org; one label always is."""
    above = name.partition(".")[2]
    if not above or _listed(name):
        return True
    return _listed(f"*.{above}") and not _listed(f"!{name}")


def zone_of(domain: str) -> str | None:
    """The zone that holds a domain when it is not the name above it: the domain itself, where all above is public."""
    above = domain.partition(".")[2]
    return domain if "." in above and is_public(above) else None
