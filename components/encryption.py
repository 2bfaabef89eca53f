"""Encryption: the key that everything of a stack is encrypted with."""

from typing import NotRequired, TypedDict

import pulumi
import pulumi_aws as aws

from tenfold.components.parts import policies
from tenfold.components.parts.component import Component

# What the account's administrators may do, delegated to their IAM policies as AWS's own default key policy does, but
# spelled out: managing the key, and using it.
ADMINISTER = (
    "CancelKeyDeletion",
    "CreateAlias",
    "CreateGrant",
    "DeleteAlias",
    "DescribeKey",
    "DisableKey",
    "DisableKeyRotation",
    "EnableKey",
    "EnableKeyRotation",
    "GetKeyPolicy",
    "GetKeyRotationStatus",
    "ListGrants",
    "ListKeyPolicies",
    "ListKeyRotations",
    "ListResourceTags",
    "PutKeyPolicy",
    "ReplicateKey",
    "RetireGrant",
    "RevokeGrant",
    "RotateKeyOnDemand",
    "ScheduleKeyDeletion",
    "TagResource",
    "UntagResource",
    "UpdateAlias",
    "UpdateKeyDescription",
    "UpdatePrimaryRegion",
)
USE = ("Decrypt", "DescribeKey", "Encrypt", "GenerateDataKey", "GenerateDataKeyWithoutPlaintext")
RE_ENCRYPT = ("ReEncryptFrom", "ReEncryptTo")


class EncryptionArgs(TypedDict):
    other_regions: NotRequired[dict[str, str]]
    """Other regions in which the same key is needed, each with the role that names its replica: `{"us-east-1":
    "edge"}`. By region, because KMS allows one replica of a key in a region. Not protected: replicated again, it reads
    what the one before has encrypted. Default: none. Change: adds and removes replicas."""
    event_bus_name: NotRequired[str]
    """An event bus of this name, and its archives, may use the key. Default: none. Change: in place."""
    event_bus_regions: NotRequired[list[str]]
    """Those of `other_regions` that have a bus of this name too. Default: none. Change: in place."""
    throwaway: NotRequired[bool]
    """No protection; 7 days instead of 30 between deletion and the end of the key, and of all that it encrypts.
    Default: false. Change: in place."""
    tags: NotRequired[dict[str, pulumi.Input[str]]]
    """Tags of every child. Default: none. Change: in place."""


class Encryption(Component[EncryptionArgs]):
    """One customer-managed key for a stack, and its alias.

    Multi-region from the start, because a key cannot become so later and a standby region needs its replica to read
    what this region has written. Rotated every year by KMS; old data stays readable.
    """

    key_arn: pulumi.Output[str]
    """ARN of the key."""
    key_id: pulumi.Output[str]
    """Identity of the key."""
    alias: pulumi.Output[str]
    """Alias of the key."""
    key_arn_by_region: dict[str, pulumi.Output[str]]
    """The key's ARN in its own region and in each of `other_regions`."""

    def __init__(self, name: str, args: EncryptionArgs, opts: pulumi.ResourceOptions | None = None):
        super().__init__(name, args, opts)
        throwaway = args.get("throwaway", False)
        invoke = self._call()
        account = aws.get_caller_identity(opts=invoke).account_id
        partition = aws.get_partition(opts=invoke).partition
        home = aws.get_region(opts=invoke).region
        others = args.get("other_regions") or {}
        buses = dict.fromkeys(args.get("event_bus_regions", ()), args.get("event_bus_name"))
        if home in others:
            raise ValueError(f"other_regions: {home} is the key's own region; leave it out.")
        key = aws.kms.Key(
            f"{name}-key",
            description=f"Data of {name.removesuffix('-encryption')}",
            multi_region=True,
            enable_key_rotation=True,
            deletion_window_in_days=7 if throwaway else 30,  # days; KMS allows 7 to 30
            policy=policies.text(key_policy(account, home, partition, args.get("event_bus_name"))),
            tags=self._tags(f"{name}-key"),
            opts=self._child(protect=self._keeps),
        )
        alias = aws.kms.Alias(f"{name}-alias", target_key_id=key.key_id, opts=self._child())
        self.key_arn, self.key_id, self.alias = key.arn, key.key_id, alias.name
        self.key_arn_by_region = {home: key.arn}
        for region, role in others.items():
            replica = aws.kms.ReplicaKey(
                f"{name}-key-{role}",
                region=region,
                primary_key_arn=key.arn,
                description=f"Data of {name.removesuffix('-encryption')}",
                deletion_window_in_days=7 if throwaway else 30,
                policy=policies.text(key_policy(account, region, partition, buses.get(region))),
                tags=self._tags(f"{name}-key-{role}"),
                opts=self._child(),
            )
            self.key_arn_by_region[region] = replica.arn
        self._register()


