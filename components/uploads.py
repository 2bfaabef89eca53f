"""Uploads: the private bucket for what users upload, so that no server has to keep it."""

from typing import Any, NotRequired, TypedDict

import pulumi
import pulumi_aws as aws

from tenfold.components.parts import policies
from tenfold.components.parts.component import Component
from tenfold.components.parts.order import after
from tenfold.components.parts.private_bucket import private_bucket

OBJECTS = ("AbortMultipartUpload", "DeleteObject", "GetObject", "PutObject")


class UploadsArgs(TypedDict):
    kms_key_arn: pulumi.Input[str]
    """Key of the objects. Change: in place, for new objects."""
    origins: NotRequired[list[str]]
    """Web pages that may send browsers to the bucket, such as `https://shop.example.com`; a stack names its `domain`.
    Default: none. Change: in place."""
    keep_days: NotRequired[int]
    """Days that replaced and deleted objects can be restored; a mistake noticed within a month can be undone. Default:
    30. Change: in place."""
    throwaway: NotRequired[bool]
    """No protection, and destroying empties the bucket. Default: false. Change: in place."""
    tags: NotRequired[dict[str, pulumi.Input[str]]]
    """On the bucket. Default: none. Change: in place."""


class Uploads(Component[UploadsArgs]):
    """A bucket that nobody reaches but by a role, or by an address that the application signed.

    Versioned, so that no overwriting and no deletion is final within `keep_days`; encrypted with the stack's own key.
    """

    bucket: pulumi.Output[str]
    """Name of the bucket."""
    arn: pulumi.Output[str]
    """ARN of the bucket."""

    def __init__(self, name: str, args: UploadsArgs, opts: pulumi.ResourceOptions | None = None):
        super().__init__(name, args, opts)
        throwaway, child = args.get("throwaway", False), self._child()
        bucket, closed = private_bucket(
            f"{name}-bucket",
            name,
            throwaway=throwaway,
            tags=args.get("tags"),
            parent=self,
            kms_key_arn=args["kms_key_arn"],
        )
        versioned = aws.s3.BucketVersioning(
            f"{name}-versions",
            bucket=bucket.id,
            versioning_configuration={"status": "Enabled"},
            opts=child,
        )
        policy = policies.document(policies.refuse_plain_text(bucket.arn))
        closed.append(versioned)
        aws.s3.BucketPolicy(
            f"{name}-policy",
            bucket=bucket.id,
            policy=policy,
            opts=self._child(depends_on=closed),
        )
        aws.s3.BucketLifecycleConfiguration(
            f"{name}-expiry",
            bucket=versioned.bucket,  # the rule is about versions
            rules=[expiry(args.get("keep_days", 30))],
            opts=child,
        )
        if origins := args.get("origins"):
            aws.s3.BucketCorsConfiguration(f"{name}-origins", bucket=bucket.id, cors_rules=[cors(origins)], opts=child)
        self.bucket, self.arn = (
            after(bucket.bucket, *closed),
            bucket.arn,
        )  # no upload before it is encrypted and versioned
        self._register()


def cors(origins: list[str]) -> Any:
    """Browsers of these pages upload and read with an address that the application signed. Source: S3 User Guide,
    "Elements of a CORS configuration"; the entity tag is what a client needs to complete an upload in parts."""
    return {
        "allowed_origins": origins,
        "allowed_methods": ["GET", "HEAD", "POST", "PUT"],
        "allowed_headers": ["*"],
        "expose_headers": ["ETag"],
        "max_age_seconds": 3000,
    }


def expiry(keep: int) -> Any:
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
    """For a role that keeps uploads: objects come, go and are listed, encrypted with the key. S3 asks for `Decrypt`
    when one is read, and when one comes in parts (S3 User Guide, "Using server-side encryption with AWS KMS keys")."""
    objects = pulumi.Output.concat(bucket_arn, "/*")
    return [
        policies.allow("Uploads", [f"s3:{action}" for action in OBJECTS], objects),
        policies.allow("ListUploads", ["s3:ListBucket"], bucket_arn),
        policies.allow("EncryptUploads", ["kms:Decrypt", "kms:GenerateDataKey"], key_arn),
    ]
