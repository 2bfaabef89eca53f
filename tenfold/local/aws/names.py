"""Which member of an API structure a Pulumi property means: `instanceClass` is `DBInstanceClass`."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

_INDEX = re.compile(r"\[\d+\]")


def plain(name: str) -> str:
    """`name` as it is compared: lower case, without underscores."""
    return name.replace("_", "").lower()


def without_indices(path: str) -> str:
    """`rules[0].id` as the table writes it: `rules.id`."""
    return _INDEX.sub("", path)


def index(names: Iterable[str]) -> dict[str, str]:
    return {plain(name): name for name in names}


def _forms(name: str) -> Iterator[str]:
    """The spellings tried, most exact first: Pulumi makes lists plural, and turns `EnableX` and `IsX` around."""
    yield name
    yield name + "s"
    yield name + "es"
    if name.endswith("ies"):
        yield name[:-3] + "y"
    if name.endswith("y"):
        yield name[:-1] + "ies"
    if name.endswith("es"):
        yield name[:-2]
    if name.endswith("s"):
        yield name[:-1]
    if name.startswith("enabled"):
        yield "enable" + name[7:]
    if name.endswith("enabled"):
        yield "enable" + name[:-7]
        yield name[:-7]
    if name.startswith("enable"):
        yield name[6:] + "enabled"
    else:
        yield "enable" + name
    if name.startswith("is"):
        yield name[2:]


def find(indexed: Mapping[str, str], key: str, nouns: Sequence[str] = ()) -> str | None:
    """The name meant by the property `key` among `indexed` (see `index`), or None.

    `nouns` are the words the API puts before its members (`DBInstance`): tried added, and tried taken off."""
    name = plain(key)
    for form in _forms(name):
        if form in indexed:
            return indexed[form]
    for noun in map(plain, nouns):
        for form in _forms(name):
            if noun + form in indexed:
                return indexed[noun + form]
        if name.startswith(noun):
            for form in _forms(name[len(noun) :]):
                if form in indexed:
                    return indexed[form]
    return None


def pick(fields: Mapping[str, Any], key: str, nouns: Sequence[str] = ()) -> Any:
    """The value in an API answer that the property `key` means, or None."""
    name = find(index(fields), key, nouns)
    return None if name is None else fields[name]
