"""When two values are the same, which paths differ, and which difference replaces: for the provider of the local cloud
and for the diff without an engine. Pure."""

import json
import re
from collections.abc import Callable, Container, Iterator, Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

from tenfold.graph import SIGNATURE
from tenfold.providers.aws import input_facts

_NONE: Mapping[str, Any] = MappingProxyType({})
_PLAIN = re.compile(r"[A-Za-z_$][\w$-]*")


class Difference(NamedTuple):
    path: str
    """As Pulumi writes it: `rules[0].id`, `tags["a.b"]`. Of a list without order, the index among what differs."""
    old: Any
    new: Any
    replaces: bool


def changes(
    token: str, old: Mapping[str, Any], new: Mapping[str, Any], state: Mapping[str, Any] = _NONE
) -> dict[str, tuple[str, bool]]:
    """{path: ("add" | "delete" | "update", replaces)} between two sets of inputs; `state` as in `differences`."""
    return {
        difference.path: (
            "add" if difference.old is None else "delete" if difference.new is None else "update",
            difference.replaces,
        )
        for difference in differences(token, old, new, state)
    }


def differences(
    token: str, old: Mapping[str, Any], new: Mapping[str, Any], state: Mapping[str, Any] = _NONE
) -> Iterator[Difference]:
    """Between two sets of inputs of one type. `state` is what the provider has read of the resource: it stands for what
    the program left out, as the provider compares with it.

    No change is: another order of a list (except those with `ordered` in the facts); the provider's default written
    out or left out; leaving out what AWS then keeps as it is (`computed`), or what an import took over (`__defaults`);
    what the provider says is none (`unchanged_if`).
    """
    taken_over = set(old.get("__defaults") or ())
    old = {**_read(token, state, old), **old}
    for key in sorted({*old, *new} - {"__defaults"}):
        a, b = old.get(key), new.get(key)
        if (b is None and (key in taken_over or _kept(token, key))) or _is_default(token, key, a, b):
            continue
        for path, x, y in differing(a, b, key, _Ordered(token)):
            field = "." in path and not path.endswith("]")  # not a member of a list, which is taken away
            if y is None and ((field and _kept(token, path)) or _imported(token, path, x, old)):
                continue
            if input_facts.is_unchanged(token, path, x, y, old, new):
                continue
            yield Difference(path, x, y, input_facts.replaces(token, path, x, y, old, new))


def _read(token: str, state: Mapping[str, Any], inputs: Mapping[str, Any]) -> dict[str, Any]:
    """The inputs that the provider has read: of two that exclude each other the one that was given. What is encrypted
    in a state nobody can compare."""
    outputs, facts = {}, input_facts.of(token)
    for key, value in state.items():
        secret = isinstance(value, Mapping) and SIGNATURE in value
        if key in facts and key != "tags" and not secret and not void(value):
            others = map(input_facts.camel, facts[key].get("conflicts_with", ()))
            if not any(inputs.get(other) is not None for other in others):
                outputs[key] = value
    return outputs


class _Ordered:
    """The paths of the lists of a type whose order means something."""

    def __init__(self, token: str) -> None:
        self._token = token

    def __contains__(self, path: object) -> bool:
        return input_facts.is_object(self._token) or bool(input_facts.fact(self._token, str(path)).get("ordered"))


def _kept(token: str, key: str) -> bool:
    """Left out, it stays what it is: chosen by AWS, the automatic name, the provider's region."""
    return key == "region" or bool(input_facts.fact(token, key).get("computed"))


def _imported(token: str, path: str, value: Any, old: Mapping[str, Any]) -> bool:
    """A field of a block that an import found and no program has to give."""
    facts = input_facts.fact(token, path)
    return "__defaults" in old and (not facts or void(value) or same(value, facts.get("default")))


def _is_default(token: str, key: str, old: Any, new: Any) -> bool:
    if (old is None) == (new is None):
        return False
    default = input_facts.default(token, key)
    return default is not None and same(new if old is None else old, default)


def differing(old: Any, new: Any, path: str, ordered: Container[str]) -> Iterator[tuple[str, Any, Any]]:
    """(path, old, new) of the deepest places that differ; `ordered` are the paths of the lists with an order."""
    if same(old, new):
        return
    if isinstance(old, Mapping) and isinstance(new, Mapping):
        for key in sorted({*old, *new}):
            yield from differing(old.get(key), new.get(key), below(path, key), ordered)
    elif isinstance(old, list) and isinstance(new, list):
        if path not in ordered:
            old, new = unmatched_items(old, new, same)
        for at in range(max(len(old), len(new))):
            x, y = (values[at] if at < len(values) else None for values in (old, new))
            yield from differing(x, y, f"{path}[{at}]", ordered)
    else:
        yield path, old, new


def below(path: str, key: str) -> str:
    """The path of a field: `a.b`, or `a["b.c"]` where a point would be read wrongly."""
    return f"{path}.{key}" if _PLAIN.fullmatch(key) else f'{path}["{key}"]'


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


def void(value: Any) -> bool:
    """Nothing at all: what AWS leaves out of an answer."""
    if isinstance(value, Mapping):
        return all(map(void, value.values()))
    return value in (None, "", False) or value == []


def unmatched_items(
    left: list[Any], right: list[Any], equal: Callable[[Any, Any], bool]
) -> tuple[list[Any], list[Any]]:
    """What of each list has no partner in the other; two empty lists when they hold the same in any order."""
    lone, rest = [], list(right)
    for value in left:
        at = next((i for i, other in enumerate(rest) if equal(value, other)), None)
        if at is None:
            lone.append(value)
        else:
            del rest[at]
    return lone, rest
