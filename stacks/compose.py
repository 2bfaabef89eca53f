"""How together: an architecture becomes components. The same function for the engine, the recorders and the tests.

Each tier is one component right under the stack, with the same type and name in every stage that has it (design: stable
identity). A stage adds tiers and changes inputs; nothing that exists is wrapped or renamed.
"""

from collections.abc import Mapping

import pulumi

from blueprints.architecture import Architecture
from stacks import overrides, standing
from stacks.address import make_records
from stacks.place import make_place
from stacks.region import region
from stacks.signals import make_signals


def build(architecture: Architecture, used: bool = False) -> Mapping[str, pulumi.Input[object]]:
    """Constructs everything and returns the stack's outputs; those that somebody looks for first come first.

    `used`: whether an earlier run of the promotion under way had moved the data, which the stack remembers."""
    overrides.register(architecture.overrides)
    primary = region(make_place(architecture))
    at = primary.ground.place
    tier = primary.tier
    addresses = make_records(at, primary.domain, tier.entrances)
    alarms = make_signals(at, primary.topics, tier.subjects)
    return {
        **addresses,
        **standing.outputs(architecture, used),
        **primary.stores.outputs,
        **primary.runners.outputs,
        "settings_path": primary.settings.path,
        "secrets": primary.settings.secret_arns,
        "dashboard": alarms.dashboard_url,
        "vpc_id": primary.ground.network.vpc_id,
        **primary.entry.outputs,
    }
