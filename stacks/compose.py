"""How together: an architecture becomes components. The same function for the engine, the recorders and the tests.

Each tier is one component right under the stack, with the same type and name in every stage that has it (design: stable
identity). A stage adds tiers and changes inputs; nothing that exists is wrapped or renamed.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import TypeVar

import pulumi

from tenfold.blueprints.architecture import Architecture
from tenfold.components.signals import SubjectArgs
from tenfold.stacks import boundary, overrides, standing
from tenfold.stacks.address import make_records
from tenfold.stacks.place import make_places
from tenfold.stacks.region import region
from tenfold.stacks.replication import copy_backups, copy_static_files, replicate
from tenfold.stacks.signals import make_signals

T = TypeVar("T")


def build(architecture: Architecture, used: bool = False) -> Mapping[str, pulumi.Input[object]]:
    """Constructs everything and returns the stack's outputs; those that somebody looks for first come first.

    `used`: whether an earlier run of the promotion under way had moved the data, which the stack remembers."""
    boundary.register(architecture.permissions_boundary)
    overrides.register(architecture.overrides)
    home, *others = make_places(architecture)
    primary = region(home)
    seconds = [region(replace(there, sources=primary.sources)) for there in others]
    copies: dict[str, SubjectArgs] = {}
    for second in seconds:
        copies |= replicate(primary, second) | replicate(second, primary) | copy_static_files(primary, second)
        copy_backups(*((primary, second) if architecture.active == "primary" else (second, primary)))
    regions = [primary, *seconds]
    addresses = make_records(home, primary.domain, primary.tier.entrances)
    topics = _union(each.topics.topic_arns_by_region for each in reversed(regions))  # the primary's, where two have one
    signals = make_signals(home, topics, _union([*(each.subjects for each in regions), copies]))
    return {
        **addresses,
        **standing.outputs(architecture, used),
        **_union(each.outputs for each in regions),
        "dashboard": signals.dashboard_url,
        **_union(each.details for each in regions),
    }


def _union(mappings: Iterable[Mapping[str, T]]) -> dict[str, T]:
    """The last one's, where two have the same name."""
    return {name: value for mapping in mappings for name, value in mapping.items()}
