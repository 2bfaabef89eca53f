"""What every bucket has in common: closed to the public, no ACLs, encrypted, protected."""

from typing import Any, NamedTuple

import pulumi
import pulumi_aws as aws

from tenfold.components.parts.names import tags_with_name


class PrivateBucket(NamedTuple):
    bucket: aws.s3.Bucket
    closed: list[pulumi.Resource]
    """What closes and encrypts it: to exist before a policy is put on it, and before anything is put into it."""


def private_bucket(
    child: str,
    role: str,
    *,
    throwaway: bool,
    tags: Any,
    parent: pulumi.Resource,
    kms_key_arn: pulumi.Input[str] | None = None,
    ownership: str = "BucketOwnerEnforced",
    region: str | None = None,
) -> PrivateBucket:
    """Makes the bucket `child` and what closes it (`<role>-closed`, `-ownership`, `-encryption`) below `parent`.

    Without a key it is encrypted with S3's own: where the writer accepts no other, or everybody may read it anyway.
    `region` when it is not the provider's.
    """
    place: dict[str, Any] = {"region": region} if region else {}
    bucket = aws.s3.Bucket(
        child,
        force_destroy=throwaway,
        tags=tags_with_name(tags, child),
        opts=pulumi.ResourceOptions(parent=parent, protect=not throwaway),
        **place,
    )
    closed = _close(bucket, role, ownership, place, parent)
    encryption = aws.s3.BucketServerSideEncryptionConfiguration(
        f"{role}-encryption",
        bucket=bucket.id,
        rules=[_encryption(kms_key_arn)],
        opts=pulumi.ResourceOptions(parent=parent),
        **place,
    )
    return PrivateBucket(bucket, [*closed, encryption])


def _close(
    bucket: aws.s3.Bucket, role: str, ownership: str, place: dict[str, Any], parent: pulumi.Resource
) -> list[pulumi.Resource]:
    """Nothing in the bucket is public, by ACL or by policy."""
    block = aws.s3.BucketPublicAccessBlock(
        f"{role}-closed",
        bucket=bucket.id,
        block_public_acls=True,
        block_public_policy=True,
        ignore_public_acls=True,
        restrict_public_buckets=True,
        opts=pulumi.ResourceOptions(parent=parent),
        **place,
    )
    owner = aws.s3.BucketOwnershipControls(
        f"{role}-ownership",
        bucket=bucket.id,
        rule={"object_ownership": ownership},
        # One after the other: S3 refuses changes of a bucket's access at the same time (OperationAborted).
        opts=pulumi.ResourceOptions(parent=parent, depends_on=[block]),
        **place,
    )
    return [block, owner]


def _encryption(kms_key_arn: pulumi.Input[str] | None) -> Any:
    if kms_key_arn is None:
        return {"apply_server_side_encryption_by_default": {"sse_algorithm": "AES256"}}
    encrypted = {"sse_algorithm": "aws:kms", "kms_master_key_id": kms_key_arn}
    # One call of KMS for many objects, a hundredth of the cost (S3 User Guide, "S3 Bucket Keys").
    return {"apply_server_side_encryption_by_default": encrypted, "bucket_key_enabled": True}
