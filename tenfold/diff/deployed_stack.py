"""A deployed stack against a plan: what the engine's preview would say, without the engine.

A plan names what only the cloud can tell (`<urn#property>`); the state knows it. What neither can tell without the
engine counts as unchanged: secrets, which the state holds encrypted, while they come from the same resources, and what
stands in for an answer of AWS.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from tenfold.diff import migrations
from tenfold.diff.checkpoint import State, graph
from tenfold.diff.compare import compare_stack
from tenfold.diff.inputs import NEW, Encrypted
from tenfold.diff.model import Difference
from tenfold.diff.tokens import TOKEN, map_leaves
from tenfold.graph import SECRET, SIGNATURE, STACK_TYPE, UNKNOWN, Graph
from tenfold.recorder.answers import ACCOUNT

# tenfold/recorder/answers.py; tokens nobody could resolve; an id of zeros, which a component says where it is part of a
# block of outputs that no plan knows (Cluster.security_group_id).
_STAND_IN = re.compile(r"<(?:[a-z0-9-]+:|urn:)[^<>]*>|\b[a-z]+-0{17}\b")
_ARN = re.compile(r"\barn:aws[\w-]*:[\w-]+:[\w-]*:(\d{12}):")
_STEP = re.compile(r"\[?\"?([^.\[\]\"]+)\"?\]?\.?")


def against(state: Iterable[State], plan: Graph) -> Difference:
    """What an `up` of `plan` would do to the stack whose checkpoint has the resources `state`."""
    migrated, origins = migrations.of_state(
        [resource for resource in state if resource["type"] != STACK_TYPE and not resource.get("delete")], plan
    )
    return compare_stack(graph(migrated), plan, _Known(migrated), origins)


class _Known:
    """Fills what the state knows into values of the plan."""

    def __init__(self, state: Iterable[State]) -> None:
        self._outputs = {one["urn"]: {**(one.get("outputs") or {}), "id": one.get("id")} for one in state}
        self._account = next((a for out in self._outputs.values() for a in _ARN.findall(str(out.get("arn")))), ACCOUNT)

    def __call__(self, old: Any, new: Any, moved: Mapping[str, str]) -> Any:
        if isinstance(new, str) and new.startswith(NEW):
            return new
        if new == UNKNOWN or (isinstance(old, Encrypted) and not _has_news(new)):
            return old
        if isinstance(new, Mapping):
            inside = old if isinstance(old, Mapping) else {}
            return {key: self(inside.get(key), value, moved) for key, value in new.items()}
        if isinstance(new, list):
            beside = old if isinstance(old, list) else []
            return [self(beside[at] if at < len(beside) else None, value, moved) for at, value in enumerate(new)]
        return self._text(old, new, moved) if isinstance(new, str) else new

    def state(self, urn: str) -> State:
        return self._outputs.get(urn, {})

    def _text(self, old: Any, text: str, moved: Mapping[str, str]) -> Any:
        if whole := TOKEN.fullmatch(text):
            value = self._output(moved.get(whole[1], whole[1]), whole[2])
            return old if value is None else value
        text = text.replace(ACCOUNT, self._account)
        text = TOKEN.sub(lambda t: _written(self._output(moved.get(t[1], t[1]), t[2]), t[0]), text)
        parts = _STAND_IN.split(text)
        if len(parts) > 1 and isinstance(old, str) and re.fullmatch(".*".join(map(re.escape, parts)), old, re.DOTALL):
            return old
        return text

    def _output(self, urn: str, path: str) -> Any:
        """An output, or what lies inside one: `endpoints[0].address`; None where the state cannot tell."""
        value: Any = self._outputs.get(urn, {})
        for step in _STEP.findall(path):
            if isinstance(value, Mapping):
                value = value.get(step)
            elif isinstance(value, list) and step.isdigit() and int(step) < len(value):
                value = value[int(step)]
            else:
                return None
        secret = isinstance(value, Mapping) and value.get(SIGNATURE) == SECRET
        return None if secret else map_leaves(value, lambda leaf: leaf)


def _has_news(value: Any) -> bool:
    if isinstance(value, Mapping | list):
        return any(map(_has_news, value.values() if isinstance(value, Mapping) else value))
    return isinstance(value, str) and value.startswith(NEW)


def _written(value: Any, otherwise: str) -> str:
    return otherwise if value is None or isinstance(value, Mapping | list) else str(value)
