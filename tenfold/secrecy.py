"""What is secret is shown as `[secret]`, by every output: inputs that the provider's facts call sensitive, and plain
variables that look like a secret. What the SDK marks as one is masked besides (`graph.readable`)."""

import functools
import re
from collections.abc import Iterator, Mapping
from typing import Any

from tenfold.blueprints.grammar.secret import looks_secret
from tenfold.providers.aws import input_facts

MASK = "[secret]"
_INDEX = re.compile(r"\[[^\]]*\]")
# Of a Kubernetes Secret, and maps. By name alone they are no secret elsewhere: `load.data` is a size.
_MAPS = frozenset({"data", "stringData"})
_in_clear: set[str] = set()  # the secrets that this process has read in clear


@functools.cache
def paths(token: str) -> frozenset[str]:
    """The sensitive inputs of a type, without indices: `password`, `defaultActions.authenticateOidc.clientSecret`."""
    return frozenset(_sensitive(input_facts.of(token), ""))


@functools.cache
def _names() -> frozenset[str]:
    return frozenset(path.rpartition(".")[2] for token in input_facts.tokens() for path in paths(token))


def is_sensitive_name(name: str) -> bool:
    """Whether a value of this name, in either spelling, is sensitive in some type."""
    return camel(name) in _names() - _MAPS


def is_secret(token: str, path: str) -> bool:
    """Whether the input at `path` (`passwords[0]`) is sensitive, or part of one that is."""
    plain = _INDEX.sub("", path)
    return any(f"{plain}.".startswith(f"{secret}.") for secret in paths(token))


def mask_value(token: str, value: Any, path: str = "") -> Any:
    """An input's value, or all inputs of a resource, for people and reports."""
    if value is None:
        return None
    if path and (is_secret(token, path) or looks_secret(path.rpartition(".")[2], value)):
        return MASK
    if isinstance(value, Mapping):
        return {
            key: MASK if looks_secret(key, item) else mask_value(token, item, _below(path, key))
            for key, item in value.items()
        }
    return [mask_value(token, item, path) for item in value] if isinstance(value, list | tuple) else value


def by_name(value: Any, name: str) -> Any:
    """As `mask_value`, where no type is known: by the names of all types."""
    if value is not None and (is_sensitive_name(name) or looks_secret(name, value)):
        return MASK
    if isinstance(value, Mapping):
        return MASK if camel(name) in _MAPS else {key: by_name(item, key) for key, item in value.items()}
    return [by_name(item, name) for item in value] if isinstance(value, list | tuple) else value


def overrides(overrides: Mapping[str, Mapping[str, Any]], types: Mapping[str, str]) -> dict[str, Any]:
    """`overrides:` of a blueprint for people. `types`: resource name -> type."""
    return {child: mask_value(types.get(child, ""), properties) for child, properties in overrides.items()}


def in_clear(token: str, value: Any, path: str = "") -> Iterator[str]:
    """Where among given inputs a secret stands in clear. From now on `censor_text` knows it."""
    if isinstance(value, Mapping):
        for key, item in value.items():
            yield from in_clear(token, item, _below(path, key))
    elif isinstance(value, list | tuple):
        for at, item in enumerate(value):
            yield from in_clear(token, item, f"{path}[{at}]")
    elif value and isinstance(value, str) and is_secret(token, path):
        _in_clear.add(value)
        yield path


def censor_text(text: str) -> str:
    """A text of somebody else's, an error of the engine or of AWS, without the secrets this process knows."""
    for secret in sorted(_in_clear, key=len, reverse=True):
        text = text.replace(secret, MASK) if len(secret) > 3 else text
    return text


def camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(part[:1].upper() + part[1:] for part in rest)


def _below(path: str, key: str) -> str:
    return f"{path}.{camel(key)}" if path else camel(key)


def _sensitive(facts: Mapping[str, Any], above: str) -> Iterator[str]:
    for name, fact in facts.items():
        if fact.get("sensitive"):
            yield above + name
        yield from _sensitive(fact.get("fields", {}), f"{above}{name}.")
