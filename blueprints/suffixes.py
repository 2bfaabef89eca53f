"""Names below which anybody can register one: `co.uk` is nobody's zone, `example.co.uk` is somebody's."""

from functools import cache

from blueprints.offerings import DATA


@cache
def _rules() -> frozenset[str]:
    lines = (DATA / "suffixes.txt").read_text(encoding="utf-8").split("\n")
    return frozenset(line for line in lines if line and line[0] != "#")


def is_public(name: str) -> bool:
    """Whether a name is a public suffix, by the rules of publicsuffix.org; one label always is."""
    above = name.partition(".")[2]
    if not above or name in _rules():
        return True
    return f"*.{above}" in _rules() and f"!{name}" not in _rules()


def zone_of(domain: str) -> str | None:
    """The zone that holds a domain when it is not the name above it: the domain itself, where all above is public."""
    above = domain.partition(".")[2]
    return domain if "." in above and is_public(above) else None
