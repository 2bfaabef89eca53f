"""A place: a region of a stack, with its role, its provider, and the names of what is built there.

`shop-database` is the primary region's database; a second region with the role `standby` has `shop-standby-database`.
"""

from collections.abc import Mapping
from typing import TypedDict

import pulumi
import pulumi_aws as aws

from tenfold.blueprints.architecture import Architecture
from tenfold.blueprints.value import Value
from tenfold.components.cdn import GLOBAL

PRIMARY = "primary"


class Tagged(TypedDict):
    """What every component takes."""

    tags: dict[str, pulumi.Input[str]]


class Keeping(Tagged):
    """What every component that holds data takes: it is protected unless its environment may be thrown away."""

    throwaway: bool


class Place(Value):
    architecture: Architecture
    region: str
    role: str
    provider: aws.Provider
    tags: Mapping[str, pulumi.Input[str]]

    @property
    def primary(self) -> bool:
        return self.role == PRIMARY

    @property
    def options(self) -> pulumi.ResourceOptions:
        return pulumi.ResourceOptions(providers={"aws": self.provider})

    @property
    def common(self) -> Tagged:
        return {"tags": {**self.tags}}

    @property
    def keeping(self) -> Keeping:
        return {"tags": {**self.tags}, "throwaway": self.architecture.throwaway}

    @property
    def other_regions(self) -> dict[str, str]:
        """Regions in which this one's stack has a few things beside its own, each with the role that names them: a
        replica of the key and a topic for alarms. CloudFront is measured and logs in us-east-1, wherever it is used.

        By region, not by role: KMS allows one replica of a key in a region.
        """
        needed = self.architecture.cdn is not None and self.primary and self.region != GLOBAL
        return {GLOBAL: "edge"} if needed else {}

    def name(self, tier: str) -> str:
        """Of a tier's component: `shop-database`, `shop-standby-database`. Never a stage, a count or a zone, so that
        every stage finds it again; and no role in the primary region, which was there first."""
        application = self.architecture.name
        return f"{application}-{self.label(tier)}"

    def label(self, name: str, joint: str = "-") -> str:
        """`cache` in the primary region, `standby-cache` in one with the role `standby`: the part that names of tiers,
        alarms and outputs (`standby_cache`) have in common."""
        return name if self.primary else f"{self.role}{joint}{name}"


def make_places(architecture: Architecture) -> list[Place]:
    """All regions of the stack, the primary one first."""
    return [make_place(architecture)]


def make_place(architecture: Architecture, role: str = PRIMARY, region: str | None = None) -> Place:
    """Makes the region's provider, `aws-primary` or `aws-standby`. `region`: default the blueprint's."""
    where = region or architecture.region
    provider = aws.Provider(f"aws-{role}", region=where)
    return Place(architecture, where, role, provider, tags(architecture))


def tags(architecture: Architecture) -> dict[str, pulumi.Input[str]]:
    """On every resource. No stage among them: a promotion must not touch what it does not change."""
    owner: dict[str, pulumi.Input[str]] = {"owner": architecture.owner} if architecture.owner else {}
    return {
        **architecture.tags,
        **owner,
        "application": architecture.name,
        "environment": architecture.environment,
        "stack": stack_tag(architecture),
        "managed-by": "tenfold",
    }


def stack_tag(architecture: Architecture) -> str:
    """Value of the tag `stack`, by which the budget counts."""
    return f"{architecture.name}-{architecture.environment}"
