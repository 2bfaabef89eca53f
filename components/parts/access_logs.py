"""The private bucket that a load balancer or CloudFront writes its access logs to, and from which they expire."""

from typing import Any

import pulumi
import pulumi_aws as aws

from tenfold.components.parts.policies import allow, document, refuse_plain_text
from tenfold.components.parts.private_bucket import private_bucket

# Who delivers the logs of which kind. Sources: "Enable access logs" in the Application and the Network Load Balancer
# user guides. Both accept SSE-S3; the application kind accepts nothing else, so the bucket has no key of ours.
# CloudFront writes by a grant in the bucket's ACL, which it adds itself when logging is turned on (CloudFront Developer
# Guide, "Configure standard logging (legacy)"); so that ACL must count, and no statement names it.
WRITERS = {"application": "logdelivery.elasticloadbalancing.amazonaws.com", "network": "delivery.logs.amazonaws.com"}

ENFORCED = "BucketOwnerEnforced"
OWNERSHIP = {"cdn": "BucketOwnerPreferred"}


def log_bucket(
    name: str,
    kind: str,
    retention_days: pulumi.Input[int],
    throwaway: bool,
    tags: Any,
    parent: pulumi.Resource,
    region: str | None = None,
) -> pulumi.Output[str]:
    """Makes the bucket `name` below `parent` and returns its name, known only once the log service may write: AWS
    tests that when a balancer turns logging on, and CloudFront that the bucket's ACL counts. `region` when it is not
    the provider's."""
    place: dict[str, Any] = {"region": region} if region else {}
    child = pulumi.ResourceOptions(parent=parent)
    invoke = pulumi.InvokeOptions(parent=parent)
    account, partition = aws.get_caller_identity(opts=invoke).account_id, aws.get_partition(opts=invoke).partition
    ownership = OWNERSHIP.get(kind, ENFORCED)
    bucket, closed = private_bucket(
        name, name, throwaway=throwaway, tags=tags, parent=parent, ownership=ownership, region=region
    )
    aws.s3.BucketLifecycleConfiguration(
        f"{name}-expiry",
        bucket=bucket.id,
        rules=[
            {
                "id": "expire",
                "status": "Enabled",
                "filter": {"prefix": ""},
                "expiration": {"days": retention_days},
                "abort_incomplete_multipart_upload": {"days_after_initiation": 1},
            }
        ],
        opts=child,
        **place,
    )
    arn = pulumi.Output.concat(f"arn:{partition}:s3:::", bucket.id)
    policy = aws.s3.BucketPolicy(
        f"{name}-policy",
        bucket=bucket.id,
        policy=document(*statements(arn, kind, account)),
        opts=pulumi.ResourceOptions(parent=parent, depends_on=closed),
        **place,
    )
    return policy.bucket


def statements(bucket_arn: Any, kind: str, account: str) -> list[dict[str, Any]]:
    """The log service may write this account's logs; nobody may come without TLS."""
    logs = pulumi.Output.concat(bucket_arn, f"/AWSLogs/{account}/*")
    without_tls = refuse_plain_text(bucket_arn)
    if kind == "cdn":
        return [without_tls]
    principal = {"Service": WRITERS[kind]}
    if kind == "application":
        return [allow("WriteLogs", ["s3:PutObject"], logs, None, principal), without_tls]
    own = {"aws:SourceAccount": account}
    full = {"StringEquals": {"s3:x-amz-acl": "bucket-owner-full-control", **own}}
    return [
        allow("WriteLogs", ["s3:PutObject"], logs, full, principal),
        allow("CheckBucket", ["s3:GetBucketAcl"], bucket_arn, {"StringEquals": own}, principal),
        without_tls,
    ]
