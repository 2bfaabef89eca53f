"""What a host may connect to inside the network: one rule in the group of what is entered, per role and port."""

from collections.abc import Mapping
from typing import Any, TypedDict

import pulumi
import pulumi_aws as aws

from tenfold.components.parts.names import tags_with_name

ANYWHERE = "0.0.0.0/0"


class ReachArgs(TypedDict):
    security_group_id: pulumi.Input[str]
    """Group of what is reached. Change: new rule first."""
    port: int
    """TCP port of what is reached. Change: new rule first."""


def let_in(
    child: str,
    entered: pulumi.Input[str],
    caller: pulumi.Input[str],
    port: int,
    *,
    tags: Mapping[str, Any] | None,
    parent: pulumi.Resource,
) -> aws.vpc.SecurityGroupIngressRule:
    """Lets members of the group `caller` into the group `entered`, on one TCP port."""
    return aws.vpc.SecurityGroupIngressRule(
        child,
        security_group_id=entered,
        description=child,
        referenced_security_group_id=caller,
        ip_protocol="tcp",
        from_port=port,
        to_port=port,
        tags=tags_with_name(tags, child),
        opts=pulumi.ResourceOptions(parent=parent),
    )


def let_reach(
    name: str,
    caller: pulumi.Input[str],
    reaches: Mapping[str, ReachArgs] | None,
    *,
    tags: Mapping[str, Any] | None,
    parent: pulumi.Resource,
) -> list[pulumi.Resource]:
    """`<name>-to-<role>`: lets members of the group `caller` into the group of each role, on its port."""
    return [
        let_in(f"{name}-to-{role}", target["security_group_id"], caller, target["port"], tags=tags, parent=parent)
        for role, target in (reaches or {}).items()
    ]


def let_out(
    name: str, leaving: pulumi.Input[str], *, tags: Mapping[str, Any] | None, parent: pulumi.Resource
) -> aws.vpc.SecurityGroupEgressRule:
    """`<name>-out`: lets members of the group `leaving` connect to anything."""
    return aws.vpc.SecurityGroupEgressRule(
        f"{name}-out",
        security_group_id=leaving,
        description="To AWS, registries and other services",
        ip_protocol="-1",
        cidr_ipv4=ANYWHERE,
        tags=tags_with_name(tags, f"{name}-out"),
        opts=pulumi.ResourceOptions(parent=parent),
    )
