"""When two values are the same, and which paths differ. Pure: the offline diff can use it too."""

import json
from collections.abc import Callable, Container, Iterator, Mapping
from typing import Any

from tenfold import aws_inputs

Change = tuple[str, bool]  # ("add" | "delete" | "update", replaces)


def changes(
    token: str, old: Mapping[str, Any], new: Mapping[str, Any], ordered: frozenset[str] = frozenset()
) -> dict[str, Change]:
    """{path: (kind, replaces)} between two sets of inputs. Lists are compared without order unless in `ordered`.

    Inputs an import took over (`__defaults`) and inputs equal to the provider's default are no change when absent."""
    found: dict[str, Change] = {}
    taken_over = set(old.get("__defaults") or ())
    for key in sorted({*old, *new} - {"__defaults"}):
        a, b = old.get(key), new.get(key)
        if (b is None and key in taken_over) or _is_default(token, key, a, b):
            continue
        for path, x, y in differing(a, b, key, ordered):
            if y is None and "__defaults" in old and _chosen_by_aws(token, path, x):
                continue
            kind = "add" if x is None else "delete" if y is None else "update"
            found[path] = (kind, aws_inputs.replaces(token, path, x, y, new))
    return found


def _chosen_by_aws(token: str, path: str, value: Any) -> bool:
    """A field of a block that an import found and no program has to give."""
    facts = aws_inputs.fact(token, path)
    return not facts or bool(facts.get("computed")) or _void(value) or same(value, facts.get("default"))


def _is_default(token: str, key: str, old: Any, new: Any) -> bool:
    if (old is None) == (new is None):
        return False
    default = aws_inputs.default(token, key)
    return default is not None and str(new if old is None else old) == str(default)


def differing(old: Any, new: Any, path: str, ordered: frozenset[str]) -> Iterator[tuple[str, Any, Any]]:
    """(path, old, new) of the deepest places that differ."""
    if same(old, new):
        return
    if isinstance(old, Mapping) and isinstance(new, Mapping):
        for key in sorted({*old, *new}):
            yield from differing(old.get(key), new.get(key), f"{path}.{key}", ordered)
    elif isinstance(old, list) and isinstance(new, list):
        if path.rpartition(".")[2] not in ordered:
            if _matched(old, new, same):
                return
            old = [x for x in old if not any(same(x, y) for y in new)] or old
            new = [y for y in new if not any(same(x, y) for x in old)] or new
        yield from _elements(old, new, path, ordered)
    else:
        yield path, old, new


def _elements(old: list[Any], new: list[Any], path: str, ordered: frozenset[str]) -> Iterator[tuple[str, Any, Any]]:
    for at in range(max(len(old), len(new))):
        x, y = (values[at] if at < len(values) else None for values in (old, new))
        yield from differing(x, y, f"{path}[{at}]", ordered)


def same(a: Any, b: Any) -> bool:
    """Equal inputs: nothing, null and empty are one; JSON text is compared as JSON; 1 and 1.0 and "1" are one."""
    if _empty(a) and _empty(b):
        return True
    if isinstance(a, str) and isinstance(b, str):
        return a == b or (_json(a) is not None and _json(a) == _json(b))
    if isinstance(a, Mapping) and isinstance(b, Mapping):
        return all(same(a.get(k), b.get(k)) for k in {*a, *b})
    if isinstance(a, list) and isinstance(b, list):
        return len(a) == len(b) and all(map(same, a, b))
    if isinstance(a, (Mapping, list)) or isinstance(b, (Mapping, list)) or a is None or b is None:
        return False
    return a == b or _scalar(a) == _scalar(b)


def _scalar(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def _empty(value: Any) -> bool:
    return value is None or value == [] or value == {}


def _json(text: str) -> Any:
    if text[:1] not in ("{", "["):
        return None
    try:
        return json.loads(text)
    except ValueError:
        return None


def as_given(answered: Any, given: Any, kind: Any, path: str, silent: Container[str]) -> Any:
    """An answer in the program's words: what was given where it says the same, and of a block only the given fields.

    `silent` are the paths that no answer holds: what was given there stays."""
    if path in silent or same_answer(answered, given, kind):
        return given
    if isinstance(kind, Mapping) and isinstance(given, Mapping) and isinstance(answered, Mapping):
        fields = {k: as_given(answered.get(k), v, kind.get(k), f"{path}.{k}", silent) for k, v in given.items()}
        return {k: v for k, v in fields.items() if v is not None}
    return answered


def same_answer(answered: Any, given: Any, kind: Any) -> bool:
    """Whether an answer says what was given: lists without order; a block may carry more, chosen by AWS, a map not."""
    if isinstance(given, str) and isinstance(answered, str):
        return same(answered, given) or _one_names_the_other(answered, given)
    if isinstance(given, Mapping) and isinstance(answered, Mapping):
        if isinstance(kind, list):
            return same(answered, given)
        types = kind if isinstance(kind, Mapping) else {}
        return all(same_answer(answered.get(k), v, types.get(k)) for k, v in given.items())
    if isinstance(given, list) and isinstance(answered, list):
        inner = kind[1] if isinstance(kind, list) else None
        return len(answered) == len(given) and _matched(answered, given, lambda x, y: same_answer(x, y, inner))
    if _void(given) and _void(answered):
        return True
    return same(answered, given)


def _one_names_the_other(a: str, b: str) -> bool:
    """An ARN and the id or name at its end mean the same thing; so do a DNS name with and without its last dot."""
    arn, short = (a, b) if a.startswith("arn:") else (b, a)
    if arn.startswith("arn:") and not short.startswith("arn:"):
        return bool(short) and arn.endswith((f"/{short}", f":{short}"))
    return a.rstrip(".") == b.rstrip(".") != ""


def _void(value: Any) -> bool:
    """Nothing at all: what AWS leaves out of an answer."""
    if isinstance(value, Mapping):
        return all(map(_void, value.values()))
    return value in (None, "", False) or value == []


def _matched(left: list[Any], right: list[Any], equal: Callable[[Any, Any], bool]) -> bool:
    """Whether the two lists hold the same elements, in any order."""
    rest = list(left)
    for wanted in right:
        at = next((i for i, x in enumerate(rest) if equal(x, wanted)), None)
        if at is None:
            return False
        del rest[at]
    return not rest
