"""What a provider decides in code: the conditions that rows of `aws-inputs-own.json` are made of.

A row holds when all of its conditions do. A change replaces when one row of the input's `replaces_if` holds, and is
none when one of its `unchanged_if` does.
"""

import json
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from tenfold import versions


class Change(NamedTuple):
    old: Any
    """The whole input as it was, the provider's default where it was left out."""
    new: Any
    inputs: Mapping[str, Any]
    """All inputs after."""
    before: Mapping[str, Any]
    """All inputs before."""


def _when(change: Change, expected: Mapping[str, Any]) -> bool:
    """Other inputs have these values."""
    return all(change.inputs.get(key) == value for key, value in expected.items())


def _unless(change: Change, expected: Mapping[str, Any]) -> bool:
    """Another input has another value than this."""
    return not _when(change, expected)


def _without(change: Change, expected: list[str]) -> bool:
    """None of these inputs is given."""
    return not any(change.inputs.get(key) for key in expected)


def _was(change: Change, expected: Mapping[str, Any]) -> bool:
    """Other inputs had these values before."""
    return all(change.before.get(key) == value for key, value in expected.items())


def _below(change: Change, expected: Mapping[str, str]) -> bool:
    """Other inputs have a lower version than these."""
    return all(versions.lower(change.inputs.get(key), version) for key, version in expected.items())


def _from_to(change: Change, expected: list[list[Any]]) -> bool:
    return [change.old, change.new] in expected


def _but(change: Change, expected: list[list[Any]]) -> bool:
    """It changes from one value to another, and not as these do."""
    return None not in (change.old, change.new) and [change.old, change.new] not in expected


def _down(change: Change, expected: bool) -> bool:
    """A version becomes a lower one, `OpenSearch_2.17` after `OpenSearch_2.19` too."""
    new, old = (str(version or "").rpartition("_")[2] for version in (change.new, change.old))
    return versions.lower(new, old) is expected


def _none(change: Change, expected: bool) -> bool:
    """It was not given and is now, or the other way round."""
    return (change.old in _NOTHING) != (change.new in _NOTHING) and expected


def _no_longer(change: Change, expected: bool) -> bool:
    """A list has as many members as before, or fewer."""
    lists = isinstance(change.old, list) and isinstance(change.new, list)
    return (lists and len(change.new) <= len(change.old)) is expected


def _loses(change: Change, expected: bool) -> bool:
    """A list lacks a member that it had."""
    return any(member not in (change.new or []) for member in change.old or []) is expected


def _gains(change: Change, expected: bool) -> bool:
    """A list has a member that it lacked."""
    return any(member not in (change.old or []) for member in change.new or []) is expected


def _another(change: Change, expected: str) -> bool:
    """What follows from the values differs, such as the processor of an instance type."""
    if not (isinstance(change.old, str) and isinstance(change.new, str)):
        return False
    return _FOLLOWS[expected](change.old) != _FOLLOWS[expected](change.new)


def _processor(instance_type: str) -> str:
    from tenfold.blueprints.sizes.offerings import processor

    return processor(instance_type)


def _besides(change: Change, expected: str) -> bool:
    """Two lists have the same members, besides the value of another input."""
    other = change.inputs.get(expected)
    before, after = ({str(member) for member in value or () if member != other} for value in (change.old, change.new))
    return before == after


def _alike(change: Change, expected: str) -> bool:
    """Two texts are written in another way, and mean the same."""
    texts = isinstance(change.old, str) and isinstance(change.new, str)
    return texts and _SAME[expected](change.old) == _SAME[expected](change.new)


def _number(text: str) -> Any:
    try:
        return float(text)
    except ValueError:
        return text


def _network(text: str) -> Any:
    import ipaddress

    try:
        return ipaddress.ip_network(text, strict=False)
    except ValueError:
        return text


def _policy(text: str) -> Any:
    """A policy without what means nothing in one: the order of lists, and a list of one."""
    try:
        return _unordered(json.loads(text))
    except ValueError:
        return text


def _unordered(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _unordered(member) for key, member in value.items()}
    if isinstance(value, list):
        members = sorted((_unordered(member) for member in value), key=lambda one: json.dumps(one, sort_keys=True))
        return members[0] if len(members) == 1 else members
    return str(value).lower() if isinstance(value, bool) else value


_NOTHING: tuple[Any, ...] = (None, "", [], {})
_FOLLOWS: Mapping[str, Callable[[str], str]] = {"processor": _processor}
_SAME: Mapping[str, Callable[[str], Any]] = {
    "letters": str.lower,
    "issuer": lambda url: url.removeprefix("https://"),
    "domain": lambda name: name.lower().removesuffix("."),
    "key": lambda name: name.rpartition("/")[2],  # arn:aws:kms:us-east-1:123456789012:key/ID and ID
    "number": _number,
    "network": _network,
    "policy": _policy,
}

CONDITIONS: Mapping[str, Callable[[Change, Any], bool]] = {
    "when": _when,
    "unless": _unless,
    "without": _without,
    "was": _was,
    "below": _below,
    "from_to": _from_to,
    "but": _but,
    "down": _down,
    "none": _none,
    "no_longer": _no_longer,
    "loses": _loses,
    "gains": _gains,
    "another": _another,
    "besides": _besides,
    "alike": _alike,
}


def holds(row: Mapping[str, Any], change: Change) -> bool:
    """Raises KeyError for a condition that does not exist."""
    return all(CONDITIONS[name](change, expected) for name, expected in row.items())
