"""What a change does to what is running: facts in `tenfold/data/effects.yaml`, each with its source."""

import re
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from tenfold.diff.model import ANEW, DATA_LOSS, DELETE, EFFECTS, IN_PLACE, NONE, REPLACE, UPDATE, Property, worst
from tenfold.diff.values import Difference
from tenfold.graph import Resource

_INDEX = re.compile(r"\[[^\]]*\]")


def of_change(resource: Resource, found: Difference, after: Mapping[str, Any]) -> tuple[str, str]:
    """(effect, because) of one difference that makes no new resource; `after` are all the inputs as they will be."""
    facts = _facts().get(resource.type, {})
    only = facts.get("only", {})
    if any(not re.search(pattern, str(after.get(key) or "")) for key, pattern in only.items()):
        facts = {}
    path = _INDEX.sub("", found.path)
    while path:
        if known := facts.get(path) or _everywhere().get(path):
            return known
        path = path.rpartition(".")[0]
    return facts.get("otherwise", (IN_PLACE, ""))


def of_resource(op: str, resource: Resource, properties: Iterable[Property] = ()) -> tuple[str, str]:
    """(effect, because) of the whole change."""
    if op == UPDATE:
        return worst((found.effect for found in properties), NONE), ""
    if op not in (DELETE, REPLACE):
        return NONE, ""
    if resource.options.get("retainOnDelete"):
        return ANEW if op == REPLACE else NONE, "what there was stays in the account (retainOnDelete)"
    if resource.keeps:
        return DATA_LOSS, ""
    return ANEW if op == REPLACE else NONE, ""


@cache
def _facts() -> dict[str, dict[str, Any]]:
    """{type: {input path, "otherwise" or "only": …}}"""
    return {token: _by_input(given) for token, given in _file()["types"].items()}


@cache
def _everywhere() -> dict[str, tuple[str, str]]:
    return _by_input(_file()["everywhere"])


def _by_input(given: Mapping[str, Any]) -> dict[str, Any]:
    made: dict[str, Any] = {"only": given.get("only", {})}
    for effect in EFFECTS:
        inputs = given.get(effect, ())
        reasons = inputs if isinstance(inputs, Mapping) else dict.fromkeys(inputs)
        made.update({path: (effect, why or "") for path, why in reasons.items()})
    for effect, why in given.get("otherwise", {}).items():
        made["otherwise"] = (effect, why)
    return made


@cache
def _file() -> Mapping[str, Any]:
    import yaml

    text = (Path(__file__).parents[1] / "data" / "effects.yaml").read_text(encoding="utf-8")
    return yaml.load(text, getattr(yaml, "CSafeLoader", yaml.SafeLoader))