def key_policy(
    account: str, region: str, partition: str = "aws", event_bus: str | None = None
) -> list[policies.Statement]:
    """Who may use the key. `*` as a resource means the key itself, the only value a key's policy can have.

    RDS, EBS, Secrets Manager and Parameter Store use the key with the rights of whoever calls them, so they need no
    statement. The services that act on their own do:
    - CloudWatch Logs, for log groups of this account and region (CloudWatch Logs User Guide, "Encrypt log data");
    - CloudWatch alarms and Budgets, to publish to an encrypted topic (SNS Developer Guide, "Key management");
    - the role by which Auto Scaling starts servers with encrypted volumes (EC2 Auto Scaling User Guide, "Required
      KMS key policy"). It is named by condition: as a principal it would have to exist before the first fleet does;
    - EventBridge, for one bus and its archives (EventBridge User Guide, "Encrypting event buses" and "Encrypting
      archives"). The bus is named by the encryption context: for an archive EventBridge sends no source ARN.
    """
    root = {"AWS": f"arn:{partition}:iam::{account}:root"}
    own_groups = f"arn:{partition}:logs:{region}:{account}:*"
    return [
        policies.allow("Administration", _kms(*ADMINISTER), "*", principal=root),
        policies.allow("UseByRoles", _kms(*USE, *RE_ENCRYPT), "*", principal=root),
        policies.allow(
            "Logs",
            _kms(*USE, *RE_ENCRYPT),
            "*",
            {"ArnLike": {"kms:EncryptionContext:aws:logs:arn": own_groups}},
            {"Service": f"logs.{region}.amazonaws.com"},
        ),
        policies.allow(
            "Notices",
            _kms("Decrypt", "GenerateDataKey"),
            "*",
            {"StringEquals": {"aws:SourceAccount": account}},
            {"Service": ["budgets.amazonaws.com", "cloudwatch.amazonaws.com"]},
        ),
        *_scaling(account, partition),
        *(_events(f"arn:{partition}:events:{region}:{account}:event-bus/{event_bus}", account) if event_bus else ()),
    ]


def _scaling(account: str, partition: str) -> list[policies.Statement]:
    role = (
        f"arn:{partition}:iam::{account}:role/aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling"
    )
    anybody = {"AWS": "*"}
    is_role = {"StringEquals": {"kms:CallerAccount": account}, "ArnEquals": {"aws:PrincipalArn": role}}
    for_aws = {**is_role, "Bool": {"kms:GrantIsForAWSResource": "true"}}
    return [
        policies.allow("ScalingUse", _kms(*USE, *RE_ENCRYPT), "*", is_role, anybody),
        policies.allow("ScalingGrant", _kms("CreateGrant"), "*", for_aws, anybody),
    ]


def _events(bus_arn: str, account: str) -> list[policies.Statement]:
    service = {"Service": "events.amazonaws.com"}
    own_bus = {"StringEquals": {"kms:EncryptionContext:aws:events:event-bus:arn": bus_arn}}
    own_account = {"StringEquals": {"aws:SourceAccount": account}}
    return [
        policies.allow("Events", _kms("Decrypt", "GenerateDataKey", *RE_ENCRYPT), "*", own_bus, service),
        policies.allow("EventsLook", _kms("DescribeKey"), "*", own_account, service),
    ]


def _kms(*actions: str) -> list[str]:
    return [f"kms:{action}" for action in actions]
