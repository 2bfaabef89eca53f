"""`overrides:` of a blueprint, the escape hatch: provider properties for a resource, over those of its component."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

import pulumi

_HUMP = r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])"  # dnsARecord: dns_a_record
_USERS_KEYS = re.compile(r"tags(_all)?|dimensions|triggers|.+_(tags|params)")  # maps: their keys are no property names


def register(overrides: Mapping[str, Mapping[str, object]]) -> None:
    """Gives every resource registered from now on the properties that `overrides` has for its name. Properties are
    named as in the provider's documentation (`performanceInsightsRetentionPeriod`). `plan`, which knows all resources,
    reports a name that none has."""
    if not overrides:
        return

    def override(args: pulumi.ResourceTransformationArgs) -> pulumi.ResourceTransformationResult | None:
        properties = overrides.get(args.name)
        if properties is None:
            return None
        return pulumi.ResourceTransformationResult(merge(args.props, _in_python(properties)), args.opts)

    pulumi.runtime.register_stack_transformation(override)


def merge(base: Mapping[str, Any], override: Mapping[str, Any], named: bool = True) -> dict[str, Any]:
    """The component's properties with the override over them: blocks and maps are merged, lists and single values
    replaced, `None` removes one. `named`: the keys are names of properties, which have two spellings.

    `merge({"health_check": {"path": "/", "matcher": "200"}}, {"healthCheck": {"path": "/up"}})` is
    `{"health_check": {"path": "/up", "matcher": "200"}}`.
    """
    result = dict(base)
    for name, value in override.items():
        key = name if name in result or not named else _spelled(name, result)
        if value is None:
            result.pop(key, None)
        elif isinstance(value, Mapping):
            inner = result.get(key)
            block = inner if isinstance(inner, Mapping) else {}
            result[key] = merge(block, value, named and not _USERS_KEYS.fullmatch(_snake(name)))
        else:
            result[key] = value
    return result


def _spelled(name: str, keys: Iterable[str]) -> str:
    """The key that is this name in its other spelling, if there is one."""
    return next((key for key in keys if _snake(key) == _snake(name)), name)


def _in_python(properties: Mapping[str, object]) -> dict[str, object]:
    """Top-level names as the SDK's arguments are called; nested ones are translated by the SDK itself."""
    return {_snake(name): value for name, value in properties.items()}


def _snake(name: str) -> str:
    return re.sub(_HUMP, "_", name).lower()
