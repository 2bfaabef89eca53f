"""A place: a region of a stack, with its role, its provider, and the names of what is built there.

`shop-database` is the primary region's database; a second region with the role `standby` has `shop-standby-database`.
"""

from collections.abc import Mapping
from dataclasses import field
from typing import TypedDict

import pulumi
import pulumi_aws as aws

from tenfold.blueprints.architecture import Architecture
from tenfold.blueprints.standby import primary_of, standby_of
from tenfold.blueprints.value import Value
from tenfold.components.cdn import GLOBAL

PRIMARY, STANDBY = "primary", "standby"


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
    sources: Mapping[str, pulumi.Input[str]] = field(default_factory=dict)
    """What the first region has for this one to copy or share (`Tier.sources`); nothing in the first region."""

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

    @property
    def key_regions(self) -> dict[str, str]:
        """Regions with a replica of the key: those, and the standby's, which in us-east-1 is the same one."""
        standby = self.architecture.standby
        return {**({standby.region: STANDBY} if standby else {}), **self.other_regions}

    def source(self, name: str) -> pulumi.Input[str]:
        """What the first region has under this name. Raises KeyError for what it does not have."""
        return self.sources[name]

    def here(self, name: str) -> pulumi.Output[str]:
        """The ARN under this name, of the same thing in this region: a copy of a secret differs by the region alone
        (Secrets Manager User Guide, "Replicate secrets across Regions")."""
        return pulumi.Output.from_input(self.sources[name]).apply(lambda arn: in_region(arn, self.region))

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
    standby = [make_place(standby_of(architecture), STANDBY)] if architecture.standby else []
    return [make_place(primary_of(architecture)), *standby]


def make_place(architecture: Architecture, role: str = PRIMARY) -> Place:
    """Makes the region's provider, `aws-primary` or `aws-standby`."""
    provider = aws.Provider(f"aws-{role}", region=architecture.region)
    return Place(architecture, architecture.region, role, provider, tags(architecture))


def in_region(arn: str, region: str) -> str:
    """The ARN with another region: arn:aws:secretsmanager:us-west-2:123456789012:secret:shop-login-ab12cd."""
    parts = arn.split(":", 4)
    return ":".join([*parts[:3], region, *parts[4:]]) if len(parts) == 5 else arn  # a stand-in, in a plan


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
