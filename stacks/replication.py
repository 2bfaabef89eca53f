"""Copies of objects between the regions of a stack."""

from tenfold.components.replication import Replication, ReplicationArgs
from tenfold.stacks.region import Region


def replicate(source: Region, to: Region) -> None:
    """Each bucket of `source` into the one of the same tier of `to`."""
    at = source.ground.place
    for tier, bucket in source.tier.buckets.items():
        args: ReplicationArgs = {**at.common, "source": bucket, "to": to.tier.buckets[tier]}
        Replication(at.name(f"{tier}-copies"), args, at.options)
