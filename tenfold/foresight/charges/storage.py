"""Files, images, keys and secrets."""

from collections.abc import Iterator, Sequence

from tenfold.foresight.charges.charge import At, Charge, monthly, unknown, usage_charge
from tenfold.foresight.servers import same
from tenfold.foresight.usage import IMAGE, RELEASES
from tenfold.graph import Resource

TOKENS_A_SECOND = 0.01  # signed for each request a second: one login in a hundred requests


def buckets(at: At, resources: Sequence[Resource]) -> Iterator[Charge]:
    """By what a bucket is for: its name says it."""
    for resource in resources:
        role = resource.name.rsplit("-", 1)[-1]
        if role == "logs":
            yield usage_charge(at, "access logs", "s3.standard", "files.access_logs")
        elif at.tier == "uploads":
            yield usage_charge(at, "uploads", "s3.standard", "files.uploads")
            yield usage_charge(at, "writing them", "s3.put", "file_writes")
        elif at.tier == "cdn" and role == "copy":
            yield usage_charge(at, "copy of the static files", "s3.standard", "files.static")
        elif at.tier == "cdn":
            yield usage_charge(at, "static files", "s3.standard", "files.static")
            yield usage_charge(at, "reading them", "s3.get", "file_reads")
        elif at.architecture.service_of(resource.name):
            yield unknown("files of a service", "s3.standard", "`load` does not say how much it keeps")
        else:
            yield Charge(
                f"bucket {resource.name}", "s3.standard", same(0), "nothing known of what is in it", by_use=True
            )


def repositories(at: At, resources: Sequence[Resource]) -> Iterator[Charge]:
    kept = len(resources) * RELEASES * IMAGE
    yield Charge("images", "ecr", same(kept), f"{len(resources)} × {RELEASES} images × {IMAGE} GiB", by_use=True)


def keys(at: At, resources: Sequence[Resource]) -> Iterator[Charge]:
    yield monthly("keys" if len(resources) > 1 else "key", "kms.key", len(resources))
    signing = [resource for resource in resources if resource.inputs.get("keyUsage") == "SIGN_VERIFY"]
    if signing and at.architecture.sessions.store == "tokens":
        requests = at.usage["requests"].amount * TOKENS_A_SECOND
        how = f"{TOKENS_A_SECOND:.0%} of the requests are logins"
        yield Charge("signatures", "kms.requests.asymmetric", same(requests), how, by_use=True)


def secrets(at: At, resources: Sequence[Resource]) -> Iterator[Charge]:
    """Each replica counts as a secret."""
    copies = sum(len(replicas) for r in resources if isinstance(replicas := r.inputs.get("replicas"), list | tuple))
    many = len(resources) + copies
    yield monthly("secrets" if many > 1 else "secret", "secret", many)


def copies(at: At, resources: Sequence[Resource]) -> Iterator[Charge]:
    """How they come to the other region; what they take there is with the bucket that has them."""
    if at.waiting:
        return
    if at.tier == "static-copies":
        files = at.usage["files.static"]
        how = f"{files.how}, each put once a month; without 0.015 USD a GB for the promised 15 minutes"
        yield Charge("their way", "transfer.region", same(files.amount), how, by_use=True)
        return
    if at.tier == "uploads-copies":
        yield usage_charge(at, "writing the copies", "s3.put", "file_writes")
    yield unknown("their way, in 15 minutes", "s3.copies", "`load` does not say how much is uploaded")


BILLED = {
    "aws:s3/bucketReplicationConfig:BucketReplicationConfig": copies,
    "aws:s3/bucket:Bucket": buckets,
    "aws:ecr/repository:Repository": repositories,
    "aws:kms/key:Key": keys,
    "aws:kms/replicaKey:ReplicaKey": keys,
    "aws:secretsmanager/secret:Secret": secrets,
}
