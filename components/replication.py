"""Replication: what is put into a bucket is copied to one in another region, and what is deleted is deleted there."""

from typing import Any, NotRequired, TypedDict

import pulumi
import pulumi_aws as aws

from tenfold.components.parts import policies
from tenfold.components.parts.component import Component
from tenfold.components.parts.order import after

PROMISED = 15  # minutes; the one time that S3 Replication Time Control promises, and the one its metrics know
RULE = "all"
READ = ("GetObjectVersionAcl", "GetObjectVersionForReplication", "GetObjectVersionTagging")
WRITE = ("ReplicateDelete", "ReplicateObject", "ReplicateTags")


class BucketArgs(TypedDict):
    name: pulumi.Input[str]
    """Name of a bucket, known only once it keeps versions: S3 replicates no other. Change: replaces the replication."""
    arn: pulumi.Input[str]
    """Its ARN. Change: in place."""
    region: str
    """Where it is. Change: in place."""
    kms_key_arn: NotRequired[pulumi.Input[str]]
    """Key of its objects, of its region. Default: S3's own key. Change: in place."""


class ReplicationArgs(TypedDict):
    source: BucketArgs
    """The bucket that is copied from, in the component's own region: `name`, `arn`, `region`, `kms_key_arn`. Change:
    replaces the replication."""
    to: BucketArgs
    """The bucket that is copied to, in another region. Change: in place, for what is put from then on."""
    tags: NotRequired[dict[str, pulumi.Input[str]]]
    """Tags of every child. Default: none. Change: in place."""


class Replication(Component[ReplicationArgs]):
    """Copies of one bucket's objects in another bucket, within 15 minutes by S3's own agreement, and metrics of how far
    behind it is.

    Two of them, each the other way round, make two buckets equal: S3 does not copy a copy again. What was there before
    the first `up` is not copied by it: S3 Batch Replication does that once (docs/components/replication.md). Deletions
    of single versions, and those by a lifecycle, are not copied: a mistake in one region is not made in the other.
    """

    role_arn: pulumi.Output[str]
    """Role by which S3 copies."""

    def __init__(self, name: str, args: ReplicationArgs, opts: pulumi.ResourceOptions | None = None):
        super().__init__(name, args, opts)
        account = aws.get_caller_identity(opts=self._call()).account_id
        role = aws.iam.Role(
            f"{name}-role",
            assume_role_policy=policies.trust("s3.amazonaws.com", account, args["source"]["arn"]),
            tags=self._tags(f"{name}-role"),
            opts=self._child(),
        )
        granted = aws.iam.RolePolicy(
            f"{name}-role-policy",
            role=role.id,
            policy=policies.document(*statements(args["source"], args["to"])),
            opts=self._child(),
        )
        self.role_arn = after(role.arn, granted)
        aws.s3.BucketReplicationConfig(
            f"{name}-copies",
            bucket=args["source"]["name"],
            role=self.role_arn,
            rules=[rule(args["to"])],
            opts=self._child(),
        )
        self._register()


def rule(to: BucketArgs) -> Any:
    """All objects, with their deletions and changed tags. With `filter`, S3 takes the newer form of the rule, in which
    deletions are copied only where that is said (S3 User Guide, "Replicating delete markers")."""
    key = {"replica_kms_key_id": to["kms_key_arn"]} if "kms_key_arn" in to else None
    return {
        "id": RULE,
        "status": "Enabled",
        "priority": 1,
        "filter": {"prefix": ""},
        "delete_marker_replication": {"status": "Enabled"},
        "source_selection_criteria": {
            **({"sse_kms_encrypted_objects": {"status": "Enabled"}} if key else {}),  # else none of ours
            "replica_modifications": {"status": "Enabled"},  # tags that are changed on a copy come back
        },
        "destination": {
            "bucket": pulumi.Output.from_input(to["name"]).apply(lambda _: to["arn"]),  # once it keeps versions
            **({"encryption_configuration": key} if key else {}),
            "replication_time": {"status": "Enabled", "time": {"minutes": PROMISED}},
            "metrics": {"status": "Enabled", "event_threshold": {"minutes": PROMISED}},
        },
    }


def statements(source: BucketArgs, to: BucketArgs) -> list[policies.Statement]:
    """For the role that S3 copies with (S3 User Guide, "Setting up permissions for live replication" and "Replicating
    encrypted objects")."""
    return [
        policies.allow("Source", ["s3:GetReplicationConfiguration", "s3:ListBucket"], source["arn"]),
        policies.allow("ReadObjects", _s3(READ), pulumi.Output.concat(source["arn"], "/*")),
        policies.allow("WriteCopies", _s3(WRITE), pulumi.Output.concat(to["arn"], "/*")),
        *_with_key("DecryptObjects", "kms:Decrypt", source),
        *_with_key("EncryptCopies", "kms:Encrypt", to),
    ]


def _s3(actions: tuple[str, ...]) -> list[str]:
    return [f"s3:{action}" for action in actions]


def _with_key(sid: str, action: str, bucket: BucketArgs) -> list[policies.Statement]:
    through = {"StringEquals": {"kms:ViaService": f"s3.{bucket['region']}.amazonaws.com"}}
    return [policies.allow(sid, [action], bucket["kms_key_arn"], through)] if "kms_key_arn" in bucket else []
