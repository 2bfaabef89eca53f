"""`overrides:` of a blueprint, the escape hatch: child resource → provider properties, over what the component says."""

import re
from collections.abc import Mapping
from typing import Any

import pulumi

_HUMP = r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])"  # dnsARecord: dns_a_record
_USERS_KEYS = re.compile(r"tags(_all)?|dimensions|triggers|.+_(tags|params)")  # maps: their keys are no property names


def register(overrides: Mapping[str, Mapping[str, object]]) -> None:
    """From now on a resource whose name is in `overrides` gets those properties; names are as the provider's
    documentation writes them (`performanceInsightsRetentionPeriod`). A name that no resource has is reported by
    `plan`, which knows them all."""
    if not overrides:
        return

    def override(args: pulumi.ResourceTransformationArgs) -> pulumi.ResourceTransformationResult | None:
        wanted = overrides.get(args.name)
        if wanted is None:
            return None
        return pulumi.ResourceTransformationResult(merged(args.props, _in_python(wanted)), args.opts)

    pulumi.runtime.register_stack_transformation(override)


def merged(said: Mapping[str, Any], wanted: Mapping[str, Any], named: bool = True) -> dict[str, Any]:
    """What the component said with what is wanted over it: blocks and maps are merged, lists and single values
    replaced, `None` takes away. `named`: the keys are names of properties, which have two spellings."""
    made = dict(said)
    for name, value in wanted.items():
        known = name if name in made or not named else _spelled(name, made)
        if value is None:
            made.pop(known, None)
        elif isinstance(value, Mapping):
            inner = made.get(known)
            under = inner if isinstance(inner, Mapping) else {}
            made[known] = merged(under, value, named and not _USERS_KEYS.fullmatch(_snake(name)))
        else:
            made[known] = value
    return made


def _spelled(name: str, known: Mapping[str, Any]) -> str:
    """The key that is this name in its other spelling, if there is one."""
    return next((key for key in known if _snake(key) == _snake(name)), name)


def _in_python(properties: Mapping[str, object]) -> dict[str, object]:
    """Top-level names as the SDK's arguments are called; nested ones are translated by the SDK itself."""
    return {_snake(name): value for name, value in properties.items()}


def _snake(name: str) -> str:
    return re.sub(_HUMP, "_", name).lower()
