"""Uploads: the private bucket for what users upload, so that no server has to keep it."""

from typing import NotRequired, TypedDict

import pulumi
import pulumi_aws as aws

from components import policies
from components.names import tagged

OBJECTS = ("AbortMultipartUpload", "DeleteObject", "GetObject", "PutObject")


class UploadsArgs(TypedDict):
    kms_key_arn: pulumi.Input[str]
    """Key of the objects. In place: what is there stays as it is, new objects are encrypted with the new one."""
    keep: NotRequired[int]
    """Days that replaced and deleted objects can be had back; default 30. In place."""
    throwaway: NotRequired[bool]
    """No protection, and destroying empties the bucket; default false. In place."""
    tags: NotRequired[dict[str, pulumi.Input[str]]]
    """Tags of the bucket. In place."""


class Uploads(pulumi.ComponentResource):
    """A bucket that nobody reaches but by a role, or by an address that the application signed.

    Versioned, so that no overwriting and no deletion is final within `keep` days; encrypted with the stack's own key.
    """

    bucket: pulumi.Output[str]
    arn: pulumi.Output[str]

    def __init__(self, name: str, args: UploadsArgs, opts: pulumi.ResourceOptions | None = None):
        super().__init__("tenfold:index:Uploads", name, dict(args), opts)
        throwaway, child = args.get("throwaway", False), pulumi.ResourceOptions(parent=self)
        made = aws.s3.Bucket(
            f"{name}-bucket",
            force_destroy=throwaway,
            tags=tagged(args.get("tags"), f"{name}-bucket"),
            opts=pulumi.ResourceOptions(parent=self, protect=not throwaway),
        )
        versioned = aws.s3.BucketVersioning(
            f"{name}-versions",
            bucket=made.id,
            versioning_configuration={"status": "Enabled"},
            opts=child,
        )
        self._close(name, made, args["kms_key_arn"])
        aws.s3.BucketLifecycleConfiguration(
            f"{name}-expiry",
            bucket=versioned.bucket,  # the rule is about versions
            rules=[expiry(args.get("keep", 30))],  # type: ignore[list-item]
            opts=child,
        )
        self.bucket, self.arn = made.bucket, made.arn
        self.register_outputs({"bucket": self.bucket, "arn": self.arn})

    def _close(self, name: str, made: aws.s3.Bucket, key_arn: pulumi.Input[str]) -> None:
        child = pulumi.ResourceOptions(parent=self)
        aws.s3.BucketPublicAccessBlock(
            f"{name}-closed",
            bucket=made.id,
            block_public_acls=True,
            block_public_policy=True,
            ignore_public_acls=True,
            restrict_public_buckets=True,
            opts=child,
        )
        aws.s3.BucketOwnershipControls(
            f"{name}-ownership", bucket=made.id, rule={"object_ownership": "BucketOwnerEnforced"}, opts=child
        )
        encrypted = {"sse_algorithm": "aws:kms", "kms_master_key_id": key_arn}
        aws.s3.BucketServerSideEncryptionConfiguration(
            f"{name}-encryption",
            bucket=made.id,
            # One call of KMS for many objects, a hundredth of the cost (S3 User Guide, "S3 Bucket Keys").
            rules=[{"apply_server_side_encryption_by_default": encrypted, "bucket_key_enabled": True}],  # type: ignore[list-item]
            opts=child,
        )
        aws.s3.BucketPolicy(
            f"{name}-policy", bucket=made.id, policy=policies.document(policies.refuse_plain_text(made.arn)), opts=child
        )


def expiry(keep: int) -> dict[str, object]:
    """Old versions and forgotten parts go; what is current stays."""
    return {
        "id": "old-versions",
        "status": "Enabled",
        "filter": {"prefix": ""},
        "noncurrent_version_expiration": {"noncurrent_days": keep},
        "expiration": {"expired_object_delete_marker": True},
        "abort_incomplete_multipart_upload": {"days_after_initiation": 7},
    }


def statements(bucket_arn: pulumi.Input[str], key_arn: pulumi.Input[str]) -> list[policies.Statement]:
    """For a role that keeps uploads: objects come, go and are listed, encrypted with the key."""
    objects = pulumi.Output.concat(bucket_arn, "/*")
    return [
        policies.allow("Uploads", [f"s3:{action}" for action in OBJECTS], objects),
        policies.allow("ListUploads", ["s3:ListBucket"], bucket_arn),
        policies.allow("EncryptUploads", ["kms:GenerateDataKey"], key_arn),
    ]
