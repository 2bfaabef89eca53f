"""Facts about the inputs of resource types: which change replaces, defaults, allowed values.

`data/aws-inputs.json` holds what the provider itself says (its `about` names source and date),
`data/aws-inputs-own.json` our corrections and the replacements the provider decides in code, each with its reason;
`../kubernetes/inputs.json` what replaces an object of Kubernetes."""

import functools
import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from tenfold.providers.aws.replaced_if import Change, holds

DATA = Path(__file__).parent
Facts = Mapping[str, Any]
_OBJECTS = "../kubernetes/inputs.json"
_INDEX = re.compile(r"\[[^\]]*\]")


@functools.cache
def _file(name: str) -> dict[str, Any]:
    return json.loads((DATA / name).read_bytes())


@functools.cache
def _types() -> dict[str, Any]:
    published, own = (_file(name)["types"] for name in ("aws-inputs.json", "aws-inputs-own.json"))
    types = {token: _corrected(published.get(token, {}), own.get(token, {})) for token in {*published, *own}}
    objects = _file(_OBJECTS)
    return types | {token: _corrected(objects["everywhere"], facts) for token, facts in objects["types"].items()}


def _corrected(facts: Facts, own: Facts) -> dict[str, Any]:
    complete = dict(facts)
    for key, value in own.items():
        if value is None:
            complete.pop(key, None)
        elif isinstance(value, dict):
            complete[key] = _corrected(complete.get(key, {}), value)
        else:
            complete[key] = value
    return complete


def camel(name: str) -> str:
    """Terraform's name of an input (`user_data_base64`) as Pulumi's, where they differ in writing only."""
    return re.sub(r"_(\w)", lambda match: match[1].upper(), name)


def tokens() -> frozenset[str]:
    """The types that have facts."""
    return frozenset(_types())


def of(token: str) -> Facts:
    """{input: facts} of a type, `{}` for one without; nested blocks under `fields`."""
    facts = _types().get(token)
    if facts is None:
        return _file(_OBJECTS)["everywhere"] if is_object(token) else {}
    return facts


def is_object(token: str) -> bool:
    """Whether it is a type of Kubernetes: whatever its kind, it has `metadata`, each of its lists an order, and a
    replacement comes after it, because both would have one name."""
    return token.startswith("kubernetes:")


def fact(token: str, path: str) -> Facts:
    """The facts of one input; `path` as in a diff, `rootBlockDevice.volumeSize` or `rules[0].id`."""
    fact: Any = {"fields": of(token)}
    for part in _INDEX.sub("", path).split("."):
        fact = fact.get("fields", {}).get(part, {})
    return fact


def default(token: str, key: str) -> Any:
    """The provider's default of a top-level input in its own type, None without one. Facts keep defaults as text."""
    text = of(token).get(key, {}).get("default")
    if text in ("true", "false"):
        return text == "true"
    return text


def changing(token: str) -> frozenset[str]:
    """The outputs that an update in place may change. All others stay as long as the resource does."""
    return frozenset(_file("aws-inputs-own.json")["changing"].get(token, ()))


def told_by(token: str) -> Mapping[str, str]:
    """{secret input: output that tells its value all the same}"""
    return _file("aws-inputs-own.json")["told_by"].get(token, {})


def computed_inputs(token: str) -> Iterator[str]:
    """The optional inputs that AWS fills when they are absent."""
    return (key for key, facts in of(token).items() if facts.get("computed"))


def replaces_unknown(token: str, path: str) -> bool:
    """Whether not knowing the value at `path` makes a new object: where any field of it would. A `spec` that takes a
    name from elsewhere takes its selector with it."""
    return is_object(token) and _replaces_below(fact(token, path))


def _replaces_below(facts: Facts) -> bool:
    return bool(facts.get("replaces")) or any(map(_replaces_below, facts.get("fields", {}).values()))


def replaces(token: str, path: str, old: Any, new: Any, before: Mapping[str, Any], after: Mapping[str, Any]) -> bool:
    """Whether changing the input at `path` from `old` to `new` makes a new resource; `before` and `after` are all its
    inputs.

    A block that replaces as a whole replaces for each of its fields. What the provider decides in code looks at a
    whole input of the top level, such as a list of subnets, or at a field of a block."""
    return any(
        facts.get("replaces") or any(holds(row, change) for row in facts.get("replaces_if", ()))
        for facts, change in _along(token, path, old, new, before, after)
    )


def is_unchanged(
    token: str, path: str, old: Any, new: Any, before: Mapping[str, Any], after: Mapping[str, Any]
) -> bool:
    """Whether the provider takes what differs at `path` for no change, such as a name with a point at its end;
    arguments as of `replaces`."""
    return any(
        holds(row, change)
        for facts, change in _along(token, path, old, new, before, after)
        for row in facts.get("unchanged_if", ())
    )


def _along(
    token: str, path: str, old: Any, new: Any, before: Mapping[str, Any], after: Mapping[str, Any]
) -> Iterator[tuple[Facts, Change]]:
    """The facts of the input and of each field on the way to `path`, with what changes there."""
    fact: Any = {"fields": of(token)}
    for depth, part in enumerate(_INDEX.sub("", path).split(".")):
        fact = fact.get("fields", {}).get(part, {})
        was, now = (old, new) if depth else (before.get(part), after.get(part))
        usual = None if depth else default(token, part)
        yield fact, Change(usual if was is None else was, usual if now is None else now, after, before)
