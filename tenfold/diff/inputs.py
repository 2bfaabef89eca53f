"""The inputs of one resource before and after, as a preview of the engine would compare them."""

import json
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from tenfold import secrecy
from tenfold.diff import tokens, values
from tenfold.graph import RESOURCE, SECRET, SIGNATURE, UNKNOWN, Resource, readable
from tenfold.providers.aws import input_facts
from tenfold.recorder.answers import RANDOM_PASSWORD

NEW = "\0"  # in front of a text that names something new: it differs from every text of before
_INDEX = re.compile(r"\[[^\]]*\]")
_STEP = re.compile(r'\[(?:"([^"]*)"|([^\]]*))\]|\.?([^.\[\]]+)')


class Settle(Protocol):
    """What is known of a deployed stack."""

    def __call__(self, old: Any, new: Any, moved: Mapping[str, str]) -> Any:
        """The value after, with what the stack knows filled in; `moved` is URN -> URN before."""
        ...

    def state(self, urn: str) -> Mapping[str, Any]:
        """What the provider has read of a resource."""
        ...


class Encrypted(str):
    """What a state holds encrypted, as its ciphertext."""


@dataclass
class Fates:
    """What is known so far of the resources a later one may refer to."""

    planned: Collection[str] = ()
    """The URNs after."""
    replaced: set[str] = field(default_factory=set)
    """Created or replaced: every output is another one."""
    changing: dict[str, frozenset[str]] = field(default_factory=dict)
    """Changed in place -> the outputs that changes."""
    moved: dict[str, str] = field(default_factory=dict)
    """Known by an alias -> URN before."""

    def is_unsettled(self, urn: str, output: str = "") -> bool:
        """Whether the output, or any, will be another one than before."""
        changing = self.changing.get(urn, ())
        return urn in self.replaced or (output in changing if output else bool(changing))


def input_differences(
    old: Resource, new: Resource, fates: Fates, settle: Settle | None
) -> tuple[list[values.Difference], Mapping[str, Any]]:
    """What differs, with what was asked to be ignored left out; and the inputs after, for the facts that look at them.

    Values are unwrapped, as they are compared. A text that names something new is marked with NEW, which
    `values_to_show` undoes.
    """
    if settle is None and old.inputs == new.inputs and not _touched(new, fates):
        return [], new.inputs
    before, after = _before(old.inputs, fates.moved), _after(old, new, fates)
    if settle is not None:
        after = {key: settle(before.get(key), value, fates.moved) for key, value in after.items()}
    if not new.custom:
        return list(_of_frame(before, after)), after
    ignored, state = _paths(new.options.get("ignoreChanges")), settle.state(old.urn) if settle else {}
    return [d for d in values.differences(new.type, before, after, state) if not _under(d.path, ignored)], after


def replacing_paths(resource: Resource, differences: Collection[values.Difference]) -> set[str]:
    """The paths that make a new resource: by the provider's facts, and by `replaceOnChanges`. A provider of another
    region or cluster is another one."""
    asked = _paths(resource.options.get("replaceOnChanges"))
    if resource.type.startswith("pulumi:providers:"):
        asked += [["region"], ["clusterIdentifier"]]
    return {d.path for d in differences if d.replaces or _under(d.path, asked)}


def condemning_inputs(resource: Resource, gone: Collection[str]) -> list[str]:
    """The inputs because of which it must be replaced when the resources `gone` are deleted before they are replaced.

    As the engine finds out: it asks the provider for the difference with those inputs unknown."""
    named = {key for key, urns in resource.property_dependencies.items() if not set(urns).isdisjoint(gone)}
    unknown = {key: f"{NEW}{UNKNOWN}" if key in named else value for key, value in resource.inputs.items()}
    ignored = _paths(resource.options.get("ignoreChanges"))
    differences = [
        d for d in values.differences(resource.type, resource.inputs, unknown) if not _under(d.path, ignored)
    ]
    forced = replacing_paths(resource, differences) | {
        d.path for d in differences if input_facts.replaces_unknown(resource.type, d.path)
    }
    return sorted(forced) if named else []


def values_to_show(difference: values.Difference, secret: Collection[str]) -> tuple[Any, Any]:
    """(old, new) for people and reports. `secret`: see `secrets`."""
    path = _INDEX.sub("", difference.path)
    if any(f"{path}.".startswith(f"{s}.") or f"{s}.".startswith(f"{path}.") for s in secret):
        old, new = (None if value is None else "[secret]" for value in (difference.old, difference.new))
        return old, new
    return secrecy.mask_value("", _shown(difference.old), path), secrecy.mask_value("", _shown(difference.new), path)


