"""Buckets."""

from contextlib import suppress

from botocore.exceptions import ClientError

from tenfold.local.aws.call import Call
from tenfold.local.aws.guards.asking import ask, refuse


def bucket_name(call: Call) -> None:
    """A bucket of that name is not there. In us-east-1 S3 answers a second creation as if it were the first; the
    provider asks before."""
    if call.id is None and call.region == "us-east-1":
        with suppress(ClientError):
            ask(call, "s3", "HeadBucket", Bucket=call.inputs["bucket"])
            refuse("bucket", f"a bucket {call.inputs['bucket']} exists already (BucketAlreadyExists)")
