"""Log groups of CloudWatch."""

from collections.abc import Mapping
from typing import Any

import pulumi
import pulumi_aws as aws

from tenfold.components.parts.names import tags_with_name


def log_group(
    child: str,
    args: Mapping[str, Any],
    parent: pulumi.Resource,
    *,
    name: pulumi.Input[str] | None = None,
    region: str | None = None,
) -> aws.cloudwatch.LogGroup:
    """The log group `child` of the component `parent`, by its arguments `kms_key_arn`, `log_retention_days` (default
    30) and `tags`. Set `name` where a service of AWS or a server expects a certain one: a group that AWS creates by
    itself has no key and keeps logs for ever. Set `region` where it is not the provider's."""
    return aws.cloudwatch.LogGroup(
        child,
        name=name,
        region=region,
        kms_key_id=args.get("kms_key_arn"),
        retention_in_days=args.get("log_retention_days", 30),
        tags=tags_with_name(args.get("tags"), child),
        opts=pulumi.ResourceOptions(parent=parent),
    )
