"""What a change does to what is running: facts in `tenfold/providers/`, each with its source."""

import re
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any, NamedTuple

from tenfold import versions
from tenfold.diff.model import ANEW, DATA_LOSS, DELETE, EFFECTS, IN_PLACE, NONE, REPLACE, UPDATE, Property, worst
from tenfold.diff.values import Difference
from tenfold.graph import Resource, stateful_types
from tenfold.providers import facts
from tenfold.providers.aws import input_facts

DIRECTIONS = ("to-zero", "from-zero", "lower", "leap", "major", "becomes", "comes")
_INDEX = re.compile(r"\[[^\]]*\]")


class Effect(NamedTuple):
    effect: str
    because: str = ""
    instead: str = ""
    """Of what is refused: what to do."""
    error: str = ""
    """Of what is refused: the words of AWS."""


def of_change(type_: str, name: str, difference: Difference, after: Mapping[str, Any]) -> Effect:
    """Of one difference that makes no new resource; `after` are all the inputs as they will be."""
    facts = _facts().get(type_, {})
    if not _holds(facts, after):
        facts = {}
    path = _INDEX.sub("", difference.path)
    if directed := _directed(facts, path, type_, name, difference, after):
        return directed
    while path:
        if known := facts.get(path) or _everywhere().get(path):
            return known
        path = path.rpartition(".")[0]
    return facts.get("otherwise", Effect(IN_PLACE))


def of_resource(op: str, resource: Resource, properties: Iterable[Property] = ()) -> tuple[str, str]:
    """(effect, because) of the whole change."""
    if op == UPDATE:
        return worst((property_.effect for property_ in properties), NONE), ""
    if op not in (DELETE, REPLACE):
        return NONE, ""
    if resource.options.get("retainOnDelete"):
        return ANEW if op == REPLACE else NONE, "what there was stays in the account (retainOnDelete)"
    if resource.keeps:
        return DATA_LOSS, ""
    return ANEW if op == REPLACE else NONE, ""


def of_replacement(type_: str, forced_by: Iterable[str]) -> str:
    """What is interrupted when a change of these inputs makes a new resource; nothing where nobody notices."""
    reasons = _facts().get(type_, {}).get("replaced", {})
    return next((reasons[key] for key in (*forced_by, "any") if key in reasons), "")


def of_removal(gone: Resource) -> str:
    """What reaches nobody any more without it; nothing where nobody notices."""
    facts = _facts().get(gone.type, {})
    return str(facts.get("removed") or "") if _holds(facts, gone.inputs) else ""


def important(type_: str) -> bool:
    """Whether a resource of this type is always named."""
    return type_ in _file()["important"]["types"] or type_ in stateful_types()


def important_input(path: str) -> bool:
    """Whether a change of this input is always named."""
    return not _important_inputs().isdisjoint(_INDEX.sub("", path).split("."))


@cache
def _important_inputs() -> frozenset[str]:
    return frozenset(_file()["important"]["inputs"])


def _holds(facts: Mapping[str, Any], inputs: Mapping[str, Any]) -> bool:
    """Whether a resource with these inputs is one that the facts are about (`only`)."""
    return all(re.search(pattern, str(inputs.get(key) or "")) for key, pattern in facts.get("only", {}).items())


def _directed(
    facts: Mapping[str, Any], path: str, type_: str, name: str, difference: Difference, after: Mapping[str, Any]
) -> Effect | None:
    """What holds of a change in this direction only; None where nothing does."""
    for inside in _parts(difference.new) if difference.old is None else ():
        part = difference._replace(path=difference.path + inside[0], new=inside[1])
        if directed := _directed(facts, _INDEX.sub("", part.path), type_, name, part, after):
            return directed
    default = input_facts.fact(type_, path).get("default")
    old, new = (default if value is None else value for value in (difference.old, difference.new))
    for direction in DIRECTIONS:
        rule = facts.get(direction, {}).get(path)
        if rule and _goes(direction, old, new, rule, after):
            effect, why = next((key, rule[key]) for key in EFFECTS if key in rule)
            words = {"old": _number(old), "new": _number(new), "name": name}
            return Effect(
                effect, *((text or "").format(**words) for text in (why, rule.get("instead"), rule.get("error")))
            )
    return None


def _parts(value: Any) -> Iterable[tuple[str, Any]]:
    """What is in a block or a list, each with its end of the path."""
    if isinstance(value, Mapping):
        return [(f".{key}", part) for key, part in value.items()]
    return [(f"[{number}]", part) for number, part in enumerate(value)] if isinstance(value, list) else ()


def _goes(direction: str, old: Any, new: Any, rule: Mapping[str, Any], after: Mapping[str, Any]) -> bool:
    if direction == "major":
        parts = rule["parts"].get(after.get("engine"), 0)
        return versions.another_major(new, old, parts) and str(after.get(rule["unless"])).lower() != "true"
    if direction == "lower":
        return versions.lower(new, old)
    if direction == "leap":
        return versions.leaps(new, old)
    if direction == "comes":
        return old is None and new is not None
    if direction == "becomes":
        return old is not None and new == rule["to"]
    zero, other = (new, old) if direction == "to-zero" else (old, new)
    return versions.numbers(zero) == [0] != versions.numbers(other)


def _number(value: Any) -> str:
    return f"{value:.10g}" if isinstance(value, float) else str(value)


@cache
def _facts() -> dict[str, dict[str, Any]]:
    """{type: {input path, "otherwise", "only" or a direction: …}}"""
    return {token: _by_input(entry) for token, entry in _file()["types"].items()}


@cache
def _everywhere() -> dict[str, Effect]:
    return _by_input(_file()["everywhere"])


def _by_input(entry: Mapping[str, Any]) -> dict[str, Any]:
    facts: dict[str, Any] = {key: entry.get(key, {}) for key in ("only", "replaced", "removed", *DIRECTIONS)}
    for effect in EFFECTS:
        inputs = entry.get(effect, ())
        reasons = inputs if isinstance(inputs, Mapping) else dict.fromkeys(inputs)
        facts.update({path: Effect(effect, why or "") for path, why in reasons.items()})
    for effect, why in entry.get("otherwise", {}).items():
        facts["otherwise"] = Effect(effect, why)
    return facts


@cache
def _file() -> Mapping[str, Any]:
    return facts.read("effects")
