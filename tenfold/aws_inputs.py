"""Facts about the inputs of AWS resource types: which change replaces, defaults, allowed values.

`data/aws-inputs.json` holds what the provider itself says (its `about` names source and date); `data/aws-inputs-own.json`
holds the few replacements the provider decides in code, each with its reason."""

import functools
import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

DATA = Path(__file__).parent / "data"
Facts = Mapping[str, Any]
_INDEX = re.compile(r"\[[^\]]*\]")


@functools.cache
def _types() -> dict[str, Any]:
    return json.loads((DATA / "aws-inputs.json").read_bytes())["types"]


@functools.cache
def _own() -> dict[str, Any]:
    return json.loads((DATA / "aws-inputs-own.json").read_bytes())["types"]


def of(token: str) -> Facts:
    """{input: facts} of a type, `{}` for one without; nested blocks under `fields`."""
    return _types().get(token, {})


def fact(token: str, path: str) -> Facts:
    """The facts of one input; `path` as in a diff, `rootBlockDevice.volumeSize` or `rules[0].id`."""
    found: Any = {"fields": of(token)}
    for part in _INDEX.sub("", path).split("."):
        found = found.get("fields", {}).get(part, {})
    return found


def default(token: str, key: str) -> Any:
    """The provider's default of a top-level input in its own type, None without one. Facts keep defaults as text."""
    text = of(token).get(key, {}).get("default")
    if text in ("true", "false"):
        return text == "true"
    return text


def computed(token: str) -> Iterator[str]:
    """The optional inputs that AWS fills when they are absent."""
    return (key for key, facts in of(token).items() if facts.get("computed"))


def replaces(token: str, path: str, old: Any, new: Any, inputs: Mapping[str, Any]) -> bool:
    """Whether changing the input at `path` from `old` to `new` makes a new resource; `inputs` are all the new ones.

    A block that replaces as a whole replaces for each of its fields."""
    parts = _INDEX.sub("", path).split(".")
    found: Any = {"fields": of(token)}
    for part in parts:
        found = found.get("fields", {}).get(part, {})
        if found.get("replaces"):
            return True
    own = _own().get(token, {}).get(parts[0])
    return bool(own) and _decided(own, old, new, inputs)


def _decided(own: Facts, old: Any, new: Any, inputs: Mapping[str, Any]) -> bool:
    if "when" in own:
        return all(inputs.get(key) == value for key, value in own["when"].items())
    if "from_to" in own:
        return [old, new] in own["from_to"]
    return True
