"""What a host may do: the role that servers and fleets share."""

from collections.abc import Mapping, Sequence
from typing import Any

import pulumi
import pulumi_aws as aws

from tenfold.components.host.config import METRICS
from tenfold.components.parts import policies
from tenfold.components.parts.names import tags_with_name


def host_statements(
    *,
    parameters_arns: Any,
    secret_arns: Sequence[Any],
    kms_key_arn: Any,
    log_group_arn: Any,
    repository_arns: Sequence[Any] = (),
    writable_secret_arns: Sequence[Any] = (),
) -> list[policies.Statement]:
    """Reads its settings and secrets, writes its logs and metrics, pulls its images, lets Session Manager in instead of
    SSH; nothing else.

    `writable_secret_arns`: the secret whose value the host itself makes (the database of stage 1).
    """
    return [
        policies.read_settings(parameters_arns),
        policies.use_key(kms_key_arn, write=bool(writable_secret_arns)),
        *([policies.read_secrets(secret_arns)] if secret_arns else []),
        *([policies.write_secrets(writable_secret_arns)] if writable_secret_arns else []),
        policies.write_logs(log_group_arn),
        policies.put_metrics(METRICS),
        policies.describe_own_tags(),
        policies.session_manager(),
        *(policies.pull_images(repository_arns) if repository_arns else []),
    ]


def instance_profile(
    name: str,
    statements: Sequence[policies.Statement],
    *,
    parent: pulumi.Resource,
    tags: Mapping[str, Any] | None = None,
) -> aws.iam.InstanceProfile:
    """Role, its policy, and the profile by which EC2 hands the role to an instance.

    Children: `<name>-role`, `-policy`, `-profile`.
    """
    opts = pulumi.ResourceOptions(parent=parent)
    role = aws.iam.Role(
        f"{name}-role",
        assume_role_policy=policies.trust("ec2.amazonaws.com"),
        tags=tags_with_name(tags, f"{name}-role"),
        opts=opts,
    )
    granted = aws.iam.RolePolicy(f"{name}-policy", role=role.name, policy=policies.document(*statements), opts=opts)
    return aws.iam.InstanceProfile(
        f"{name}-profile",
        role=role.name,
        tags=tags_with_name(tags, f"{name}-profile"),
        # A host asks for its settings and secrets as soon as it runs.
        opts=pulumi.ResourceOptions(parent=parent, depends_on=[granted]),
    )


def metadata_hops(args: Mapping[str, Any]) -> int:
    """How far the metadata service answers, and with it the role's credentials: to the host (1), or also to its
    containers (2) where `statements` give the application rights of its own at AWS."""
    return 2 if args.get("statements") else 1