def secrets(*inputs: Mapping[str, Any]) -> set[str]:
    """The paths of everything secret, without indices."""
    return {path for each in inputs for path in _secrets(each, "")}


def _secrets(value: Any, path: str) -> Iterator[str]:
    if isinstance(value, Mapping):
        if value.get(SIGNATURE) == SECRET:
            yield path
        else:
            for key, item in value.items():
                yield from _secrets(item, _INDEX.sub("", values.below(path, key)).lstrip("."))
    elif isinstance(value, list | tuple):
        for item in value:
            yield from _secrets(item, path)


def _shown(value: Any) -> Any:
    return readable(tokens.map_leaves(value, lambda leaf: leaf.removeprefix(NEW) if isinstance(leaf, str) else leaf))


def _touched(resource: Resource, fates: Fates) -> bool:
    return bool(fates.moved) or any(map(fates.is_unsettled, resource.dependencies))


def _before(inputs: Mapping[str, Any], moved: Mapping[str, str]) -> dict[str, Any]:
    def rename_leaf(leaf: Any) -> Any:
        for now, then in moved.items():
            if isinstance(leaf, str) and then in leaf:
                leaf = leaf.replace(f"<{then}#", f"<{now}#")
        return leaf

    return {key: tokens.map_leaves(plain(value), rename_leaf) for key, value in inputs.items()}


def _after(old: Resource, resource: Resource, fates: Fates) -> dict[str, Any]:
    filled = {}
    for key, value in resource.inputs.items():
        behind = resource.property_dependencies.get(key, ())
        elsewhere = {fates.moved.get(urn, urn) for urn in behind} != set(old.property_dependencies.get(key, ()))
        unknown = elsewhere or any(map(fates.is_unsettled, behind))
        # Nobody can compare what a state holds encrypted. With other resources behind it, it is taken for another.
        hidden = elsewhere and isinstance(plain(old.inputs.get(key)), Encrypted)

        def leaf(text: Any, unknown: bool = unknown, hidden: bool = hidden) -> Any:
            if not isinstance(text, str):
                return text
            named = tokens.outputs(text)
            made_up = any(urn not in fates.planned for urn, _ in named)  # a program may have changed a name's own text
            untold = text == UNKNOWN or made_up or RANDOM_PASSWORD in text
            new = unknown if untold else hidden or any(fates.is_unsettled(*output) for output in named)
            return NEW + text if new else text

        filled[key] = tokens.map_leaves(plain(value), leaf)
    return filled


def plain(value: Any) -> Any:
    """Without the SDK's marks of what is secret or a resource, as a provider gets it. What the state holds encrypted
    is compared by its ciphertext."""
    if isinstance(value, dict):
        mark = value.get(SIGNATURE)
        if mark == SECRET:
            return plain(value["value"]) if "value" in value else Encrypted(value.get("ciphertext"))
        if mark == RESOURCE:
            return value["urn"]
        return {key: plain(item) for key, item in value.items()}
    return [plain(item) for item in value] if isinstance(value, list | tuple) else value


def _of_frame(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[values.Difference]:
    """Of a component, which no provider looks at: the engine compares its inputs as they are."""
    for key in sorted({*before, *after}):
        old, new = before.get(key), after.get(key)
        if _canonical(old) != _canonical(new):
            yield values.Difference(key, old, new, False)


def _canonical(value: Any) -> str:
    """Numbers are floating in a state; `True` and 1 are two values, unlike Python's."""
    whole = tokens.map_leaves(value, lambda leaf: int(leaf) if isinstance(leaf, float) and leaf.is_integer() else leaf)
    return json.dumps(whole, sort_keys=True)


def _paths(paths: object) -> list[list[str]]:
    return [_steps(str(path)) for path in paths] if isinstance(paths, list) else []


def _steps(path: str) -> list[str]:
    """`a.b[0]["c.d"]` -> a, b, 0, c.d"""
    return [quoted or index or plain for quoted, index, plain in _STEP.findall(path)]


def _under(path: str, paths: Collection[list[str]]) -> bool:
    """Whether the path is one of those or lies below one; `*` stands for any step."""
    steps = _steps(path)
    return any(
        len(want) <= len(steps) and all(w in ("*", s) for w, s in zip(want, steps, strict=False)) for want in paths
    )
