"""`overrides:` of a blueprint, the escape hatch: child resource → provider properties, over what the component says."""

import re
from collections.abc import Mapping

import pulumi

_HUMP = r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])"  # dnsARecord: dns_a_record


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
        return pulumi.ResourceTransformationResult({**args.props, **_in_python(wanted)}, args.opts)

    pulumi.runtime.register_stack_transformation(override)


def _in_python(properties: Mapping[str, object]) -> dict[str, object]:
    """Top-level names as the SDK's arguments are called; nested ones are translated by the SDK itself."""
    return {re.sub(_HUMP, "_", name).lower(): value for name, value in properties.items()}
