"""The data volume of a server, and its daily snapshots."""

from collections.abc import Mapping
from typing import Any, NamedTuple

import pulumi
import pulumi_aws as aws

from tenfold.components.parts import policies
from tenfold.components.parts.names import tags_with_name

SNAPSHOT_TAG = "snapshots"  # which lifecycle policy takes a volume's snapshots
SNAPSHOT_TIME = "03:00"  # UTC; begins within the hour


class DataVolume(NamedTuple):
    size_gib: int
    availability_zone: Any
    kms_key_arn: Any
    snapshots: int  # daily ones that are kept


def data_volume(
    name: str,
    data: DataVolume,
    *,
    region: str,
    account: str,
    partition: str,
    protect: bool,
    tags: Mapping[str, Any] | None,
    parent: pulumi.Resource,
) -> aws.ebs.Volume:
    """An encrypted gp3 volume `<name>-data` and a Data Lifecycle Manager policy that takes and expires its snapshots.

    The volume is found by a tag whose value is the physical name of the policy's role: unique in the account, so two
    environments never take each other's snapshots.
    """
    opts = pulumi.ResourceOptions(parent=parent)
    role = aws.iam.Role(
        f"{name}-snapshots-role",
        assume_role_policy=policies.trust("dlm.amazonaws.com", account),
        tags=tags_with_name(tags, f"{name}-snapshots-role"),
        opts=opts,
    )
    found_by = {**tags_with_name(tags, f"{name}-data"), SNAPSHOT_TAG: role.name}
    volume = volume_of(name, data, tags=found_by, opts=pulumi.ResourceOptions(parent=parent, protect=protect))
    volume_arn = pulumi.Output.concat(f"arn:{partition}:ec2:{region}:{account}:volume/", volume.id)
    statements = snapshot_statements(f"arn:{partition}:ec2:{region}::snapshot/*", volume_arn, role.name)
    granted = aws.iam.RolePolicy(
        f"{name}-snapshots-policy", role=role.name, policy=policies.document(*statements), opts=opts
    )
    aws.dlm.LifecyclePolicy(
        f"{name}-snapshots",
        description="Daily snapshots of the data volume",
        execution_role_arn=role.arn,
        state="ENABLED",
        policy_details={
            "resource_types": ["VOLUME"],
            "target_tags": {SNAPSHOT_TAG: role.name},
            "schedules": [_daily(data.snapshots)],
        },
        tags=tags_with_name(tags, f"{name}-snapshots"),
        opts=pulumi.ResourceOptions(parent=parent, depends_on=[granted]),
    )
    return volume


def _daily(keep: int) -> Any:
    every_day = {"interval": 24, "interval_unit": "HOURS", "times": SNAPSHOT_TIME}
    return {"name": "daily", "create_rule": every_day, "retain_rule": {"count": keep}, "copy_tags": True}


def volume_of(
    name: str, volume: DataVolume, *, tags: Mapping[str, Any], opts: pulumi.ResourceOptions
) -> aws.ebs.Volume:
    """The volume `<name>-data` alone; one that is protected is kept as a snapshot when it is deleted after all."""
    return aws.ebs.Volume(
        f"{name}-data",
        availability_zone=volume.availability_zone,
        size=volume.size_gib,
        type="gp3",  # 3000 operations and 125 MiB a second at any size
        encrypted=True,
        kms_key_id=volume.kms_key_arn,
        final_snapshot=bool(opts.protect),
        tags=tags,
        opts=opts,
    )


def address_of(name: str, *, tags: Mapping[str, Any] | None, opts: pulumi.ResourceOptions) -> aws.ec2.Eip:
    """The elastic IP `<name>-address`, which outlives the instance that has it."""
    return aws.ec2.Eip(f"{name}-address", domain="vpc", tags=tags_with_name(tags, f"{name}-address"), opts=opts)


def snapshot_statements(snapshots_arn: str, volume_arn: Any, policy_name: Any) -> list[policies.Statement]:
    """What Data Lifecycle Manager may do: snapshots of this volume, and the end of those that came from it (they carry
    the volume's tags). Describing has no resource in EC2."""
    own = {"StringEquals": {f"aws:ResourceTag/{SNAPSHOT_TAG}": policy_name}}
    return [
        policies.allow("TakeSnapshots", ["ec2:CreateSnapshot", "ec2:CreateSnapshots"], [volume_arn, snapshots_arn]),
        policies.allow("TagSnapshots", ["ec2:CreateTags"], snapshots_arn),
        policies.allow("ExpireSnapshots", ["ec2:DeleteSnapshot"], snapshots_arn, own),
        policies.allow("FindVolumes", ["ec2:DescribeInstances", "ec2:DescribeSnapshots", "ec2:DescribeVolumes"], "*"),
    ]
