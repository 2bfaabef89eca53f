"""The role of an AWS service that may do what a managed policy says: AWS keeps the list of what its service needs."""

from typing import Any

import pulumi
import pulumi_aws as aws

from tenfold.components.parts import policies
from tenfold.components.parts.order import after


def service_role(
    name: str, service: str, managed_policy: str, tags: Any, parent: pulumi.Resource, account: str | None = None
) -> pulumi.Output[str]:
    """Makes the role `name` below `parent` and returns its ARN, known only once the role may do its work: services
    refuse one that may not yet. `account`: the only one on whose behalf the service may assume it."""
    child = pulumi.ResourceOptions(parent=parent)
    partition = aws.get_partition(opts=pulumi.InvokeOptions(parent=parent)).partition
    role = aws.iam.Role(name, assume_role_policy=policies.trust(service, account), tags=tags, opts=child)
    attachment = aws.iam.RolePolicyAttachment(
        f"{name}-policy",
        role=role.name,
        policy_arn=f"arn:{partition}:iam::aws:policy/service-role/{managed_policy}",
        opts=child,
    )
    return after(role.arn, attachment)
