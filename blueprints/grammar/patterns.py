"""Patterns over an event's detail, as EventBridge takes them: what it would refuse, and what SNS would.

Source: EventBridge User Guide, "Event patterns" and "Comparison operators for use in event patterns".
"""

import math
from collections.abc import Callable, Iterator, Mapping
from ipaddress import ip_network
from typing import Any

LARGEST_NUMBER = 5_000_000_000  # either sign, in a numeric comparison
TOPIC_NUMBER = 1_000_000_000
TOPIC_FIELDS, TOPIC_COMBINATIONS = 5, 150
_LOW, _HIGH = (">", ">="), ("<", "<=")


def complaints(pattern: object, at: str = "") -> Iterator[str]:
    """What is wrong, each with the path in the pattern; nothing for one that EventBridge takes."""
    if not isinstance(pattern, Mapping) or not pattern:
        yield f"{_where(at)} must be fields with lists of values, such as country: [de, at]"
        return
    for key, value in pattern.items():
        inner = f"{at}.{key}" if at else str(key)
        if key == "$or":
            yield from _either(value, inner)
        elif isinstance(value, Mapping):
            yield from complaints(value, inner)
        elif not isinstance(value, list):
            yield f"`{inner}` must be a list of the values that match, such as [{_shown(value)}]"
        elif not value:
            yield f"`{inner}` is an empty list, which matches nothing"
        else:
            yield from _items(value, inner)


def _either(value: object, at: str) -> Iterator[str]:
    if not isinstance(value, list) or len(value) < 2:
        yield f"`{at}` must be a list of at least two patterns"
        return
    for choice in value:
        yield from complaints(choice, at)


def _items(values: list[Any], at: str) -> Iterator[str]:
    for value in values:
        if isinstance(value, list):
            yield f"`{at}` has a list in its list; the values that match stand in one list"
        elif isinstance(value, Mapping):
            yield from _operator(value, at)
        elif isinstance(value, str | bool) or value is None or abs(value) <= LARGEST_NUMBER:
            continue
        else:
            yield f"`{at}` has {value}; numbers go to 5,000,000,000"


def _operator(comparison: Mapping[str, Any], at: str) -> Iterator[str]:
    if len(comparison) != 1:
        yield f"`{at}` has {len(comparison)} operators in one place; write each in braces of its own"
        return
    [(name, value)] = comparison.items()
    if name not in _OPERATORS:
        yield f"`{at}` has no operator `{name}`; there are {', '.join(_OPERATORS)}"
    elif not _OPERATORS[name][0](value):
        yield f"`{at}`: `{name}` needs {_OPERATORS[name][1]}"


def _text(value: object) -> bool:
    return isinstance(value, str) and value != ""


def _start_or_end(value: object) -> bool:
    cased = isinstance(value, Mapping) and list(value) == ["equals-ignore-case"]
    return _text(value["equals-ignore-case"]) if cased and isinstance(value, Mapping) else _text(value)


def _wildcard(value: object) -> bool:
    return isinstance(value, str) and value != "" and "**" not in value


def _other(value: object) -> bool:
    """A value, several of one kind, or what they do not begin, end or look like."""
    if isinstance(value, Mapping):
        if len(value) != 1:
            return False
        [(name, texts)] = value.items()
        each = texts if isinstance(texts, list) else [texts]
        check = _wildcard if name == "wildcard" else _text
        return name in ("prefix", "suffix", "equals-ignore-case", "wildcard") and bool(each) and all(map(check, each))
    if isinstance(value, list):
        return bool(value) and (all(map(_text, value)) or all(map(_number, value)))
    return _text(value) or _number(value)


def _number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) <= LARGEST_NUMBER


def _numeric(value: object) -> bool:
    """One bound, or a lower and an upper one with something between them."""
    if not isinstance(value, list) or len(value) not in (2, 4) or not all(map(_number, value[1::2])):
        return False
    if len(value) == 2:
        return value[0] in ("=", *_LOW, *_HIGH)
    return value[0] in _LOW and value[2] in _HIGH and value[1] < value[3]


def _network(value: object) -> bool:
    try:
        return isinstance(value, str) and "/" in value and bool(ip_network(value, strict=False))
    except ValueError:
        return False


def topic_complaints(pattern: Mapping[str, Any]) -> Iterator[str]:
    """What SNS would refuse of a pattern that EventBridge takes, of a filter over the message's body, in which the
    event's detail is one level deep.

    Source: SNS Developer Guide, "Filter policy constraints" and "String value matching". Its pages disagree on whether
    fields inside of another one count among the five; here they do.
    """
    fields = list(_leaves(pattern, 2))
    if len(fields) > TOPIC_FIELDS:
        yield f"it has {len(fields)} fields; a topic's filter has at most {TOPIC_FIELDS}"
    # country: [de, at] and total: [{numeric: …}], both two levels deep: 2 × 2 × 1 × 2 = 8
    combined = math.prod(len(values) * depth for _, values, depth in fields)
    if combined > TOPIC_COMBINATIONS:
        yield (
            f"its values, each times the depth of its field, multiply to {combined:,}; a topic takes "
            f"{TOPIC_COMBINATIONS}"
        )
    for field, values, _ in fields:
        for value in values:
            yield from _not_of_topics(field, value)


def _leaves(pattern: Mapping[str, Any], depth: int, at: str = "") -> Iterator[tuple[str, list[Any], int]]:
    """(field, values, depth) of each list of values."""
    for key, value in pattern.items():
        inner = f"{at}.{key}" if at else key
        if key == "$or":
            for choice in value:
                yield from _leaves(choice, depth + 1, at)
        elif isinstance(value, Mapping):
            yield from _leaves(value, depth + 1, inner)
        else:
            yield inner, value, depth


def _not_of_topics(field: str, value: Any) -> Iterator[str]:
    [(name, operand)] = value.items() if isinstance(value, Mapping) else [("", value)]
    numbers = [n for n in (operand if isinstance(operand, list) else [operand]) if _number(n)]
    if any(abs(number) > TOPIC_NUMBER for number in numbers):
        yield f"`{field}` has a number beyond 1,000,000,000"
    inside = list(operand) if isinstance(operand, Mapping) else []
    if name == "wildcard" or not {*inside} <= {"prefix", "suffix"}:
        yield f"`{field}` has `{inside[0] if inside else name}`, which SNS does not have{' there' if inside else ''}"


_OPERATORS: Mapping[str, tuple[Callable[[Any], bool], str]] = {
    "prefix": (_start_or_end, "a text: {prefix: eu-}"),
    "suffix": (_start_or_end, "a text: {suffix: .png}"),
    "equals-ignore-case": (_text, "a text: {equals-ignore-case: berlin}"),
    "wildcard": (_wildcard, "a text without two stars in a row: {wildcard: a*z}"),
    "anything-but": (_other, "a value, a list of texts or of numbers, or {prefix: …}: {anything-but: [test]}"),
    "numeric": (_numeric, 'a comparison, or two that leave room: {numeric: [">", 0, "<=", 100]}'),
    "exists": (lambda value: isinstance(value, bool), "true or false"),
    "cidr": (_network, "a network: {cidr: 10.0.0.0/24}"),
}


def _where(at: str) -> str:
    return f"`{at}`" if at else "It"


def _shown(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else "null" if value is None else str(value)[:40]
