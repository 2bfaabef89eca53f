"""The bucket with the files that the edge serves: private, encrypted, versioned."""

from typing import Any

import pulumi
import pulumi_aws as aws

from tenfold.components.parts.policies import allow, document, refuse_plain_text
from tenfold.components.parts.private_bucket import PrivateBucket, private_bucket


def static_bucket(
    name: str, keep_days: int, throwaway: bool, tags: Any, parent: pulumi.Resource, region: str | None = None
) -> PrivateBucket:
    """Makes the bucket `name` below `parent`. Replaced and deleted files can be restored for `keep_days`. `region` when
    it is not the provider's."""
    place: dict[str, Any] = {"region": region} if region else {}
    child = pulumi.ResourceOptions(parent=parent)
    # S3's own key: what is in here is shown to everybody, and the edge needs no right on a key of ours.
    bucket, closed = private_bucket(name, name, throwaway=throwaway, tags=tags, parent=parent, region=region)
    versions = aws.s3.BucketVersioning(
        f"{name}-versions", bucket=bucket.id, versioning_configuration={"status": "Enabled"}, opts=child, **place
    )
    aws.s3.BucketLifecycleConfiguration(
        f"{name}-expiry",
        bucket=versions.bucket,  # a rule about old versions is taken only where there are versions
        rules=[
            {
                "id": "old-versions",
                "status": "Enabled",
                "filter": {"prefix": ""},
                "noncurrent_version_expiration": {"noncurrent_days": keep_days},
                "abort_incomplete_multipart_upload": {"days_after_initiation": 1},
            }
        ],
        opts=child,
        **place,
    )
    return PrivateBucket(bucket, [*closed, versions])


def read_by(
    name: str,
    files: PrivateBucket,
    distribution_arn: pulumi.Input[str],
    parent: pulumi.Resource,
    region: str | None = None,
) -> aws.s3.BucketPolicy:
    """One distribution may read, and nobody comes without TLS. Listing tells a missing file (404) from a closed one."""
    bucket = files.bucket
    only = {"StringEquals": {"AWS:SourceArn": distribution_arn}}
    edge = {"Service": "cloudfront.amazonaws.com"}
    everything = pulumi.Output.concat(bucket.arn, "/*")
    return aws.s3.BucketPolicy(
        name,
        bucket=bucket.id,
        policy=document(
            allow("ReadFiles", ["s3:GetObject"], everything, only, edge),
            allow("TellMissingFiles", ["s3:ListBucket"], bucket.arn, only, edge),
            refuse_plain_text(bucket.arn),
        ),
        opts=pulumi.ResourceOptions(parent=parent, depends_on=files.closed),
        **({"region": region} if region else {}),
    )
